package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.ExposesPreActivation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;

/** Slopes of activation functions that are piecewise linear with slope 1 above 0. */
final class Slopes {

  private Slopes() {}

  /** Returns the slope below 0; NaN for every other activation function. */
  static double below(IActivation activation) {
    if (activation instanceof ActivationIdentity) {
      return 1;
    }
    if (activation instanceof ExposesPreActivation) {
      return ((ExposesPreActivation) activation).negativeSlope();
    }
    if (activation instanceof ActivationLReLU) {
      return ((ActivationLReLU) activation).getAlpha();
    }
    if (activation instanceof ActivationReLU) {
      ActivationReLU relu = (ActivationReLU) activation;
      boolean plain =
          relu.getMax() == null && (relu.getThreshold() == null || relu.getThreshold() == 0);
      double slope = relu.getNegativeSlope() == null ? 0 : relu.getNegativeSlope();
      return plain ? slope : Double.NaN;
    }
    return Double.NaN;
  }

  /** Returns the derivative at 0 that DL4J takes. */
  static double atZero(IActivation activation) {
    boolean leaky =
        activation instanceof ActivationLReLU
            || (activation instanceof ActivationReLU
                && (((ActivationReLU) activation).getNegativeSlope() != null
                    || ((ActivationReLU) activation).getThreshold() != null));
    return leaky ? 1 : below(activation);
  }
}
