package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.pattern.HammingDistance;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.PatternHistory;

/**
 * Number of entries (unit, sample) whose bit differs from that at the first record. The distance to
 * the record before is the sum of {@link Activations}, {@link Reactivations} and {@link
 * Deactivations}, and has no metric of its own.
 *
 * <p>Cost O(units x samples / 64).
 */
public final class HammingToInit implements Metric {

  @Override
  public String id() {
    return "hammingToInit";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "entries whose bit differs from that at the first record; the distance to the record"
                + " before is the sum of the three counts of flips")
        .applies("always")
        .source("Chizat et al. 2019*")
        .expect("near 0 in the lazy regime, a large share of all entries in the rich one")
        .title("bits that differ from the first record")
        .unit("bits")
        .group("Units and patterns")
        .chart("Bits that differ from the first record");
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork((double) dimensions.samples() * dimensions.trackedUnits() / 64);
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    PatternHistory pattern = observation.pattern(layer);
    long[] now = pattern.current();
    return HammingDistance.between(now, pattern.first(), now.length);
  }
}
