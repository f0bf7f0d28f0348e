package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
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
   * Returns why the network is no stack of dense layers with piecewise linear activations, with
   * names; empty if it is one.
   */
  public static String whyNone(Observation observation) {
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

  /** Returns why metrics of such stacks are absent, as {@link Metric#whyAbsent}. */
  public static @Nullable String whyAbsent(Observation observation, int layer) {
    String none = whyNone(observation);
    return none.isEmpty() ? null : none;
  }

  /** Returns why those are absent that need the derivatives of the loss besides. */
  public static @Nullable String whyNoGradient(Observation observation, int layer) {
    String none = whyNone(observation);
    if (!none.isEmpty()) {
      return none;
    }
    if (!observation.probe().hasLabels()) {
      return "the probe has no labels";
    }
    return observation.network().lossDerivatives() == null
        ? "the derivatives of the loss are not known"
        : null;
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
