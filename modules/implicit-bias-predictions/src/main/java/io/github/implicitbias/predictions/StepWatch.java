package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Conditions;
import org.jspecify.annotations.Nullable;

/** Watches whether the steps stay short enough, where the learning rate may change. */
final class StepWatch {

  private final NeuronLayer neurons;
  private final double bound;
  private double before = Double.NaN;
  private long stepBefore = -1;

  StepWatch(NeuronLayer neurons) {
    this.neurons = neurons;
    this.bound = 2 / neurons.curvature();
  }

  /** Returns why the steps since the record before were too long; null if they were not. */
  @Nullable String tooLong(Observation observation) {
    double taken = before;
    long from = stepBefore;
    before = neurons.step(observation);
    stepBefore = observation.step();
    return taken > bound
        ? "the step on the half mean square at step "
            + from
            + " is "
            + Conditions.number(taken)
            + ", should be at most "
            + Conditions.number(bound)
        : null;
  }
}
