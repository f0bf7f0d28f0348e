package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.Stack;

/** The network as a stack, if it is one. */
final class ObservedStack implements Shared {

  private final Stack stack = new Stack();
  private boolean valid;

  /** Returns the stack, null if the network is none. */
  static Stack of(Observation observation) {
    ObservedStack observed = observation.shared(ObservedStack.class, ObservedStack::new);
    return observed.valid ? observed.stack : null;
  }

  @Override
  public void compute(Observation observation) {
    valid = false;
    valid =
        observation.probe().isMatrix()
            && stack.look(observation.network(), observation.probe().samples());
  }
}
