package io.github.implicitbias.core.spectrum;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.ObservedStack;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.Stack;
import org.jspecify.annotations.Nullable;

/** The gradient of the loss of the probe, for stacks. */
final class ObservedGradient implements Shared {

  private static final double SHARE = 0.01;

  /** What a row of one sample costs besides its length. */
  private static final double PER_ROW = 20;

  private final LossGradient gradient = new LossGradient();
  private boolean valid;

  /** Returns the gradient; null where it is not known. */
  static @Nullable LossGradient of(Observation observation) {
    ObservedGradient observed = observation.shared(ObservedGradient.class, ObservedGradient::new);
    return observed.valid ? observed.gradient : null;
  }

  static Cadence cadence(Dimensions d) {
    double rows = (double) d.samples() * (d.trackedUnits() + d.outputs());
    double work = PER_ROW * rows + (double) d.samples() * d.parameters();
    return Cadence.ofShare(work, SHARE, d);
  }

  @Override
  public void compute(Observation observation) {
    valid = false;
    Stack stack = ObservedStack.of(observation);
    valid = stack != null && gradient.compute(stack, observation.network());
  }
}
