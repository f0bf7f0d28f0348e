package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.norm.ScalarProduct;

/**
 * How fast this machine is, in operations as prices count them. Measured once, in 20 to 60 ms, and
 * only for runs that are so large that it matters.
 */
final class MachineSpeed {

  /** What an operation takes on the machine on which prices were measured. */
  static final double USUAL = 0.5;

  /** How much slower than that, or faster, another machine may be said to be. */
  static final double SLOWEST = 3;

  private static final int LENGTH = 1 << 15;
  private static final int RUNS = 400;
  private static final long MOST_NANOS = 60_000_000;

  /** An operation of a price, in entries of a scalar product within the cache. */
  private static final double ENTRIES = 1.2;

  private MachineSpeed() {}

  private static double measured;

  private static double measure() {
    double[] entries = new double[LENGTH];
    for (int k = 0; k < LENGTH; k++) {
      entries[k] = 1.0 / (k + 1);
    }
    double sum = 0;
    double best = Double.POSITIVE_INFINITY;
    long began = CpuClock.nanos();
    // Most of this goes by before the product is compiled.
    for (int run = 0; run < RUNS && CpuClock.nanos() - began < MOST_NANOS; run++) {
      long start = System.nanoTime();
      sum += ScalarProduct.of(entries, 0, entries, 0, LENGTH);
      best = Math.min(best, System.nanoTime() - start);
    }
    double nanos = sum > 0 ? ENTRIES * best / LENGTH : USUAL;
    // Code that was not compiled in time, or a clock that stands, says nothing.
    return Math.max(USUAL / SLOWEST, Math.min(USUAL * SLOWEST, nanos));
  }

  /**
   * Returns the nanoseconds that an operation of a price takes; the usual number where memory is
   * out. It is not measured when the class is loaded: a class over which that fails stays unusable.
   */
  static synchronized double nanosPerOperation() {
    try {
      measured = measured > 0 ? measured : measure();
      return measured;
    } catch (OutOfMemoryError e) {
      return USUAL;
    }
  }
}
