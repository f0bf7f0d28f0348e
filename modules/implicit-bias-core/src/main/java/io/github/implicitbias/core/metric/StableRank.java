package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Definition;

/**
 * Stable rank of the matrix of a layer, frobeniusNorm^2 / spectralNorm^2, between 1 and its rank;
 * absent for a matrix of zeros.
 */
public final class StableRank implements Metric {

  @Override
  public String id() {
    return "stableRank";
  }

  @Override
  public Definition definition() {
    return Definition.formula("frobeniusNorm^2 / spectralNorm^2")
        .parameters("matrix")
        .applies("matrix not 0")
        .source("Rudelson and Vershynin 2007*")
        .expect(
            "collapses to 1 or 2 in the first steps from a small start; hardly moves from a large"
                + " one")
        .title("stable rank")
        .group("Norms, balance and rank")
        .chart("Rank of the weight matrix");
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
    return observation.shared(MatrixNorms.class, MatrixNorms::new).stableRank(layer);
  }
}
