package io.github.implicitbias.core.loss;

/**
 * A loss of one sample that is positive everywhere and is also known by its logarithm, which stays
 * an ordinary number where the loss itself underflows or overflows.
 *
 * <p>A loss that reaches 0 at finite pre-activations, such as a squared error, is not one: there
 * its logarithm has no gradient.
 */
public interface LogDomainLoss extends PerSampleLoss {

  /**
   * Returns log of {@link #value}, finite for all finite z.
   *
   * @param z pre-activations of the output layer, row-major, one row of {@code outputs} per sample
   * @param y labels, same layout
   * @param offset index of the sample's first entry in both arrays
   * @param outputs number of outputs, at least 1
   */
  double logValue(double[] z, double[] y, int offset, int outputs);

  /**
   * Writes the derivative of {@link #value} with respect to the sample's pre-activations as sign[k]
   * exp(logMagnitude[k]).
   *
   * @param sign where to write the signs, same layout as {@code z}
   * @param logMagnitude where to write the logarithms of the magnitudes, same layout
   */
  void logDerivative(
      double[] z, double[] y, int offset, int outputs, double[] sign, double[] logMagnitude);
}
