package io.github.implicitbias.core.support;

import io.github.implicitbias.core.norm.ScalarProduct;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * Kernel. phi = argmin norm(phi) with <g_c, phi> >= 1 for all c is sum lambda_c g_c with lambda >= 0,
 * and by Lawson and Hanson's least distance programming lambda = u / (s gap), where u >= 0 minimises
 * u^T (K/s + 1 1^T) u / 2 - sum u and gap = 1 - sum u = 1 / (1 + s norm(phi)^2). The first s is the
 * mean of K's diagonal; where that leaves gap small, and with it its digits, the problem is solved
 * again with s = 1 / norm(phi)^2, which makes it one half.
 *
 * phi is unique, and so is the set of constraints that hold with equality, T. The multipliers are
 * unique if K_TT is positive definite. Else the shortest are found by non-negative least squares of
 * K_TT + r I, r being 10^-10 of the mean of its diagonal: constraints with equal gradients then have
 * equal multipliers.
 */

/**
 * The shortest vector that has a scalar product of at least 1 with each of some gradients, as a
 * combination of these, found from their scalar products. An instance keeps its arrays.
 */
final class GradientSeparator {

  /** Below this gap no vector separates, to within rounding. */
  private static final double INSEPARABLE = 1e-12;

  private static final double SMALL_GAP = 1e-2;
  private static final double TIGHT = 1e-6;
  private static final double RIDGE = 1e-10;
  private static final double DEPENDENT = 1e-9;
  private static final int POWERS = 30;

  private final int n;
  private final NonNegativeLeastSquares distance;
  private @Nullable NonNegativeLeastSquares shortest;
  private final double[] direction;
  private final double[] image;
  private final double[] work;
  private final double[] ones;
  private final double[] multipliers;
  private final double[] products;
  private final boolean[] loose;
  private double[] k = {};
  private double squaredNorm;
  private double residual;
  private boolean unique;

  /** Makes one for so many gradients. */
  GradientSeparator(int gradients) {
    n = gradients;
    distance = new NonNegativeLeastSquares(n);
    direction = new double[n];
    image = new double[n];
    work = new double[n * n];
    ones = new double[n];
    Arrays.fill(ones, 1);
    multipliers = new double[n];
    products = new double[n];
    loose = new boolean[n];
  }

  /**
   * Finds it.
   *
   * @param gram scalar products of the gradients, row-major
   * @return null if it was found, else why not
   */
  @Nullable String solve(double[] gram) {
    k = gram;
    double mean = 0;
    for (int c = 0; c < n; c++) {
      mean += gram[c * n + c] / n;
    }
    if (!(mean < Double.POSITIVE_INFINITY)) {
      return "the gradients of the margins are not finite";
    }
    double gap = mean > 0 ? nearest(mean) : 0;
    if (Double.isNaN(gap)) {
      return "no multipliers were found";
    }
    if (gap <= INSEPARABLE) {
      return "the gradients of the margins are not separable: no change of the parameters raises"
          + " all margins at once";
    }
    if (gap < SMALL_GAP && !(nearest(1 / squaredNorm) > 0)) {
      return "no multipliers were found";
    }
    findTight();
    unique = areIndependent();
    if (!unique) {
      share();
    }
    residual = optimality();
    return null;
  }

  /** Solves with a scale s; returns the gap, NaN if there is no solution. */
  private double nearest(double s) {
    for (int e = 0; e < n * n; e++) {
      work[e] = k[e] / s + 1;
    }
    if (!distance.solve(work, ones)) {
      return Double.NaN;
    }
    double[] u = distance.solution();
    double gap = 1;
    for (double part : u) {
      gap -= part;
    }
    if (gap > INSEPARABLE) {
      for (int c = 0; c < n; c++) {
        multipliers[c] = u[c] / (s * gap);
      }
      multiply();
      squaredNorm = ScalarProduct.of(multipliers, 0, products, 0, n);
    }
    return gap;
  }

