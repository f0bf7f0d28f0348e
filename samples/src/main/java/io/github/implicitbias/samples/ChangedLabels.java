package io.github.implicitbias.samples;

import io.github.implicitbias.core.visit.VisitBook;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import org.nd4j.linalg.dataset.DataSet;

/** Labels of a training set that are changed at random, and how well training finds them. */
final class ChangedLabels {

  private final boolean[] changed;
  private final int count;

  /**
   * Changes labels, each to one of the other classes.
   *
   * @param share of the labels, from 0 to 1
   */
  ChangedLabels(DataSet data, double share, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int classes = (int) data.getLabels().size(1);
    changed = new boolean[data.numExamples()];
    int some = 0;
    for (int i = 0; i < changed.length; i++) {
      if (random.nextDouble() < share) {
        int label = data.getLabels().getRow(i).argMax().getInt(0);
        data.getLabels().putScalar(i, label, 0);
        data.getLabels().putScalar(i, (label + 1 + random.nextInt(classes - 1)) % classes, 1);
        changed[i] = true;
        some++;
      }
    }
    count = some;
  }

  int count() {
    return count;
  }

  boolean isChanged(int sample) {
    return changed[sample];
  }

  private long hits(VisitBook visits) {
    return Arrays.stream(visits.suspects().samples()).filter(i -> changed[i]).count();
  }

  /** Returns which part of the suspects was changed. */
  double precision(VisitBook visits) {
    return (double) hits(visits) / visits.suspects().samples().length;
  }

  /** Returns which part of what was changed is suspect. */
  double recall(VisitBook visits) {
    return (double) hits(visits) / count;
  }

  /** Says how well the changed labels were found. */
  String found(VisitBook visits) {
    if (visits.suspects().samples().length == 0) {
      return "none: " + visits.suspects().reason();
    }
    return String.format(
        Locale.ROOT,
        "%d, of which %.1f %% were changed (precision); %.1f %% of the %d changed labels are among"
            + " them (recall)",
        visits.suspects().samples().length,
        100 * precision(visits),
        100 * recall(visits),
        count);
  }
}
