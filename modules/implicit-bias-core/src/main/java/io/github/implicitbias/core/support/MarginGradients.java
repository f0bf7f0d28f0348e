package io.github.implicitbias.core.support;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.norm.ScaledSum;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * Kernel. The gradient of margin c with respect to the weights of layer l is the outer product of
 * delta_lc, the derivative of the margin by the layer's pre-activations, and of the layer's input
 * at the sample of c. So the scalar product of two gradients is the sum over trained layers of
 * <delta_lc, delta_lc'> <input_c, input_c'>, the latter plus 1 if there is a bias, and no gradient
 * is ever written down. <gradient_c, theta> is the sum over layers of <delta_lc, z_lc>; where the
 * derivative of the activation is 0, delta is.
 *
 * Where inputs or derivatives are very small or very large, all gradients are divided by one power
 * of two, so that their products stay in range.
 */

/**
 * Gram matrix of the gradients of margins in a stack of dense layers with piecewise linear
 * activations, and their scalar products with the parameters; trained parameters only.
 */
final class MarginGradients {

  private final MarginConstraints constraints;
  private final int samples;
  private final double[][] deltas;
  private final double[] inputGram;
  private final double[] layerGram;
  private final Magnitude[] ofDeltas;
  private final Magnitude[] ofInputs;
  private final double[] gram;
  private final double[] right;
  private final int lowest;
  private final ScaledSum normSquared = new ScaledSum();
  private int exponent;

  /** Makes the arrays for a network of which {@link #whyNot} says nothing. */
  MarginGradients(NetworkView network, MarginConstraints constraints, int samples) {
    this.constraints = constraints;
    this.samples = samples;
    int count = constraints.count();
    deltas = new double[network.layers()][];
    ofDeltas = magnitudes(network.layers());
    ofInputs = magnitudes(network.layers());
    int first = network.layers();
    for (int l = network.layers() - 1; l >= 0; l--) {
      first = network.layer(l).isTrained() ? l : first;
    }
    lowest = first;
    for (int l = lowest; l < deltas.length; l++) {
      deltas[l] = new double[count * network.layer(l).units()];
    }
    inputGram = new double[lowest == 0 ? samples * samples : 0];
    layerGram = new double[samples * samples];
    gram = new double[count * count];
    right = new double[count];
    if (lowest == 0) {
      products(network, 0, inputGram);
    }
  }

  private static Magnitude[] magnitudes(int count) {
    Magnitude[] magnitudes = new Magnitude[count];
    for (int l = 0; l < count; l++) {
      magnitudes[l] = new Magnitude();
    }
    return magnitudes;
  }

  /** Returns why the gradients cannot be computed; null if they can. */
  static @Nullable String whyNot(NetworkView network) {
    if (!network.isStack() || network.layers() == 0) {
      return network.whyNoStack();
    }
    boolean trained = false;
    int last = network.layers() - 1;
    for (int l = 0; l <= last; l++) {
      WeightLayer layer = network.layer(l);
      trained |= layer.isTrained();
      if (!(l == last && layer.isOutput())) {
        if (!(layer.negativeSlope() >= 0)) {
          return layer.name()
              + " has the activation function "
              + layer.activation()
              + ", which is not piecewise linear with its kink at 0";
        }
        if (layer.outputActivations() == null && l < last) {
          return "the activations of " + layer.name() + " are not known";
        }
      }
      if (layer.inputActivations() == null) {
        return "the inputs of " + layer.name() + " are not known";
      }
    }
    if (network.layer(last).units() != network.outputs()) {
      return "outputs are not the units of the last layer";
    }
    return trained ? null : "no layer is trained";
  }

  /** Returns floating point operations of one evaluation. */
  static double operations(NetworkView network, double count, double samples) {
    double sum = 0;
    for (int l = 0; l < network.layers(); l++) {
      WeightLayer layer = network.layer(l);
      double units = layer.units();
      sum += count * count * units;
      sum += l == 0 ? 0 : (samples * samples + 2 * count * units) * layer.inputs();
    }
    return sum;
  }

  void compute(NetworkView network) {
    Arrays.fill(gram, 0);
    Arrays.fill(right, 0);
    normSquared.clear();
    backward(network);
    int count = right.length;
    exponent = largestExponent(network);
    for (int l = lowest; l < deltas.length; l++) {
      WeightLayer layer = network.layer(l);
      if (!layer.isTrained()) {
        continue;
      }
      double[] inputs = l == 0 ? inputGram : layerGram;
      if (l > 0) {
        products(network, l, layerGram);
      }
      int units = layer.units();
      double[] delta = ofDeltas[l].scaled(deltas[l], count * units);
      int shift = 2 * (ofDeltas[l].exponent() + size(layer, l) - exponent);
      for (int c = 0; c < count; c++) {
        int row = constraints.sample(c) * samples;
        for (int b = 0; b <= c; b++) {
          double product = ScalarProduct.of(delta, c * units, delta, b * units, units);
          product *= inputs[row + constraints.sample(b)];
          gram[c * count + b] += shift == 0 ? product : Math.scalb(product, shift);
        }
        right[c] += withPreActivations(network, l, c);
      }
      normSquared.addSquares(layer.weights(), 0, layer.weights().length);
      double[] b = layer.hasBias() ? layer.biases() : null;
      if (b != null) {
        normSquared.addSquares(b, 0, b.length);
      }
    }
    for (int c = 0; c < count; c++) {
      for (int b = 0; b < c; b++) {
        gram[b * count + c] = gram[c * count + b];
      }
    }
  }

