package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.PatternHistory;

/**
 * Share of the entries (unit, sample) that are on, between 0 and 1; masked entries do not count.
 * Absent if there is no entry.
 */
public final class ActiveFraction implements Metric {

  @Override
  public String id() {
    return "activeFraction";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "share of the entries (unit, sample) with z > 0; masked entries do not count")
        .applies("some entry")
        .expect("about a half at a symmetric start; falls as units specialise")
        .title("share of entries that are on")
        .group("Units and patterns")
        .chart("Share of entries that are on");
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    PatternHistory pattern = observation.pattern(layer);
    long entries = pattern.possibleEntries();
    return entries == 0 ? Absent.VALUE : (double) pattern.activeEntries() / entries;
  }
}
