package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.Magnitude;
import java.util.Arrays;

/**
 * The linear map x -> W_L ... W_1 x + constant that a stack of one output would be if all its
 * activations were linear. For linear stacks it is the network itself, for one neuron its weights
 * and bias, for two layers the linear surrogate sum_j a_j (w_j x + b_j) + b_out.
 *
 * <p>Cost: O(parameters); nothing is allocated once the sizes have been seen.
 */
final class LinearMap {

  private final Magnitude magnitude = new Magnitude();
  private double[] vector = {};
  private double[] next = {};
  private double[] constants = {};
  private int[] exponents = {};
  private double constant;
  private int inputs;
  private int exponent;

  /** Computes the map of a stack with one output. */
  public void compute(Stack stack) {
    int last = stack.depth() - 1;
    WeightLayer top = stack.layer(last);
    double[] b = top.hasBias() ? top.biases() : null;
    if (constants.length != stack.depth()) {
      constants = new double[stack.depth()];
      exponents = new int[stack.depth()];
    }
    constants[last] = b == null ? 0 : b[0];
    exponents[last] = 0;
    inputs = top.inputs();
    vector = sized(vector, inputs);
    System.arraycopy(magnitude.scaled(top.weights(), inputs), 0, vector, 0, inputs);
    exponent = magnitude.exponent();
    for (int l = last - 1; l >= 0; l--) {
      down(stack.layer(l), l);
    }
    constant = 0;
    for (int l = last; l >= 0; l--) {
      constant += Math.scalb(constants[l], exponents[l] - exponent);
    }
  }

  private void down(WeightLayer layer, int number) {
    int units = layer.units();
    inputs = layer.inputs();
    double[] w = magnitude.scaled(layer.weights(), units * inputs);
    double[] b = layer.hasBias() ? layer.biases() : null;
    next = sized(next, inputs);
    Arrays.fill(next, 0, inputs, 0);
    double sum = 0;
    for (int j = 0; j < units; j++) {
      double factor = vector[j];
      sum += b == null ? 0 : factor * b[j];
      for (int k = 0; k < inputs; k++) {
        next[k] += factor * w[j * inputs + k];
      }
    }
    constants[number] = sum;
    exponents[number] = exponent;
    exponent += magnitude.exponent();
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

  /**
   * Returns the e that makes {@link #direction} and {@link #offset} the map divided by 2^e; 0 in
   * networks of ordinary size.
   */
  public int exponent() {
    return exponent;
  }

  /**
   * Returns the vector W_L ... W_1 divided by 2^{@link #exponent}, so that it neither underflows
   * nor overflows; entries beyond {@link #inputs} do not count.
   */
  public double[] direction() {
    return vector;
  }

  /** Returns what the map adds, divided by 2^{@link #exponent}. */
  public double offset() {
    return constant;
  }

  /** Returns an entry of the vector W_L ... W_1. */
  public double entry(int input) {
    return Math.scalb(vector[input], exponent);
  }

  /** Returns what the map adds, 0 without biases. */
  public double constant() {
    return Math.scalb(constant, exponent);
  }

  /** Returns the value of the map at the sample that starts at an index. */
  public double value(double[] x, int from) {
    double sum = constant;
    for (int k = 0; k < inputs; k++) {
      sum += vector[k] * x[from + k];
    }
    return Math.scalb(sum, exponent);
  }
}
