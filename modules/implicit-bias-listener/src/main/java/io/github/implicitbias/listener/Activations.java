package io.github.implicitbias.listener;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The activations of one forward pass, as far as they are at hand. */
interface Activations {

  /** Returns an array of features of the batch, null if it is not at hand. */
  @Nullable INDArray input(int number);

  /** Returns what a layer was given, before its preprocessor; null if it is not at hand. */
  @Nullable INDArray inputOf(NetworkNode node);

  /** Returns what a layer computed; null for outputs of the network. */
  @Nullable INDArray outputOf(NetworkNode node);

  /**
   * Returns an activation that cannot be done without.
   *
   * @param node the layer it was asked for
   * @throws IllegalStateException if it is not at hand
   */
  static INDArray present(@Nullable INDArray activation, NetworkNode node) {
    if (activation == null) {
      throw new IllegalStateException("DL4J has not shown the activations of " + node.name());
    }
    return activation;
  }
}
