package io.github.implicitbias.core.solution;

import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.support.NonNegativeLeastSquares;
import org.jspecify.annotations.Nullable;

/**
 * The shortest v with G v &gt;= h, as v = G^T mu with mu &gt;= 0, from the Gram matrix G G^T.
 *
 * <p>C. L. Lawson and R. J. Hanson, Solving Least Squares Problems, chapter 23, problem LDP: with u
 * &gt;= 0 minimising norm(G^T u)^2 + (h . u - 1)^2, mu = u / (1 - h . u). The difference is of the
 * order of 1 if v is about as long as 1, so the problem is solved again in units of the v found
 * first.
 */
final class LeastDistance {

  private static final int PASSES = 3;

  private LeastDistance() {}

  /**
   * Returns mu, null if no v was found.
   *
   * @param gram row-major, symmetric
   * @param h one entry per row, not all of them 0 or below
   */
  static double @Nullable [] multipliers(double[] gram, double[] h) {
    int n = h.length;
    NonNegativeLeastSquares squares = new NonNegativeLeastSquares(n);
    double[] extended = new double[n * n];
    double[] right = new double[n];
    double[] mu = new double[n];
    double unit = unit(gram, h);
    for (int pass = 0; pass < PASSES; pass++) {
      for (int i = 0; i < n; i++) {
        right[i] = h[i] / unit;
      }
      for (int i = 0; i < n; i++) {
        for (int k = 0; k < n; k++) {
          extended[i * n + k] = gram[i * n + k] + right[i] * right[k];
        }
      }
      if (!squares.solve(extended, right)) {
        return null;
      }
      double[] u = squares.solution();
      double rest = 1 - ScalarProduct.of(right, 0, u, 0, n);
      if (!(rest > 0)) {
        return null;
      }
      double squared = 0;
      for (int i = 0; i < n; i++) {
        mu[i] = u[i] / rest * unit;
      }
      for (int i = 0; i < n; i++) {
        squared += mu[i] * ScalarProduct.of(gram, i * n, mu, 0, n);
      }
      unit = Math.sqrt(squared);
      if (!(unit > 0 && unit < Double.POSITIVE_INFINITY)) {
        return null;
      }
    }
    return mu;
  }

  /** Returns a first guess of norm(v): what the hardest single row asks for. */
  private static double unit(double[] gram, double[] h) {
    double most = 0;
    for (int i = 0; i < h.length; i++) {
      double row = gram[i * h.length + i];
      most = Math.max(most, row > 0 ? h[i] / Math.sqrt(row) : 0);
    }
    return most > 0 ? most : 1;
  }
}
