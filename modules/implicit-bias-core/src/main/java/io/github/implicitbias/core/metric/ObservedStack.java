package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.Stack;
import org.jspecify.annotations.Nullable;

/** The network as a stack of dense layers, if it is one and the probe a matrix. */
public final class ObservedStack implements Shared {

  private final Stack stack = new Stack();
  private boolean started;
  private boolean isMatrix;
  private boolean valid;

  /** Returns the stack; null if the network is none. */
  public static @Nullable Stack of(Observation observation) {
    ObservedStack observed = observation.shared(ObservedStack.class, ObservedStack::new);
    return observed.valid ? observed.stack : null;
  }

  /**
   * Returns the stack of a network that has been found to be one.
   *
   * @throws IllegalStateException if it is none
   */
  public static Stack known(Observation observation) {
    Stack stack = of(observation);
    if (stack == null) {
      throw new IllegalStateException("the network is not a stack of dense layers");
    }
    return stack;
  }

  @Override
  public void compute(Observation observation) {
    valid = false;
    if (!started) {
      // The probe never changes.
      isMatrix = observation.probe().isMatrix();
      started = true;
    }
    valid = isMatrix && stack.look(observation.network(), observation.probe().samples());
  }
}
