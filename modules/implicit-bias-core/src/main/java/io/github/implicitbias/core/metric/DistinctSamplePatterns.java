package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Definition;

/**
 * Number of distinct activation patterns over the samples of the probe: how many different sets of
 * units of the layer are on. Between 1 and the number of samples. Entries that do not exist are
 * off. Counted exactly, not by hashes alone.
 *
 * <p>Cost O(units x samples / 10) for the transposed pattern, shared with {@link PatternEntropy}.
 */
public final class DistinctSamplePatterns implements Metric {

  @Override
  public String id() {
    return "distinctSamplePatterns";
  }

  @Override
  public Definition definition() {
    return Definition.formula("different sets of units that samples switch on, counted exactly")
        .applies("always")
        .expect(
            "number of linear pieces that the samples lie on; few after training from a small"
                + " start")
        .title("distinct patterns of samples")
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
    return SamplePatterns.cadence(dimensions);
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return SamplePatterns.of(observation).rows(layer).groups();
  }
}
