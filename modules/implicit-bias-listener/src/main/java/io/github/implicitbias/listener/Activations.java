package io.github.implicitbias.listener;

import org.nd4j.linalg.api.ndarray.INDArray;

/** The activations of one forward pass, as far as they are at hand. */
interface Activations {

  /** Returns an array of features of the batch. */
  INDArray input(int number);

  /** Returns what a layer was given, before its preprocessor. */
  INDArray inputOf(NetworkNode node);

  /** Returns what a layer computed; null for outputs of the network. */
  INDArray outputOf(NetworkNode node);
}
