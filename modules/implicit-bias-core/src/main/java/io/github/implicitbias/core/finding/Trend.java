package io.github.implicitbias.core.finding;

import java.util.Arrays;

/**
 * One number over the steps of a run, as means over stretches of consecutive records: at most 64 of
 * them, all of as many records but the last. Values that are absent or not finite are left out.
 * Adding takes constant time and allocates nothing.
 */
public final class Trend {

  static final int MOST = 64;

  private final double[] sums = new double[MOST];
  private final int[] counts = new int[MOST];
  private final long[] lastSteps = new long[MOST];
  private int size;
  private int width = 1;
  private long count;
  private double first;
  private double last;
  private long firstStep = -1;
  private long lastStep = -1;
  private double least = Double.POSITIVE_INFINITY;
  private double greatest = Double.NEGATIVE_INFINITY;

  Trend() {}

  void add(long step, double value) {
    if (!Double.isFinite(value)) {
      return;
    }
    if (count == 0) {
      first = value;
      firstStep = step;
    }
    count++;
    last = value;
    lastStep = step;
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
    if (size == 0 || counts[size - 1] == width) {
      if (size == MOST) {
        halve();
      }
      sums[size] = 0;
      counts[size] = 0;
      size++;
    }
    sums[size - 1] += value;
    counts[size - 1]++;
    lastSteps[size - 1] = step;
  }

  private void halve() {
    for (int k = 0; k < MOST / 2; k++) {
      sums[k] = sums[2 * k] + sums[2 * k + 1];
      counts[k] = counts[2 * k] + counts[2 * k + 1];
      lastSteps[k] = lastSteps[2 * k + 1];
    }
    Arrays.fill(sums, MOST / 2, MOST, 0);
    Arrays.fill(counts, MOST / 2, MOST, 0);
    size = MOST / 2;
    width *= 2;
  }

  /** Returns how many values there were. */
  public long count() {
    return count;
  }

  /** Returns true if there was a value. */
  public boolean isKnown() {
    return count > 0;
  }

  /** Returns the first value; 0 if there is none. */
  public double first() {
    return first;
  }

  /** Returns the last value; 0 if there is none. */
  public double last() {
    return last;
  }

  /** Returns the step of the first value, -1 if there is none. */
  public long firstStep() {
    return firstStep;
  }

  /** Returns the step of the last value, -1 if there is none. */
  public long lastStep() {
    return lastStep;
  }

  /** Returns the least value; infinite if there is none. */
  public double least() {
    return least;
  }

  /** Returns the greatest value; negative infinite if there is none. */
  public double greatest() {
    return greatest;
  }

  /** Returns the number of stretches. */
  public int size() {
    return size;
  }

  /** Returns the mean over a stretch, {@code 0 <= k < size()}. */
  public double mean(int k) {
    return sums[k] / counts[k];
  }

  /** Returns the step of the last value of a stretch. */
  public long step(int k) {
    return lastSteps[k];
  }

  /**
   * Returns the mean over the last part of the values, at least one stretch.
   *
   * @param share of the stretches, from 0 to 1
   */
  public double meanOfLast(double share) {
    return mean(size - Math.max(1, (int) Math.round(share * size)), size);
  }

  /** Returns the mean over the first part of the values, as {@link #meanOfLast}. */
  public double meanOfFirst(double share) {
    return mean(0, Math.max(1, (int) Math.round(share * size)));
  }

  /**
   * Returns the mean over stretches.
   *
   * @param to behind the last one
   */
  public double mean(int from, int to) {
    double sum = 0;
    long values = 0;
    for (int k = Math.max(0, from); k < to; k++) {
      sum += sums[k];
      values += counts[k];
    }
    return sum / values;
  }
}
