package io.github.implicitbias.nn.init;

import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import java.util.List;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;

/**
 * Activation functions with phi(c z) = c phi(z) for c &gt;= 0, under which balance is conserved.
 */
final class Homogeneity {

  private Homogeneity() {}

  /**
   * Checks the activation functions that follow the weights of a layer.
   *
   * @throws IllegalArgumentException if one of them is not known to be positively homogeneous
   */
  static void require(String initializer, WeightLayer layer) {
    List<IActivation> activations = layer.activations();
    for (IActivation activation : activations) {
      if (!isPositivelyHomogeneous(activation)) {
        throw new IllegalArgumentException(
            initializer
                + " needs positively homogeneous hidden activations, but "
                + layer.name()
                + " has "
                + activation
                + "; use ReLU, leaky ReLU or the identity.");
      }
    }
  }

  private static boolean isPositivelyHomogeneous(IActivation activation) {
    if (activation instanceof ActivationReLU) {
      ActivationReLU relu = (ActivationReLU) activation;
      return relu.getMax() == null && (relu.getThreshold() == null || relu.getThreshold() == 0);
    }
    return activation instanceof ActivationLReLU
        || activation instanceof ActivationIdentity
        || activation instanceof ExactLeakyReLU;
  }
}
