package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.run.Definition;

/**
 * Number of samples in the margin support: those with a multiplier above 10^-3 of the largest, see
 * {@link MarginSupport}.
 */
public final class SupportVectors implements Metric {

  @Override
  public String id() {
    return "supportVectors";
  }

  @Override
  public Definition definition() {
    return Definition.formula("samples with a multiplier lambda_i > 1e-3 max lambda")
        .applies("see docs/support-vectors.md")
        .expect("all samples in high dimension, a handful in low")
        .title("support vectors of the margin")
        .unit("samples")
        .group("Margin and alignment")
        .chart("Support vectors of the margin");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return SupportMetrics.marginCadence(dimensions);
  }

  @Override
  public Needs needs() {
    return MarginSupport.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.shared(MarginSupport.class, MarginSupport::new).supportVectors();
  }
}
