package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.norm.ScaledSum;
import java.util.Arrays;

/**
 * The gradient of the mean loss of the probe by the trained parameters theta of a stack: its norm,
 * and its scalar product with theta. The gradient itself is never kept, one row of it at a time is.
 *
 * <p>Cost: O(samples x parameters); nothing is allocated once the sizes have been seen.
 */
final class LossGradient {

  private final Backpropagation backpropagation = new Backpropagation();
  private double[] top = {};
  private double[] row = {};
  private final ScaledSum squaredNorm = new ScaledSum();
  private final ScaledSum squaredParameters = new ScaledSum();
  private final ScaledSum product = new ScaledSum();
  private final Magnitude ofTop = new Magnitude();
  private final Magnitude ofRow = new Magnitude();
  private final Magnitude ofWeights = new Magnitude();

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
    // The gradient is linear in the derivatives of the loss, which vanish as samples are fitted.
    backpropagation.run(stack, ofTop.scaled(top, length));
    squaredNorm.clear();
    squaredParameters.clear();
    product.clear();
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
    double[] scaled = ofWeights.scaled(w, units * inputs);
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
      double[] g = ofRow.scaled(row, inputs);
      double terms = ScalarProduct.of(g, 0, scaled, j * inputs, inputs);
      squaredNorm.addSquares(row, 0, inputs);
      product.add(terms, ofRow.exponent() + ofWeights.exponent());
      squaredParameters.addSquares(w, j * inputs, inputs);
      if (b != null) {
        squaredNorm.addSquare(bias);
        product.add(bias * b[j], 0);
        squaredParameters.addSquare(b[j]);
      }
    }
  }

  /** Returns the Euclidean norm of the gradient. */
  public double norm() {
    return Math.scalb(squaredNorm.root(), ofTop.exponent());
  }

  /** Returns the scalar product of theta and the gradient. */
  public double timesParameters() {
    return Math.scalb(product.value(), ofTop.exponent());
  }

  /** Returns true if the gradient or theta is 0, so that there is no angle between them. */
  public boolean isZero() {
    return squaredNorm.isZero() || squaredParameters.isZero();
  }

  /** Returns cos(theta, -gradient); not a number if {@link #isZero}. */
  public double alignment() {
    return -product.over(squaredNorm, squaredParameters);
  }
}
