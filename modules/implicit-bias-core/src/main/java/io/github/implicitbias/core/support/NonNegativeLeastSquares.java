package io.github.implicitbias.core.support;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * Kernel. Lawson and Hanson's active-set method on the normal equations, for all unknowns scaled to
 * a unit diagonal.
 *
 * The unknowns that are free to be positive ("passive") have a Cholesky factor, rows of which are
 * appended when one is freed and computed again from the first one that is fixed. A start is found
 * by solving for a guess of the passive set and fixing whatever is negative until nothing is; from
 * there each round frees the unknown with the largest gradient, which lowers the objective, so that
 * no passive set comes back. An unknown whose column lies in the span of the passive ones has no
 * gradient but rounding: it is below the tolerance, or its pivot is, and stays fixed.
 */

/**
 * Non-negative least squares from the normal equations: the x &gt;= 0 that minimises 1/2 x^T K x -
 * r^T x, K = A A^T being positive semidefinite and r = A b in its range.
 *
 * <p>It is also min ||A^T x - b|| over x &gt;= 0, one row of A per unknown. If K is singular the x
 * is one of several with the same A^T x. Method: C. L. Lawson and R. J. Hanson, Solving Least
 * Squares Problems, chapter 23, with Cholesky factors and one step of refinement. An instance keeps
 * its arrays: solving again with the same number of unknowns allocates nothing. Not thread-safe.
 *
 * <p>Cost: O(n^2) memory; time about p^2 (n + p) for p positive unknowns, n^3 at most in practice.
 */
public final class NonNegativeLeastSquares {

  private static final double EPSILON = 0x1p-52;
  private static final double[] NONE = {};

  private final int n;
  private double[] k = NONE;
  private final double[] factor;
  private final double[] r;
  private final double[] x;
  private final double[] trial;
  private final double[] gradient;
  private final double[] scale;
  private final double[] work;
  private final double[] solution;
  private final int[] passive;
  private final boolean[] isPassive;
  private final boolean[] usable;
  private final boolean[] blocked;
  private int count;
  private double residual;
  private boolean converged;

  /**
   * Makes a solver.
   *
   * @param unknowns at least 1
   * @throws IllegalArgumentException if there are none, or more than 30,000
   */
  public NonNegativeLeastSquares(int unknowns) {
    if (unknowns < 1 || unknowns > 30_000) {
      throw new IllegalArgumentException(
          unknowns + " unknowns: give 1 to 30,000, their squares are kept");
    }
    n = unknowns;
    factor = new double[n * n];
    r = new double[n];
    x = new double[n];
    trial = new double[n];
    gradient = new double[n];
    scale = new double[n];
    work = new double[n];
    solution = new double[n];
    passive = new int[n];
    isPassive = new boolean[n];
    usable = new boolean[n];
    blocked = new boolean[n];
  }

  /**
   * Solves for all unknowns, starting from those that were positive in the solution before.
   *
   * @param gram K, row-major, symmetric
   * @param right r
   * @return false if no solution was found, since numbers are not finite or rounds ran out
   */
  public boolean solve(double[] gram, double[] right) {
    return solve(gram, right, null);
  }

  /**
   * Solves with some unknowns held at 0; for the rest see {@link #solve(double[], double[])}.
   *
   * @param leftOut true for the unknowns to hold at 0; null to hold none
   */
  public boolean solve(double[] gram, double[] right, boolean @Nullable [] leftOut) {
    Arrays.fill(x, 0);
    Arrays.fill(isPassive, false);
    Arrays.fill(blocked, false);
    count = 0;
    k = gram;
    double size = prepare(gram, right, leftOut);
    converged = Double.isFinite(size);
    if (size > 0 && converged) {
      guess();
      converged = rounds();
      gradients();
      residual = optimality();
      converged &= residual - residual == 0;
    } else {
      residual = converged ? 0 : Double.NaN;
    }
    for (int i = 0; i < n; i++) {
      solution[i] = converged ? x[i] * size * scale[i] : Double.NaN;
    }
    k = NONE;
    return converged;
  }

  /** Scales to a unit diagonal; returns the largest scaled |r|, by which r is divided. */
  private double prepare(double[] gram, double[] right, boolean @Nullable [] leftOut) {
    double size = 0;
    double check = 0;
    for (int i = 0; i < n; i++) {
      double diagonal = gram[i * n + i];
      usable[i] = diagonal > 0 && (leftOut == null || !leftOut[i]);
      scale[i] = diagonal > 0 ? 1 / Math.sqrt(diagonal) : 0;
      r[i] = usable[i] ? right[i] * scale[i] : 0;
      size = Math.max(size, Math.abs(r[i]));
      check += diagonal + right[i];
    }
    for (int i = 0; i < n && size > 0; i++) {
      r[i] /= size;
    }
    return check - check == 0 ? size : Double.NaN;
  }

  /** Frees the unknowns of the solution before, or all, and fixes the negative ones in turn. */
  private void guess() {
    boolean any = false;
    for (int i = 0; i < n; i++) {
      any |= usable[i] && solution[i] > 0;
    }
    for (int i = 0; i < n; i++) {
      if (usable[i] && (any ? solution[i] > 0 : r[i] > 0)) {
        append(i);
      }
    }
    while (count > 0) {
      solvePassive();
      int kept = 0;
      int from = count;
      for (int p = 0; p < count; p++) {
        if (trial[p] > 0) {
          passive[kept++] = passive[p];
        } else {
          isPassive[passive[p]] = false;
          from = Math.min(from, p);
        }
      }
      if (kept == count) {
        break;
      }
      refactor(from, kept);
    }
    accept();
  }

