package io.github.implicitbias.benchmarks;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What one watcher costs on one network: the pairs that were measured, and one table row. */
final class CostRow {

  static final String HEAD =
      "| Network | Watched by | Bare step, CPU ms | Callbacks, us | Threads, us | Added CPU |"
          + " 95 % interval | Wall ratio | 95 % interval | Flips per record | Times ours |\n"
          + "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|";

  private final String network;
  private final Watcher watcher;
  private final double[] bareStep;
  private final double[] callbacks;
  private final double[] threads;
  private final double[] added;
  private final double[] wall;
  private double flips;

  CostRow(String network, Watcher watcher, int pairs) {
    this.network = network;
    this.watcher = watcher;
    this.bareStep = new double[pairs];
    this.callbacks = new double[pairs];
    this.threads = new double[pairs];
    this.added = new double[pairs];
    this.wall = new double[pairs];
  }

  Watcher watcher() {
    return watcher;
  }

  /** Takes one pair of slices of equally many steps. */
  void pair(int number, int steps, Trainee bare, Trainee watched, long clockCost) {
    double inCallbacks = watched.callbackNanos(clockCost);
    double inThreads = watched.threadNanos();
    bareStep[number] = (double) bare.sliceCpu() / steps;
    callbacks[number] = inCallbacks / steps;
    threads[number] = inThreads / steps;
    added[number] = (inCallbacks + inThreads) / bare.sliceCpu();
    wall[number] = (double) watched.sliceWall() / bare.sliceWall();
  }

  void flipsPerRecord(double number) {
    flips = number;
  }

  /** Returns the added CPU time as a share of the bare step's. */
  Median added() {
    return new Median(added);
  }

  /** Returns the row; {@code ours} is that of our listener on the same network, or null. */
  String markdown(@Nullable CostRow ours) {
    Median share = added();
    Median ratio = new Median(wall);
    double times = ours == null ? Double.NaN : share.value() / ours.added().value();
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.3f | %.1f | %.1f | %.2f %% | %.2f to %.2f %% | %.3f | %.3f to %.3f | %s | %s"
            + " |",
        network,
        watcher.title(),
        new Median(bareStep).value() / 1e6,
        new Median(callbacks).value() / 1e3,
        new Median(threads).value() / 1e3,
        100 * share.value(),
        100 * share.low(),
        100 * share.high(),
        ratio.value(),
        ratio.low(),
        ratio.high(),
        Double.isNaN(flips) ? "" : String.format(Locale.ROOT, "%.1f", flips),
        Double.isNaN(times) || ours == this ? "" : String.format(Locale.ROOT, "%.0f", times));
  }
}
