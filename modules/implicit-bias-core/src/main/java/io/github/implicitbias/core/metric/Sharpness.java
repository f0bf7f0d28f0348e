package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.Absent;
import io.github.implicitbias.core.spectrum.Lanczos;

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
