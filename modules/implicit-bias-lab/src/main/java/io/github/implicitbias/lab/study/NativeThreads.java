package io.github.implicitbias.lab.study;

import org.nd4j.nativeblas.NativeOpsHolder;

/** How many threads ND4J works with. */
final class NativeThreads {

  /** Below this, a step is shorter than the time threads take to meet. */
  private static final long SMALL = 100_000_000;

  private NativeThreads() {}

  /**
   * Gives small networks one thread, which is many times faster than several, unless the user has
   * set {@code OMP_NUM_THREADS}.
   *
   * @param samples number of samples in a step
   * @param parameters number of parameters
   */
  static void fit(long samples, long parameters) {
    if (samples * parameters <= SMALL) {
      one();
    }
  }

  /**
   * Gives ND4J one thread for what the calling thread asks of it, unless the user has set {@code
   * OMP_NUM_THREADS}.
   */
  static void one() {
    if (System.getenv("OMP_NUM_THREADS") == null) {
      NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    }
  }
}
