package io.github.implicitbias.core.network;

import org.jspecify.annotations.Nullable;

/** What the configuration of a run says about how it is trained. */
public interface TrainingSetup {

  /** Returns true if every trained layer uses plain SGD, without momentum, decay or clipping. */
  boolean isPlainSgd();

  /**
   * Returns true if all that is trained has the same learning rate at every step, so that {@link
   * #learningRate} is that of every parameter.
   */
  default boolean hasOneLearningRate() {
    return true;
  }

  /**
   * Returns true if every step so far was trained on exactly the probe, features and labels; false
   * for whoever has not declared {@code Needs.FULL_BATCH}.
   */
  boolean isFullBatch();

  /**
   * Returns what else than the update of each step has moved the parameters so far, such as other
   * workers or parameters that were set: a clause; null if nothing has. Whoever has not declared
   * {@code Needs.OWN_UPDATE} is told that it is not known.
   */
  default @Nullable String otherMover() {
    return null;
  }

  /** Returns true if there is L1, L2, weight decay, a constraint, dropout or weight noise. */
  boolean isRegularized();

  /** Returns what of that there is, with names and numbers; empty if there is nothing. */
  default String regularization() {
    return isRegularized() ? "there is regularization, dropout or a constraint" : "";
  }

  /** Returns true if the gradient is divided by the number of samples of the batch. */
  boolean dividesByBatch();

  /**
   * Returns the learning rate of the update that leaves the parameters observed: that of all that
   * is trained; NaN for updaters without one, and where layers have different ones.
   */
  double learningRate();

  /** Returns the momentum of that update, as of Nesterov's method; 0 without. */
  default double momentum() {
    return 0;
  }

  /**
   * Returns true if every trained layer uses plain SGD or Nesterov's method, without clipping: then
   * {@link #momentum} says how much of the last step is kept, 0 for plain SGD.
   */
  default boolean isMomentumSgd() {
    return isPlainSgd();
  }

  /**
   * Returns lambda if the regularization is lambda W, added to the gradient of every trained matrix
   * of weights and to nothing else; 0 if there is none. NaN for everything else: other penalties,
   * decay apart from the gradient, penalties of biases, different ones in different layers,
   * dropout, constraints.
   */
  default double l2() {
    return isRegularized() ? Double.NaN : 0;
  }

  /**
   * Returns why training follows no gradient flow whose time could be told, such as an adaptive
   * updater, clipping or weight decay, as a clause; null if it does.
   */
  default @Nullable String whyNoFlowTime() {
    return null;
  }

  /** Returns kappa: the trained loss divided by the loss whose gradient flow defines flowTime. */
  double kappa();
}
