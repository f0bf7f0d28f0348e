package io.github.implicitbias.page;

/** The numbers of one row at one record: one per sample, or one per unit. */
final class Row {

  private final long step;
  private final double[] values;

  /** Makes a row; the numbers are kept, not copied. */
  public Row(long step, double[] values) {
    this.step = step;
    this.values = values;
  }

  /** Returns the step of the record. */
  public long step() {
    return step;
  }

  /** Returns how many numbers there are. */
  public int size() {
    return values.length;
  }

  /** Returns one of the numbers. */
  public double value(int i) {
    return values[i];
  }

  /** Returns the numbers. */
  public double[] values() {
    return values.clone();
  }
}
