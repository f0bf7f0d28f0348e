package io.github.implicitbias.run.format;

/** One record, without its flips and events. */
public final class RecordView {

  public long step;
  public int epoch;
  public boolean inPlace;
  public boolean thinned;
  public long millis;
  public long watchNanos;
  public final double[] values;
  private final double[][] rows;
  final byte[] map;

  public RecordView(RunHeader header) {
    int columns = header.columns().size();
    values = new double[columns];
    rows = new double[header.layers().size() + 1][];
    map = new byte[BlockBuilder.mapBytes(columns)];
  }

  /** Returns room for a row; rows of the samples, and of the same layer, share it. */
  double[] row(RunHeader header, int row) {
    int of = header.rowLayer(row) + 1;
    if (rows[of] == null) {
      rows[of] = new double[header.rowLength(row)];
    }
    return rows[of];
  }

  /** Returns the number of updates done. */
  public long step() {
    return step;
  }

  public int epoch() {
    return epoch;
  }

  /** Returns true if the record was read from the activations that training had just computed. */
  public boolean inPlace() {
    return inPlace;
  }

  /** Returns true if records between this and the one before were left out to save memory. */
  public boolean thinned() {
    return thinned;
  }

  /** Returns when it was recorded, in milliseconds since 1970 UTC. */
  public long millis() {
    return millis;
  }

  /** Returns how long watching took since the record before, in nanoseconds. */
  public long watchNanos() {
    return watchNanos;
  }

  /** Returns the value of a column, see {@link RunHeader#columnNumber}. */
  public double value(int column) {
    return values[column];
  }
}
