package io.github.implicitbias.core.spectrum;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.jspecify.annotations.Nullable;

/** The singular values of a matrix, by EJML, and what they say about its rank. Immutable. */
public final class SingularValues {

  private final double[] values;

  private SingularValues(double[] values) {
    this.values = values;
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
    if (largest > 0) {
      // Entries of about 1: squares inside the decomposition neither underflow nor overflow.
      int exponent = Math.getExponent(largest);
      DMatrixRMaj scaled = new DMatrixRMaj(rows, columns);
      for (int k = 0; k < rows * columns; k++) {
        scaled.data[k] = Math.scalb(matrix[k], -exponent);
      }
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
      for (int k = 0; k < values.length; k++) {
        values[k] = Math.scalb(values[k], exponent);
      }
    }
    return new SingularValues(values);
  }

  /** Returns the number of singular values, the smaller of rows and columns. */
  public int count() {
    return values.length;
  }

  /** Returns a singular value, the largest being number 0. */
  public double value(int number) {
    return values[number];
  }

  /** Returns the nuclear norm, sum s_k. */
  public double sum() {
    double sum = 0;
    for (double s : values) {
      sum += s;
    }
    return sum;
  }

  /** Returns exp(-sum p_k log p_k), p_k = s_k / sum s; NaN for a matrix of zeros. */
  public double effectiveRank() {
    double sum = sum();
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
