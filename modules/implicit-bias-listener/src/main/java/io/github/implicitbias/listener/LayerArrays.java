package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.Precision;
import io.github.implicitbias.core.network.WeightLayer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer with weights, on plain arrays that are read when they are first asked for. */
final class LayerArrays implements WeightLayer {

  private final NetworkArrays network;
  private final NetworkNode node;
  private final WeightMatrix matrix;
  private final ActivationArray input;
  private final ActivationArray output;
  private final double negativeSlope;
  private final boolean isOutput;
  private final int trackedLayer;
  private double @Nullable [] weights;
  private double @Nullable [] biases;
  private @Nullable Precision precision;
  private long weightsReadAt = -1;
  private long biasesReadAt = -1;

  /**
   * Describes a layer.
   *
   * @param input what feeds it
   * @param output what it puts out, behind the layers that belong to it
   * @param negativeSlope of its activation and those of the layers that belong to it
   * @param isOutput true if the loss is a function of its pre-activations
   * @param trackedLayer position of it, or of a layer that belongs to it, among the tracked ones
   */
  LayerArrays(
      NetworkArrays network,
      NetworkNode node,
      WeightMatrix matrix,
      ActivationArray input,
      ActivationArray output,
      double negativeSlope,
      boolean isOutput,
      int trackedLayer) {
    this.network = network;
    this.node = node;
    this.matrix = matrix;
    this.input = input;
    this.output = output;
    this.negativeSlope = negativeSlope;
    this.isOutput = isOutput;
    this.trackedLayer = trackedLayer;
  }

  /** Lets the arrays of the network go. */
  void release() {
    matrix.release();
  }

  /** Lets the numbers go that were read; who asks again has them read again. */
  void letGo() {
    weights = null;
    weightsReadAt = -1;
    matrix.letGo();
    input.letGo();
    output.letGo();
  }

  /** Returns true if the layer computes x W + b, and nothing else before its activation. */
  boolean isDense() {
    return NetworkArrays.isDense(node.layer());
  }

  @Override
  public String name() {
    return node.name();
  }

  @Override
  public int trackedLayer() {
    return trackedLayer;
  }

  @Override
  public int units() {
    return matrix.units();
  }

  @Override
  public int inputs() {
    return matrix.inputs();
  }

  /** A layer that is frozen, has fixed weights, or a learning rate that is 0 at every step. */
  @Override
  public boolean isTrained() {
    return !node.isFixed() && !NetworkNode.isResting(node.updater());
  }

  @Override
  public boolean hasBias() {
    return matrix.hasBias();
  }

  @Override
  public boolean isOutput() {
    return isOutput;
  }

  @Override
  public double negativeSlope() {
    return negativeSlope;
  }

  @Override
  public String activation() {
    return Objects.toString(LayerReading.activation(node.layer()), "");
  }

  @Override
  public Precision precision() {
    if (precision == null) {
      precision = precision(node.implementation().paramTable().values().iterator().next());
    }
    return precision;
  }

  private static Precision precision(INDArray parameters) {
    switch (parameters.dataType()) {
      case HALF:
        return Precision.HALF;
      case BFLOAT16:
        return Precision.BFLOAT16;
      case FLOAT:
        return Precision.FLOAT;
      default:
        return Precision.DOUBLE;
    }
  }

  @Override
  public double[] weights() {
    if (weights == null || weightsReadAt != network.observation()) {
      weights = matrix.readWeights();
      weightsReadAt = network.observation();
    }
    return weights;
  }

  @Override
  public boolean areSquaresFinite() {
    return matrix.areSquaresFinite();
  }

  @Override
  public double @Nullable [] biases() {
    if (biasesReadAt != network.observation()) {
      biases = matrix.readBiases();
      biasesReadAt = network.observation();
    }
    return biases;
  }

  @Override
  public double @Nullable [] inputActivations() {
    return input.values(network.activations(), network.observation());
  }

  @Override
  public double @Nullable [] outputActivations() {
    return isOutput ? null : output.values(network.activations(), network.observation());
  }
}
