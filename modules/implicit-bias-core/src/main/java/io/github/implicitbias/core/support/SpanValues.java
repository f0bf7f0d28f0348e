package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.run.Definition;

/**
 * Span coefficients of the first layer, one number per sample: beta itself for a single unit, else
 * the Euclidean norm over units; see {@link SpanCoefficients}.
 */
public final class SpanValues implements SampleMetric {

  @Override
  public String id() {
    return "spanCoefficients";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "beta with W_t - W_0 = B X, B = (beta_1, ..., beta_n): beta_i of one unit, the"
                + " Euclidean norm of beta_i over units otherwise")
        .applies("see docs/support-vectors.md")
        .expect("large for the samples that have moved the first layer most")
        .title("span coefficient")
        .withoutChart();
  }

  @Override
  public Metric.Scope scope() {
    return Metric.Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    double entries = (double) dimensions.samples() * dimensions.widestUnits();
    double work =
        entries <= SpanCoefficients.MAX_ENTRIES
            ? 2 * entries
            : SpanCoefficients.leastSquaresWork(dimensions);
    return Cadence.ofWork(SupportMetrics.withRecording(work, dimensions));
  }

  @Override
  public Needs needs() {
    return SpanCoefficients.NEEDS;
  }

  @Override
  public boolean evaluate(Observation observation, int layer, double[] into) {
    return observation.shared(SpanCoefficients.class, SpanCoefficients::new).perSample(into);
  }
}
