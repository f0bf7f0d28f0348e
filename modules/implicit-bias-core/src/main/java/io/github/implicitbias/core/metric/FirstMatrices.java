package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.WeightLayer;

/** The matrices of the first record. */
final class FirstMatrices implements Shared {

  private static final long MOST_KEPT = 1 << 20;

  private boolean started;
  private boolean first;

  @Override
  public void compute(Observation observation) {
    first = !started;
    started = true;
  }

  /** Returns the first weights of a matrix of up to 2^20 entries, null if they are not known. */
  double[] weights(WeightLayer matrix) {
    if ((long) matrix.units() * matrix.inputs() > MOST_KEPT) {
      return null;
    }
    if (first) {
      matrix.keepFirst();
      return matrix.weights();
    }
    return matrix.firstWeights();
  }
}
