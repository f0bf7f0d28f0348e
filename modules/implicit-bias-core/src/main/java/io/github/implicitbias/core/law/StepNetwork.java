package io.github.implicitbias.core.law;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The network that laws are about: its layers with parameters, from the features to the output, and
 * what is trained for. Immutable but for the numbers of the rules.
 */
public final class StepNetwork {

  /** Losses that laws know, together with the activation of the output layer. */
  public enum Goal {
    /** Cross-entropy of a softmax. */
    SOFTMAX,
    /** Another loss behind a softmax. */
    THROUGH_SOFTMAX,
    /** Cross-entropy of sigmoids, one per output. */
    LOGISTIC,
    /** Mean square over the outputs, behind the identity. */
    MEAN_SQUARE,
    /** Any other. */
    OTHER
  }

  private final List<StepLayer> layers;
  private final Goal goal;
  private final @Nullable String whyNoOutput;
  private final boolean isStack;
  private final boolean dividesByBatch;

  /**
   * Describes a network.
   *
   * @param layers those with parameters, in the order in which they are computed
   * @param whyNoOutput why nothing is known of the one output and its loss, a clause; null if it is
   * @param isStack true if it is nothing but the layers, one after the other, with activations and
   *     dropout between
   * @param dividesByBatch true if the gradient is divided by the number of samples of the batch
   */
  public StepNetwork(
      List<StepLayer> layers,
      Goal goal,
      @Nullable String whyNoOutput,
      boolean isStack,
      boolean dividesByBatch) {
    this.layers = List.copyOf(layers);
    this.goal = goal;
    this.whyNoOutput = whyNoOutput;
    this.isStack = isStack;
    this.dividesByBatch = dividesByBatch;
  }

  /** Returns the layers with parameters, in the order in which they are computed. */
  public List<StepLayer> layers() {
    return layers;
  }

  /** Returns the layer of a number. */
  public StepLayer layer(int number) {
    return layers.get(number);
  }

  /** Returns what is trained for. */
  public Goal goal() {
    return goal;
  }

  /** Returns the number of the output layer, -1 if it has no parameters or is not one of them. */
  public int output() {
    for (int l = 0; l < layers.size(); l++) {
      if (layers.get(l).isOutput()) {
        return l;
      }
    }
    return -1;
  }

  /** Returns why nothing is known of the output and its loss, a clause; null if something is. */
  public @Nullable String whyNoOutput() {
    return whyNoOutput;
  }

  /** Returns true if the network is nothing but its layers, one after the other. */
  public boolean isStack() {
    return isStack;
  }

  /** Returns true if the gradient is divided by the number of samples of the batch. */
  public boolean dividesByBatch() {
    return dividesByBatch;
  }

  /** Returns the number of parameters of the layers. */
  public long parameters() {
    long sum = 0;
    for (StepLayer layer : layers) {
      sum += (long) layer.units() * (layer.inputs() + (layer.hasBias() ? 1 : 0));
    }
    return sum;
  }

  /** Returns the products of a forward pass of one sample. */
  public double products() {
    double sum = 0;
    for (StepLayer layer : layers) {
      sum += (double) layer.positions() * layer.units() * layer.inputs();
    }
    return sum;
  }
}
