package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.FlipKind;

/** Number of bits that went from off to on for the first time since the record before. */
public final class Activations implements Metric {

  @Override
  public String id() {
    return "activations";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "entries that went from off to on for the first time since the record before")
        .applies("always")
        .expect("many in the first steps, then silence")
        .title("activations")
        .unit("flips")
        .withoutChart();
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.pattern(layer).flipCount(FlipKind.ACTIVATION);
  }
}
