package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;
import java.util.Arrays;
import java.util.SplittableRandom;

/*
 * Lanczos with full orthogonalization (twice against the whole basis): the basis stays orthogonal to
 * rounding, so that no eigenvalue appears twice and the residual beta_k |s_k| is that of the vector
 * returned. After as many steps as the order of the matrix, or when the Krylov space is exhausted,
 * the result is exact up to rounding.
 *
 * The start is the vector of the run before plus a thousandth of a fixed direction drawn once: a
 * start that has nothing of the wanted eigenvector would never find it.
 */

/**
 * The largest or the smallest eigenvalue of a symmetric operator, found again and again while the
 * operator changes slowly.
 *
 * <p>Memory: steps + 4 vectors. Cost of a run: one application and O(steps x order) per step.
 * Nothing is allocated after the construction.
 */
final class Lanczos {

  /** Which end of the spectrum is wanted. */
  public enum End {
    LARGEST,
    SMALLEST
  }

  private static final int FIRST_CHECK = 4;
  private static final double SEED_SHARE = 1e-3;

  private final int order;
  private final int mostSteps;
  private final End end;
  private final double[][] basis;
  private final double[] fixed;
  private final double[] next;
  private final double[] vector;
  private final double[] alpha;
  private final double[] beta;
  private final double[] d;
  private final double[] e;
  private final double[] z;
  private boolean warm;
  private double value;
  private double residual;
  private int steps;

  /**
   * Makes one.
   *
   * @param order of the matrix, at least 1
   * @param mostSteps that one run may take, at least 1
   */
  public Lanczos(int order, int mostSteps, End end) {
    this.order = order;
    this.mostSteps = Math.min(order, mostSteps);
    this.end = end;
    basis = new double[this.mostSteps][order];
    next = new double[order];
    vector = new double[order];
    fixed = new double[order];
    SplittableRandom random = new SplittableRandom(order);
    for (int k = 0; k < order; k++) {
      fixed[k] = random.nextDouble() - 0.5;
    }
    scale(fixed, 1 / norm(fixed));
    alpha = new double[this.mostSteps];
    beta = new double[this.mostSteps];
    d = new double[this.mostSteps];
    e = new double[this.mostSteps];
    z = new double[this.mostSteps * this.mostSteps];
  }

  /**
   * Runs until the residual is small.
   *
   * @param tolerance of the residual, relative to the magnitude of the value
   * @param stepLimit most steps of this run, at least 1; the least of it, of the order and of the
   *     steps given to the constructor counts
   */
  public void run(SymmetricOperator a, double tolerance, int stepLimit) {
    int limit = Math.min(mostSteps, stepLimit);
    start();
    double size = 0;
    int check = FIRST_CHECK;
    for (int k = 0; k < limit; k++) {
      a.apply(basis[k], next);
      alpha[k] = ScalarProduct.of(basis[k], 0, next, 0, order);
      orthogonalize(k);
      beta[k] = norm(next);
      size = Math.max(size, Math.abs(alpha[k]) + beta[k]);
      // What is left after exhaustion is rounding.
      boolean exhausted = !(beta[k] > 0x1p-50 * size) || k + 1 == order;
      boolean last = exhausted || k + 1 == limit;
      if (last || k + 1 == check) {
        // Checks cost O(k^3).
        check += Math.max(2, check / 3);
        ritz(k + 1, exhausted);
        if (last || !(residual > tolerance * Math.abs(value))) {
          return;
        }
      }
      double inverse = 1 / beta[k];
      double[] into = basis[k + 1];
      for (int j = 0; j < order; j++) {
        into[j] = next[j] * inverse;
      }
    }
  }

  private void start() {
    double[] first = basis[0];
    for (int j = 0; j < order; j++) {
      first[j] = warm ? vector[j] + SEED_SHARE * fixed[j] : fixed[j];
    }
    scale(first, 1 / norm(first));
  }

  private void orthogonalize(int k) {
    for (int pass = 0; pass < 2; pass++) {
      for (int i = k; i >= 0; i--) {
        double part = ScalarProduct.of(basis[i], 0, next, 0, order);
        double[] b = basis[i];
        for (int j = 0; j < order; j++) {
          next[j] -= part * b[j];
        }
      }
    }
  }

  /** Takes the wanted eigenpair of the first k steps. */
  private void ritz(int k, boolean exhausted) {
    steps = k;
    System.arraycopy(alpha, 0, d, 0, k);
    System.arraycopy(beta, 0, e, 0, k);
    if (!TridiagonalEigen.decompose(k, d, e, z)) {
      value = Double.NaN;
      residual = Double.NaN;
      warm = false;
      return;
    }
    int at = 0;
    for (int i = 1; i < k; i++) {
      if (end == End.LARGEST ? d[i] > d[at] : d[i] < d[at]) {
        at = i;
      }
    }
    value = d[at];
    residual = exhausted ? 0 : beta[k - 1] * Math.abs(z[(k - 1) * k + at]);
    Arrays.fill(vector, 0);
    for (int i = 0; i < k; i++) {
      double part = z[i * k + at];
      double[] b = basis[i];
      for (int j = 0; j < order; j++) {
        vector[j] += part * b[j];
      }
    }
    double length = norm(vector);
    warm = length > 0 && length < Double.POSITIVE_INFINITY;
    if (warm) {
      scale(vector, 1 / length);
    }
  }

  private double norm(double[] x) {
    return Magnitude.norm(x, 0, order);
  }

  private static void scale(double[] x, double factor) {
    for (int j = 0; j < x.length; j++) {
      x[j] *= factor;
    }
  }

  /** Returns the eigenvalue, NaN if the operator gave numbers that are not finite. */
  public double value() {
    return value;
  }

  /**
   * Returns norm(A v - value v) for the unit vector v found, up to rounding: an eigenvalue lies
   * within this distance of the value.
   */
  public double residual() {
    return residual;
  }

  /** Returns the unit vector found; it belongs to this object. */
  public double[] vector() {
    return vector;
  }

  /** Returns the number of steps of the last run. */
  public int steps() {
    return steps;
  }
}
