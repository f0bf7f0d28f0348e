package io.github.implicitbias.core.loss;

import org.jspecify.annotations.Nullable;

/**
 * The loss of a set of samples as a function of the output layer's pre-activations.
 *
 * <p>This is the number a training descends on. Of most losses it is the mean over the samples, see
 * {@link PerSampleLoss}; a loss such as the logarithm of a mean exists only for the set. A loss
 * function that implements this interface can be watched without calling DL4J. Implementations are
 * pure and keep no state.
 */
public interface BatchLoss {

  /**
   * Returns the loss of the first {@code samples} samples, without regularization.
   *
   * @param z pre-activations of the output layer, row-major, one row of {@code outputs} per sample
   * @param y labels, same layout
   * @param samples number of samples, at least 1
   * @param outputs number of outputs, at least 1
   */
  double valueOfBatch(double[] z, double[] y, int samples, int outputs);

  /**
   * Writes the derivative of {@code samples} times {@link #valueOfBatch} by every pre-activation:
   * for a mean over the samples that of each sample's own loss, not divided by their number.
   *
   * <p>It is what training descends on. Where the gradient of a loss function is by design not the
   * derivative of its score, it is that gradient.
   *
   * @param z pre-activations of the output layer, row-major, one row of {@code outputs} per sample
   * @param y labels, same layout
   * @param derivative where to write, same layout
   * @return false if this loss does not know its derivative; then nothing is written
   */
  default boolean derivativeOfBatch(
      double[] z, double[] y, int samples, int outputs, double[] derivative) {
    return false;
  }

  /**
   * Writes the second derivative of {@code samples} times {@link #valueOfBatch} by the
   * pre-activations, times a direction.
   *
   * @param direction same layout as {@code z}
   * @param into where to write, same layout
   * @return false if this loss does not know it; then nothing may be read from {@code into}
   */
  default boolean curvatureOfBatch(
      double[] z, double[] y, int samples, int outputs, double[] direction, double[] into) {
    return false;
  }

  /**
   * Returns true if this is a loss of classification: the label of a sample says on which side of 0
   * the output should be, or which of the outputs should be the largest. Only then do samples have
   * margins. A loss that fits numbers returns false, also where these happen to be -1 and 1.
   */
  default boolean classifies() {
    return false;
  }

  /**
   * Returns what this loss is of one output f that is positive, told by its derivatives whatever
   * its class, for the label y of one sample.
   *
   * @return {@code mse} for (f - y)^2, {@code half-mse} for (f - y)^2 / 2, {@code logistic} for
   *     ln(1 + exp(-y f)) with labels -1 and 1, or with labels 0 and 1 the same of 2y - 1; null for
   *     every other loss
   */
  default @Nullable String kind() {
    return LossKind.of(this);
  }

  /**
   * Returns kappa, the trained loss divided by the loss whose gradient flow defines {@code
   * flowTime}: for squared losses (1/2n) sum of squared residuals, so 2 for the mean of squared
   * residuals and 1 for half of it; 1 for losses without such a convention.
   *
   * @param outputs number of outputs, at least 1
   */
  double kappa(int outputs);
}
