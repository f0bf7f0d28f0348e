package io.github.implicitbias.core.support;

import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * Writes vectors as combinations of samples: the beta of smallest Euclidean norm among those that
 * minimise ||w - X^T beta||, X [samples, inputs] being decomposed once.
 *
 * <p>beta = U S^+ V^T w with X = U S V^T, singular values up to max(samples, inputs) x 2^-52 times
 * the largest counting as 0. With rank(X) &lt; samples other coefficients give the same vector.
 *
 * <p>Cost: O(samples x inputs x min(samples, inputs)) once, O(rank x (samples + inputs)) per
 * vector.
 */
final class SpanBasis {

  private static final double EPSILON = 0x1p-52;

  private final double[] x;
  private final int samples;
  private final int inputs;
  private final int rank;
  private final double[] fromInputs;
  private final double[] toSamples;
  private final double[] products;

  private SpanBasis(double[] x, int samples, int inputs, int rank, double[] v, double[] u) {
    this.x = x;
    this.samples = samples;
    this.inputs = inputs;
    this.rank = rank;
    this.fromInputs = v;
    this.toSamples = u;
    this.products = new double[rank];
  }

  /**
   * Decomposes the samples.
   *
   * @param x row-major, one row of inputs per sample
   * @throws IllegalArgumentException if there are no samples, they do not make rows, or an entry is
   *     not finite
   */
  public static SpanBasis of(double[] x, int samples) {
    if (samples < 1 || x.length == 0 || x.length % samples != 0) {
      throw new IllegalArgumentException(
          x.length + " values do not make " + samples + " samples; give one row per sample");
    }
    for (int k = 0; k < x.length; k++) {
      if (!Double.isFinite(x[k])) {
        throw new IllegalArgumentException(
            "sample " + k / (x.length / samples) + " has an entry that is not finite");
      }
    }
    int inputs = x.length / samples;
    int least = Math.min(samples, inputs);
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(samples, inputs, true, true, true);
    // Squares inside the decomposition neither underflow nor overflow.
    int exponent = Magnitude.exponent(Magnitude.largest(x, 0, x.length));
    double[] scaled = new double[x.length];
    Magnitude.scale(x, 0, x.length, -exponent, scaled, 0);
    if (!svd.decompose(DMatrixRMaj.wrap(samples, inputs, scaled))) {
      throw new IllegalArgumentException("the samples have no singular values that could be found");
    }
    double[] values = svd.getSingularValues();
    double largest = 0;
    for (int k = 0; k < least; k++) {
      largest = Math.max(largest, values[k]);
    }
    double threshold = Math.max(samples, inputs) * EPSILON * largest;
    DMatrixRMaj u = svd.getU(null, false);
    DMatrixRMaj vt = svd.getV(null, true);
    int rank = 0;
    double[] rows = new double[least * inputs];
    double[] columns = new double[samples * least];
    for (int k = 0; k < least; k++) {
      if (values[k] > threshold) {
        for (int j = 0; j < inputs; j++) {
          rows[rank * inputs + j] = vt.unsafe_get(k, j);
        }
        for (int i = 0; i < samples; i++) {
          columns[rank * samples + i] = Math.scalb(u.unsafe_get(i, k) / values[k], -exponent);
        }
        rank++;
      }
    }
    return new SpanBasis(x.clone(), samples, inputs, rank, rows, columns);
  }

  public int samples() {
    return samples;
  }

  public int inputs() {
    return inputs;
  }

  /** Returns the rank of X. */
  public int rank() {
    return rank;
  }

  /** Returns true if the coefficients of a vector in the span are the only ones. */
  public boolean isUnique() {
    return rank == samples;
  }

  /**
   * Writes the coefficients of a vector.
   *
   * @param w the vector is w[from] ... of length inputs
   * @param beta the coefficients are written to beta[to] ... of length samples
   * @throws IndexOutOfBoundsException if they do not lie in the arrays
   */
  public void coefficients(double[] w, int from, double[] beta, int to) {
    for (int k = 0; k < rank; k++) {
      products[k] = ScalarProduct.of(fromInputs, k * inputs, w, from, inputs);
    }
    for (int i = 0; i < samples; i++) {
      beta[to + i] = 0;
    }
    for (int k = 0; k < rank; k++) {
      add(products[k], toSamples, k * samples, beta, to, samples);
    }
  }

  /**
   * Subtracts X^T beta from a vector.
   *
   * @param beta coefficients from beta[from] on
   * @param w the vector, from its first entry on
   */
  public void subtractCombination(double[] beta, int from, double[] w) {
    for (int i = 0; i < samples; i++) {
      add(-beta[from + i], x, i * inputs, w, 0, inputs);
    }
  }

  private static void add(double c, double[] y, int yFrom, double[] to, int at, int length) {
    if (c != 0) {
      for (int k = 0; k < length; k++) {
        to[at + k] += c * y[yFrom + k];
      }
    }
  }
}
