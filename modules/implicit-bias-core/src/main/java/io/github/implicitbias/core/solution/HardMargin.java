package io.github.implicitbias.core.solution;

import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;

/**
 * Finds the hard-margin separator through the origin.
 *
 * <p>The samples may be of any size: they are divided by a power of two, which changes no digit.
 *
 * <p>w = sum lambda_i s_i x_i with lambda &gt;= 0 minimising 1/2 norm(w)^2 - sum lambda_i.
 */
final class HardMargin {

  private static final double TOLERANCE = 1e-6;

  private HardMargin() {}

  /** Finds the separator, see {@link ConstrainedMinimumNorm#separating}. */
  static ConstrainedMinimumNorm of(double[][] x, int[] classes) {
    int exponent = Magnitude.exponent(x);
    if (exponent == 0) {
      return scaled(x, classes);
    }
    // Samples s times as large have a separator 1 / s times as large, with the same margins.
    return scaled(Magnitude.timesPowerOfTwo(x, -exponent), classes)
        .timesPowersOfTwo(-exponent, -2 * exponent, 0);
  }

  private static ConstrainedMinimumNorm scaled(double[][] x, int[] classes) {
    int n = x.length;
    double[] gram = new double[n * n];
    double[] ones = new double[n];
    for (int i = 0; i < n; i++) {
      ones[i] = 1;
      for (int k = 0; k <= i; k++) {
        double product = sign(classes[i]) * sign(classes[k]) * dot(x[i], x[k]);
        gram[i * n + k] = product;
        gram[k * n + i] = product;
      }
    }
    double[] multipliers = LeastDistance.multipliers(gram, ones);
    if (multipliers == null) {
      throw inseparable();
    }
    double[] w = new double[x[0].length];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < w.length; k++) {
        w[k] += multipliers[i] * sign(classes[i]) * x[i][k];
      }
    }
    double residual = 0;
    for (int i = 0; i < n; i++) {
      double excess = sign(classes[i]) * dot(w, x[i]) - 1;
      residual = Math.max(residual, multipliers[i] > 0 ? Math.abs(excess) : -excess);
    }
    if (!(residual <= TOLERANCE)) {
      throw inseparable();
    }
    return new ConstrainedMinimumNorm(w, multipliers, residual);
  }

  private static IllegalArgumentException inseparable() {
    return new IllegalArgumentException(
        "The samples are not separated by a plane through the origin. Give them a last entry of 1"
            + " to allow an offset, or use more inputs.");
  }

  private static int sign(int label) {
    return label == 1 ? 1 : -1;
  }

  private static double dot(double[] a, double[] b) {
    return ScalarProduct.of(a, 0, b, 0, a.length);
  }
}
