package io.github.implicitbias.core.weightspace;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import java.util.List;

/**
 * What a run records so that units can be drawn in weight space: with the columns of {@link
 * UnitWeights} and {@link OutputBias}, a function of one input with two layers is outputBias + sum
 * over j of outgoingWeight_j act(weightX_j x + weightY_j).
 */
public final class WeightSpaceMetrics {

  private WeightSpaceMetrics() {}

  /** Returns the metrics with one number. */
  public static List<Metric> metrics() {
    return List.of(new OutputBias());
  }

  /** Returns what is recorded with one number per sample. */
  public static List<SampleMetric> sampleMetrics() {
    return List.of(SampleInputs.values());
  }

  /** Returns what is recorded with one number per unit. */
  public static List<UnitMetric> unitMetrics() {
    return List.of(UnitWeights.values());
  }
}
