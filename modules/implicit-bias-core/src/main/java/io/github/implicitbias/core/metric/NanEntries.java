package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Definition;

/** Number of entries (unit, sample) that are not a number; they are counted as off. */
public final class NanEntries implements Metric {

  @Override
  public String id() {
    return "nanEntries";
  }

  @Override
  public Definition definition() {
    return Definition.formula("entries whose pre-activation is not a number; they count as off")
        .applies("always")
        .expect("0; anything else means that training has diverged")
        .title("entries that are not numbers")
        .unit("entries")
        .withoutChart();
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.pattern(layer).nanEntries();
  }
}
