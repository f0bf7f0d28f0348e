package io.github.implicitbias.core.metric;

/**
 * Cadences at which a group of metrics takes no more than a share of a training step.
 *
 * <p>Work is in operations of plain Java code, of which about two are done in a nanosecond. A step
 * of DL4J takes about {@value #STEP} of them whatever the network, and 6 samples x parameters
 * floating point operations in matrix products, which are {@value #FASTER} times as fast.
 */
final class Work {

  private static final double STEP = 1.2e6;
  private static final double FASTER = 25;
  private static final int USUAL_BATCH = 128;
  private static final double FULL_SHARE = 0.1;
  private static final int[] RECORDS = {1, 5, 10, 25, 50, 100, 250, 500, 1000};

  private Work() {}

  /** Returns the cadence of a group of the preset STANDARD that may take a share of a step. */
  static Cadence standard(double operations, double share, Dimensions dimensions) {
    return cadence(operations, share * step(dimensions), 1);
  }

  /** Returns the cadence of a group of the preset FULL. */
  static Cadence full(double operations, Dimensions dimensions) {
    return cadence(operations, FULL_SHARE * step(dimensions), 50);
  }

  private static double step(Dimensions d) {
    double batch = Math.min(d.samples(), USUAL_BATCH);
    return STEP + 6 * batch * d.parameters() / FASTER;
  }

  private static Cadence cadence(double operations, double perRecord, int least) {
    for (int records : RECORDS) {
      if (records >= least && operations <= perRecord * records) {
        return Cadence.every(records);
      }
    }
    return Cadence.onDemand();
  }
}
