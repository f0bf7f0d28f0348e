package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Definition;

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
  public Definition definition() {
    return Definition.formula(
            "cos(theta, theta_0), by the product itself up to 131,072 parameters if every trained"
                + " parameter is a weight or bias seen by the view; otherwise from the three norms,"
                + " absent where their rounding could exceed 1e-3")
        .parameters("theta")
        .applies("neither is 0")
        .source("Chizat et al. 2019*")
        .expect("near 1 in the lazy regime, near 0 in the rich one")
        .title("cosine to the start")
        .group("Distance to reference solutions")
        .chart("Direction: cosine to the start");
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
  public Needs needs() {
    return Initial.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.shared(Initial.class, Initial::new).cosine(observation);
  }
}
