package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.spectrum.LargestSingularValue;

/**
 * Relative residual of {@link SpectralNorm}, see {@link LargestSingularValue#residual}; absent for
 * a matrix of zeros.
 */
public final class SpectralNormResidual implements Metric {

  @Override
  public String id() {
    return "spectralNormResidual";
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
    return observation.shared(MatrixNorms.class, MatrixNorms::new).residual(layer);
  }
}
