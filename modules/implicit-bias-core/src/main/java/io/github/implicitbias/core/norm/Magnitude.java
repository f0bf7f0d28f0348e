package io.github.implicitbias.core.norm;

/**
 * Brings arrays to magnitudes of about 1 by a power of two, so that squares, products of squares
 * and their sums neither underflow nor overflow. A power of two changes no digit of a number.
 *
 * <p>An instance keeps the array it scales into. Cost: O(length); values of ordinary size are not
 * copied.
 */
public final class Magnitude {

  /** Sums of squares in between are of values whose fourth powers are in range. */
  private static final double SMALLEST_ORDINARY = 0x1p-180;

  private static final double LARGEST_ORDINARY = 0x1p180;

  private static final int SUBNORMAL = 54;

  private double[] buffer = {};
  private int exponent;
  private boolean zero;

  /** Makes one that has scaled nothing yet. */
  public Magnitude() {}

  /**
   * Returns values / 2^{@link #exponent}: the array itself with exponent 0 if the values are of
   * ordinary size, all 0, or not all finite; else an array of this object with a largest magnitude
   * between 1 and 2.
   *
   * @param length of the values, from the first entry of the array on
   */
  public double[] scaled(double[] values, int length) {
    exponent = 0;
    zero = false;
    if (!isOrdinary(ScalarProduct.of(values, 0, values, 0, length))) {
      double largest = largest(values, 0, length);
      exponent = exponent(largest);
      zero = largest == 0;
    }
    if (exponent == 0) {
      return values;
    }
    if (buffer.length < length) {
      buffer = new double[length];
    }
    scale(values, 0, length, -exponent, buffer, 0);
    return buffer;
  }

  /** Returns the exponent of the last call of {@link #scaled}. */
  public int exponent() {
    return exponent;
  }

  /** Returns true if the values of the last call of {@link #scaled} were all 0. */
  public boolean isZero() {
    return zero;
  }

  /** Returns true if a sum of squares has lost nothing, and neither will squares of it. */
  public static boolean isOrdinary(double squares) {
    return squares > SMALLEST_ORDINARY && squares < LARGEST_ORDINARY;
  }

  /** Returns the largest magnitude among values, NaN if one of them is NaN. */
  public static double largest(double[] values, int from, int length) {
    double largest = 0;
    for (int k = from; k < from + length; k++) {
      largest = Math.max(largest, Math.abs(values[k]));
    }
    return largest;
  }

  /**
   * Returns the e with 2^e &lt;= magnitude &lt; 2^(e + 1), of subnormal numbers too; 0 if the
   * magnitude is 0 or not finite.
   */
  public static int exponent(double magnitude) {
    if (!(magnitude > 0 && magnitude < Double.POSITIVE_INFINITY)) {
      return 0;
    }
    return magnitude >= Double.MIN_NORMAL
        ? Math.getExponent(magnitude)
        : Math.getExponent(Math.scalb(magnitude, SUBNORMAL)) - SUBNORMAL;
  }

  /** Writes values x 2^exponent. */
  public static void scale(
      double[] values, int from, int length, int exponent, double[] into, int at) {
    for (int k = 0; k < length; k++) {
      into[at + k] = Math.scalb(values[from + k], exponent);
    }
  }

  /**
   * Returns the Euclidean norm of values of any size: infinite only if it is, 0 only for zeros, and
   * NaN if one of them is NaN.
   */
  public static double norm(double[] values, int from, int length) {
    double squares = ScalarProduct.of(values, from, values, from, length);
    if (isOrdinary(squares)) {
      return Math.sqrt(squares);
    }
    double largest = largest(values, from, length);
    if (!(largest > 0 && largest < Double.POSITIVE_INFINITY)) {
      return largest;
    }
    int exponent = exponent(largest);
    double sum = 0;
    for (int k = from; k < from + length; k++) {
      double value = Math.scalb(values[k], -exponent);
      sum += value * value;
    }
    return Math.scalb(Math.sqrt(sum), exponent);
  }

  /** Returns the exponent to divide all rows by: 0 if they are of ordinary size or not finite. */
  public static int exponent(double[]... rows) {
    double largest = 0;
    double squares = 0;
    for (double[] row : rows) {
      double ofRow = largest(row, 0, row.length);
      largest = Math.max(largest, ofRow);
      squares += ofRow * ofRow;
    }
    return isOrdinary(squares) ? 0 : exponent(largest);
  }

  /** Returns the rows x 2^exponent. */
  public static double[][] timesPowerOfTwo(double[][] rows, int exponent) {
    double[][] scaled = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      scaled[i] = timesPowerOfTwo(rows[i], exponent);
    }
    return scaled;
  }

  /** Returns the values x 2^exponent. */
  public static double[] timesPowerOfTwo(double[] values, int exponent) {
    double[] scaled = new double[values.length];
    scale(values, 0, values.length, exponent, scaled, 0);
    return scaled;
  }
}
