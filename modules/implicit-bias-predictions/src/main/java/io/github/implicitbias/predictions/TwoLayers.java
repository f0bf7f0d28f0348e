package io.github.implicitbias.predictions;

import io.github.implicitbias.core.network.Stack;
import org.jspecify.annotations.Nullable;

/** A layer of units below one output, both trained, on which the laws of balance hold. */
final class TwoLayers {

  static final String MET = "a trained piecewise linear layer below one trained output";
  static final String NOT_MET = "not a trained piecewise linear layer below one trained output";

  private TwoLayers() {}

  /**
   * Returns true if it is one; an output layer with a bias, or with an activation, is one too: the
   * law is one of the units.
   */
  static boolean areTrained(@Nullable Stack stack) {
    return stack != null
        && stack.depth() == 2
        && stack.outputs() == 1
        && stack.layer(0).isTrained()
        && stack.layer(1).isTrained();
  }
}
