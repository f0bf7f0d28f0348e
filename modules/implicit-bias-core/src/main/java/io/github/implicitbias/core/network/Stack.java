package io.github.implicitbias.core.network;

import java.util.Objects;

/**
 * A network that is a stack of dense layers with piecewise linear activations, with slope 1 above 0
 * and a slope of at least 0 below; the activation of the output layer is any. Between two
 * observations an instance keeps nothing but its arrays.
 */
public final class Stack {

  private NetworkView network = new OpaqueNetwork(1);
  private WeightLayer[] layers = {};
  private int samples;

  /**
   * Looks at a network at an observation.
   *
   * @return false if it is not such a stack; then nothing else may be asked
   */
  public boolean look(NetworkView view, int probeSamples) {
    network = view;
    samples = probeSamples;
    if (!view.isStack() || view.layers() < 1) {
      return false;
    }
    if (layers.length != view.layers()) {
      layers = new WeightLayer[view.layers()];
    }
    for (int l = 0; l < layers.length; l++) {
      layers[l] = view.layer(l);
      boolean last = l == layers.length - 1;
      boolean linearAbove = layers[l].negativeSlope() >= 0;
      if (!(linearAbove || last && layers[l].isOutput())
          || layers[l].isOutput() && !last
          || l > 0 && layers[l].inputs() != layers[l - 1].units()) {
        return false;
      }
    }
    return layers[layers.length - 1].units() == view.outputs();
  }

  public int samples() {
    return samples;
  }

  /** Returns the number of layers. */
  public int depth() {
    return layers.length;
  }

  /** Returns a layer, the first being the one that takes the features. */
  public WeightLayer layer(int number) {
    return layers[number];
  }

  /**
   * Returns the inputs of a layer, as {@link WeightLayer#inputActivations}; in a stack they are a
   * matrix.
   */
  public double[] inputs(int number) {
    return Objects.requireNonNull(layers[number].inputActivations());
  }

  /**
   * Returns what a layer below the output layer puts out, as {@link WeightLayer#outputActivations};
   * in a stack it is a matrix.
   */
  public double[] activations(int number) {
    return Objects.requireNonNull(layers[number].outputActivations(), "the output layer has none");
  }

  /**
   * Returns the pre-activations of the output layer, as {@link NetworkView#outputPreActivations};
   * in a stack they are known.
   */
  public double[] outputPreActivations() {
    return Objects.requireNonNull(network.outputPreActivations(), "a stack has an output layer");
  }

  /** Returns the number of outputs per sample. */
  public int outputs() {
    return layers[layers.length - 1].units();
  }

  /** Returns the number of trained parameters of all layers, biases included. */
  public long trainedParameters() {
    long sum = 0;
    for (WeightLayer layer : layers) {
      if (layer.isTrained()) {
        sum += (long) layer.units() * (layer.inputs() + (layer.hasBias() ? 1 : 0));
      }
    }
    return sum;
  }

  /** Returns the lowest trained layer, {@link #depth} if there is none. */
  public int lowestTrained() {
    int l = 0;
    while (l < layers.length && !layers[l].isTrained()) {
      l++;
    }
    return l;
  }

  /**
   * Returns k if the pre-activations of the output layer are homogeneous of degree k in the trained
   * parameters, 0 if they are of no degree or of degree 0. With biases they are homogeneous only if
   * all that is added to a bias is of the bias's own degree: 1 if it is trained, 0 if it is fixed.
   */
  public int homogeneousDegree() {
    int degree = 0;
    for (WeightLayer layer : layers) {
      degree += layer.isTrained() ? 1 : 0;
      if (layer.hasBias() && degree != (layer.isTrained() ? 1 : 0)) {
        return 0;
      }
    }
    return degree;
  }

  /** Returns true if every layer is linear, so that the stack is one linear map. */
  public boolean isLinear() {
    for (WeightLayer layer : layers) {
      // The activation of an output layer with a slope other than 1 or NaN is part of the function.
      double slope = layer.negativeSlope();
      if (slope != 1 && !(layer.isOutput() && Double.isNaN(slope))) {
        return false;
      }
    }
    return true;
  }

  /** Returns true if some layer has biases. */
  public boolean hasBias() {
    for (WeightLayer layer : layers) {
      if (layer.hasBias()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Writes the derivative of a layer's activation at its pre-activations: 1 where they are above 0,
   * the negative slope elsewhere; 1 for an output layer whose activation is not piecewise linear.
   *
   * @param into samples x units, row-major
   */
  public void activationDerivatives(int number, double[] into) {
    WeightLayer layer = layers[number];
    int length = samples * layer.units();
    double slope = layer.negativeSlope();
    if (slope == 1 || Double.isNaN(slope)) {
      for (int k = 0; k < length; k++) {
        into[k] = 1;
      }
      return;
    }
    // With a slope of at least 0 the output is above 0 exactly where the pre-activation is.
    double[] signs =
        Objects.requireNonNull(
            layer.isOutput() ? network.outputPreActivations() : layer.outputActivations());
    for (int k = 0; k < length; k++) {
      into[k] = signs[k] > 0 ? 1 : slope;
    }
  }
}
