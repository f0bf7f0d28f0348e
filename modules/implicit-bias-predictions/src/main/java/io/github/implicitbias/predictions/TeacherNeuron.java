package io.github.implicitbias.predictions;

import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.norm.SingularValues;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * The ReLU neuron that made the labels of samples: v with max(0, v . x_i) = y_i for all i. For a
 * neuron with bias, give the samples a last entry of 1.
 *
 * <p>Least squares on the samples with positive labels (Householder QR, one correction), which have
 * to determine v; then all samples are checked. Immutable. Cost: O(n d^2).
 */
final class TeacherNeuron {

  private static final double TOLERANCE = 1e-9;
  private static final double LARGEST_CONDITION = 1e8;

  private final double[] solution;
  private final double residual;
  private final double condition;

  private TeacherNeuron(double[] solution, double residual, double condition) {
    this.solution = solution;
    this.residual = residual;
    this.condition = condition;
  }

  /**
   * Finds the neuron.
   *
   * @param x one row per sample
   * @param y one label per row
   * @throws IllegalArgumentException if an entry is not finite, a label is negative, the samples
   *     with positive labels are too few or too close to dependent to determine v (their condition
   *     number, columns scaled to about 1, is above 1e8), or no neuron makes the labels to within
   *     1e-9 norm(v) norm(x_i); the message says which, with the number
   */
  public static TeacherNeuron of(double[][] x, double[] y) {
    int size = Magnitude.exponent(x);
    int height = Magnitude.exponent(y);
    if (size == 0 && height == 0) {
      return scaled(x, y);
    }
    TeacherNeuron found =
        scaled(Magnitude.timesPowerOfTwo(x, -size), Magnitude.timesPowerOfTwo(y, -height));
    return new TeacherNeuron(
        Magnitude.timesPowerOfTwo(found.solution, height - size),
        Math.scalb(found.residual, height),
        found.condition);
  }

  private static TeacherNeuron scaled(double[][] x, double[] y) {
    int inputs = x[0].length;
    int positives = checkedPositives(x, y);
    if (positives < inputs) {
      throw new IllegalArgumentException(
          "only "
              + positives
              + " samples have positive labels, too few to determine "
              + inputs
              + " weights");
    }
    int[] exponents = columnExponents(x, y);
    DMatrixRMaj matrix = new DMatrixRMaj(positives, inputs);
    double[][] rows = new double[positives][];
    double[] labels = new double[positives];
    for (int i = 0, p = 0; i < y.length; i++) {
      if (y[i] > 0) {
        rows[p] = x[i];
        labels[p] = y[i];
        for (int j = 0; j < inputs; j++) {
          matrix.unsafe_set(p, j, Math.scalb(x[i][j], -exponents[j]));
        }
        p++;
      }
    }
    LinearSolverDense<DMatrixRMaj> solver =
        LinearSolverFactory_DDRM.leastSquares(positives, inputs);
    double condition =
        solver.setA(matrix) ? condition(solver.getDecomposition()) : Double.POSITIVE_INFINITY;
    if (!(condition <= LARGEST_CONDITION)) {
      throw new IllegalArgumentException(
          "the samples with positive labels do not determine a neuron: they are linearly dependent,"
              + " or nearly so");
    }
    double[] v = solve(solver, labels, exponents);
    double[] left = new double[positives];
    for (int p = 0; p < positives; p++) {
      left[p] = labels[p] - dot(v, rows[p]);
    }
    double[] correction = solve(solver, left, exponents);
    for (int j = 0; j < inputs; j++) {
      v[j] += correction[j];
    }
    return new TeacherNeuron(v, checkedResidual(v, x, y), condition);
  }

  /** Returns the number of positive labels. */
  private static int checkedPositives(double[][] x, double[] y) {
    int positives = 0;
    for (int i = 0; i < y.length; i++) {
      boolean finite = Double.isFinite(y[i]);
      for (double entry : x[i]) {
        finite &= Double.isFinite(entry);
      }
      if (!finite) {
        throw new IllegalArgumentException("sample " + i + " has an entry that is not finite");
      }
      if (y[i] < 0) {
        throw new IllegalArgumentException(
            "sample " + i + " has the label " + y[i] + ", and no ReLU neuron is below 0");
      }
      positives += y[i] > 0 ? 1 : 0;
    }
    return positives;
  }

  /**
   * Returns powers of two that bring the columns of the samples with positive labels to about 1.
   */
  private static int[] columnExponents(double[][] x, double[] y) {
    int[] exponents = new int[x[0].length];
    for (int j = 0; j < exponents.length; j++) {
      double largest = 0;
      for (int i = 0; i < y.length; i++) {
        largest = y[i] > 0 ? Math.max(largest, Math.abs(x[i][j])) : largest;
      }
      exponents[j] = Magnitude.exponent(largest);
    }
    return exponents;
  }

  private static double condition(QRDecomposition<DMatrixRMaj> decomposition) {
    DMatrixRMaj r = decomposition.getR(null, true);
    SingularValues values = SingularValues.of(r.data, r.numRows, r.numCols);
    return values == null ? Double.NaN : values.value(0) / values.value(values.count() - 1);
  }

  private static double[] solve(
      LinearSolverDense<DMatrixRMaj> solver, double[] right, int[] exponents) {
    DMatrixRMaj solution = new DMatrixRMaj(exponents.length, 1);
    solver.solve(DMatrixRMaj.wrap(right.length, 1, right.clone()), solution);
    for (int j = 0; j < exponents.length; j++) {
      solution.data[j] = Math.scalb(solution.data[j], -exponents[j]);
    }
    return solution.data;
  }

  private static double checkedResidual(double[] v, double[][] x, double[] y) {
    double largest = 0;
    double norm = Math.sqrt(dot(v, v));
    for (int i = 0; i < y.length; i++) {
      double missed = Math.abs(Math.max(0, dot(v, x[i])) - y[i]);
      if (!(missed <= TOLERANCE * norm * Math.sqrt(dot(x[i], x[i])))) {
        throw new IllegalArgumentException(
            "no single neuron makes the labels: the best on the positive ones misses sample "
                + i
                + " by "
                + missed);
      }
      largest = Math.max(largest, missed);
    }
    return largest;
  }

  private static double dot(double[] a, double[] b) {
    return ScalarProduct.of(a, 0, b, 0, a.length);
  }

  /** Returns v, one entry per input. */
  public double[] solution() {
    return solution.clone();
  }

  /** Returns max_i |max(0, v . x_i) - y_i|. */
  public double residual() {
    return residual;
  }

  /**
   * Returns the condition number of the samples with positive labels, columns scaled to about 1: by
   * how much v may be less precise than the samples.
   */
  public double conditionNumber() {
    return condition;
  }
}
