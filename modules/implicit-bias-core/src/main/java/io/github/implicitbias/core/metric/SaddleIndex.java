package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.spectrum.Lanczos;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Lowest eigenvalue of the Hessian of the mean unregularised loss of the probe by the trained
 * parameters, piecewise exact: below 0 at a saddle. Otherwise as {@link Sharpness}.
 */
public final class SaddleIndex implements Metric {

  @Override
  public String id() {
    return "saddleIndex";
  }

  @Override
  public Definition definition() {
    return Definition.formula("lowest eigenvalue of the Hessian of L")
        .parameters("theta")
        .applies("as sharpness")
        .source("Jacot et al. 2021*")
        .expect("negative on a plateau that is a saddle, near 0 at a minimum")
        .title("lowest curvature")
        .group("Kernel and sharpness")
        .chart("Lowest curvature");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.onDemand();
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    Lanczos end = ObservedCurvature.smallest(observation);
    return end == null ? Absent.VALUE : end.value();
  }
}
