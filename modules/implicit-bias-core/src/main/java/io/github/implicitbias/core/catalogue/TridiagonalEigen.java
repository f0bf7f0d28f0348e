package io.github.implicitbias.core.catalogue;

import java.util.Arrays;

/** Eigenvalues and eigenvectors of a small symmetric tridiagonal matrix, by implicit QL steps. */
final class TridiagonalEigen {

  private static final int MOST_STEPS = 60;

  private TridiagonalEigen() {}

  /**
   * Decomposes in place.
   *
   * @param n order
   * @param d the diagonal, afterwards the eigenvalues in no order
   * @param e the entries beside the diagonal, e[k] in rows k and k + 1; room for n, destroyed
   * @param z afterwards the eigenvectors, n x n, that of d[k] in column k
   * @return false if it did not converge, as with entries that are not finite
   */
  static boolean decompose(int n, double[] d, double[] e, double[] z) {
    Arrays.fill(z, 0, n * n, 0);
    for (int k = 0; k < n; k++) {
      z[k * n + k] = 1;
    }
    e[n - 1] = 0;
    for (int low = 0; low < n; low++) {
      int steps = 0;
      int high = split(low, n, d, e);
      while (high != low) {
        if (steps++ == MOST_STEPS) {
          return false;
        }
        step(low, high, n, d, e, z);
        high = split(low, n, d, e);
      }
    }
    return true;
  }

  /** Returns the first row from low on below which the matrix falls apart. */
  private static int split(int low, int n, double[] d, double[] e) {
    int high = low;
    while (high < n - 1
        && !(Math.abs(e[high]) <= 0x1p-52 * (Math.abs(d[high]) + Math.abs(d[high + 1])))) {
      high++;
    }
    return high;
  }

  private static void step(int low, int high, int n, double[] d, double[] e, double[] z) {
    double g = (d[low + 1] - d[low]) / (2 * e[low]);
    g = d[high] - d[low] + e[low] / (g + Math.copySign(Math.hypot(g, 1), g));
    double sine = 1;
    double cosine = 1;
    double shift = 0;
    for (int i = high - 1; i >= low; i--) {
      double f = sine * e[i];
      double b = cosine * e[i];
      double r = Math.hypot(f, g);
      e[i + 1] = r;
      if (r == 0) {
        d[i + 1] -= shift;
        e[high] = 0;
        return;
      }
      sine = f / r;
      cosine = g / r;
      g = d[i + 1] - shift;
      r = (d[i] - g) * sine + 2 * cosine * b;
      shift = sine * r;
      d[i + 1] = g + shift;
      g = cosine * r - b;
      for (int k = 0; k < n; k++) {
        double right = z[k * n + i + 1];
        double left = z[k * n + i];
        z[k * n + i + 1] = sine * left + cosine * right;
        z[k * n + i] = cosine * left - sine * right;
      }
    }
    d[low] -= shift;
    e[low] = g;
    e[high] = 0;
  }
}
