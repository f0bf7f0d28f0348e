package io.github.implicitbias.core.spectrum;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScalarProduct;
import java.util.Arrays;

/**
 * The gradient of the mean loss of the probe by the trained parameters theta of a stack: its norm,
 * and its scalar product with theta. The gradient itself is never kept, one row of it at a time is.
 *
 * <p>Cost: O(samples x parameters); nothing is allocated once the sizes have been seen.
 */
public final class LossGradient {

  private final Backpropagation backpropagation = new Backpropagation();
  private double[] top = {};
  private double[] row = {};
  private double squaredNorm;
  private double squaredParameters;
  private double product;

  /**
   * Computes them for a stack.
   *
   * @return false if the loss is not known by its derivatives, or nothing is trained
   */
  public boolean compute(Stack stack, NetworkView network) {
    double[] derivatives = network.lossDerivatives();
    int last = stack.depth() - 1;
    if (derivatives == null || stack.lowestTrained() > last) {
      return false;
    }
    int length = stack.samples() * stack.outputs();
    if (top.length != length) {
      top = new double[length];
    }
    if (stack.layer(last).isOutput()) {
      System.arraycopy(derivatives, 0, top, 0, length);
    } else {
      // The loss is taken of the activations of the last layer.
      stack.activationDerivatives(last, top);
      for (int k = 0; k < length; k++) {
        top[k] *= derivatives[k];
      }
    }
    backpropagation.run(stack, top);
    squaredNorm = 0;
    squaredParameters = 0;
    product = 0;
    for (int l = stack.lowestTrained(); l <= last; l++) {
      if (stack.layer(l).isTrained()) {
        accumulate(stack.layer(l), stack.inputs(l), backpropagation.deltas(l), stack.samples());
      }
    }
    return true;
  }

  private void accumulate(WeightLayer layer, double[] h, double[] deltas, int samples) {
    int units = layer.units();
    int inputs = layer.inputs();
    double[] w = layer.weights();
    double[] b = layer.hasBias() ? layer.biases() : null;
    if (row.length < inputs) {
      row = new double[inputs];
    }
    for (int j = 0; j < units; j++) {
      Arrays.fill(row, 0, inputs, 0);
      double bias = 0;
      for (int i = 0; i < samples; i++) {
        double delta = deltas[i * units + j];
        if (delta != 0) {
          Backpropagation.add(delta / samples, h, i * inputs, row, 0, inputs);
          bias += delta / samples;
        }
      }
      squaredNorm += ScalarProduct.of(row, 0, row, 0, inputs);
      product += ScalarProduct.of(row, 0, w, j * inputs, inputs);
      squaredParameters += ScalarProduct.of(w, j * inputs, w, j * inputs, inputs);
      if (b != null) {
        squaredNorm += bias * bias;
        product += bias * b[j];
        squaredParameters += b[j] * b[j];
      }
    }
  }

  /** Returns the Euclidean norm of the gradient. */
  public double norm() {
    return Math.sqrt(squaredNorm);
  }

  /** Returns the scalar product of theta and the gradient. */
  public double timesParameters() {
    return product;
  }

  /** Returns true if the gradient or theta is 0, so that there is no angle between them. */
  public boolean isZero() {
    return squaredNorm == 0 || squaredParameters == 0;
  }

  /** Returns cos(theta, -gradient); not a number if {@link #isZero}. */
  public double alignment() {
    return -product / (Math.sqrt(squaredNorm) * Math.sqrt(squaredParameters));
  }
}
