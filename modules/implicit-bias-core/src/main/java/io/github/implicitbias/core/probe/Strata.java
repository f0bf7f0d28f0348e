package io.github.implicitbias.core.probe;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Draws a sample that keeps the proportions of classes. */
final class Strata {

  /** Numbers of classes beyond this are taken for measurements. */
  private static final int MOST_CLASSES = 1000;

  private Strata() {}

  /** Returns the numbers of a column as classes, plus 1; null if they cannot be that. */
  static int @Nullable [] ofNumbers(SampleArray column) {
    int[] classes = new int[column.samples()];
    for (int i = 0; i < classes.length; i++) {
      double label = column.value(i);
      if (!(label >= -1 && label < MOST_CLASSES && label == (int) label)) {
        return null;
      }
      classes[i] = (int) label + 1;
    }
    return classes;
  }

  /** Returns classes to draw from; one for all if there are none, or hardly two samples of each. */
  static int[] of(int @Nullable [] classes, int samples) {
    boolean repeat = classes != null && 2 * Arrays.stream(classes).distinct().count() <= samples;
    return classes != null && repeat ? classes : new int[samples];
  }

  /**
   * Returns positions in increasing order.
   *
   * @param classes of the samples, not negative
   * @param size number of positions wanted, at most as many as samples
   */
  static int[] draw(int[] classes, int size, long seed) {
    int count = Arrays.stream(classes).max().orElse(0) + 1;
    int[] members = new int[count];
    for (int one : classes) {
      members[one]++;
    }
    int[] wanted = shares(members, size);
    SplittableRandom random = new SplittableRandom(seed);
    int[] drawn = new int[size];
    int found = 0;
    for (int i = 0; i < classes.length; i++) {
      int one = classes[i];
      // Selection sampling: of what is left of the class, each is as likely as any other.
      if (random.nextInt(members[one]--) < wanted[one]) {
        wanted[one]--;
        drawn[found++] = i;
      }
    }
    return drawn;
  }

  /**
   * Largest remainders: every class gets its share rounded down, or one more. Where that leaves a
   * class without any and there is room, it gets one of the class that has the most.
   */
  static int[] shares(int[] members, int size) {
    int samples = Arrays.stream(members).sum();
    int[] shares = new int[members.length];
    long[] remainders = new long[members.length];
    int left = size;
    for (int k = 0; k < members.length; k++) {
      shares[k] = (int) ((long) members[k] * size / samples);
      remainders[k] = (long) members[k] * size % samples;
      left -= shares[k];
    }
    while (left-- > 0) {
      int most = 0;
      for (int k = 1; k < members.length; k++) {
        most = remainders[k] > remainders[most] ? k : most;
      }
      shares[most]++;
      remainders[most] = -1;
    }
    long present = Arrays.stream(members).filter(count -> count > 0).count();
    for (int k = 0; size >= present && k < members.length; k++) {
      if (members[k] > 0 && shares[k] == 0) {
        shares[largest(shares)]--;
        shares[k] = 1;
      }
    }
    return shares;
  }

  private static int largest(int[] of) {
    int largest = 0;
    for (int k = 1; k < of.length; k++) {
      largest = of[k] > of[largest] ? k : largest;
    }
    return largest;
  }
}
