package io.github.implicitbias.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/** CPU time of threads, and what reading it costs. */
final class CpuClock {

  private static final int READINGS = 20_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private CpuClock() {}

  /** Returns the CPU time of the calling thread in nanoseconds. */
  static long now() {
    return THREADS.getCurrentThreadCpuTime();
  }

  /** Returns the CPU time of a thread in nanoseconds, -1 if it has ended. */
  static long of(long threadId) {
    return THREADS.getThreadCpuTime(threadId);
  }

  static long[] threadIds() {
    return THREADS.getAllThreadIds();
  }

  /** Returns what lies between two readings with nothing in between: the median of many. */
  static long cost() {
    long[] costs = new long[READINGS];
    for (int i = 0; i < READINGS; i++) {
      long start = now();
      costs[i] = now() - start;
    }
    Arrays.sort(costs);
    return costs[READINGS / 2];
  }
}
