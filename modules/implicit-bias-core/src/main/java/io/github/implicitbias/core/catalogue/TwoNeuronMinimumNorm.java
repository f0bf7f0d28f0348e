package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.norm.ScaledSum;
import io.github.implicitbias.core.solution.ConstrainedMinimumNorm;

/**
 * The shortest pair of ReLU neurons of which the first fits the positive labels and the second the
 * negative ones, with relu(w_1 . x) - relu(w_2 . x) as the model and each neuron off, or at 0,
 * where the other one fits:
 *
 * <p>minimise norm(w_1)^2 + norm(w_2)^2 such that w_1 . x_i = y_i and w_2 . x_i &lt;= 0 where y_i
 * &gt; 0, w_2 . x_i = -y_i and w_1 . x_i &lt;= 0 where y_i &lt; 0, and both &lt;= 0 where y_i = 0.
 *
 * <p>These are two independent problems of {@link ConstrainedMinimumNorm#fittingPositive}, for y
 * and for -y. Pairs that fit a label with both neurons on are not compared. Cost: twice that of one
 * problem.
 */
final class TwoNeuronMinimumNorm {

  private final ConstrainedMinimumNorm first;
  private final ConstrainedMinimumNorm second;

  private TwoNeuronMinimumNorm(ConstrainedMinimumNorm first, ConstrainedMinimumNorm second) {
    this.first = first;
    this.second = second;
  }

  /**
   * Solves the problem.
   *
   * @param x one row per sample
   * @param y one label per row
   * @throws IllegalArgumentException if one of the two problems has no solution, see {@link
   *     ConstrainedMinimumNorm#fittingPositive}
   */
  public static TwoNeuronMinimumNorm of(double[][] x, double[] y) {
    double[] opposite = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      opposite[i] = -y[i];
    }
    return new TwoNeuronMinimumNorm(
        ConstrainedMinimumNorm.fittingPositive(x, y),
        ConstrainedMinimumNorm.fittingPositive(x, opposite));
  }

  /** Returns w_1, one entry per input. */
  public double[] first() {
    return first.solution();
  }

  /** Returns w_2, one entry per input. */
  public double[] second() {
    return second.solution();
  }

  /** Returns the multipliers of w_1 for the samples without positive labels, in their order. */
  public double[] firstMultipliers() {
    return first.multipliers();
  }

  /** Returns the multipliers of w_2 for the samples without negative labels, in their order. */
  public double[] secondMultipliers() {
    return second.multipliers();
  }

  /** Returns sqrt(norm(w_1)^2 + norm(w_2)^2). */
  public double norm() {
    ScaledSum sum = new ScaledSum();
    for (double[] w : new double[][] {first.solution(), second.solution()}) {
      for (double entry : w) {
        sum.addSquare(entry);
      }
    }
    return sum.root();
  }

  /** Returns the larger of the residuals of the two problems. */
  public double residual() {
    return Math.max(first.residual(), second.residual());
  }
}
