package io.github.implicitbias.core.engine;

/**
 * How much the tables of samples at the ends of epochs may take in storage: 64 MB in a run. Until
 * half of it is used every epoch has its table, then every fourth until half of the rest is used,
 * then every sixteenth, and so on. The table of the end of the run is always stored. Thread-safe.
 */
final class VisitBudget {

  static final long MAX_BYTES = 64L << 20;

  private static final int THINNER = 4;
  private static final int MOST = 1 << 28;

  private long left;
  private long half;
  private int every = 1;

  VisitBudget() {
    this(MAX_BYTES);
  }

  VisitBudget(long bytes) {
    left = bytes;
    half = bytes / 2;
  }

  /** Returns true if an epoch is one of those that have a table. */
  synchronized boolean wants(int epoch) {
    return left > 0 && epoch % every == 0;
  }

  /** Takes room for a table; returns false, and ends it all, if there is not enough left. */
  synchronized boolean take(long bytes) {
    if (bytes > left) {
      left = 0;
      return false;
    }
    left -= bytes;
    while (left < half && every < MOST) {
      half = left / 2;
      every *= THINNER;
      if (half == 0) {
        break;
      }
    }
    return true;
  }
}
