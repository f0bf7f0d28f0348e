package io.github.implicitbias.core.engine;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** The CPU time of the current thread; where that does not exist, wall-clock time. */
final class CpuClock {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final boolean EXISTS = exists();

  private CpuClock() {}

  private static boolean exists() {
    return THREADS.isCurrentThreadCpuTimeSupported()
        && THREADS.isThreadCpuTimeEnabled()
        && THREADS.getCurrentThreadCpuTime() >= 0;
  }

  /** Returns true if threads have CPU clocks here. */
  static boolean isThere() {
    return EXISTS;
  }

  /** Returns a time in nanoseconds; only differences within one thread mean something. */
  static long nanos() {
    return EXISTS ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
  }
}
