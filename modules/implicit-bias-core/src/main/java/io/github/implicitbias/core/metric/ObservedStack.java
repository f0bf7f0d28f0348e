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
