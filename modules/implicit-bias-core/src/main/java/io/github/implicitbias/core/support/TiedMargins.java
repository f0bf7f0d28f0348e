package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.run.Definition;

/**
 * 1 for the samples tied at the smallest margin, q_i - q_min &lt;= 0.01 |q_min|, 0 for the others;
 * with several outputs q_i is the smallest of the sample's margins.
 */
public final class TiedMargins implements SampleMetric {

  @Override
  public String id() {
    return "tiedMargin";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "1 for the samples with q_i - q_min at most 0.01 abs(q_min), 0 for the others")
        .applies("see docs/support-vectors.md")
        .expect("more and more samples are tied as the margins become equal")
        .title("tied at the smallest margin")
        .withoutChart();
  }

  @Override
  public Metric.Scope scope() {
    return Metric.Scope.NETWORK;
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
  public boolean evaluate(Observation observation, int layer, double[] into) {
    MarginSupport support = observation.shared(MarginSupport.class, MarginSupport::new);
    double[] margins = support.margins();
    if (margins == null) {
      return false;
    }
    for (int i = 0; i < margins.length; i++) {
      into[i] = support.isTied(i) ? 1 : 0;
    }
    return true;
  }
}
