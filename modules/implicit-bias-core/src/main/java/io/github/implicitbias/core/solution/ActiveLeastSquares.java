package io.github.implicitbias.core.solution;

import io.github.implicitbias.core.norm.Magnitude;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * The least-squares solution of the active samples: argmin_w sum_{i in A} (w . x_i - y_i)^2, the
 * shortest such w if there are several. Where a ReLU neuron trained on the squared loss comes to
 * rest, A being the samples on which it is on, its weights are this w if A has as large a rank as
 * there are inputs.
 *
 * <p>w = V S^+ U^T y_A by a singular value decomposition of X_A, corrected twice by residuals taken
 * with twice the working precision. Singular values of at most max(samples, inputs) x 2^-52 of the
 * largest count as 0. Cost: O(samples inputs min(samples, inputs)) time, three arrays of the size
 * of X_A. Immutable.
 */
public final class ActiveLeastSquares {

  private static final double EPSILON = 0x1p-52;
  private static final double ACCURATE = 1e-6;
  private static final int CORRECTIONS = 2;

  private final double[] solution;
  private final int samples;
  private final int rank;
  private final double largest;
  private final double smallest;
  private final double misfit;
  private final double residual;

  private ActiveLeastSquares(
      double[] solution,
      int samples,
      int rank,
      double largest,
      double smallest,
      double misfit,
      double residual) {
    this.solution = solution;
    this.samples = samples;
    this.rank = rank;
    this.largest = largest;
    this.smallest = smallest;
    this.misfit = misfit;
    this.residual = residual;
  }

  /**
   * Solves the problem.
   *
   * @param x row-major, samples x inputs
   * @param y one label per sample
   * @param active one per sample, those that count; none may be
   * @throws IllegalArgumentException if the sizes do not fit, an entry of an active sample is not
   *     finite, or the decomposition does not converge
   */
  public static ActiveLeastSquares of(double[] x, int inputs, double[] y, boolean[] active) {
    if (inputs < 1 || y.length != active.length || x.length != y.length * inputs) {
      throw new IllegalArgumentException(
          x.length
              + " features of "
              + inputs
              + " inputs, "
              + y.length
              + " labels and "
              + active.length
              + " marks do not fit; give one row of features, one label and one mark per sample.");
    }
    int samples = 0;
    for (boolean on : active) {
      samples += on ? 1 : 0;
    }
    double[] rows = new double[samples * inputs];
    double[] labels = new double[samples];
    for (int i = 0, at = 0; i < active.length; i++) {
      if (active[i]) {
        System.arraycopy(x, i * inputs, rows, at * inputs, inputs);
        labels[at++] = y[i];
      }
    }
    int size = exponent(rows);
    int height = exponent(labels);
    // Powers of two change no digit, and squares neither underflow nor overflow.
    scale(rows, -size);
    scale(labels, -height);
    return solve(rows, inputs, labels, size, height);
  }

  /** Returns about how many multiplications a solution takes. */
  public static double work(double samples, double inputs) {
    return 20 * samples * inputs * Math.min(samples, inputs);
  }

