package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Carries derivatives by the pre-activations of a stack's last layer down to its lowest trained
 * layer, sample by sample: delta_(l-1) = (delta_l W_l) o phi'_(l-1).
 *
 * <p>Cost: O(samples x parameters above the lowest trained layer); nothing is allocated once the
 * sizes have been seen.
 */
final class Backpropagation {

  private double[][] deltas = {};
  private double[][] slopes = {};

  /**
   * Runs.
   *
   * @param top derivatives by the pre-activations of the last layer, samples x units, row-major
   */
  public void run(Stack stack, double[] top) {
    int depth = stack.depth();
    if (deltas.length != depth) {
      deltas = new double[depth][];
      slopes = new double[depth][];
    }
    int last = depth - 1;
    int lowest = stack.lowestTrained();
    deltas[last] = sized(deltas[last], stack.samples() * stack.layer(last).units());
    System.arraycopy(top, 0, deltas[last], 0, deltas[last].length);
    for (int l = last; l > lowest; l--) {
      WeightLayer layer = stack.layer(l);
      int length = stack.samples() * layer.inputs();
      deltas[l - 1] = sized(deltas[l - 1], length);
      slopes[l - 1] = sized(slopes[l - 1], length);
      stack.activationDerivatives(l - 1, slopes[l - 1]);
      times(deltas[l], layer.weights(), stack.samples(), layer.units(), layer.inputs(), l - 1);
    }
  }

  private void times(double[] above, double[] w, int samples, int units, int inputs, int below) {
    double[] into = deltas[below];
    double[] slope = slopes[below];
    Arrays.fill(into, 0, samples * inputs, 0);
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < units; j++) {
        double factor = above[i * units + j];
        if (factor != 0) {
          add(factor, w, j * inputs, into, i * inputs, inputs);
        }
      }
      for (int k = i * inputs; k < (i + 1) * inputs; k++) {
        into[k] *= slope[k];
      }
    }
  }

  static void add(double factor, double[] x, int xFrom, double[] into, int from, int length) {
    for (int k = 0; k < length; k++) {
      into[from + k] += factor * x[xFrom + k];
    }
  }

  /**
   * Returns the derivatives by the pre-activations of a layer, samples x units; only for layers
   * from the lowest trained one up.
   */
  public double[] deltas(int layer) {
    return deltas[layer];
  }

  private static double[] sized(double @Nullable [] array, int length) {
    return array != null && array.length == length ? array : new double[length];
  }
}
