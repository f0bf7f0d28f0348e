package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.ExposesPreActivation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** What is known about activation functions: do they have a kink at 0, do they keep the sign. */
final class Kinks {

  private Kinks() {}

  /** Returns true if layers with this activation are tracked without being asked for. */
  static boolean hasKinkAtZero(IActivation activation) {
    if (activation instanceof ExposesPreActivation) {
      return ((ExposesPreActivation) activation).hasKink();
    }
    if (activation instanceof ActivationReLU) {
      Double threshold = ((ActivationReLU) activation).getThreshold();
      return threshold == null || threshold == 0;
    }
    return activation instanceof ActivationLReLU
        || activation instanceof ActivationReLU6
        || activation instanceof ActivationRReLU;
  }

  /** Returns true if the output is greater than 0 exactly when the pre-activation is. */
  static boolean keepsSign(IActivation activation) {
    if (activation instanceof ExposesPreActivation) {
      return ((ExposesPreActivation) activation).preservesSign();
    }
    if (activation instanceof ActivationReLU) {
      ActivationReLU relu = (ActivationReLU) activation;
      boolean atZero = relu.getThreshold() == null || relu.getThreshold() == 0;
      boolean risesOrFlat = relu.getNegativeSlope() == null || relu.getNegativeSlope() >= 0;
      return atZero && risesOrFlat && (relu.getMax() == null || relu.getMax() > 0);
    }
    if (activation instanceof ActivationLReLU) {
      return ((ActivationLReLU) activation).getAlpha() >= 0;
    }
    return activation instanceof ActivationIdentity
        || activation instanceof ActivationReLU6
        || activation instanceof ActivationTanH
        || activation instanceof ActivationHardTanH
        || activation instanceof ActivationSoftSign
        || activation instanceof ActivationELU
        || activation instanceof ActivationSELU;
  }
}
