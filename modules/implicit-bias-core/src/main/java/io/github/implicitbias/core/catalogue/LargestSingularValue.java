package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;
import java.util.Arrays;

/**
 * The largest singular value of a matrix that changes slowly, by Lanczos on the smaller of its two
 * Gram matrices, which is never formed.
 *
 * <p>A matrix with at most {@value #SMALL} rows or columns is done to the end, so that the value is
 * exact up to rounding; a larger one until the residual is below {@value #TOLERANCE}, or {@value
 * #STEPS} steps are done ({@value #FIRST_STEPS} at the first time). Cost per step: 4 x rows x
 * columns operations. A matrix of very small or very large entries is brought to about 1 by a power
 * of two first, so that it has the same residual, and up to that power the same value, as a matrix
 * of ordinary size. Allocates nothing after the construction, but for the first such matrix.
 */
final class LargestSingularValue {

  private static final int SMALL = 8;
  private static final int STEPS = 16;
  private static final int FIRST_STEPS = 64;
  private static final double TOLERANCE = 1e-7;
  private static final double[] NONE = {};

  private final int rows;
  private final int columns;
  private final Lanczos lanczos;
  private final SymmetricOperator gram;
  private final double[] between;
  private final Magnitude magnitude = new Magnitude();
  private double[] w = NONE;
  private boolean started;
  private double value;
  private double residual;

  /** Makes one for matrices of a size. */
  public LargestSingularValue(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    lanczos = new Lanczos(Math.min(rows, columns), FIRST_STEPS, Lanczos.End.LARGEST);
    between = new double[Math.max(rows, columns)];
    gram = columns <= rows ? this::columnGram : this::rowGram;
  }

  /**
   * Computes value and residual of a matrix.
   *
   * @param matrix row-major, rows x columns
   */
  public void compute(double[] matrix) {
    w = magnitude.scaled(matrix, rows * columns);
    if (magnitude.exponent() == 0 && !isFinite(matrix)) {
      // Infinite entries have an infinite norm; the vector found before stays where it is.
      value = Magnitude.largest(matrix, 0, rows * columns);
      residual = Double.NaN;
      w = NONE;
      return;
    }
    boolean small = Math.min(rows, columns) <= SMALL;
    lanczos.run(gram, small ? 0 : TOLERANCE, started ? Math.max(STEPS, SMALL) : FIRST_STEPS);
    started = true;
    w = NONE;
    double squared = lanczos.value();
    value = squared > 0 ? Math.scalb(Math.sqrt(squared), magnitude.exponent()) : 0 * squared;
    residual = squared > 0 ? lanczos.residual() / squared : 0 * squared;
  }

  private boolean isFinite(double[] matrix) {
    return Magnitude.isOrdinary(ScalarProduct.of(matrix, 0, matrix, 0, rows * columns))
        || Magnitude.largest(matrix, 0, rows * columns) < Double.POSITIVE_INFINITY;
  }

  private void columnGram(double[] x, double[] into) {
    Arrays.fill(into, 0, columns, 0);
    for (int j = 0; j < rows; j++) {
      add(ScalarProduct.of(w, j * columns, x, 0, columns), j, into);
    }
  }

  private void rowGram(double[] x, double[] into) {
    Arrays.fill(between, 0, columns, 0);
    for (int j = 0; j < rows; j++) {
      add(x[j], j, between);
    }
    for (int j = 0; j < rows; j++) {
      into[j] = ScalarProduct.of(w, j * columns, between, 0, columns);
    }
  }

  private void add(double factor, int row, double[] into) {
    for (int k = 0; k < columns; k++) {
      into[k] += factor * w[row * columns + k];
    }
  }

  /**
   * Returns the largest singular value s: 0 for a matrix of zeros, NaN for one with an entry that
   * is NaN, infinite for one with an infinite entry.
   */
  public double value() {
    return value;
  }

  /**
   * Returns norm(A v - s^2 v) / s^2, A the Gram matrix and v the vector found: there is a singular
   * value within s x residual of s, up to rounding; 0 for a matrix of zeros, NaN for one with
   * entries that are not finite.
   */
  public double residual() {
    return residual;
  }
}