  private boolean rounds() {
    for (int round = 0; round < 10 * n + 100; round++) {
      gradients();
      int next = steepest();
      if (next < 0) {
        return true;
      }
      if (!append(next)) {
        blocked[next] = true;
        continue;
      }
      solvePassive();
      if (trial[count - 1] <= 0) {
        // Its gradient was positive, so this is rounding.
        isPassive[next] = false;
        count--;
        blocked[next] = true;
        continue;
      }
      while (count > 0 && stepBack()) {
        solvePassive();
      }
      accept();
      Arrays.fill(blocked, false);
    }
    return false;
  }

  /**
   * Goes from x towards the trial until the first unknown becomes 0, and fixes that one; returns
   * false if the whole way can be gone.
   */
  private boolean stepBack() {
    double fraction = 2;
    for (int p = 0; p < count; p++) {
      if (trial[p] <= 0) {
        double at = x[passive[p]];
        fraction = Math.min(fraction, at > 0 ? at / (at - trial[p]) : 0);
      }
    }
    if (fraction > 1) {
      return false;
    }
    int kept = 0;
    int from = count;
    for (int p = 0; p < count; p++) {
      int i = passive[p];
      double at = x[i];
      boolean fixed = trial[p] <= 0 && (at > 0 ? at / (at - trial[p]) : 0) <= fraction;
      x[i] = fixed ? 0 : Math.max(0, at + fraction * (trial[p] - at));
      if (fixed) {
        isPassive[i] = false;
        from = Math.min(from, p);
      } else {
        passive[kept++] = i;
      }
    }
    refactor(from, kept);
    return true;
  }

  private void accept() {
    Arrays.fill(x, 0);
    for (int p = 0; p < count; p++) {
      x[passive[p]] = trial[p];
    }
  }

  private void gradients() {
    Arrays.fill(gradient, 0);
    for (int p = 0; p < count; p++) {
      int i = passive[p];
      double value = x[i] * scale[i];
      int row = i * n;
      for (int j = 0; j < n; j++) {
        gradient[j] += value * k[row + j];
      }
    }
    for (int j = 0; j < n; j++) {
      gradient[j] = r[j] - scale[j] * gradient[j];
    }
  }

  private int steepest() {
    double sum = 1;
    for (int p = 0; p < count; p++) {
      sum += x[passive[p]];
    }
    double most = 16 * EPSILON * sum;
    int at = -1;
    for (int i = 0; i < n; i++) {
      if (usable[i] && !isPassive[i] && !blocked[i] && gradient[i] > most) {
        most = gradient[i];
        at = i;
      }
    }
    return at;
  }

  /** Frees an unknown; returns false if its column lies in the span of the passive ones. */
  private boolean append(int i) {
    passive[count] = i;
    if (!factorRow(count)) {
      return false;
    }
    isPassive[i] = true;
    count++;
    return true;
  }

  /** Computes the rows of the factor from one on, for so many passive unknowns. */
  private void refactor(int from, int kept) {
    count = from;
    for (int p = from; p < kept; p++) {
      int i = passive[p];
      isPassive[i] = false;
      if (!append(i)) {
        x[i] = 0;
      }
    }
  }

  private boolean factorRow(int p) {
    int i = passive[p];
    int row = p * n;
    double pivot = 1;
    for (int q = 0; q < p; q++) {
      double sum = k[i * n + passive[q]] * scale[i] * scale[passive[q]];
      int other = q * n;
      for (int c = 0; c < q; c++) {
        sum -= factor[row + c] * factor[other + c];
      }
      double value = sum / factor[other + q];
      factor[row + q] = value;
      pivot -= value * value;
    }
    factor[row + p] = Math.sqrt(pivot);
    return pivot > 4 * EPSILON * (p + 1);
  }

  /** Solves for the passive unknowns with no regard to signs, and refines once. */
  private void solvePassive() {
    for (int p = 0; p < count; p++) {
      trial[p] = 0;
      work[p] = r[passive[p]];
    }
    substitute();
    for (int p = 0; p < count; p++) {
      int row = passive[p] * n;
      double sum = 0;
      for (int q = 0; q < count; q++) {
        sum += k[row + passive[q]] * scale[passive[q]] * trial[q];
      }
      work[p] = r[passive[p]] - scale[passive[p]] * sum;
    }
    substitute();
  }

  /** Adds the solution of L L^T s = work to the trial. */
  private void substitute() {
    for (int p = 0; p < count; p++) {
      double sum = work[p];
      for (int q = 0; q < p; q++) {
        sum -= factor[p * n + q] * work[q];
      }
      work[p] = sum / factor[p * n + p];
    }
    for (int p = count - 1; p >= 0; p--) {
      double value = work[p] / factor[p * n + p];
      trial[p] += value;
      for (int q = 0; q < p; q++) {
        work[q] -= factor[p * n + q] * value;
      }
    }
  }

  private double optimality() {
    double worst = 0;
    for (int i = 0; i < n; i++) {
      if (usable[i]) {
        worst = Math.max(worst, x[i] > 0 ? Math.abs(gradient[i]) : gradient[i]);
      }
    }
    return worst;
  }

  /** Returns x, one entry per unknown; valid until the next call. NaN if none was found. */
  public double[] solution() {
    return solution;
  }

  /**
   * Returns by how much the conditions for an optimum are missed: the largest of |r_i - (K x)_i|
   * where x_i &gt; 0, and of r_i - (K x)_i where x_i = 0, each divided by sqrt(K_ii), relative to
   * the largest |r_i| / sqrt(K_ii). NaN if no solution was found.
   */
  public double residual() {
    return residual;
  }
}
