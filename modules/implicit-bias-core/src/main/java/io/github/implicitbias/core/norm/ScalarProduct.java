package io.github.implicitbias.core.norm;

/**
 * Scalar product of parts of two arrays.
 *
 * <p>The terms are added up in four sums, since a single one waits for each addition, always in the
 * same order: equal parts give equal bits, and parts with opposite signs the opposite. Cost:
 * O(length); the relative error is at most (length / 4 + 4) 2^-53 of the sum of the magnitudes.
 */
public final class ScalarProduct {

  private ScalarProduct() {}

  /**
   * Returns x[xFrom] y[yFrom] + ... of so many terms.
   *
   * @throws IndexOutOfBoundsException if a part does not lie in its array
   */
  public static double of(double[] x, int xFrom, double[] y, int yFrom, int length) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int j = 0;
    for (; j + 4 <= length; j += 4) {
      a += x[xFrom + j] * y[yFrom + j];
      b += x[xFrom + j + 1] * y[yFrom + j + 1];
      c += x[xFrom + j + 2] * y[yFrom + j + 2];
      d += x[xFrom + j + 3] * y[yFrom + j + 3];
    }
    for (; j < length; j++) {
      a += x[xFrom + j] * y[yFrom + j];
    }
    return (a + b) + (c + d);
  }
}
