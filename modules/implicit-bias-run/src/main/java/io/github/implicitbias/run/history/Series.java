package io.github.implicitbias.run.history;

/** Values of one column at increasing steps. */
public final class Series {

  private final long[] steps;
  private final double[] values;

  Series(long[] steps, double[] values) {
    this.steps = steps;
    this.values = values;
  }

  /** Returns the number of points. */
  public int size() {
    return steps.length;
  }

  /** Returns the step of a point, {@code 0 <= i < size()}. */
  public long step(int i) {
    return steps[i];
  }

  /** Returns the value of a point. */
  public double value(int i) {
    return values[i];
  }

  /** Returns a copy of the steps. */
  public long[] steps() {
    return steps.clone();
  }

  /** Returns a copy of the values. */
  public double[] values() {
    return values.clone();
  }
}
