package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.FlipKind;

/** Number of bits that went from on to off since the record before. */
public final class Deactivations implements Metric {

  @Override
  public String id() {
    return "deactivations";
  }

  @Override
  public Definition definition() {
    return Definition.formula("entries that went from on to off")
        .applies("always")
        .expect("many in the first steps, then silence")
        .title("deactivations")
        .unit("flips")
        .withoutChart();
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.pattern(layer).flipCount(FlipKind.DEACTIVATION);
  }
}
