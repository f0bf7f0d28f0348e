package io.github.implicitbias.core.metric;

/**
 * cos(theta, theta_0), over the trained parameters, theta_0 being those of the first record. Up to
 * 131,072 parameters it is computed from the weights, beyond that, and where the network has
 * parameters other than weights and biases, from the norms of theta, theta_0 and their difference;
 * then it is absent where their rounding could matter by more than 1e-3.
 */
public final class CosineToInit implements Metric {

  @Override
  public String id() {
    return "cosineToInit";
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Matrices.passCadence(dimensions);
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.shared(Initial.class, Initial::new).cosine(observation);
  }
}
