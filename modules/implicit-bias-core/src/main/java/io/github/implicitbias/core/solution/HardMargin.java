package io.github.implicitbias.core.solution;

import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;

/**
 * The hard-margin separator through the origin: the shortest w with s_i w . x_i &gt;= 1 for all
 * samples, s_i = -1 or 1. For an offset that counts in the norm, give the samples a last entry of
 * 1.
 *
 * <p>The samples may be of any size: they are divided by a power of two, which changes no digit.
 *
 * <p>w = sum lambda_i s_i x_i with lambda &gt;= 0 minimising 1/2 norm(w)^2 - sum lambda_i. Cost:
 * O(n^2 d + n^3).
 */
public final class HardMargin {

  private static final double TOLERANCE = 1e-6;

  private final double[] solution;
  private final double[] multipliers;
  private final double residual;

  private HardMargin(double[] solution, double[] multipliers, double residual) {
    this.solution = solution;
    this.multipliers = multipliers;
    this.residual = residual;
  }

  /**
   * Finds the separator.
   *
   * @param x one row per sample
   * @param classes 1 for s_i = 1, any other number for -1
   * @throws IllegalArgumentException if the samples are not separated by a plane through the origin
   */
  public static HardMargin of(double[][] x, int[] classes) {
    int exponent = Magnitude.exponent(x);
    if (exponent == 0) {
      return scaled(x, classes);
    }
    // Samples s times as large have a separator 1 / s times as large, with the same margins.
    HardMargin found = scaled(Magnitude.timesPowerOfTwo(x, -exponent), classes);
    return new HardMargin(
        Magnitude.timesPowerOfTwo(found.solution, -exponent),
        Magnitude.timesPowerOfTwo(found.multipliers, -2 * exponent),
        found.residual);
  }

  private static HardMargin scaled(double[][] x, int[] classes) {
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
    return new HardMargin(w, multipliers, residual);
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

  /** Returns w; 1 / norm(w) is the largest distance of the nearest samples from a plane. */
  public double[] solution() {
    return solution.clone();
  }

  /** Returns lambda, one entry per sample; the support vectors are those with lambda_i &gt; 0. */
  public double[] multipliers() {
    return multipliers.clone();
  }

  /** Returns the largest of 1 - s_i w . x_i, and of its magnitude where lambda_i &gt; 0. */
  public double residual() {
    return residual;
  }
}
