package io.github.implicitbias.run.history;

import io.github.implicitbias.run.Absent;
import java.util.Arrays;

/**
 * The values of one column in bounded memory: buckets of consecutive records that have one, each
 * with its least and its greatest value and where they are; when there are too many buckets,
 * neighbours are merged. The first and the last value are always among the points. Absent values
 * take no room.
 */
final class Decimation {

  private final int capacity;
  private long[] steps = {}; // per bucket that of the least and that of the greatest value
  private double[] values = {};
  private int buckets;
  private int inLast;
  private int perBucket = 1;
  private long firstStep = -1;
  private long lastStep;
  private double first;
  private double last;

  /**
   * Makes an empty series.
   *
   * @param capacity greatest number of buckets, at least 2
   */
  Decimation(int capacity) {
    this.capacity = capacity / 2 * 2;
  }

  void add(long step, double value) {
    if (Absent.is(value)) {
      return;
    }
    if (firstStep < 0) {
      firstStep = step;
      first = value;
    }
    lastStep = step;
    last = value;
    if (buckets == 0 || inLast == perBucket) {
      begin(step, value);
      return;
    }
    int open = 2 * (buckets - 1);
    inLast++;
    if (replaces(value, values[open], -1)) {
      values[open] = value;
      steps[open] = step;
    }
    if (replaces(value, values[open + 1], 1)) {
      values[open + 1] = value;
      steps[open + 1] = step;
    }
  }

  private void begin(long step, double value) {
    if (buckets == capacity) {
      mergeNeighbours();
    }
    if (2 * buckets == values.length) {
      int size = Math.min(2 * capacity, Math.max(4, 4 * buckets));
      steps = Arrays.copyOf(steps, size);
      values = Arrays.copyOf(values, size);
    }
    Arrays.fill(steps, 2 * buckets, 2 * buckets + 2, step);
    Arrays.fill(values, 2 * buckets, 2 * buckets + 2, value);
    buckets++;
    inLast = 1;
  }

  /** A number beats a NaN, and sign decides between numbers. */
  static boolean replaces(double value, double held, int sign) {
    if (Double.isNaN(value) || Double.isNaN(held)) {
      return !Double.isNaN(value);
    }
    return sign * Double.compare(value, held) > 0;
  }

  private int extreme(int from, int to, int sign) {
    int which = sign < 0 ? 0 : 1;
    int best = 2 * from + which;
    for (int i = from + 1; i < to; i++) {
      best = replaces(values[2 * i + which], values[best], sign) ? 2 * i + which : best;
    }
    return best;
  }

  private void mergeNeighbours() {
    for (int i = 0; 2 * i < buckets; i++) {
      int least = extreme(2 * i, 2 * i + 2, -1);
      int greatest = extreme(2 * i, 2 * i + 2, 1);
      long leastStep = steps[least];
      double leastValue = values[least];
      steps[2 * i + 1] = steps[greatest];
      values[2 * i + 1] = values[greatest];
      steps[2 * i] = leastStep;
      values[2 * i] = leastValue;
    }
    buckets /= 2;
    perBucket *= 2;
    inLast = perBucket;
  }

  /** Returns at most {@code maxPoints} points, at least 4, with the extremes among them. */
  Series series(int maxPoints) {
    int group = 1;
    while (2L * ((buckets + group - 1) / group) > Math.max(2, maxPoints - 2)
        && !(group == 1 && perBucket == 1 && buckets <= maxPoints)) {
      group *= 2;
    }
    SeriesBuilder series = new SeriesBuilder();
    long begun = -1;
    for (int start = 0; start < buckets; start += group) {
      int end = Math.min(buckets, start + group);
      int least = extreme(start, end, -1);
      int greatest = extreme(start, end, 1);
      int early = steps[least] <= steps[greatest] ? least : greatest;
      int late = early == least ? greatest : least;
      if (begun < 0 && firstStep < steps[early]) {
        series.add(firstStep, first);
      }
      series.add(steps[early], values[early]);
      if (steps[late] != steps[early]) {
        series.add(steps[late], values[late]);
      }
      begun = steps[late];
    }
    if (buckets > 0 && begun < lastStep) {
      series.add(lastStep, last);
    }
    return series.series();
  }
}