  private static ActiveLeastSquares solve(
      double[] rows, int inputs, double[] labels, int size, int height) {
    int samples = labels.length;
    double[] w = new double[inputs];
    if (samples == 0 || Arrays.stream(rows).allMatch(entry -> entry == 0)) {
      double misfit = Math.scalb(norm(labels), height);
      return new ActiveLeastSquares(w, samples, 0, 0, 0, misfit, 0);
    }
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(samples, inputs, true, true, true);
    if (!svd.decompose(DMatrixRMaj.wrap(samples, inputs, rows.clone()))) {
      throw new IllegalArgumentException(
          "The singular value decomposition of the active samples does not converge.");
    }
    double[] values = svd.getSingularValues();
    double largest = Arrays.stream(values, 0, svd.numberOfSingularValues()).max().orElse(0);
    double threshold = Math.max(samples, inputs) * EPSILON * largest;
    DMatrixRMaj u = svd.getU(null, false);
    DMatrixRMaj v = svd.getV(null, false);
    int rank = 0;
    double smallest = largest;
    for (int k = 0; k < svd.numberOfSingularValues(); k++) {
      if (values[k] > threshold) {
        rank++;
        smallest = Math.min(smallest, values[k]);
      }
    }
    double[] residuals = labels.clone();
    for (int pass = 0; pass <= CORRECTIONS; pass++) {
      for (int k = 0; k < svd.numberOfSingularValues(); k++) {
        if (values[k] > threshold) {
          double factor = 0;
          for (int i = 0; i < samples; i++) {
            factor += u.get(i, k) * residuals[i];
          }
          for (int j = 0; j < inputs; j++) {
            w[j] += factor / values[k] * v.get(j, k);
          }
        }
      }
      residuals(rows, labels, w, residuals);
    }
    double gradient = 0;
    for (int j = 0; j < inputs; j++) {
      double sum = 0;
      for (int i = 0; i < samples; i++) {
        sum += rows[i * inputs + j] * residuals[i];
      }
      gradient += sum * sum;
    }
    double labelNorm = norm(labels);
    double relative = labelNorm == 0 ? 0 : Math.sqrt(gradient) / (largest * labelNorm);
    scale(w, height - size);
    return new ActiveLeastSquares(
        w,
        samples,
        rank,
        Math.scalb(largest, size),
        Math.scalb(smallest, size),
        Math.scalb(norm(residuals), height),
        relative);
  }

  /** Writes y - X w, each entry as if summed with twice the working precision. */
  private static void residuals(double[] rows, double[] labels, double[] w, double[] into) {
    for (int i = 0; i < labels.length; i++) {
      double sum = -labels[i];
      double rest = 0;
      for (int j = 0; j < w.length; j++) {
        double entry = rows[i * w.length + j];
        double product = entry * w[j];
        rest += Math.fma(entry, w[j], -product);
        double next = sum + product;
        double part = next - sum;
        rest += (sum - (next - part)) + (product - part);
        sum = next;
      }
      into[i] = -(sum + rest);
    }
  }

  private static int exponent(double[] values) {
    double largest = 0;
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(
            "An active sample has an entry that is not finite; give finite numbers.");
      }
      largest = Math.max(largest, Math.abs(value));
    }
    return Magnitude.exponent(largest);
  }

  private static void scale(double[] values, int exponent) {
    for (int k = 0; k < values.length; k++) {
      values[k] = Math.scalb(values[k], exponent);
    }
  }

  private static double norm(double[] vector) {
    return Magnitude.norm(vector, 0, vector.length);
  }

  /** Returns w, one entry per input; zeros if no sample is active. */
  public double[] solution() {
    return solution.clone();
  }

  /** Returns the Euclidean norm of w. */
  public double norm() {
    return norm(solution);
  }

  /** Returns the number of inputs, the length of w. */
  public int inputs() {
    return solution.length;
  }

  /** Returns the number of active samples. */
  public int samples() {
    return samples;
  }

  /** Returns the rank of the active samples. */
  public int rank() {
    return rank;
  }

  /** Returns true if no other w is as good: the rank is the number of inputs. */
  public boolean isUnique() {
    return rank == solution.length;
  }

  /** Returns the smallest singular value of X_A that does not count as 0; 0 if there is none. */
  public double smallestSingularValue() {
    return smallest;
  }

  /** Returns the quotient of the largest and the smallest singular value; NaN for rank 0. */
  public double condition() {
    return largest / smallest;
  }

  /** Returns norm(y_A - X_A w). */
  public double misfit() {
    return misfit;
  }

  /**
   * Returns by how much the solution found fails to be optimal: norm(X_A^T (y_A - X_A w)) /
   * (norm(X_A) norm(y_A)).
   */
  public double residual() {
    return residual;
  }

  /**
   * Returns about how far, relatively, rounding of the data moves w: n 2^-52 (c + c^2 misfit /
   * (norm(X_A) norm(w))) with c the condition and n the larger of samples and inputs.
   */
  public double relativeError() {
    if (rank == 0) {
      return 0;
    }
    double c = condition();
    double length = norm() * largest;
    double curved = misfit == 0 ? 0 : c * c * misfit / length;
    return Math.max(samples, solution.length) * EPSILON * (c + curved);
  }

  /** Returns true if {@link #relativeError} is above {@value #ACCURATE}. */
  public boolean isIllConditioned() {
    return !(relativeError() <= ACCURATE);
  }
}
