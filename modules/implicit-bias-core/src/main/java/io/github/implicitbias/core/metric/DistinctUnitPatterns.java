package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Definition;

/**
 * Number of distinct activation patterns over the units of a layer: how many different sets of
 * samples switch units on. Between 1 and the number of units. Counted exactly, not by hashes alone.
 *
 * <p>Cost O(units x samples / 64).
 */
public final class DistinctUnitPatterns implements Metric {

  @Override
  public String id() {
    return "distinctUnitPatterns";
  }

  @Override
  public Definition definition() {
    return Definition.formula("different sets of samples that switch units on, counted exactly")
        .applies("always")
        .expect("falls from a small start: units become alike")
        .title("distinct patterns of units")
        .unit("patterns")
        .group("Units and patterns")
        .chart("Distinct patterns");
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork((double) dimensions.samples() * dimensions.trackedUnits() / 16);
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.shared(UnitPatterns.class, UnitPatterns::new).rows(layer).groups();
  }
}
