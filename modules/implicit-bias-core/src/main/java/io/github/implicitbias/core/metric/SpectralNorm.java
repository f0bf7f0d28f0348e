package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.spectrum.LargestSingularValue;
import io.github.implicitbias.run.Definition;

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
  public Definition definition() {
    return Definition.formula(
            "largest singular value s_1, by Lanczos on the smaller Gram matrix with full"
                + " orthogonalization, started from the vector of the evaluation before and a fixed"
                + " direction; all steps up to 8 rows or columns")
        .parameters("matrix")
        .applies("matrix")
        .expect("carries nearly all of the Frobenius norm once the rank has collapsed")
        .title("spectral norm")
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
    return observation.shared(MatrixNorms.class, MatrixNorms::new).spectral(layer);
  }
}
