package io.github.implicitbias.run.history;

import io.github.implicitbias.run.Absent;
import java.util.Arrays;

/**
 * A series in bounded memory: buckets of consecutive records, each with its least and its greatest
 * value and where they are; when there are too many buckets, neighbours are merged. The first and
 * the last value that is there are always among the points.
 */
public final class Decimation {

  private static final int BUCKETS = 4096;

  private long[] minStep = new long[0];
  private long[] maxStep = new long[0];
  private double[] min = new double[0];
  private double[] max = new double[0];
  private int buckets;
  private int inLast;
  private int perBucket = 1;
  private long firstStep = -1;
  private long lastStep;
  private double first;
  private double last;

  public void add(long step, double value) {
    if (!Absent.is(value)) {
      if (firstStep < 0) {
        firstStep = step;
        first = value;
      }
      lastStep = step;
      last = value;
    }
    if (buckets == 0 || inLast == perBucket) {
      if (buckets == BUCKETS) {
        mergeNeighbours();
      }
      if (buckets == min.length) {
        grow();
      }
      minStep[buckets] = step;
      maxStep[buckets] = step;
      min[buckets] = value;
      max[buckets] = value;
      buckets++;
      inLast = 1;
      return;
    }
    int open = buckets - 1;
    inLast++;
    if (replaces(value, min[open], -1)) {
      min[open] = value;
      minStep[open] = step;
    }
    if (replaces(value, max[open], 1)) {
      max[open] = value;
      maxStep[open] = step;
    }
  }

  private void grow() {
    int size = Math.min(BUCKETS, Math.max(8, 2 * buckets));
    minStep = Arrays.copyOf(minStep, size);
    maxStep = Arrays.copyOf(maxStep, size);
    min = Arrays.copyOf(min, size);
    max = Arrays.copyOf(max, size);
  }

  /** A number beats a NaN, a NaN beats an absent value, and sign decides between numbers. */
  private static boolean replaces(double value, double held, int sign) {
    if (Double.isNaN(value) || Double.isNaN(held)) {
      return !Double.isNaN(value) || (Absent.is(held) && !Absent.is(value));
    }
    return sign * Double.compare(value, held) > 0;
  }

  private void mergeNeighbours() {
    for (int i = 0; i < BUCKETS / 2; i++) {
      int a = 2 * i;
      int b = a + 1;
      int least = replaces(min[b], min[a], -1) ? b : a;
      int greatest = replaces(max[b], max[a], 1) ? b : a;
      min[i] = min[least];
      minStep[i] = minStep[least];
      max[i] = max[greatest];
      maxStep[i] = maxStep[greatest];
    }
    buckets = BUCKETS / 2;
    perBucket *= 2;
    inLast = perBucket;
  }

  /** Returns at most {@code maxPoints} points, at least 4, with the extremes among them. */
  public Series series(int maxPoints) {
    int group = 1;
    while (2L * ((buckets + group - 1) / group) > Math.max(2, maxPoints - 2)
        && !(group == 1 && perBucket == 1 && buckets <= maxPoints)) {
      group *= 2;
    }
    long[] steps = new long[2 * buckets + 2];
    double[] values = new double[2 * buckets + 2];
    int n = 0;
    if (firstStep >= 0 && firstStep < Math.min(minStep[0], maxStep[0])) {
      steps[n] = firstStep;
      values[n++] = first;
    }
    for (int start = 0; start < buckets; start += group) {
      int least = start;
      int greatest = start;
      for (int i = start + 1; i < Math.min(buckets, start + group); i++) {
        least = replaces(min[i], min[least], -1) ? i : least;
        greatest = replaces(max[i], max[greatest], 1) ? i : greatest;
      }
      boolean minFirst = minStep[least] <= maxStep[greatest];
      steps[n] = minFirst ? minStep[least] : maxStep[greatest];
      values[n++] = minFirst ? min[least] : max[greatest];
      if (minStep[least] != maxStep[greatest]) {
        steps[n] = minFirst ? maxStep[greatest] : minStep[least];
        values[n++] = minFirst ? max[greatest] : min[least];
      }
    }
    if (firstStep >= 0 && steps[n - 1] < lastStep) {
      steps[n] = lastStep;
      values[n++] = last;
    }
    return new Series(Arrays.copyOf(steps, n), Arrays.copyOf(values, n));
  }
}
