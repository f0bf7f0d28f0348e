package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RecordVisitor;

/** Sees the values of one column per sample or per unit. */
final class RowVisitor implements RecordVisitor {

  /** Takes the values at a step; they change when the next record is read. */
  @FunctionalInterface
  public interface Rows {
    void add(long step, double[] values);
  }

  private final boolean ofUnits;
  private final int column;
  private final Rows rows;
  private long step;

  /**
   * Makes a visitor.
   *
   * @param column number of the unit column, or of the sample column
   */
  public RowVisitor(boolean ofUnits, int column, Rows rows) {
    this.ofUnits = ofUnits;
    this.column = column;
    this.rows = rows;
  }

  @Override
  public void record(Record record) {
    step = record.step();
  }

  @Override
  public void sampleValues(int valuesColumn, double[] values) {
    if (!ofUnits && valuesColumn == column) {
      rows.add(step, values);
    }
  }

  @Override
  public void unitValues(int valuesColumn, double[] values) {
    if (ofUnits && valuesColumn == column) {
      rows.add(step, values);
    }
  }
}
