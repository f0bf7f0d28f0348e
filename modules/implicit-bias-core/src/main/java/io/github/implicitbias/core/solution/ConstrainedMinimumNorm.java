package io.github.implicitbias.core.solution;

import io.github.implicitbias.core.norm.Magnitude;

/**
 * The shortest vector that meets linear conditions, one per sample, some of them inequalities; with
 * the multipliers that show that it is the shortest.
 */
public final class ConstrainedMinimumNorm {

  private final double[] solution;
  private final double[] multipliers;
  private final double residual;

  ConstrainedMinimumNorm(double[] solution, double[] multipliers, double residual) {
    this.solution = solution;
    this.multipliers = multipliers;
    this.residual = residual;
  }

  /**
   * Finds the hard-margin separator through the origin: the shortest w with s_i w . x_i &gt;= 1 for
   * all samples, s_i = -1 or 1; 1 / norm(w) is the largest distance of the nearest samples from a
   * plane. For an offset that counts in the norm, give the samples a last entry of 1.
   *
   * <p>The multipliers are one lambda_i &gt;= 0 per sample, the support vectors those with lambda_i
   * &gt; 0; the residual is the largest of 1 - s_i w . x_i, and of its magnitude where lambda_i
   * &gt; 0. Cost: O(n^2 d + n^3).
   *
   * @param x one row per sample, of any size
   * @param classes 1 for s_i = 1, any other number for -1
   * @throws IllegalArgumentException if the samples are not separated by a plane through the origin
   */
  public static ConstrainedMinimumNorm separating(double[][] x, int[] classes) {
    return HardMargin.of(x, classes);
  }

  /**
   * Finds the shortest w with w . x_i = y_i where y_i &gt; 0, and w . x_i &lt;= 0 for all other
   * samples: the shortest ReLU neuron among those with the least squared error, if there is one
   * that fits all positive labels.
   *
   * <p>The multipliers are those of the samples without positive labels, in their order, all &gt;=
   * 0; the residual is the largest of the magnitude of w . x_i - y_i over positive labels, w . x_i
   * over the other samples, and the magnitude of w . x_i over those with a positive multiplier.
   * Cost: O(n^2 d).
   *
   * @param x one row per sample
   * @param y one label per row
   * @throws IllegalArgumentException if {@link MinimumNorm#of} refuses the samples with positive
   *     labels, or no w that fits them to within 1e-8 of the largest label keeps the others at 0 or
   *     below to within 1e-8 of norm(w) norm(x_i)
   */
  public static ConstrainedMinimumNorm fittingPositive(double[][] x, double[] y) {
    return SignConstrained.of(x, y);
  }

  /** Returns the same for samples or labels of another size: times powers of two. */
  ConstrainedMinimumNorm timesPowersOfTwo(int ofSolution, int ofMultipliers, int ofResidual) {
    return new ConstrainedMinimumNorm(
        Magnitude.timesPowerOfTwo(solution, ofSolution),
        Magnitude.timesPowerOfTwo(multipliers, ofMultipliers),
        Math.scalb(residual, ofResidual));
  }

  /** Returns w, one entry per input. */
  public double[] solution() {
    return solution.clone();
  }

  /** Returns the multipliers, all &gt;= 0. */
  public double[] multipliers() {
    return multipliers.clone();
  }

  /** Returns by how much the conditions are missed, at most. */
  public double residual() {
    return residual;
  }
}
