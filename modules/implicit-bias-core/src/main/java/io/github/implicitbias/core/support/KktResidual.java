package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.run.Definition;

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
  public Definition definition() {
    return Definition.formula(
            "see [support vectors](support-vectors.md): norm(theta - sum lambda_i s_i grad f(x_i))"
                + " / norm(theta)")
        .parameters("theta")
        .applies("as the margin support")
        .source("Lyu and Li 2020*, arXiv:2210.07082*")
        .expect("goes to 0 where training converges in direction to a max-margin solution")
        .title("KKT residual")
        .group("Margin and alignment")
        .chart("Distance from the max-margin conditions");
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
    return observation.shared(MarginSupport.class, MarginSupport::new).kktResidual();
  }
}
