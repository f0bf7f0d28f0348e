package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScaledSum;

/**
 * The path norm of a stack: the sum of the entries of abs(W_L) ... abs(W_2) u, where u_j is the
 * norm of the incoming vector of unit j of the first layer, its bias included; biases of later
 * layers are added on the way by their magnitudes. For two layers and one output without biases it
 * is sum_j |a_j| norm(w_j).
 *
 * <p>Cost: O(parameters); nothing is allocated once the sizes have been seen.
 */
final class StackPaths {

  private final ScaledSum squares = new ScaledSum();
  private double[] below = {};
  private double[] above = {};

  /** Returns it with Euclidean norms in the first layer. */
  public double euclidean(Stack stack) {
    return of(stack, true);
  }

  /** Returns it with sums of magnitudes in the first layer. */
  public double absolute(Stack stack) {
    return of(stack, false);
  }

  private double of(Stack stack, boolean euclidean) {
    first(stack.layer(0), euclidean);
    for (int l = 1; l < stack.depth(); l++) {
      later(stack.layer(l));
    }
    double sum = 0;
    for (int j = 0; j < stack.outputs(); j++) {
      sum += below[j];
    }
    return sum;
  }

  private void first(WeightLayer layer, boolean euclidean) {
    int inputs = layer.inputs();
    double[] w = layer.weights();
    double[] b = layer.hasBias() ? layer.biases() : null;
    below = sized(below, layer.units());
    for (int j = 0; j < layer.units(); j++) {
      if (euclidean) {
        squares.clear();
        squares.addSquares(w, j * inputs, inputs);
        if (b != null) {
          squares.addSquare(b[j]);
        }
        below[j] = squares.root();
      } else {
        double sum = b == null ? 0 : Math.abs(b[j]);
        for (int k = j * inputs; k < (j + 1) * inputs; k++) {
          sum += Math.abs(w[k]);
        }
        below[j] = sum;
      }
    }
  }

  private void later(WeightLayer layer) {
    int inputs = layer.inputs();
    double[] w = layer.weights();
    double[] b = layer.hasBias() ? layer.biases() : null;
    above = sized(above, layer.units());
    for (int j = 0; j < layer.units(); j++) {
      double sum = b == null ? 0 : Math.abs(b[j]);
      for (int k = 0; k < inputs; k++) {
        sum += Math.abs(w[j * inputs + k]) * below[k];
      }
      above[j] = sum;
    }
    double[] swap = below;
    below = above;
    above = swap;
  }

  private static double[] sized(double[] array, int length) {
    return array.length >= length ? array : new double[length];
  }
}
