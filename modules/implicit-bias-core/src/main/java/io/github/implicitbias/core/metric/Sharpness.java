package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.spectrum.Lanczos;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Largest eigenvalue of the Hessian of the mean unregularised loss of the probe by the trained
 * parameters, piecewise exact, by Lanczos on Hessian-vector products; how exact it is says {@link
 * SharpnessResidual}. For stacks of dense layers and losses whose second derivative is known, up to
 * 250,000 parameters.
 */
public final class Sharpness implements Metric {

  @Override
  public String id() {
    return "sharpness";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "largest eigenvalue of the Hessian of L, piecewise exact, by Lanczos on Hessian-vector"
                + " products with full orthogonalization")
        .parameters("theta")
        .applies(
            "stack, second derivative of the loss known, up to 250,000 parameters and 10^8"
                + " operations per product")
        .source("Cohen et al. 2021*")
        .expect("rises until about 2 / rate and hovers there (edge of stability)")
        .title("sharpness")
        .group("Kernel and sharpness")
        .chart("Sharpness");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return ObservedCurvature.cadence(dimensions);
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    Lanczos end = ObservedCurvature.largest(observation);
    return end == null ? Absent.VALUE : end.value();
  }
}
