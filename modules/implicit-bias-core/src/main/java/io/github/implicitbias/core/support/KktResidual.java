package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;

/**
 * norm(theta - sum lambda_c grad q_c) / norm(theta): how far the direction of the trained
 * parameters is from a stationary point of the max-margin problem, see {@link
 * MarginSupport#kktResidual}.
 */
public final class KktResidual implements Metric {

  @Override
  public String id() {
    return "kktResidual";
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
  public double evaluate(Observation observation, int layer) {
    return observation.shared(MarginSupport.class, MarginSupport::new).kktResidual();
  }
}
