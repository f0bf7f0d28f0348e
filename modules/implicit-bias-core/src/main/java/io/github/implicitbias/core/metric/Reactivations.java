package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.pattern.FlipKind;

/** Number of bits that went from off to on again since the record before. */
public final class Reactivations implements Metric {

  @Override
  public String id() {
    return "reactivations";
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.pattern(layer).flipCount(FlipKind.REACTIVATION);
  }
}
