package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.pattern.PatternTranspose;
import io.github.implicitbias.run.PatternHistory;

/** Per tracked layer, the samples grouped by which units are on for them. */
final class SamplePatterns implements Shared {

  private PatternTranspose[] transposes = {};
  private EqualRows[] rows = {};

  static SamplePatterns of(Observation observation) {
    return observation.shared(SamplePatterns.class, SamplePatterns::new);
  }

  /** Returns what it takes to turn a pattern around and to compare the sets of units. */
  static Price price(Dimensions d, NetworkView network) {
    double entries = (double) d.samples() * d.trackedUnits();
    return Price.of(SamplePatterns.class, entries, entries / 4);
  }

  static Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork((double) dimensions.samples() * dimensions.trackedUnits() / 5);
  }

  @Override
  public void compute(Observation observation) {
    if (rows.length != observation.layers()) {
      prepare(observation);
    }
    for (int layer = 0; layer < rows.length; layer++) {
      rows[layer].group(transposes[layer].apply(observation.pattern(layer).current()));
    }
  }

  private void prepare(Observation observation) {
    PatternTranspose[] turned = new PatternTranspose[observation.layers()];
    EqualRows[] grouped = new EqualRows[turned.length];
    for (int layer = 0; layer < turned.length; layer++) {
      PatternHistory pattern = observation.pattern(layer);
      turned[layer] = new PatternTranspose(pattern.units(), pattern.samples());
      grouped[layer] = new EqualRows(pattern.samples(), turned[layer].wordsPerSample());
    }
    transposes = turned;
    rows = grouped;
  }

  EqualRows rows(int layer) {
    return rows[layer];
  }
}
