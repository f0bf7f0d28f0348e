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

  public long step(int i) {
    return steps[i];
  }

  public double value(int i) {
    return values[i];
  }

  public long[] steps() {
    return steps.clone();
  }

  public double[] values() {
    return values.clone();
  }
}
