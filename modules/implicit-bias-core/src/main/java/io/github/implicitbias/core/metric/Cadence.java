package io.github.implicitbias.core.metric;

import org.jspecify.annotations.Nullable;

/**
 * How often a metric is computed: at every record, at every k-th record, or on demand. Whatever the
 * cadence, the first and the last record of a run have the value; on demand means only those, and
 * the records for which it was asked.
 */
public final class Cadence {

  /** Work, in floating point operations, that is worth doing at every record. */
  private static final double CHEAP = 4_000;

  private static final int[] STEPS = {1, 5, 10, 25, 50, 100, 250, 500, 1000};

  private static final Cadence EVERY_RECORD = new Cadence(1);
  private static final Cadence ON_DEMAND = new Cadence(0);

  private final int records;

  private Cadence(int records) {
    this.records = records;
  }

  public static Cadence everyRecord() {
    return EVERY_RECORD;
  }

  /**
   * Returns the cadence of records 0, k, 2k, ... of a run, counted in records, not in steps.
   *
   * @throws IllegalArgumentException if {@code k < 1}
   */
  public static Cadence every(int k) {
    if (k < 1) {
      throw new IllegalArgumentException(
          "every(" + k + "): give a number of records of at least 1");
    }
    return k == 1 ? EVERY_RECORD : new Cadence(k);
  }

  public static Cadence onDemand() {
    return ON_DEMAND;
  }

  /**
   * Returns the cadence at which work amounts to at most about {@value #CHEAP} floating point
   * operations per record on average, on demand if that would be seldomer than every 1000 records.
   *
   * @param operations floating point operations of one evaluation
   */
  public static Cadence ofWork(double operations) {
    for (int k : STEPS) {
      if (operations <= CHEAP * k) {
        return every(k);
      }
    }
    return ON_DEMAND;
  }

  /**
   * Returns the cadence at which work takes at most a share of the training steps between two
   * records that have its result, on demand if that would be seldomer than every 1000 records.
   *
   * @param operations operations of plain Java code of one evaluation
   * @param share of the operations of a training step, see docs/performance.md
   * @param dimensions of the network, from which the operations of a step follow
   */
  public static Cadence ofShare(double operations, double share, Dimensions dimensions) {
    return Work.standard(operations, share, dimensions);
  }

  /**
   * Returns the cadence of work that may take as much of a training step as the dear metrics of the
   * preset FULL: at every 50th record at most.
   *
   * @param operations operations of plain Java code of one evaluation
   * @param dimensions of the network, from which the operations of a step follow
   */
  public static Cadence ofDearWork(double operations, Dimensions dimensions) {
    return Work.full(operations, dimensions);
  }

  /** Returns true if the value is due at a record, counted from 0. */
  public boolean isDue(long record) {
    return records > 0 && record % records == 0;
  }

  /** Returns the distance in records, 0 for on demand. */
  public int records() {
    return records;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Cadence && ((Cadence) other).records == records;
  }

  @Override
  public int hashCode() {
    return records;
  }

  @Override
  public String toString() {
    return records == 0
        ? "on demand"
        : records == 1 ? "every record" : "every " + records + " records";
  }
}
