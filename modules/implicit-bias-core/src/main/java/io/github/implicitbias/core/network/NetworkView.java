package io.github.implicitbias.core.network;

import org.jspecify.annotations.Nullable;

/**
 * A network at one step, on plain arrays, for metrics. Everything is read when it is first asked
 * for at an observation; arrays belong to the view, must not be changed, and hold their content
 * until the next observation.
 */
public interface NetworkView {

  /**
   * Returns a network of which nothing is known but its activation patterns: no weights, no
   * outputs. It is trained by plain gradient descent on the whole probe.
   *
   * @param kappa trained loss divided by half the mean square residual, see {@link
   *     TrainingSetup#kappa}
   */
  static NetworkView opaque(double kappa) {
    return new OpaqueNetwork(kappa);
  }

  /**
   * Returns true if the network, as it is without training's noise, is nothing but a stack of dense
   * layers, each of which takes the output of the one before: no convolution, recurrence,
   * normalization, merging or reshaping. Then {@link #layer} describes it wholly. Dropout and
   * weight noise act in training only and are left away.
   */
  boolean isStack();

  /** Returns why the network is no such stack, with names; empty if it is one. */
  default String whyNoStack() {
    return isStack() ? "" : "the network is not a stack of dense layers";
  }

  /** Returns why {@link #outputPreActivations} are not known: a clause with names. */
  default String whyNoOutputs() {
    return "the outputs of the network are not known";
  }

  /**
   * Returns why a tracked layer has no matrix among {@link #layer}: a clause about "it".
   *
   * @param tracked its position among the tracked layers
   */
  default String whyNoMatrix(int tracked) {
    return "it has no matrix of weights";
  }

  /** Returns the name of the loss, to be used in a sentence. */
  default String lossName() {
    return "the loss";
  }

  /** Returns the number of layers with a matrix of weights, the output layer included. */
  int layers();

  /** Returns a layer with a matrix of weights, in the order of the network. */
  WeightLayer layer(int number);

  /** Returns the number of outputs per sample, 0 if the output layer is of a kind not known. */
  int outputs();

  /**
   * Returns the pre-activations of the output layer, row-major, samples x outputs; null if the
   * output layer is of a kind not known. They are there at every observation, at no cost.
   */
  double @Nullable [] outputPreActivations();

  /**
   * Returns the derivative of the loss of each sample, times its weight if samples have weights, by
   * each pre-activation of the output layer (not divided by the number of samples), row-major,
   * samples x outputs; null if it is not known.
   */
  double @Nullable [] lossDerivatives();

  /**
   * Writes, for each sample, the second derivative of its loss by the pre-activations of the output
   * layer (not divided by the number of samples), times a direction.
   *
   * @param direction samples x outputs, row-major
   * @param into same layout
   * @return false if the loss is not one whose second derivative is known on plain arrays, or its
   *     samples do not stand for themselves; then nothing may be read from {@code into}
   */
  default boolean lossCurvature(double[] direction, double[] into) {
    return false;
  }

  /**
   * Returns what the loss of one output is, see {@link
   * io.github.implicitbias.core.loss.BatchLoss#kind}: {@code mse}, {@code half-mse}, {@code
   * logistic}; null for every other loss, or if it is not known.
   */
  default @Nullable String lossKind() {
    return null;
  }

  /**
   * Returns true if the loss is one of classification, see {@link
   * io.github.implicitbias.core.loss.BatchLoss#classifies}; without it labels are numbers, whatever
   * they look like, and nothing has a margin.
   */
  default boolean classifies() {
    return "logistic".equals(lossKind());
  }

  /**
   * Frees the arrays that are kept from one observation to the next, when memory has run out; they
   * are made again for who asks again. By default, nothing is kept.
   */
  default void letGo() {}

  /**
   * Returns what training is, as far as statements about it depend on that: updater,
   * regularization, and the like.
   */
  TrainingSetup training();
}
