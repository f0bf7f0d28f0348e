package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Step of the last record with a flip: since then the pattern of the layer has not changed at any
 * record. The step of the first record if no bit has flipped; absent if steps are not known.
 */
public final class PatternStableSince implements Metric {

  @Override
  public String id() {
    return "patternStableSince";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "step of the last record with a flip, that of the first record if there was none")
        .applies("always")
        .expect("the step from which on the network is one fixed linear map per sample")
        .title("pattern stable since")
        .unit("steps")
        .withoutChart();
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    long step = observation.pattern(layer).stableSince();
    return step < 0 ? Absent.VALUE : step;
  }
}
