package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.run.Definition;

/** The multiplier of each sample, summed over its constraints; see {@link MarginSupport}. */
public final class MarginMultipliers implements SampleMetric {

  @Override
  public String id() {
    return "marginSupport";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "multipliers lambda_i of \"smallest norm(theta) with all margins at least 1\" at the"
                + " present parameters, by non-negative least squares")
        .applies("see docs/support-vectors.md")
        .expect("goes to 0 for samples that do not carry the margin")
        .title("multiplier of the margin")
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
    double[] multipliers = support.multipliers();
    if (multipliers == null) {
      return false;
    }
    System.arraycopy(multipliers, 0, into, 0, multipliers.length);
    return true;
  }
}
