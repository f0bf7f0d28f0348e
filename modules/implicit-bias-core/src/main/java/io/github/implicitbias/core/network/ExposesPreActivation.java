package io.github.implicitbias.core.network;

/**
 * Says how the pre-activation of a unit relates to what its activation function returns.
 *
 * <p>Activation functions that implement this interface can be tracked from their outputs, without
 * computing pre-activations again.
 */
public interface ExposesPreActivation {

  /**
   * Returns true if, for every finite z, {@code activation(z) > 0} exactly when {@code z > 0}.
   *
   * <p>If false, the tracker computes the pre-activations itself.
   */
  boolean preservesSign();

  /**
   * Returns true if the function has a kink at 0, so that layers using it are tracked by default.
   */
  boolean hasKink();

  /**
   * Returns the slope of the function at and below 0 if it is piecewise linear with slope 1 above
   * 0, as {@link WeightLayer#negativeSlope} says: 0 for the rectifier, 1 for the identity; NaN for
   * every other function.
   */
  default double negativeSlope() {
    return Double.NaN;
  }
}
