package io.github.implicitbias.run;

import java.util.Arrays;

/** Collects the points of a series. */
final class SeriesBuilder {

  private long[] steps = new long[16];
  private double[] values = new double[16];
  private int size;

  /** Adds a point; steps increase. */
  public void add(long step, double value) {
    if (size == steps.length) {
      steps = Arrays.copyOf(steps, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    steps[size] = step;
    values[size++] = value;
  }

  /** Returns the points so far. */
  public Series series() {
    return new Series(Arrays.copyOf(steps, size), Arrays.copyOf(values, size));
  }
}
