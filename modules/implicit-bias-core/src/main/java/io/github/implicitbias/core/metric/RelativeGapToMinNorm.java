package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.Absent;

/** {@link GapToMinNorm} divided by the norm of the shortest solution; absent if that is 0. */
public final class RelativeGapToMinNorm implements Metric {

  @Override
  public String id() {
    return "relativeGapToMinNorm";
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
  public double evaluate(Observation observation, int layer) {
    MinNormReference reference = MinNormReference.of(observation);
    double gap = reference.gap();
    return Absent.is(gap) || reference.norm() == 0 ? Absent.VALUE : gap / reference.norm();
  }
}
