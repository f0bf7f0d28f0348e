package io.github.implicitbias.predictions;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.engine.Instruments;
import io.github.implicitbias.core.finding.Findings;
import io.github.implicitbias.core.support.SupportMetrics;
import java.util.List;

/** Named sets of metrics, predictions and rules; docs/performance.md says what each costs. */
public enum Preset {
  /** Patterns, flips, dead and linear units, loss, norms of parameters, update and distance. */
  ECONOMY,
  /**
   * As economy, and stable rank, margins, balance, support vectors, weights of units and the like,
   * and the predictions and laws.
   */
  STANDARD,
  /** As standard, and spectrum, kernel, sharpness. */
  FULL;

  /** Returns the instruments of the preset, metrics in the order of their columns. */
  public Instruments instruments() {
    Instruments instruments = new Instruments(Metrics.standard(), List.of(), List.of());
    if (this != ECONOMY) {
      instruments =
          instruments
              .and(Metrics.patternStatistics(), List.of(), List.of())
              .and(Metrics.standardAdditions(), List.of(), List.of())
              .and(SupportMetrics.metrics(), SupportMetrics.sampleMetrics(), Predictions.all())
              .and(Metrics.weightSpace(), Metrics.weightSpacePerSample(), List.of())
              .andPerUnit(Metrics.weightSpacePerUnit())
              .andLaws(Predictions.laws());
    }
    if (this == FULL) {
      instruments = instruments.and(Metrics.fullAdditions(), List.of(), List.of());
    }
    return instruments.andRules(Findings.standard());
  }
}
