package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/** {@link GapToMinNorm} divided by the norm of the shortest solution; absent if that is 0. */
public final class RelativeGapToMinNorm implements Metric {

  @Override
  public String id() {
    return "relativeGapToMinNorm";
  }

  @Override
  public Definition definition() {
    return Definition.formula("gapToMinNorm / norm(w*)")
        .parameters("first-layer space")
        .applies("w* not 0")
        .source("arXiv:2603.04895 (abstract)")
        .expect("about sqrt(n / d) in high dimension")
        .title("relative distance to the minimum-norm solution")
        .group("Distance to reference solutions")
        .chart("Distance to the minimum-norm solution");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Matrices.passCadence(dimensions);
  }

  @Override
  public Needs needs() {
    return MinNormReference.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    MinNormReference reference = MinNormReference.of(observation);
    double gap = reference.gap();
    return Absent.is(gap) || reference.norm() == 0 ? Absent.VALUE : gap / reference.norm();
  }
}
