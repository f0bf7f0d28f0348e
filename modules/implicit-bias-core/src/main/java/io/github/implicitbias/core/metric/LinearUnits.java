package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.PatternHistory;

/**
 * Number of units that are on for every sample of the probe; absent where a unit stands for several
 * entries of the layer's output.
 */
public final class LinearUnits implements Metric {

  @Override
  public String id() {
    return "linearUnits";
  }

  @Override
  public Definition definition() {
    return Definition.formula("units that are on for every sample")
        .applies("units that are one entry of the output each")
        .expect("units that only add a linear map; a network of them alone is linear on the probe")
        .title("linear units")
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
    PatternHistory pattern = observation.pattern(layer);
    return pattern.isGrouped() ? Absent.VALUE : pattern.linearUnits();
  }
}
