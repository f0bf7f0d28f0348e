package io.github.implicitbias.predictions;

import io.github.implicitbias.core.norm.ScalarProduct;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.jspecify.annotations.Nullable;

/**
 * The share of a matrix beyond rank two, sqrt(sum_{k&gt;2} s_k^2 / sum s_k^2), from the eigenvalues
 * of the smaller Gram matrix. Accurate to about 1e-8; an instance keeps its arrays.
 */
final class TailBeyondTwo {

  private final int rows;
  private final int columns;
  private final double @Nullable [] transposed;
  private final DMatrixRMaj gram;
  private final EigenDecomposition_F64<DMatrixRMaj> eigen;

  TailBeyondTwo(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    int order = Math.min(rows, columns);
    transposed = columns < rows ? new double[rows * columns] : null;
    gram = new DMatrixRMaj(order, order);
    eigen = DecompositionFactory_DDRM.eig(order, false, true);
  }

  /** Returns about how many operations one evaluation takes. */
  static double work(double rows, double columns) {
    double order = Math.min(rows, columns);
    return order * order * (Math.max(rows, columns) / 2 + 3 * order);
  }

  /** Returns the share; NaN for a matrix of zeros, and where squares are not finite. */
  double of(double[] matrix) {
    int order = gram.numRows;
    int length = Math.max(rows, columns);
    double[] vectors = matrix;
    if (transposed != null) {
      for (int k = 0; k < rows * columns; k++) {
        transposed[k % columns * rows + k / columns] = matrix[k];
      }
      vectors = transposed;
    }
    double trace = 0;
    for (int j = 0; j < order; j++) {
      for (int k = 0; k <= j; k++) {
        double product = ScalarProduct.of(vectors, j * length, vectors, k * length, length);
        gram.unsafe_set(j, k, product);
        gram.unsafe_set(k, j, product);
      }
      trace += gram.unsafe_get(j, j);
    }
    // Entries are at most the trace in magnitude.
    if (!(trace > Double.MIN_NORMAL && trace < 1e300) || !eigen.decompose(gram)) {
      return Double.NaN;
    }
    double first = 0;
    double second = 0;
    for (int k = 0; k < order; k++) {
      double value = eigen.getEigenvalue(k).getReal();
      second = Math.max(second, Math.min(first, value));
      first = Math.max(first, value);
    }
    double beyond = 0;
    boolean leftFirst = false;
    boolean leftSecond = false;
    for (int k = 0; k < order; k++) {
      double value = eigen.getEigenvalue(k).getReal();
      if (!leftFirst && value == first) {
        leftFirst = true;
      } else if (!leftSecond && value == second) {
        leftSecond = true;
      } else {
        beyond += Math.max(0, value);
      }
    }
    return Math.sqrt(beyond / trace);
  }
}
