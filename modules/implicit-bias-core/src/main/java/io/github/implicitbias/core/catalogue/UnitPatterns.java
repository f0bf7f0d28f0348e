package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.PatternHistory;

/** Per tracked layer, the units grouped by the samples for which they are on. */
final class UnitPatterns implements Shared {

  private EqualRows[] rows = {};

  @Override
  public void compute(Observation observation) {
    if (rows.length != observation.layers()) {
      prepare(observation);
    }
    for (int layer = 0; layer < rows.length; layer++) {
      rows[layer].group(observation.pattern(layer).current());
    }
  }

  private void prepare(Observation observation) {
    EqualRows[] grouped = new EqualRows[observation.layers()];
    for (int layer = 0; layer < grouped.length; layer++) {
      PatternHistory pattern = observation.pattern(layer);
      int words = ActivationPattern.wordsPerUnit(pattern.samples());
      grouped[layer] = new EqualRows(pattern.units(), words);
    }
    rows = grouped;
  }

  EqualRows rows(int layer) {
    return rows[layer];
  }
}
