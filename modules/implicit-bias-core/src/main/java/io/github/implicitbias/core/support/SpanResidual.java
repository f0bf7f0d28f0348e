package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.run.Definition;

/**
 * ||dW - B X|| / ||dW|| of the first layer: how much of the change of its weights since the first
 * record the span coefficients leave unexplained; absent at the first record.
 */
public final class SpanResidual implements Metric {

  @Override
  public String id() {
    return "spanResidual";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "norm(dW - B X) / norm(dW), Frobenius, B the span coefficients, W the first layer")
        .applies("see docs/support-vectors.md")
        .expect("rounding under gradient descent; large under Adam, weight decay or noise")
        .title("residual of the span coefficients")
        .withoutChart();
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork(SpanCoefficients.leastSquaresWork(dimensions));
  }

  @Override
  public Needs needs() {
    return SpanCoefficients.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.shared(SpanCoefficients.class, SpanCoefficients::new).residual();
  }
}
