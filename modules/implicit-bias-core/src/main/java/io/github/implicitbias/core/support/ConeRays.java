package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.run.Definition;

/**
 * 1 for the samples that are extreme rays of the cone of the inputs, 0 for the others; recorded
 * once, at the first record; see {@link ConeSupport}.
 */
public final class ConeRays implements SampleMetric {

  @Override
  public String id() {
    return "coneSupport";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "1 for the samples that are extreme rays of the cone of the data, 0 for the others")
        .applies("see docs/support-vectors.md")
        .expect("constant: a property of the data")
        .title("extreme ray of the cone")
        .withoutChart();
  }

  @Override
  public Metric.Scope scope() {
    return Metric.Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.onDemand();
  }

  @Override
  public Needs needs() {
    return ConeOfProbe.NEEDS;
  }

  @Override
  public boolean evaluate(Observation observation, int layer, double[] into) {
    ConeOfProbe cone = observation.shared(ConeOfProbe.class, ConeOfProbe::new);
    if (!cone.isFirst() || cone.whyNone() != null) {
      return false;
    }
    for (int i = 0; i < observation.probe().samples(); i++) {
      into[i] = cone.support().contains(i) ? 1 : 0;
    }
    return true;
  }
}
