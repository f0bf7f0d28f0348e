package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * sum lambda_c (q_c - q_min) / sum lambda_c q_c: 0 where only the smallest margins have
 * multipliers, see {@link MarginSupport#complementarity}. Absent while a margin is not positive.
 */
public final class Complementarity implements Metric {

  @Override
  public String id() {
    return "complementarity";
  }

  @Override
  public Definition definition() {
    return Definition.formula("sum lambda_i (q_i - q_min) / sum lambda_i q_i")
        .parameters("theta")
        .applies("as the margin support, all margins positive")
        .source("Lyu and Li 2020*, arXiv:2210.07082*")
        .expect("goes to 0 together with kktResidual")
        .title("complementarity")
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
    MarginSupport support = observation.shared(MarginSupport.class, MarginSupport::new);
    return support.smallestMargin() > 0 ? support.complementarity() : Absent.VALUE;
  }
}
