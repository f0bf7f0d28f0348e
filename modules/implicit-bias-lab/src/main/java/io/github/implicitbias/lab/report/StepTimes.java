package io.github.implicitbias.lab.report;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/** Wall and CPU time of steps: of each of the first million, and in all. */
public final class StepTimes {

  private static final int MOST = 1 << 20;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final long[] wall;
  private final long[] cpu;
  private int measured;
  private long totalWall;

  /** Makes room for as many steps as are coming. */
  public StepTimes(int steps) {
    wall = new long[Math.min(steps, MOST)];
    cpu = new long[wall.length];
  }

  /** Does the work of a step in this thread, and measures it. */
  public void measure(Runnable work) {
    long cpuStart = THREADS.getCurrentThreadCpuTime();
    long start = System.nanoTime();
    work.run();
    long nanos = System.nanoTime() - start;
    totalWall += nanos;
    if (measured < wall.length) {
      wall[measured] = nanos;
      cpu[measured++] = THREADS.getCurrentThreadCpuTime() - cpuStart;
    }
  }

  /** Returns the wall time of all steps, in nanoseconds. */
  public long totalWall() {
    return totalWall;
  }

  /** Returns the median wall time of a step, in nanoseconds. */
  public double medianWall() {
    return median(Arrays.copyOf(wall, measured));
  }

  /** Returns the median CPU time of a step in its thread, in nanoseconds. */
  public double medianCpu() {
    return median(Arrays.copyOf(cpu, measured));
  }

  /**
   * Returns the median, the mean of the two middle values of an even number; sorts its argument.
   */
  public static double median(long[] values) {
    Arrays.sort(values);
    int n = values.length;
    return n == 0 ? Double.NaN : (values[(n - 1) / 2] + values[n / 2]) / 2.0;
  }
}
