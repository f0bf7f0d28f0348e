package io.github.implicitbias.lab.report;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far long work is: a bar on a terminal, a line per tenth elsewhere. */
public final class WorkProgress implements AutoCloseable {

  /** Work that is done sooner than this needs no lines. */
  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final PrintWriter lines;
  private final String what;
  private final String unit;
  private final long total;
  private final long start = System.nanoTime();
  private @Nullable ProgressBar bar;
  private long done;
  private long tenths;

  private WorkProgress(
      PrintWriter lines, String what, String unit, long total, @Nullable ProgressBar bar) {
    this.lines = lines;
    this.what = what;
    this.unit = unit;
    this.total = total;
    this.bar = bar;
  }

  /** Shows progress that is counted in steps. */
  public static WorkProgress of(PrintWriter err, String what, long total) {
    return of(err, what, "step", total);
  }

  /** Shows progress that is counted in something else than steps. */
  public static WorkProgress of(PrintWriter err, String what, String unit, long total) {
    ProgressBar bar = null;
    if (Terminal.isThere()) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(what)
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .build();
    }
    return new WorkProgress(err, what, unit, total, bar);
  }

  /** Notes that one more step is done. */
  public void step() {
    done++;
    if (bar != null) {
      bar.step();
    } else if (done * 10 / total > tenths) {
      tenths = done * 10 / total;
      if (System.nanoTime() - start > SILENT_NANOS) {
        lines.println(what + ": " + 10 * tenths + " %, " + unit + " " + done + " of " + total);
      }
    }
  }

  /** Takes the bar away; closing twice is allowed. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
