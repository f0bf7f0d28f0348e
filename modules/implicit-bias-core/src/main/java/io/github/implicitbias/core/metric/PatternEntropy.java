package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Definition;

/**
 * Entropy, in nats, of the activation pattern of a sample drawn uniformly from the probe: {@code -
 * sum over distinct patterns c of p_c ln p_c}, {@code p_c} being the share of the samples whose set
 * of active units of the layer is {@code c}. 0 if all samples have the same pattern, {@code ln n}
 * if all n are different. It is that of the n samples, no estimate for a distribution behind them.
 *
 * <p>Cost as {@link DistinctSamplePatterns}, with which it shares all work.
 */
public final class PatternEntropy implements Metric {

  @Override
  public String id() {
    return "patternEntropy";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "- sum p_c ln p_c over the distinct sample patterns, p_c their shares of the samples")
        .applies("always")
        .expect(
            "falls as samples share pieces; ln n means that every sample has a piece of its own")
        .title("entropy of the patterns")
        .unit("nats")
        .group("Units and patterns")
        .chart("Entropy of the patterns");
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
    return SamplePatterns.of(observation).rows(layer).entropy();
  }
}
