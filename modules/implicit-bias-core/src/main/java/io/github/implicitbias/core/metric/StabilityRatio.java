package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.spectrum.Lanczos;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * learningRate x sharpness / 2: gradient descent on a quadratic with this curvature is stable below
 * 1. For plain SGD on the full batch, without regularization; otherwise as {@link Sharpness}.
 */
public final class StabilityRatio implements Metric {

  @Override
  public String id() {
    return "stabilityRatio";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "learningRate x sharpness / 2; gradient descent on a quadratic is stable below 1")
        .parameters("theta")
        .applies("plain SGD, full batch, gradient divided by the batch")
        .source("Cohen et al. 2021*")
        .expect("rises to about 1 and stays there")
        .title("stability ratio")
        .group("Kernel and sharpness")
        .chart("Stability: learning rate × sharpness / 2");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return ObservedCurvature.cadence(dimensions);
  }

  @Override
  public Needs needs() {
    return Needs.FULL_BATCH;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    TrainingSetup training = observation.network().training();
    double rate = training.learningRate();
    boolean applies =
        training.isPlainSgd()
            && training.isFullBatch()
            && !training.isRegularized()
            && training.dividesByBatch()
            && rate > 0;
    // Asked for even where it does not apply: the search goes on from where it ended before.
    Lanczos end = ObservedCurvature.largest(observation);
    return end == null || !applies ? Absent.VALUE : rate * end.value() / 2;
  }
}
