package io.github.implicitbias.core.solution;

import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;
import java.util.Arrays;

/**
 * Finds the shortest ReLU neuron that fits all positive labels and is off for the other samples.
 *
 * <p>w = X_+^+ y_+ - P^T mu, with P the other samples projected on the null space of the X_+ and mu
 * &gt;= 0 minimising 1/2 norm(P^T mu)^2 - mu . (X_- X_+^+ y_+). The optimality is checked on the
 * solution and reported.
 */
final class SignConstrained {

  private static final double TOLERANCE = 1e-8;

  /** What is left of a sample in the span of the fitted ones is rounding, and below this share. */
  private static final double ROUNDING = 1e-12;

  private SignConstrained() {}

  /** Solves the problem, see {@link ConstrainedMinimumNorm#fittingPositive}. */
  static ConstrainedMinimumNorm of(double[][] x, double[] y) {
    int size = Magnitude.exponent(x);
    int height = Magnitude.exponent(y);
    if (size == 0 && height == 0) {
      return scaled(x, y);
    }
    return scaled(Magnitude.timesPowerOfTwo(x, -size), Magnitude.timesPowerOfTwo(y, -height))
        .timesPowersOfTwo(height - size, height - 2 * size, height);
  }

  private static ConstrainedMinimumNorm scaled(double[][] x, double[] y) {
    int positives = 0;
    for (double label : y) {
      positives += label > 0 ? 1 : 0;
    }
    double[][] fitted = new double[positives][];
    double[] labels = new double[positives];
    double[][] others = new double[y.length - positives][];
    for (int i = 0, p = 0, o = 0; i < y.length; i++) {
      if (y[i] > 0) {
        labels[p] = y[i];
        fitted[p++] = x[i];
      } else {
        others[o++] = x[i];
      }
    }
    if (positives == 0) {
      return new ConstrainedMinimumNorm(new double[x[0].length], new double[others.length], 0);
    }
    double[] w = MinimumNorm.of(fitted, labels).solution();
    if (others.length == 0) {
      return new ConstrainedMinimumNorm(w, new double[0], violation(w, fitted, labels));
    }
    double[][] projected = projections(fitted, others);
    double[] multipliers = multipliers(projected, others, w);
    for (int i = 0; i < others.length; i++) {
      for (int k = 0; k < w.length; k++) {
        w[k] -= multipliers[i] * projected[i][k];
      }
    }
    double residual = violation(w, fitted, labels);
    double largest = 0;
    for (double label : labels) {
      largest = Math.max(largest, label);
    }
    if (!(residual <= TOLERANCE * largest)) {
      throw infeasible();
    }
    for (int i = 0; i < others.length; i++) {
      double z = dot(w, others[i]);
      double size = Math.sqrt(dot(w, w) * dot(others[i], others[i]));
      if (size > 0 && z > TOLERANCE * size) {
        throw infeasible();
      }
      // Feasible, and slack only where the multiplier is 0.
      double slack = multipliers[i] > 0 ? Math.abs(z) : Math.max(0, z);
      residual = Math.max(residual, slack);
    }
    return new ConstrainedMinimumNorm(w, multipliers, residual);
  }

  private static double violation(double[] w, double[][] x, double[] y) {
    double largest = 0;
    for (int i = 0; i < y.length; i++) {
      largest = Math.max(largest, Math.abs(dot(w, x[i]) - y[i]));
    }
    return largest;
  }

  /** Takes from every other sample its part in the span of the fitted ones. */
  private static double[][] projections(double[][] fitted, double[][] others) {
    double[][] products = new double[others.length][fitted.length];
    for (int i = 0; i < others.length; i++) {
      for (int k = 0; k < fitted.length; k++) {
        products[i][k] = dot(fitted[k], others[i]);
      }
    }
    MinimumNorm[] parts = MinimumNorm.ofEach(fitted, products);
    double[][] projected = new double[others.length][];
    for (int i = 0; i < others.length; i++) {
      double[] inSpan = parts[i].solution();
      projected[i] = others[i].clone();
      for (int k = 0; k < inSpan.length; k++) {
        projected[i][k] -= inSpan[k];
      }
      double rest = dot(projected[i], projected[i]);
      if (rest <= ROUNDING * ROUNDING * dot(others[i], others[i])) {
        // It lies in the span: no multiplier can move its product with w.
        Arrays.fill(projected[i], 0);
      }
    }
    return projected;
  }

  private static double[] multipliers(double[][] projected, double[][] others, double[] w) {
    int n = others.length;
    double[] gram = new double[n * n];
    double[] right = new double[n];
    for (int i = 0; i < n; i++) {
      right[i] = dot(others[i], w);
      double size = Math.sqrt(dot(w, w) * dot(others[i], others[i]));
      if (dot(projected[i], projected[i]) == 0 && Math.abs(right[i]) <= TOLERANCE * size) {
        right[i] = 0;
      }
      for (int k = 0; k < n; k++) {
        gram[i * n + k] = dot(projected[i], projected[k]);
      }
    }
    boolean feasible = true;
    for (double excess : right) {
      feasible &= excess <= 0;
    }
    if (feasible) {
      return new double[n];
    }
    double[] multipliers = LeastDistance.multipliers(gram, right);
    if (multipliers == null) {
      throw infeasible();
    }
    return multipliers;
  }

  private static IllegalArgumentException infeasible() {
    return new IllegalArgumentException(
        "No neuron fits all positive labels and is off for the other samples. Leave samples out, or"
            + " use more inputs.");
  }

  private static double dot(double[] a, double[] b) {
    return ScalarProduct.of(a, 0, b, 0, a.length);
  }
}
