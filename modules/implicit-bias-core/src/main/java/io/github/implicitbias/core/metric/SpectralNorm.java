package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.spectrum.LargestSingularValue;

/**
 * Largest singular value of the matrix of a layer, see {@link LargestSingularValue}; how exact it
 * is says {@link SpectralNormResidual}.
 */
public final class SpectralNorm implements Metric {

  @Override
  public String id() {
    return "spectralNorm";
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
    return observation.shared(MatrixNorms.class, MatrixNorms::new).spectral(layer);
  }
}
