package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import org.jspecify.annotations.Nullable;

/** The network as a stack of dense layers, if it is one and the probe a matrix. */
final class ObservedStack implements Shared {

  private final Stack stack = new Stack();
  private boolean started;
  private boolean isMatrix;
  private boolean valid;

  /** Returns the stack; null if the network is none. */
  static @Nullable Stack of(Observation observation) {
    ObservedStack observed = observation.shared(ObservedStack.class, ObservedStack::new);
    return observed.valid ? observed.stack : null;
  }

  /**
   * Returns why the network is no stack of dense layers with piecewise linear activations, with
   * names; empty if it is one.
   */
  static String whyNone(Observation observation) {
    if (of(observation) != null) {
      return "";
    }
    NetworkView network = observation.network();
    if (!network.isStack()) {
      String why = network.whyNoStack();
      return why.isEmpty() ? "the network is not a stack of dense layers" : why;
    }
    if (!observation.probe().isMatrix()) {
      return "the features of a sample are not a row of numbers";
    }
    for (int l = 0; l < network.layers(); l++) {
      WeightLayer layer = network.layer(l);
      boolean last = l == network.layers() - 1;
      if (!(layer.negativeSlope() >= 0) && !(last && layer.isOutput())) {
        String name = layer.activation();
        return layer.name()
            + (name.isEmpty() ? " has an activation function" : " has the activation function ")
            + name
            + ", which is not piecewise linear with its kink at 0";
      }
    }
    return "the layers of the network do not fit together";
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
