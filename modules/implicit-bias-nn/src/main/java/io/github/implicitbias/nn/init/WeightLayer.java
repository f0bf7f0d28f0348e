package io.github.implicitbias.nn.init;

import io.github.implicitbias.core.network.FixedParameters;
import io.github.implicitbias.nn.layer.DoubledDenseLayer;
import io.github.implicitbias.nn.layer.DoubledOutputLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A layer of an initialised network with a weight matrix [inputs, units] and perhaps a bias.
 *
 * <p>The incoming vector of a unit is its weights and, last, its bias if the layer has one. New
 * vectors are set first and written later, so that a whole network can be checked before anything
 * in it changes.
 */
final class WeightLayer {

  private final String name;
  private final INDArray weights;
  private final @Nullable INDArray biases;
  private final boolean given;
  private final boolean frozen;
  private final boolean doubled;
  private final List<IActivation> activations = new ArrayList<>();
  private @Nullable INDArray newWeights;
  private @Nullable INDArray newBiases;

  private WeightLayer(
      String name,
      INDArray weights,
      @Nullable INDArray biases,
      boolean given,
      boolean frozen,
      boolean doubled) {
    this.name = name;
    this.weights = weights;
    this.biases = biases;
    this.given = given;
    this.frozen = frozen;
    this.doubled = doubled;
  }

  /**
   * Reads a layer.
   *
   * @param name as messages call it, in lower case
   * @throws IllegalArgumentException if the layer has no weight matrix
   */
  static WeightLayer of(Layer layer, String name) {
    INDArray weights = layer.paramTable().get(DefaultParamInitializer.WEIGHT_KEY);
    if (weights == null || weights.rank() != 2) {
      throw new IllegalArgumentException(
          subject(name) + " has no weight matrix; name a dense layer or an output layer.");
    }
    INDArray biases = layer.paramTable().get(DefaultParamInitializer.BIAS_KEY);
    Layer inner = unwrapped(layer);
    org.deeplearning4j.nn.conf.layers.Layer conf = inner.conf().getLayer();
    boolean doubled = conf instanceof DoubledDenseLayer || conf instanceof DoubledOutputLayer;
    return new WeightLayer(
        name, weights, biases, conf instanceof FixedParameters, inner != layer, doubled);
  }

  /** Returns the layer inside wrappers that freeze it. */
  static Layer unwrapped(Layer layer) {
    if (layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop) {
      return unwrapped(((BaseWrapperLayer) layer).getUnderlying());
    }
    return layer;
  }

  /** Returns true if no training step changes the parameters of a layer. */
  static boolean isFixed(Layer layer) {
    Layer inner = unwrapped(layer);
    return inner != layer || inner.conf().getLayer() instanceof FixedParameters;
  }

  /** Returns a name as the beginning of a sentence. */
  static String subject(String name) {
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  String name() {
    return name;
  }

  String subject() {
    return subject(name);
  }

  int units() {
    return Math.toIntExact(weights.size(1));
  }

  int inputs() {
    return Math.toIntExact(weights.size(0));
  }

  boolean hasBias() {
    return biases != null;
  }

  /** Returns the length of an incoming vector: the number of inputs, and one more for a bias. */
  int vectorLength() {
    return inputs() + (hasBias() ? 1 : 0);
  }

  /** Returns how the shape of the weights reads in a message. */
  String shape() {
    return "weights of shape [nIn, nOut] = " + Arrays.toString(weights.shape());
  }

  /** Returns true if the parameters are given by the configuration. */
  boolean isGiven() {
    return given;
  }

  /** Returns true if no training step changes the parameters. */
  boolean isFixed() {
    return given || frozen;
  }

  /** Returns true if the layer computes equal halves alike. */
  boolean isDoubled() {
    return doubled;
  }

  /** Returns what follows the weights: the layer's own activation, then those of other layers. */
  List<IActivation> activations() {
    return activations;
  }

  Precision precision() {
    return Precision.of(type());
  }

  DataType type() {
    return weights.dataType();
  }

  /** Returns the incoming vectors as the network holds them, unit by unit. */
  double[] vectors() {
    int length = vectorLength();
    double[] vectors = new double[Math.multiplyExact(units(), length)];
    double[] byUnit = weights.dup('f').data().asDouble();
    for (int unit = 0; unit < units(); unit++) {
      System.arraycopy(byUnit, unit * inputs(), vectors, unit * length, inputs());
    }
    if (biases != null) {
      double[] bias = biases.dup().data().asDouble();
      for (int unit = 0; unit < units(); unit++) {
        vectors[unit * length + inputs()] = bias[unit];
      }
    }
    return vectors;
  }

  /**
   * Sets the incoming vectors to be written, unit by unit, and rounds them in place as the network
   * will.
   *
   * @throws IllegalArgumentException if the parameters are fixed
   */
  void setTrained(double[] vectors) {
    if (given) {
      throw new IllegalArgumentException(
          subject()
              + " has fixed parameters; replace it with a trained layer, or leave them to its"
              + " configuration.");
    }
    if (frozen) {
      throw new IllegalArgumentException(
          subject() + " is frozen; freeze it after its parameters were initialised.");
    }
    set(vectors);
  }

  /**
   * Sets the incoming vectors to be written, unit by unit, and rounds them in place as the network
   * will.
   *
   * @throws IllegalArgumentException if one is too large for the data type of the network
   */
  void set(double[] vectors) {
    int length = vectorLength();
    double[] matrix = new double[Math.multiplyExact(units(), inputs())];
    double[] bias = new double[units()];
    for (int unit = 0; unit < units(); unit++) {
      for (int input = 0; input < inputs(); input++) {
        matrix[input * units() + unit] = vectors[unit * length + input];
      }
      bias[unit] = hasBias() ? vectors[unit * length + inputs()] : 0;
    }
    INDArray roundedWeights = Nd4j.create(matrix, weights.shape(), type());
    INDArray roundedBiases = biases == null ? null : Nd4j.create(bias, biases.shape(), type());
    double[] stored = roundedWeights.data().asDouble();
    double[] storedBias = roundedBiases == null ? bias : roundedBiases.data().asDouble();
    for (int unit = 0; unit < units(); unit++) {
      for (int k = 0; k < length; k++) {
        double rounded = k < inputs() ? stored[k * units() + unit] : storedBias[unit];
        if (!Double.isFinite(rounded)) {
          throw new IllegalArgumentException(
              subject()
                  + " would have "
                  + (k < inputs() ? "the weight " : "the bias ")
                  + vectors[unit * length + k]
                  + ", which its data type "
                  + type()
                  + " does not hold; use smaller numbers, or dataType(DataType.DOUBLE).");
        }
        vectors[unit * length + k] = rounded;
      }
    }
    newWeights = roundedWeights;
    newBiases = roundedBiases;
  }

  /** Writes what was set, if anything. */
  void write() {
    if (newWeights != null) {
      weights.assign(newWeights);
    }
    if (biases != null && newBiases != null) {
      biases.assign(newBiases);
    }
  }
}
