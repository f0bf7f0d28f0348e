package io.github.implicitbias.lab.report;

import io.github.implicitbias.run.Run;
import java.util.Arrays;

/**
 * What watching took in the training thread: once, at the first record, which loads classes and
 * makes the shadow network, and at a step, as the median over all other records.
 */
final class WatchingCost {

  private final long startNanos;
  private final long allNanos;
  private final double medianNanos;

  private WatchingCost(long startNanos, long allNanos, double medianNanos) {
    this.startNanos = startNanos;
    this.allNanos = allNanos;
    this.medianNanos = medianNanos;
  }

  /** Reads the cost off the records of a run. */
  public static WatchingCost of(Run run) {
    long[] nanos = new long[(int) Math.min(run.size(), 1 << 20)];
    int[] count = {0};
    run.visit(
        record -> {
          if (count[0] < nanos.length) {
            nanos[count[0]++] = record.watchNanos();
          }
        });
    long start = count[0] == 0 ? 0 : nanos[0];
    double median = StepTimes.median(Arrays.copyOfRange(nanos, Math.min(1, count[0]), count[0]));
    return new WatchingCost(start, run.watchNanos(), median);
  }

  /** Returns the time at the first record, in nanoseconds. */
  public long startNanos() {
    return startNanos;
  }

  /** Returns the time at all records, in nanoseconds. */
  public long allNanos() {
    return allNanos;
  }

  /** Returns the median time at a record, the first left out, in nanoseconds. */
  public double medianNanos() {
    return medianNanos;
  }
}
