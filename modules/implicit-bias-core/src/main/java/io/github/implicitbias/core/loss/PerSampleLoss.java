package io.github.implicitbias.core.loss;

/**
 * The loss of one sample as a function of the output layer's pre-activations.
 *
 * <p>A loss function that implements this interface can be watched without calling DL4J: the loss
 * of the probe is the mean of {@link #value} over its samples. Implementations are pure and keep no
 * state.
 */
public interface PerSampleLoss extends BatchLoss {

  /**
   * Returns the loss of one sample, not divided by the number of samples.
   *
   * @param z pre-activations of the output layer, row-major, one row of {@code outputs} per sample
   * @param y labels, same layout
   * @param offset index of the sample's first entry in both arrays
   * @param outputs number of outputs, at least 1
   */
  double value(double[] z, double[] y, int offset, int outputs);

  /**
   * Writes the derivative of {@link #value} with respect to the sample's pre-activations.
   *
   * @param derivative where to write, same layout as {@code z}
   */
  void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative);

  /**
   * Writes {@link #derivative} and returns {@link #value}: a loss that needs the same for both
   * computes it once.
   *
   * @param derivative where to write, same layout as {@code z}
   */
  default double valueAndDerivative(
      double[] z, double[] y, int offset, int outputs, double[] derivative) {
    derivative(z, y, offset, outputs, derivative);
    return value(z, y, offset, outputs);
  }

  /**
   * Writes the second derivative of {@link #value} with respect to the sample's pre-activations,
   * times a direction.
   *
   * @param direction same layout as {@code z}
   * @param into where to write, same layout
   * @return false if this loss does not know it; then nothing is written
   */
  default boolean curvature(
      double[] z, double[] y, int offset, int outputs, double[] direction, double[] into) {
    return false;
  }

  /**
   * Returns true if this is a function of the outputs, so that behind an activation function phi
   * the loss is {@link #value} at phi(z); false if it only holds behind the identity.
   */
  default boolean isOfOutputs() {
    return false;
  }

  /** Returns the mean of {@link #value} over the samples. */
  @Override
  default double valueOfBatch(double[] z, double[] y, int samples, int outputs) {
    double sum = 0;
    for (int i = 0; i < samples; i++) {
      sum += value(z, y, i * outputs, outputs);
    }
    return sum / samples;
  }

  /** Writes {@link #derivative} of every sample. */
  @Override
  default boolean derivativeOfBatch(
      double[] z, double[] y, int samples, int outputs, double[] derivative) {
    for (int i = 0; i < samples; i++) {
      derivative(z, y, i * outputs, outputs, derivative);
    }
    return true;
  }

  /** Writes {@link #curvature} of every sample. */
  @Override
  default boolean curvatureOfBatch(
      double[] z, double[] y, int samples, int outputs, double[] direction, double[] into) {
    for (int i = 0; i < samples; i++) {
      if (!curvature(z, y, i * outputs, outputs, direction, into)) {
        return false;
      }
    }
    return true;
  }
}
