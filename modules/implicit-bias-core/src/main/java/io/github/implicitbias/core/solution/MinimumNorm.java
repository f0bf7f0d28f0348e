package io.github.implicitbias.core.solution;

import io.github.implicitbias.core.norm.Magnitude;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.decomposition.qr.QRColPivDecompositionHouseholderColumn_DDRM;

/**
 * The solution of X w = b of smallest Euclidean norm, for linearly independent rows of X.
 *
 * <p>w = X^T (X X^T)^{-1} b, with X [samples, inputs] and b [samples]. It is computed by a QR
 * decomposition of X^T with column pivoting (Householder), without forming X X^T, and corrected by
 * residuals taken with twice the working precision; what is left of the residual is reported. Rows
 * may differ in size by any factor.
 *
 * <p>Cost: O(samples^2 x inputs) time, three arrays of the size of X.
 */
public final class MinimumNorm {

  private static final double EPSILON = 0x1p-52;
  private static final int CORRECTIONS = 2;

  private final double[] solution;
  private final double residual;

  private MinimumNorm(double[] solution, double residual) {
    this.solution = solution;
    this.residual = residual;
  }

  /**
   * Solves X w = b.
   *
   * <p>Rows count as dependent when, scaled to entries of about 1, what is left of one of them
   * outside the span of others is below max(samples, inputs) x 2^-52.
   *
   * @param x one row per sample, one column per input
   * @param b one entry per row
   * @throws IllegalArgumentException if x is empty or ragged, an entry is not finite, b has another
   *     length, or the rows are linearly dependent; the message names their rank
   */
  public static MinimumNorm of(double[][] x, double[] b) {
    return ofEach(x, new double[][] {b})[0];
  }

  /** Solves X w = b for several b, with one decomposition of X: see {@link #of}. */
  static MinimumNorm[] ofEach(double[][] x, double[][] several) {
    for (double[] b : several) {
      check(x, b);
    }
    int samples = x.length;
    double[][] rows = new double[samples][];
    int[] exponents = new int[samples];
    for (int i = 0; i < samples; i++) {
      exponents[i] = exponent(x[i]);
      // Powers of two change neither the solution nor any digit of the rows.
      rows[i] = scaled(x[i], -exponents[i]);
    }
    Factors factors = new Factors(rows, x[0].length);
    MinimumNorm[] solved = new MinimumNorm[several.length];
    for (int k = 0; k < solved.length; k++) {
      solved[k] = solve(x, several[k], rows, exponents, factors);
    }
    return solved;
  }

  private static MinimumNorm solve(
      double[][] x, double[] b, double[][] rows, int[] exponents, Factors factors) {
    double[] right = new double[b.length];
    for (int i = 0; i < b.length; i++) {
      right[i] = Math.scalb(b[i], -exponents[i]);
    }
    // b of any size: its largest entry is brought to about 1, and the solution back at the end.
    int size = exponent(right);
    right = scaled(right, -size);
    double[] w = factors.solve(right);
    for (int k = 0; k < CORRECTIONS; k++) {
      double[] correction = factors.solve(residuals(rows, right, w));
      for (int j = 0; j < w.length; j++) {
        w[j] += correction[j];
      }
    }
    double[] solution = scaled(w, size);
    double largest = 0;
    for (double r : residuals(x, b, solution)) {
      largest = Math.max(largest, Math.abs(r));
    }
    return new MinimumNorm(solution, largest);
  }

  /** Returns w, one entry per input. */
  public double[] solution() {
    return solution.clone();
  }

  /** Returns max_i |b_i - w . x_i| of the returned solution. */
  public double residual() {
    return residual;
  }

  private static void check(double[][] x, double[] b) {
    if (x == null || x.length == 0 || x[0] == null || x[0].length == 0) {
      throw new IllegalArgumentException("There are no samples; give one row per sample.");
    }
    if (b == null || b.length != x.length) {
      throw new IllegalArgumentException(
          "There are "
              + x.length
              + " samples but "
              + (b == null ? 0 : b.length)
              + " values for them; give one value per sample.");
    }
    for (int i = 0; i < x.length; i++) {
      if (x[i] == null || x[i].length != x[0].length) {
        throw new IllegalArgumentException(
            "Sample 0 has "
                + x[0].length
                + " entries but sample "
                + i
                + " has "
                + (x[i] == null ? 0 : x[i].length)
                + "; give all samples the same number.");
      }
      if (!Arrays.stream(x[i]).allMatch(Double::isFinite) || !Double.isFinite(b[i])) {
        throw new IllegalArgumentException(
            "Sample " + i + " has an entry that is not finite; give finite numbers.");
      }
    }
  }

  /** Returns the exponent of the largest entry, 0 for a vector of zeros. */
  private static int exponent(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return Magnitude.exponent(largest);
  }

  private static double[] scaled(double[] values, int exponent) {
    double[] scaled = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      scaled[i] = Math.scalb(values[i], exponent);
    }
    return scaled;
  }

  /** Returns b - X w, each entry as if summed with twice the working precision. */
  private static double[] residuals(double[][] x, double[] b, double[] w) {
    double[] residuals = new double[b.length];
    for (int i = 0; i < b.length; i++) {
      double sum = -b[i];
      double rest = 0;
      for (int j = 0; j < w.length; j++) {
        double product = x[i][j] * w[j];
        rest += Math.fma(x[i][j], w[j], -product);
        double next = sum + product;
        double part = next - sum;
        rest += (sum - (next - part)) + (product - part);
        sum = next;
      }
      residuals[i] = -(sum + rest);
    }
    return residuals;
  }

  /** X^T P = Q R. */
  private static final class Factors {

    private final DMatrixRMaj q;
    private final DMatrixRMaj r;
    private final int[] pivots;

    Factors(double[][] rows, int inputs) {
      int samples = rows.length;
      DMatrixRMaj transposed = new DMatrixRMaj(inputs, samples);
      for (int i = 0; i < samples; i++) {
        for (int j = 0; j < inputs; j++) {
          transposed.unsafe_set(j, i, rows[i][j]);
        }
      }
      double threshold = Math.max(samples, inputs) * EPSILON;
      QRColPivDecompositionHouseholderColumn_DDRM qr =
          new QRColPivDecompositionHouseholderColumn_DDRM(threshold);
      int rank = qr.decompose(transposed) ? qr.getRank() : 0;
      if (rank < samples) {
        throw new IllegalArgumentException(
            "The "
                + samples
                + " samples are linearly dependent: their rank is "
                + rank
                + ". Leave samples out until the rank is their number, or use more inputs.");
      }
      this.q = qr.getQ(null, true);
      this.r = qr.getR(null, true);
      this.pivots = qr.getColPivots().clone();
    }

    /** Returns Q R^{-T} P^T b. */
    double[] solve(double[] b) {
      int samples = b.length;
      double[] y = new double[samples];
      for (int k = 0; k < samples; k++) {
        double sum = b[pivots[k]];
        for (int i = 0; i < k; i++) {
          sum -= r.unsafe_get(i, k) * y[i];
        }
        y[k] = sum / r.unsafe_get(k, k);
      }
      double[] w = new double[q.numRows];
      for (int j = 0; j < w.length; j++) {
        double sum = 0;
        for (int k = 0; k < samples; k++) {
          sum += q.unsafe_get(j, k) * y[k];
        }
        w[j] = sum;
      }
      return w;
    }
  }
}
