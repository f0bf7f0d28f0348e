package io.github.implicitbias.core.law;

import org.jspecify.annotations.Nullable;

/**
 * Shows the parameters of a network and their gradient, row by row, as they are when it is asked.
 * It is called in the thread that trains. What is written is complete: every place of the array
 * that a row has.
 */
public interface StepSource {

  /** Returns the network, the same at every call. */
  StepNetwork network();

  /** Writes the weights of a unit. */
  void weights(int layer, int unit, double[] into);

  /** Writes the biases of a layer that has some. */
  void biases(int layer, double[] into);

  /** Writes the gradient of the mean loss of the batch by the weights of a unit. */
  void gradient(int layer, int unit, double[] into);

  /** Writes the gradient of the mean loss of the batch by the biases of a layer that has some. */
  void biasGradient(int layer, double[] into);

  /**
   * Writes the velocity of the weights of a unit, before the step.
   *
   * @return false if it is not known
   */
  default boolean velocity(int layer, int unit, double[] into) {
    return false;
  }

  /** Writes the velocity of the biases, as {@link #velocity}. */
  default boolean biasVelocity(int layer, double[] into) {
    return false;
  }

  /** Returns what the batch of the step has put out; null if it was not read. */
  @Nullable BatchOutput output();

  /** Returns true if what each batch puts out is read, whether the step is read or not. */
  default boolean readsEveryBatch() {
    return false;
  }

  /**
   * Writes the variance over batch and positions, divisor their number, of what each unit of a
   * layer below a batch normalization puts out.
   *
   * @return false if it is not known
   */
  default boolean variances(int layer, double[] into) {
    return false;
  }

  /** Returns the number that a batch normalization adds to the variance. */
  default double epsilon(int layer) {
    return 0;
  }

  /**
   * Writes which units of a layer were on for some sample of the batch.
   *
   * @return false if that is not known
   */
  default boolean onUnits(int layer, boolean[] into) {
    return false;
  }

  /**
   * Returns which inputs of the layer that takes the features were other than 0 in some batch so
   * far; null if that is not known of every batch since the first step.
   */
  default boolean @Nullable [] usedInputs() {
    return null;
  }

  /**
   * Returns how many different samples training has shown so far, all of which come again in every
   * epoch; -1 if that is not known.
   */
  default int samplesThatReturn() {
    return -1;
  }

  /**
   * Returns what else than the update of each step has moved the parameters, a clause; null for
   * nothing.
   */
  default @Nullable String otherMover() {
    return null;
  }
}
