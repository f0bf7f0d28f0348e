package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import java.util.Arrays;

/**
 * The linear map x -> W_L ... W_1 x + constant that a stack of one output would be if all its
 * activations were linear. For linear stacks it is the network itself, for one neuron its weights
 * and bias, for two layers the linear surrogate sum_j a_j (w_j x + b_j) + b_out.
 *
 * <p>Cost: O(parameters); nothing is allocated once the sizes have been seen.
 */
final class LinearMap {

  private double[] vector = {};
  private double[] next = {};
  private double constant;
  private int inputs;

  /** Computes the map of a stack with one output. */
  public void compute(Stack stack) {
    int last = stack.depth() - 1;
    WeightLayer top = stack.layer(last);
    double[] b = top.hasBias() ? top.biases() : null;
    constant = b == null ? 0 : b[0];
    inputs = top.inputs();
    vector = sized(vector, inputs);
    System.arraycopy(top.weights(), 0, vector, 0, inputs);
    for (int l = last - 1; l >= 0; l--) {
      down(stack.layer(l));
    }
  }

  private void down(WeightLayer layer) {
    int units = layer.units();
    inputs = layer.inputs();
    double[] w = layer.weights();
    double[] b = layer.hasBias() ? layer.biases() : null;
    next = sized(next, inputs);
    Arrays.fill(next, 0, inputs, 0);
    for (int j = 0; j < units; j++) {
      double factor = vector[j];
      constant += b == null ? 0 : factor * b[j];
      for (int k = 0; k < inputs; k++) {
        next[k] += factor * w[j * inputs + k];
      }
    }
    double[] swap = vector;
    vector = next;
    next = swap;
  }

  private static double[] sized(double[] array, int length) {
    return array.length >= length ? array : new double[length];
  }

  /** Returns the number of inputs. */
  public int inputs() {
    return inputs;
  }

  /** Returns the vector W_L ... W_1; entries beyond {@link #inputs} do not count. */
  public double[] vector() {
    return vector;
  }

  /** Returns what the map adds, 0 without biases. */
  public double constant() {
    return constant;
  }

  /** Returns the value of the map at the sample that starts at an index. */
  public double value(double[] x, int from) {
    double sum = constant;
    for (int k = 0; k < inputs; k++) {
      sum += vector[k] * x[from + k];
    }
    return sum;
  }
}
