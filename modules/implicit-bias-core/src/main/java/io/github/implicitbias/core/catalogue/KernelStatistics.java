package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;

/** Numbers of a kernel matrix: trace, norm, alignment, effective rank. */
final class KernelStatistics {

  private static final double TOLERANCE = 1e-8;
  private static final int STEPS = 100;
  private static final double[] NONE = {};

  private final int n;
  private final Lanczos lanczos;
  private final SymmetricOperator operator = this::apply;
  private final Magnitude magnitude = new Magnitude();
  private double[] kernel = NONE;

  /** Makes the statistics of kernels of a size. */
  public KernelStatistics(int samples) {
    n = samples;
    lanczos = new Lanczos(samples, STEPS, Lanczos.End.LARGEST);
  }

  /** Returns the sum of the diagonal. */
  public double trace(double[] k) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += k[i * n + i];
    }
    return sum;
  }

  /** Returns the Frobenius norm. */
  public double norm(double[] k) {
    return Magnitude.norm(k, 0, n * n);
  }

  /** Returns &lt;K, L&gt; / (norm(K) norm(L)), not a number if one of them is 0. */
  public double cosine(double[] k, double[] l) {
    return ScalarProduct.of(k, 0, l, 0, n * n) / norm(k) / norm(l);
  }

  /**
   * Returns &lt;K, Y Y^T&gt; / (norm(K) norm(Y Y^T)), not a number if one of them is 0. For one
   * output it is y^T K y / (norm(K) norm(y)^2).
   *
   * @param labels y, row-major, samples x outputs
   */
  public double alignment(double[] k, double[] labels) {
    double[] y = magnitude.scaled(labels, labels.length);
    int outputs = labels.length / n;
    double product = 0;
    double squared = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double label = ScalarProduct.of(y, i * outputs, y, j * outputs, outputs);
        product += k[i * n + j] * label;
        squared += label * label;
      }
    }
    return product / norm(k) / Math.sqrt(squared);
  }

  /**
   * Returns the largest eigenvalue, by Lanczos with a residual below 1e-8 of it, so that its error
   * is about 1e-16 over the relative gap to the next.
   */
  public double largestEigenvalue(double[] k) {
    kernel = k;
    lanczos.run(operator, TOLERANCE, STEPS);
    kernel = NONE;
    return lanczos.value();
  }

  private void apply(double[] x, double[] into) {
    for (int i = 0; i < n; i++) {
      into[i] = ScalarProduct.of(kernel, i * n, x, 0, n);
    }
  }
}
