package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Definition;

/**
 * Frobenius norm of the matrix of a layer, units x inputs, without biases; absent for layers
 * without one matrix.
 */
public final class FrobeniusNorm implements Metric {

  @Override
  public String id() {
    return "frobeniusNorm";
  }

  @Override
  public Definition definition() {
    return Definition.formula("sqrt(sum w_jk^2)")
        .parameters("matrix")
        .applies("matrix")
        .expect("as parameterNorm, layer by layer")
        .title("Frobenius norm")
        .group("Norms, balance and rank")
        .chart("Norms of the weight matrix");
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Matrices.normCadence(dimensions);
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.shared(MatrixNorms.class, MatrixNorms::new).frobenius(layer);
  }
}
