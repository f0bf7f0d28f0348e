package io.github.implicitbias.nn.loss;

/**
 * The logarithm of a sum of exponentials, log sum_i e^(x_i), kept as the largest x and the sum of
 * e^(x_i - largest) over the others.
 *
 * <p>The two are not put together before they must be: shares of the sum depend on differences of
 * the x alone and keep their digits however large the x are. The sum over no or only vanishing
 * terms is 0, its logarithm negative infinity; a NaN among the x makes everything NaN.
 */
final class LogSum {

  private double largest = Double.NEGATIVE_INFINITY;
  private double others;

  /** Adds e^x to the sum. */
  void add(double x) {
    if (x == Double.NEGATIVE_INFINITY) {
      return;
    }
    if (x <= largest) {
      others += Math.exp(x - largest);
    } else {
      boolean first = largest == Double.NEGATIVE_INFINITY;
      others = first ? 0 : (1 + others) * Math.exp(largest - x);
      largest = x;
    }
  }

  /** Returns the logarithm of the sum. */
  double log() {
    return largest + Math.log1p(others);
  }

  /** Returns e^x divided by the sum. */
  double share(double x) {
    return Math.exp(x - largest) / (1 + others);
  }
}
