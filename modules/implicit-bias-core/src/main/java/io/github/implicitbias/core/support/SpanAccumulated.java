package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * 1 while span coefficients are added up along the training, 0 if they are found by least squares,
 * absent if they are not found; see {@link SpanCoefficients}.
 *
 * <p>Asked at every record, it is also what takes the accumulation from step to step.
 */
public final class SpanAccumulated implements Metric {

  @Override
  public String id() {
    return "spanAccumulated";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "1 if the span coefficients are accumulated step by step, 0 if by least squares")
        .applies("see docs/support-vectors.md")
        .expect("constant but for a change to 0 when the coefficients are given up")
        .title("span coefficients accumulated")
        .withoutChart();
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Needs needs() {
    return SpanCoefficients.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    SpanCoefficients span = observation.shared(SpanCoefficients.class, SpanCoefficients::new);
    return span.isAccumulated() ? 1 : span.whyNone() == null ? 0 : Absent.VALUE;
  }
}
