package io.github.implicitbias.core.norm;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.jspecify.annotations.Nullable;

/**
 * The singular values of a matrix, by EJML, and what they say about its rank. Immutable.
 *
 * <p>The matrix is divided by a power of two first, so that what does not depend on its size is the
 * same for all sizes; only singular values and their sum are multiplied by it again.
 */
public final class SingularValues {

  /** Divided by 2^exponent. */
  private final double[] values;

  private final int exponent;

  private SingularValues(double[] values, int exponent) {
    this.values = values;
    this.exponent = exponent;
  }

  /**
   * Decomposes a matrix. Cost: about 4 rows columns min(rows, columns) operations.
   *
   * @param matrix row-major, rows x columns
   * @return null if it has entries that are not finite, or the decomposition does not converge
   */
  public static @Nullable SingularValues of(double[] matrix, int rows, int columns) {
    double largest = 0;
    for (int k = 0; k < rows * columns; k++) {
      if (!(Math.abs(matrix[k]) < Double.POSITIVE_INFINITY)) {
        return null;
      }
      largest = Math.max(largest, Math.abs(matrix[k]));
    }
    double[] values = new double[Math.min(rows, columns)];
    int exponent = Magnitude.exponent(largest);
    if (largest > 0) {
      // Entries of about 1: squares inside the decomposition neither underflow nor overflow.
      DMatrixRMaj scaled = new DMatrixRMaj(rows, columns);
      Magnitude.scale(matrix, 0, rows * columns, -exponent, scaled.data, 0);
      SingularValueDecomposition_F64<DMatrixRMaj> svd =
          DecompositionFactory_DDRM.svd(rows, columns, false, false, true);
      if (!svd.decompose(scaled)) {
        return null;
      }
      System.arraycopy(svd.getSingularValues(), 0, values, 0, values.length);
      Arrays.sort(values);
      for (int k = 0; k < values.length / 2; k++) {
        double swap = values[k];
        values[k] = values[values.length - 1 - k];
        values[values.length - 1 - k] = swap;
      }
    }
    return new SingularValues(values, exponent);
  }

  /** Returns the number of singular values, the smaller of rows and columns. */
  public int count() {
    return values.length;
  }

  /** Returns a singular value, the largest being number 0. */
  public double value(int number) {
    return Math.scalb(values[number], exponent);
  }

  /** Returns the nuclear norm, sum s_k. */
  public double sum() {
    return Math.scalb(scaledSum(), exponent);
  }

  private double scaledSum() {
    double sum = 0;
    for (double s : values) {
      sum += s;
    }
    return sum;
  }

  /** Returns exp(-sum p_k log p_k), p_k = s_k / sum s; NaN for a matrix of zeros. */
  public double effectiveRank() {
    double sum = scaledSum();
    double entropy = 0;
    for (double s : values) {
      double p = s / sum;
      entropy -= p == 0 ? 0 : p * Math.log(p);
    }
    return Math.exp(entropy);
  }

  /** Returns the number of s_k greater than {@code threshold} times the largest. */
  public int numericalRank(double threshold) {
    int rank = 0;
    while (rank < values.length && values[rank] > threshold * values[0]) {
      rank++;
    }
    return rank;
  }

  /** Returns sqrt(sum_{k > rank} s_k^2 / sum s_k^2); NaN for a matrix of zeros. */
  public double tail(int rank) {
    double all = 0;
    double beyond = 0;
    for (int k = values.length - 1; k >= 0; k--) {
      double s = values[k] / values[0];
      all += s * s;
      beyond += k >= rank ? s * s : 0;
    }
    return Math.sqrt(beyond / all);
  }
}
