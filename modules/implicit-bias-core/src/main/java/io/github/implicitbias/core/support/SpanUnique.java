package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.run.Definition;

/**
 * 1 if the samples are linearly independent, so that no other span coefficients give the same
 * weights, 0 if they are not; at the first record and the last.
 */
public final class SpanUnique implements Metric {

  @Override
  public String id() {
    return "spanUnique";
  }

  @Override
  public Definition definition() {
    return Definition.formula("1 if rank(X) = n, so that B is the only one")
        .applies("see docs/support-vectors.md")
        .expect("constant; 0 as soon as there are more samples than inputs")
        .title("span coefficients unique")
        .withoutChart();
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.onDemand();
  }

  @Override
  public Needs needs() {
    return SpanCoefficients.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.shared(SpanCoefficients.class, SpanCoefficients::new).uniqueness();
  }
}