  private void multiply() {
    for (int c = 0; c < n; c++) {
      products[c] = ScalarProduct.of(k, c * n, multipliers, 0, n);
    }
  }

  private void findTight() {
    for (int c = 0; c < n; c++) {
      loose[c] = !(products[c] <= 1 + TIGHT);
    }
  }

  /**
   * Returns true if the smallest eigenvalue of the products among tight constraints is above 10^-9
   * of the largest: if K_TT less that multiple of the identity has a Cholesky factor.
   */
  private boolean areIndependent() {
    double shift = DEPENDENT * largestEigenvalue();
    for (int c = 0; c < n; c++) {
      if (loose[c]) {
        continue;
      }
      int row = c * n;
      double pivot = k[row + c] - shift;
      for (int b = 0; b < c; b++) {
        if (!loose[b]) {
          double sum = k[row + b] - ScalarProduct.of(work, row, work, b * n, b);
          work[row + b] = sum / work[b * n + b];
          pivot -= work[row + b] * work[row + b];
        } else {
          work[row + b] = 0;
        }
      }
      if (!(pivot > 0)) {
        return false;
      }
      work[row + c] = Math.sqrt(pivot);
    }
    return true;
  }

  /** Returns the largest eigenvalue of K_TT by powers of it, from the longest gradient. */
  private double largestEigenvalue() {
    int longest = 0;
    double most = -1;
    for (int c = 0; c < n; c++) {
      if (!loose[c] && k[c * n + c] > most) {
        most = k[c * n + c];
        longest = c;
      }
    }
    Arrays.fill(direction, 0);
    direction[longest] = 1;
    double value = most;
    for (int power = 0; power < POWERS; power++) {
      for (int c = 0; c < n; c++) {
        // Entries of loose constraints stay 0.
        image[c] = loose[c] ? 0 : ScalarProduct.of(k, c * n, direction, 0, n);
      }
      value = Math.sqrt(ScalarProduct.of(image, 0, image, 0, n));
      for (int c = 0; c < n; c++) {
        direction[c] = image[c] / value;
      }
    }
    return value;
  }

  /** Takes the shortest multipliers among tight constraints. */
  private void share() {
    double diagonal = 0;
    int count = 0;
    for (int c = 0; c < n; c++) {
      diagonal += loose[c] ? 0 : k[c * n + c];
      count += loose[c] ? 0 : 1;
    }
    System.arraycopy(k, 0, work, 0, n * n);
    for (int c = 0; c < n; c++) {
      work[c * n + c] += RIDGE * diagonal / count;
    }
    NonNegativeLeastSquares solver = shortest;
    if (solver == null) {
      solver = new NonNegativeLeastSquares(n);
      shortest = solver;
    }
    if (solver.solve(work, ones, loose)) {
      System.arraycopy(solver.solution(), 0, multipliers, 0, n);
      multiply();
    }
  }

  private double optimality() {
    double worst = 0;
    for (int c = 0; c < n; c++) {
      double missed = 1 - products[c];
      worst = Math.max(worst, multipliers[c] > 0 ? Math.abs(missed) : missed);
    }
    return worst;
  }

  /** Returns the multipliers, one per gradient; of several choices the shortest. */
  double[] multipliers() {
    return multipliers;
  }

  /** Returns true if a gradient has a scalar product of 1 with the vector, up to 10^-6. */
  boolean isTight(int gradient) {
    return !loose[gradient];
  }

  /** Returns true if no other multipliers give the same vector. */
  boolean isUnique() {
    return unique;
  }

  /** Returns the square of the norm of the vector. */
  double squaredNorm() {
    return squaredNorm;
  }

  /**
   * Returns by how much the multipliers found miss the conditions for an optimum: the most by which
   * a scalar product is below 1, or is not 1 where the multiplier is positive.
   */
  double residual() {
    return residual;
  }
}
