package io.github.implicitbias.ui;

import io.github.implicitbias.run.Absent;
import java.util.Arrays;

/**
 * The history of one sample column in bounded memory: buckets of consecutive records that have it,
 * and per bucket and sample the least and the greatest value, each with its step. When there are
 * too many buckets, neighbours are merged. The first and the last record are kept as they are.
 */
final class SampleEnvelope {

  /** Values of one sample at increasing steps. */
  static final class Line {
    final long[] steps;
    final double[] values;

    private Line(long[] steps, double[] values) {
      this.steps = steps;
      this.values = values;
    }
  }

  /** The records of one stretch: per sample the extremes and where they are. */
  private static final class Bucket {
    final double[] min;
    final double[] max;
    final long[] minStep;
    final long[] maxStep;

    Bucket(long step, double[] values) {
      min = values.clone();
      max = values.clone();
      minStep = new long[values.length];
      Arrays.fill(minStep, step);
      maxStep = minStep.clone();
    }

    void add(long step, double[] values) {
      for (int i = 0; i < values.length; i++) {
        least(i, values[i], step);
        greatest(i, values[i], step);
      }
    }

    void add(Bucket other) {
      for (int i = 0; i < min.length; i++) {
        least(i, other.min[i], other.minStep[i]);
        greatest(i, other.max[i], other.maxStep[i]);
      }
    }

    private void least(int i, double value, long step) {
      if (replaces(value, min[i], -1)) {
        min[i] = value;
        minStep[i] = step;
      }
    }

    private void greatest(int i, double value, long step) {
      if (replaces(value, max[i], 1)) {
        max[i] = value;
        maxStep[i] = step;
      }
    }

    /** A number beats a NaN, a NaN beats an absent value, and sign decides between numbers. */
    private static boolean replaces(double value, double held, int sign) {
      if (Double.isNaN(value) || Double.isNaN(held)) {
        return !Double.isNaN(value) && Double.isNaN(held)
            || Absent.is(held) && !Absent.is(value) && Double.isNaN(value);
      }
      return sign < 0 ? value < held : value > held;
    }
  }

  private final Bucket[] buckets;
  private final double[] largest;
  private double[] first;
  private final double[] last;
  private long firstStep;
  private long lastStep;
  private int count;
  private int inLast;
  private int perBucket = 1;

  /**
   * Makes an empty history.
   *
   * @param capacity greatest number of buckets, at least 2
   */
  SampleEnvelope(int capacity, int samples) {
    this.buckets = new Bucket[capacity / 2 * 2];
    this.largest = new double[samples];
    this.last = new double[samples];
    Arrays.fill(largest, -1);
  }

  void add(long step, double[] values) {
    for (int i = 0; i < values.length; i++) {
      largest[i] = Math.max(largest[i], Double.isFinite(values[i]) ? Math.abs(values[i]) : -1);
    }
    if (first == null) {
      first = values.clone();
      firstStep = step;
    }
    lastStep = step;
    System.arraycopy(values, 0, last, 0, values.length);
    if (count > 0 && inLast < perBucket) {
      buckets[count - 1].add(step, values);
      inLast++;
      return;
    }
    if (count == buckets.length) {
      for (int k = 0; 2 * k < count; k++) {
        buckets[k] = buckets[2 * k];
        buckets[k].add(buckets[2 * k + 1]);
      }
      count /= 2;
      Arrays.fill(buckets, count, buckets.length, null);
      perBucket *= 2;
    }
    buckets[count++] = new Bucket(step, values);
    inLast = 1;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** Per sample the largest magnitude at any record, -1 if it never was a number. */
  double[] largest() {
    return largest.clone();
  }

  /**
   * Returns the history of one sample: the first record, per bucket the extremes in the order of
   * their steps, the last record.
   *
   * @param points greatest number of points, at least 4
   */
  Line line(int sample, int points) {
    int group = Math.max(1, (2 * count + points - 3) / (points - 2));
    long[] steps = new long[2 * count + 2];
    double[] values = new double[steps.length];
    int n = 0;
    steps[n] = firstStep;
    values[n++] = first[sample];
    for (int start = 0; start < count; start += group) {
      int least = start;
      int greatest = start;
      for (int k = start + 1; k < Math.min(count, start + group); k++) {
        if (Bucket.replaces(buckets[k].min[sample], buckets[least].min[sample], -1)) {
          least = k;
        }
        if (Bucket.replaces(buckets[k].max[sample], buckets[greatest].max[sample], 1)) {
          greatest = k;
        }
      }
      long minAt = buckets[least].minStep[sample];
      long maxAt = buckets[greatest].maxStep[sample];
      for (boolean min : new boolean[] {minAt <= maxAt, minAt > maxAt}) {
        long at = min ? minAt : maxAt;
        if (at > steps[n - 1]) {
          steps[n] = at;
          values[n++] = min ? buckets[least].min[sample] : buckets[greatest].max[sample];
        }
      }
    }
    if (lastStep > steps[n - 1]) {
      steps[n] = lastStep;
      values[n++] = last[sample];
    }
    return new Line(Arrays.copyOf(steps, n), Arrays.copyOf(values, n));
  }
}
