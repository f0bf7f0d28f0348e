package io.github.implicitbias.core.run;

/** One record, without its flips and events. */
public final class RecordView {

  long step;
  int epoch;
  boolean inPlace;
  boolean thinned;
  long millis;
  long watchNanos;
  final double[] values;
  final double[] sampleValues;
  final byte[] map;

  RecordView(int columns, int samples) {
    values = new double[columns];
    sampleValues = new double[samples];
    map = new byte[BlockBuilder.mapBytes(columns)];
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
