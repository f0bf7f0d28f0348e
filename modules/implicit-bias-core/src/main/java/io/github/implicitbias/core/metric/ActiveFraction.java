package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.pattern.PatternHistory;

/** Share of the entries (unit, sample) that are on, between 0 and 1. */
public final class ActiveFraction implements Metric {

  @Override
  public String id() {
    return "activeFraction";
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    PatternHistory pattern = observation.pattern(layer);
    return (double) pattern.activeEntries() / ((double) pattern.units() * pattern.samples());
  }
}
