package io.github.implicitbias.core.network;

import io.github.implicitbias.core.norm.ScalarProduct;
import org.jspecify.annotations.Nullable;

/**
 * A layer with a matrix of weights: dense, output, convolutional (one unit per channel, its kernel
 * flattened), recurrent (input weights). See {@link NetworkView} for when its arrays are valid.
 */
public interface WeightLayer {

  /** Returns the layer's name, as in {@code RunHeader.layers}. */
  String name();

  /** Returns the position among the tracked layers, -1 if it is not tracked. */
  int trackedLayer();

  /**
   * Returns the number of units (rows of the matrix). An LSTM has four times as many as outputs,
   * for input, forget gate, output gate and input gate, one after the other.
   */
  int units();

  /** Returns the number of inputs of a unit (columns of the matrix). */
  int inputs();

  /** Returns true if training changes the weights. */
  boolean isTrained();

  boolean hasBias();

  /** Returns true if this is an output layer. */
  boolean isOutput();

  /**
   * Returns the slope of the activation where the pre-activation is negative, if the activation is
   * piecewise linear with slope 1 where it is positive: 0 for ReLU, alpha for leaky ReLU, 1 for the
   * identity; NaN for every other activation. Layers without weights that follow and only apply
   * such an activation belong to this layer.
   */
  double negativeSlope();

  /** Returns the name of the activation function, empty if it is not known. */
  default String activation() {
    return "";
  }

  /** Returns the type that the parameters are kept in during training; that of a double without. */
  default Precision precision() {
    return Precision.DOUBLE;
  }

  /** Returns the weights, row-major, units x inputs: row j is the incoming vector of unit j. */
  double[] weights();

  /** Returns the biases, one per unit; null without bias. */
  double @Nullable [] biases();

  /** Returns the bias of a unit, 0 if the layer has none. */
  default double bias(int unit) {
    double[] all = biases();
    return all == null ? 0 : all[unit];
  }

  /**
   * Returns true if the sums of the squares of weights and of biases are finite, as they are unless
   * one of them is NaN, infinite, or too large. Keeps no array.
   */
  default boolean areSquaresFinite() {
    double[] w = weights();
    double[] b = biases();
    return Double.isFinite(ScalarProduct.of(w, 0, w, 0, w.length))
        && (b == null || Double.isFinite(ScalarProduct.of(b, 0, b, 0, b.length)));
  }

  /**
   * Returns the inputs of the layer on the probe, row-major, samples x inputs, after preprocessing;
   * null where the layer's input is not a matrix.
   */
  double @Nullable [] inputActivations();

  /**
   * Returns the outputs of the layer on the probe, row-major, samples x units; null where they are
   * not a matrix, and for the output layer.
   */
  double @Nullable [] outputActivations();
}
