package io.github.implicitbias.core.law;

import org.jspecify.annotations.Nullable;

/**
 * One step of training, before or after its update: what its batch has put out and, at steps that
 * are read, sums over the gradient and over the parameters before and after. All of it holds until
 * the next step.
 */
public interface TrainingStep {

  /** Returns the number of updates done before it. */
  long step();

  /** Returns the number of epochs that ended before it. */
  int epoch();

  /** Returns the number of samples of its batch. */
  int samples();

  /** Returns true if it is the first of the run, after no update. */
  boolean isFirst();

  /** Returns true if gradient and parameters were read, so that {@link #sums} are of this step. */
  boolean isRead();

  /** Returns the network. */
  StepNetwork network();

  /** Returns the sums of a layer; of the last step that was read. */
  LayerSums sums(int layer);

  /** Returns what the batch has put out; null if it was not read at this step. */
  @Nullable BatchOutput output();

  /** Returns true if {@link #output} is there at every step of the run. */
  boolean readsEveryBatch();

  /** Writes the weights of a unit, as they are now. */
  void weights(int layer, int unit, double[] into);

  /** Writes the biases of a layer, as they are now. */
  void biases(int layer, double[] into);

  /** Writes the weights of a unit as they were before a step that {@link #isRead}. */
  void weightsBefore(int layer, int unit, double[] into);

  /** Writes the variances, as {@link StepSource#variances}, at a step that {@link #isRead}. */
  boolean variances(int layer, double[] into);

  /** Returns the number that a batch normalization adds to the variance. */
  double epsilon(int layer);

  /** Writes which units were on for some sample of the batch, as {@link StepSource#onUnits}. */
  boolean onUnits(int layer, boolean[] into);

  /** Returns which inputs were used so far, as {@link StepSource#usedInputs}. */
  boolean @Nullable [] usedInputs();

  /** Returns how many samples return, as {@link StepSource#samplesThatReturn}. */
  int samplesThatReturn();

  /** Returns what else than the updates has moved the parameters, a clause; null for nothing. */
  @Nullable String otherMover();
}