  /** Returns the exponent of the gradients, the largest of those of trained layers. */
  private int largestExponent(NetworkView network) {
    int most = Integer.MIN_VALUE;
    for (int l = lowest; l < deltas.length; l++) {
      WeightLayer layer = network.layer(l);
      if (layer.isTrained()) {
        ofDeltas[l].scaled(deltas[l], right.length * layer.units());
        if (l > 0) {
          scaledInputs(layer, l);
        }
        boolean zero = ofDeltas[l].isZero() || (ofInputs[l].isZero() && !layer.hasBias());
        most = zero ? most : Math.max(most, ofDeltas[l].exponent() + size(layer, l));
      }
    }
    return most == Integer.MIN_VALUE ? 0 : most;
  }

  private double[] scaledInputs(WeightLayer layer, int l) {
    double[] rows = Objects.requireNonNull(layer.inputActivations());
    double[] scaled = ofInputs[l].scaled(rows, samples * layer.inputs());
    return size(layer, l) == ofInputs[l].exponent() ? scaled : rows;
  }

  /** Returns the exponent of the inputs of a layer; that of a bias is 1. */
  private int size(WeightLayer layer, int l) {
    return layer.hasBias() ? Math.max(0, ofInputs[l].exponent()) : ofInputs[l].exponent();
  }

  private void products(NetworkView network, int l, double[] into) {
    WeightLayer layer = network.layer(l);
    double[] rows = scaledInputs(layer, l);
    int width = layer.inputs();
    double bias = layer.hasBias() ? Math.scalb(1.0, -2 * size(layer, l)) : 0;
    for (int i = 0; i < samples; i++) {
      for (int k = 0; k <= i; k++) {
        double product = bias + ScalarProduct.of(rows, i * width, rows, k * width, width);
        into[i * samples + k] = product;
        into[k * samples + i] = product;
      }
    }
  }

  private void backward(NetworkView network) {
    int last = deltas.length - 1;
    double[] z = Objects.requireNonNull(network.outputPreActivations());
    Arrays.fill(deltas[last], 0);
    for (int c = 0; c < right.length; c++) {
      set(network, z, c, constraints.plus(c), 1);
      set(network, z, c, constraints.minus(c), -1);
    }
    for (int l = last; l > lowest; l--) {
      WeightLayer above = network.layer(l);
      WeightLayer layer = network.layer(l - 1);
      double[] weights = above.weights();
      double[] activations = Objects.requireNonNull(layer.outputActivations());
      int units = layer.units();
      Arrays.fill(deltas[l - 1], 0);
      for (int c = 0; c < right.length; c++) {
        int at = c * units;
        for (int j = 0; j < above.units(); j++) {
          double delta = deltas[l][c * above.units() + j];
          for (int k = 0; k < units && delta != 0; k++) {
            deltas[l - 1][at + k] += delta * weights[j * units + k];
          }
        }
        int row = constraints.sample(c) * units;
        for (int k = 0; k < units; k++) {
          if (!(activations[row + k] > 0)) {
            deltas[l - 1][at + k] *= layer.negativeSlope();
          }
        }
      }
    }
  }

  private void set(NetworkView network, double[] z, int constraint, int output, double sign) {
    if (output >= 0) {
      int outputs = network.outputs();
      WeightLayer layer = network.layer(deltas.length - 1);
      boolean isAbove = z[constraints.sample(constraint) * outputs + output] > 0;
      double slope = layer.isOutput() || isAbove ? 1 : layer.negativeSlope();
      deltas[deltas.length - 1][constraint * outputs + output] = sign * slope;
    }
  }

  /** Returns the scalar product of delta and pre-activations of a layer. */
  private double withPreActivations(NetworkView network, int l, int constraint) {
    WeightLayer layer = network.layer(l);
    int units = layer.units();
    boolean last = l == deltas.length - 1;
    double[] values =
        Objects.requireNonNull(last ? network.outputPreActivations() : layer.outputActivations());
    boolean linear = last && layer.isOutput();
    int row = constraints.sample(constraint) * units;
    double sum = 0;
    for (int j = 0; j < units; j++) {
      double delta = deltas[l][constraint * units + j];
      if (delta != 0) {
        double a = values[row + j];
        sum += delta * (linear || a > 0 ? a : a / layer.negativeSlope());
      }
    }
    return sum;
  }

  /** Returns the e of which {@link #gram} is divided by 4^e; 0 in networks of ordinary size. */
  int exponent() {
    return exponent;
  }

  /**
   * Returns the scalar products of gradients divided by 4^{@link #exponent}, row-major, constraints
   * x constraints.
   */
  double[] gram() {
    return gram;
  }

  /** Returns the scalar product of the gradient of each constraint with the parameters. */
  double[] right() {
    return right;
  }

  /** Returns the Euclidean norm of the trained parameters. */
  double norm() {
    return normSquared.root();
  }
}
