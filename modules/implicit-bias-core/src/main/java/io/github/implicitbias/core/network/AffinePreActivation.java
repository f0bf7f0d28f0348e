package io.github.implicitbias.core.network;

/**
 * Marks a layer configuration whose pre-activation is x W + b, with W [inputs, units] its parameter
 * "W" and b its parameter "b" if it has one.
 *
 * <p>It is that in training and in inference alike, so a tracker may compute the layer itself.
 */
public interface AffinePreActivation {

  /**
   * Returns true if layers of this kind are tracked without being asked for, whatever their
   * activation function.
   */
  default boolean trackedByDefault() {
    return false;
  }

  /**
   * Returns true if, as an output layer, it takes labels of shape [samples, 1] as the labels of
   * every unit.
   */
  default boolean repeatsLabels() {
    return false;
  }
}
