package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.spectrum.Lanczos;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Residual norm(H v - sharpness v) of {@link Sharpness}: an eigenvalue lies within this distance.
 */
public final class SharpnessResidual implements Metric {

  @Override
  public String id() {
    return "sharpnessResidual";
  }

  @Override
  public Definition definition() {
    return Definition.formula("norm(H v - sharpness v)")
        .parameters("theta")
        .applies("as sharpness")
        .expect("below 1e-6 of sharpness")
        .title("residual of the sharpness")
        .withoutChart();
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
    return end == null ? Absent.VALUE : end.residual();
  }
}
