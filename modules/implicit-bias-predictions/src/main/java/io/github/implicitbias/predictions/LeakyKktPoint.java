package io.github.implicitbias.predictions;

import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * The KKT point of "smallest norm(W) with all margins at least 1" for f(x) = sum_j a_j phi(w_j . x)
 * with a_j = +-c fixed and phi the leaky ReLU of slope gamma, in which every sample has margin 1
 * and every unit is on exactly for the class of its sign.
 *
 * <p>Stationarity makes all units of a sign equal: w_j = v for a_j &gt; 0 and w_j = u for a_j &lt;
 * 0, with v = c sum_i lambda_i p_i x_i and u = c sum_i lambda_i m_i x_i, where (p_i, m_i) is (1,
 * -gamma) for samples of class 1 and (-gamma, 1) for the others. Margins of 1 are n linear
 * equations for lambda. The solution is a KKT point if all lambda_i are positive and v and u are of
 * the assumed signs on the samples, which is checked.
 *
 * <p>Cost: O(n^2 d + n^3) for n samples of d inputs. The closed form is derived here; that descent
 * goes to a point of this kind for nearly orthogonal samples is the subject of arXiv:2210.07082.
 */
final class LeakyKktPoint {

  private static final double TOLERANCE = 1e-8;

  private final double[] plus;
  private final double[] minus;
  private final double[] multipliers;
  private final double norm;
  private final double residual;

  private LeakyKktPoint(
      double[] plus, double[] minus, double[] multipliers, double norm, double residual) {
    this.plus = plus;
    this.minus = minus;
    this.multipliers = multipliers;
    this.norm = norm;
    this.residual = residual;
  }

  /**
   * Finds the point.
   *
   * @param x one row per sample
   * @param classes 1 for label 1, any other number for -1
   * @param positive number of units with output weight c
   * @param negative number of units with output weight -c
   * @param magnitude c &gt; 0
   * @param slope gamma, between 0 and 1
   * @throws IllegalArgumentException if there are no units of a sign, numbers are not finite, the
   *     equations are singular or nearly so, as with equal samples, or there is no such point
   */
  public static LeakyKktPoint of(
      double[][] x, int[] classes, int positive, int negative, double magnitude, double slope) {
    if (x.length == 0 || positive < 1 || negative < 1) {
      throw new IllegalArgumentException("Give samples, and units of both signs.");
    }
    int size = Magnitude.exponent(x);
    int height = Magnitude.exponent(new double[] {magnitude});
    if (size == 0 && height == 0) {
      return scaled(x, classes, positive, negative, magnitude, slope);
    }
    // f is the product of c, w and x: where two of them are larger, the third is smaller.
    LeakyKktPoint found =
        scaled(
            Magnitude.timesPowerOfTwo(x, -size),
            classes,
            positive,
            negative,
            Math.scalb(magnitude, -height),
            slope);
    int up = -size - height;
    return new LeakyKktPoint(
        Magnitude.timesPowerOfTwo(found.plus, up),
        Magnitude.timesPowerOfTwo(found.minus, up),
        Magnitude.timesPowerOfTwo(found.multipliers, 2 * up),
        Math.scalb(found.norm, up),
        found.residual);
  }

  private static LeakyKktPoint scaled(
      double[][] x, int[] classes, int positive, int negative, double magnitude, double slope) {
    int n = x.length;
    double[] gram = gram(x);
    double squared = magnitude * magnitude;
    DMatrixRMaj matrix = new DMatrixRMaj(n, n);
    DMatrixRMaj ones = new DMatrixRMaj(n, 1);
    for (int i = 0; i < n; i++) {
      boolean above = classes[i] == 1;
      double own = above ? positive : negative;
      double other = slope * (above ? negative : positive);
      for (int k = 0; k < n; k++) {
        boolean alike = above == (classes[k] == 1);
        double factor = alike ? own + other * slope : -own * slope - other;
        double entry = gram[i * n + k] * squared * factor;
        if (!Double.isFinite(entry)) {
          throw new IllegalArgumentException("Scalar products of the samples are not finite.");
        }
        matrix.unsafe_set(i, k, entry);
      }
      ones.unsafe_set(i, 0, 1);
    }
    double[] multipliers = solve(matrix, ones);
    for (int i = 0; i < n; i++) {
      if (!(multipliers[i] > 0)) {
        throw new IllegalArgumentException(
            "Sample " + i + " would have a multiplier of " + multipliers[i] + ", not above 0.");
      }
    }
    double[] plus = combination(x, classes, multipliers, magnitude, slope, true);
    double[] minus = combination(x, classes, multipliers, magnitude, slope, false);
    double residual = 0;
    for (int i = 0; i < n; i++) {
      int sign = classes[i] == 1 ? 1 : -1;
      double first = dot(plus, x[i]);
      double second = dot(minus, x[i]);
      if (!(sign * first > 0 && sign * second < 0)) {
        throw new IllegalArgumentException(
            "At sample " + i + " the units would not be on for their class alone.");
      }
      double f =
          magnitude
              * (positive * (first > 0 ? first : slope * first)
                  - negative * (second > 0 ? second : slope * second));
      residual = Math.max(residual, Math.abs(sign * f - 1));
    }
    if (!(residual <= TOLERANCE)) {
      throw singular();
    }
    double norm = Math.sqrt(positive * dot(plus, plus) + negative * dot(minus, minus));
    return new LeakyKktPoint(plus, minus, multipliers, norm, residual);
  }

  private static double[] gram(double[][] x) {
    int n = x.length;
    double[] gram = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k <= i; k++) {
        double product = dot(x[i], x[k]);
        gram[i * n + k] = product;
        gram[k * n + i] = product;
      }
    }
    return gram;
  }

  private static double[] solve(DMatrixRMaj matrix, DMatrixRMaj ones) {
    int n = matrix.numRows;
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.lu(n);
    if (!solver.setA(matrix.copy()) || !(solver.quality() > n * 0x1p-52)) {
      throw singular();
    }
    DMatrixRMaj solution = new DMatrixRMaj(n, 1);
    solver.solve(ones, solution);
    return solution.data;
  }

  private static IllegalArgumentException singular() {
    return new IllegalArgumentException(
        "The equations for the multipliers are singular, or nearly, as with equal samples. Leave"
            + " samples out.");
  }

  private static double[] combination(
      double[][] x, int[] classes, double[] lambda, double magnitude, double slope, boolean plus) {
    double[] sum = new double[x[0].length];
    for (int i = 0; i < x.length; i++) {
      double factor = magnitude * lambda[i] * (plus == (classes[i] == 1) ? 1 : -slope);
      for (int k = 0; k < sum.length; k++) {
        sum[k] += factor * x[i][k];
      }
    }
    return sum;
  }

  private static double dot(double[] a, double[] b) {
    return ScalarProduct.of(a, 0, b, 0, a.length);
  }

  /** Returns v, the weights of every unit with a positive output weight. */
  public double[] plus() {
    return plus.clone();
  }

  /** Returns u, the weights of every unit with a negative output weight. */
  public double[] minus() {
    return minus.clone();
  }

  /** Returns lambda, one entry per sample, all positive. */
  public double[] multipliers() {
    return multipliers.clone();
  }

  /** Returns the Frobenius norm of W; 1 / norm is the normalised margin of this direction. */
  public double norm() {
    return norm;
  }

  /** Returns the largest abs(margin - 1), the margins computed from v and u. */
  public double residual() {
    return residual;
  }
}
