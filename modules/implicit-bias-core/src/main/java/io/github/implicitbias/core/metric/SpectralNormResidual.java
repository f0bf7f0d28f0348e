package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.spectrum.LargestSingularValue;
import io.github.implicitbias.run.Definition;

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
  public Definition definition() {
    return Definition.formula(
            "norm of (A v - s_1^2 v) / s_1^2, A the Gram matrix: a singular value of the matrix is"
                + " within half of it, relatively; the error of s_1 is about its square over the"
                + " relative gap to s_2. Stops below 1e-7")
        .parameters("matrix")
        .applies("matrix not 0")
        .expect("below 1e-7")
        .title("residual of the spectral norm")
        .withoutChart();
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
