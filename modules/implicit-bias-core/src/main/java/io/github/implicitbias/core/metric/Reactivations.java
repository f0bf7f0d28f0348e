package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.FlipKind;

/** Number of bits that went from off to on again since the record before. */
public final class Reactivations implements Metric {

  @Override
  public String id() {
    return "reactivations";
  }

  @Override
  public Definition definition() {
    return Definition.formula("entries that went from off to on again")
        .applies("always")
        .expect("none on orthogonal inputs; a few on others; many point to a large step")
        .title("reactivations")
        .unit("flips")
        .withoutChart();
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
