package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.run.Definition;

/**
 * By how much the multipliers of the margin support miss the conditions for an optimum, see {@link
 * NonNegativeLeastSquares#residual}.
 */
public final class MarginSupportResidual implements Metric {

  @Override
  public String id() {
    return "marginSupportResidual";
  }

  @Override
  public Definition definition() {
    return Definition.formula("by how much lambda misses the optimum of its least squares problem")
        .applies("see docs/support-vectors.md")
        .expect("below 1e-6; more says that the multipliers are not to be trusted")
        .title("residual of the margin support")
        .withoutChart();
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
    return observation.shared(MarginSupport.class, MarginSupport::new).residual();
  }
}
