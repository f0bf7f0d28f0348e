package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.gradient.LossGradient;
import io.github.implicitbias.core.network.Stack;

/** The gradient of the loss of the probe, for stacks. */
final class ObservedGradient implements Shared {

  private static final double PASSES = 4;

  private final LossGradient gradient = new LossGradient();
  private boolean valid;

  /** Returns the gradient, null where it is not known. */
  static LossGradient of(Observation observation) {
    ObservedGradient observed = observation.shared(ObservedGradient.class, ObservedGradient::new);
    return observed.valid ? observed.gradient : null;
  }

  static Cadence cadence(Dimensions d) {
    return Work.standard(PASSES * d.samples() * d.parameters(), d);
  }

  @Override
  public void compute(Observation observation) {
    valid = false;
    Stack stack = ObservedStack.of(observation);
    valid = stack != null && gradient.compute(stack, observation.network());
  }
}
