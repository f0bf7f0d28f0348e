package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Definition;

/** Number of units that are off for every sample of the probe. */
public final class DeadUnits implements Metric {

  @Override
  public String id() {
    return "deadUnits";
  }

  @Override
  public Definition definition() {
    return Definition.formula("units that are off for every sample")
        .applies("always")
        .expect("a growing number wastes capacity; from a large step or a bias far below 0")
        .title("dead units")
        .unit("units")
        .group("Units and patterns")
        .chart("Units");
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.pattern(layer).deadUnits();
  }
}
