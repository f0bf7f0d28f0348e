package io.github.implicitbias.run;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One record of a run: what was observed at one step. A record is a carrier that is used again:
 * whoever makes records fills one, {@link io.github.implicitbias.run.format.BlockBuilder} encodes
 * it; whoever reads a run is shown one record after the other, each valid during the call only.
 *
 * <p>On the way out, rows and events are part of it; on the way in, they come one by one, see
 * {@link io.github.implicitbias.run.format.RecordVisitor}.
 */
public final class Record {

  private static final double[][] NO_ROWS = {};

  private final double[] values;
  private final EventBuffer events = new EventBuffer();
  private double[] @Nullable [] rows = NO_ROWS;
  private long step;
  private int epoch;
  private boolean inPlace;
  private boolean observed = true;
  private boolean thinned;
  private long millis;
  private long watchNanos;

  /**
   * Makes an empty record.
   *
   * @param columns number of columns of the run
   */
  public Record(int columns) {
    values = new double[columns];
    Arrays.fill(values, Absent.VALUE);
  }

  /**
   * Begins to describe a step.
   *
   * @param atStep number of updates done, at least 0
   * @param atEpoch at least 0
   * @param readInPlace true if it is read from the activations that training has just computed
   */
  public void at(long atStep, int atEpoch, boolean readInPlace) {
    step = atStep;
    epoch = atEpoch;
    inPlace = readInPlace;
    observed = true;
    thinned = false;
  }

  /**
   * Says that the probe was not observed at this step: the record has what training itself has
   * shown, no pattern and no flips.
   */
  public void unobserved() {
    observed = false;
    inPlace = false;
  }

  /** Says that records between this and the one before were left out to save memory. */
  public void thinned(boolean someLeftOut) {
    thinned = someLeftOut;
  }

  /**
   * Says when it was recorded and what watching took since the record before.
   *
   * @param at milliseconds since 1970 UTC
   * @param nanos nanoseconds
   */
  public void recorded(long at, long nanos) {
    millis = at;
    watchNanos = nanos;
  }

  /** Sets the value of a column. */
  public void set(int column, double value) {
    values[column] = value;
  }

  /**
   * Sets the values per sample and per unit.
   *
   * @param perRow one array per row of the header, null for a row that has no values at this
   *     record; those at the end may be missing, and null stands for no rows at all. They are read
   *     when the record is encoded
   */
  public void rows(double @Nullable [] @Nullable [] perRow) {
    rows = perRow == null ? NO_ROWS : perRow;
  }

  /** Becomes what another record of the same run is, its rows and events left aside. */
  public void copy(Record other) {
    at(other.step, other.epoch, other.inPlace);
    observed = other.observed;
    thinned(other.thinned);
    recorded(other.millis, other.watchNanos);
    System.arraycopy(other.values, 0, values, 0, values.length);
  }

  /** Returns the number of updates done. */
  public long step() {
    return step;
  }

  /** Returns the epoch. */
  public int epoch() {
    return epoch;
  }

  /**
   * Returns true if the probe was observed at this step. Otherwise values that describe it are
   * absent, and its pattern is that of the last record at which it was.
   */
  public boolean isObserved() {
    return observed;
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

  /** Returns the value of a column, by its place among the columns of the run. */
  public double value(int column) {
    return values[column];
  }

  /** Returns the values of all columns, to be written by whoever makes the record. */
  public double[] values() {
    return values;
  }

  /** Returns the rows as set last, null for one without values. */
  public double[] @Nullable [] rows() {
    return rows;
  }

  /** Returns the events of the record that is being made. */
  public EventBuffer events() {
    return events;
  }
}
