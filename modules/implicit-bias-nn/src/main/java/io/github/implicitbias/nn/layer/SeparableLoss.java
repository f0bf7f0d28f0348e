package io.github.implicitbias.nn.layer;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Tells whether a loss trains two outputs as it would train each of them alone. */
final class SeparableLoss {

  /** Of both signs and different sizes, so that outputs that influence each other show it. */
  private static final double[][] Z = {{0.3, 1.7}, {2.1, -0.4}, {0.6, 0.9}};

  /** A label that regression, signs and probabilities have in common. */
  private static final double LABEL = 1;

  private static final double TOLERANCE = 1e-9;

  private SeparableLoss() {}

  /**
   * Compares the gradients of two outputs with those of each alone.
   *
   * @throws IllegalArgumentException if they differ or do not exist
   */
  static void check(ILossFunction loss, IActivation activation) {
    double[] together;
    double[] alone;
    try {
      together = gradient(loss, activation, Nd4j.createFromArray(Z));
      alone = new double[together.length];
      for (int k = 0; k < 2; k++) {
        double[][] column = new double[Z.length][1];
        for (int i = 0; i < Z.length; i++) {
          column[i][0] = Z[i][k];
        }
        double[] gradient = gradient(loss, activation, Nd4j.createFromArray(column));
        for (int i = 0; i < Z.length; i++) {
          alone[2 * i + k] = gradient[i];
        }
      }
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          refusal(loss) + " It cannot be evaluated on one or two outputs: " + e.getMessage(), e);
    }
    for (int i = 0; i < alone.length; i++) {
      if (!(Math.abs(together[i] - alone[i]) <= TOLERANCE * Math.abs(alone[i]))) {
        throw new IllegalArgumentException(refusal(loss));
      }
    }
  }

  private static double[] gradient(ILossFunction loss, IActivation activation, INDArray z) {
    INDArray labels = Nd4j.valueArrayOf(z.shape(), LABEL, z.dataType());
    return loss.computeGradient(labels, z, activation, null).dup('c').data().asDouble();
  }

  private static String refusal(ILossFunction loss) {
    return "NeuronOutputLayer with several neurons needs a loss that is a sum over its outputs, so"
        + " that each neuron is trained as it would be alone, and "
        + loss
        + " is not: use MeanSquareLoss, HalfMeanSquareLoss or LossL2.";
  }
}
