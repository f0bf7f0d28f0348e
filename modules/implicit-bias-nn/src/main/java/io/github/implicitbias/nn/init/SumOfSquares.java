package io.github.implicitbias.nn.init;

/**
 * A sum of squares with twice the digits of a double, at any scale.
 *
 * <p>The value is (high + low) 4^exponent. Entries are scaled by a power of two, which is exact;
 * each square is split without error into a rounded product and what rounding left (fused
 * multiply-add), and the parts are added with compensation. For n entries the relative error is
 * below n^2 2^-104, and 0 for one entry. Neither 1e-300 nor 1e300 underflows or overflows.
 */
final class SumOfSquares {

  private final double high;
  private final double low;
  private final int exponent;
  private final double error;

  private SumOfSquares(double high, double low, int exponent, double error) {
    this.high = high + low;
    this.low = low - (this.high - high);
    this.exponent = exponent;
    this.error = error;
  }

  /** Returns the sum of the squares of a part of an array of finite numbers. */
  static SumOfSquares of(double[] values, int from, int length) {
    double largest = 0;
    for (int i = from; i < from + length; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    return of(values, from, length, largest == 0 ? 0 : Math.getExponent(largest));
  }

  private static SumOfSquares of(double[] values, int from, int length, int exponent) {
    double high = 0;
    double low = 0;
    for (int i = from; i < from + length; i++) {
      double x = Math.scalb(values[i], -exponent);
      double square = x * x;
      double sum = high + square;
      double part = sum - high;
      low += (high - (sum - part)) + (square - part) + Math.fma(x, x, -square);
      high = sum;
    }
    return new SumOfSquares(high, low, exponent, length < 2 ? 0 : (double) length * length);
  }

  /** Returns this sum times factor^2. */
  SumOfSquares timesSquareOf(double factor) {
    if (factor == 1) {
      return this;
    }
    int power = Math.getExponent(factor);
    double f = Math.scalb(factor, -power);
    double square = f * f;
    double squareLow = Math.fma(f, f, -square);
    double product = high * square;
    double productLow = Math.fma(high, square, -product) + (high * squareLow + low * square);
    return new SumOfSquares(product, productLow, exponent + power, error + 1);
  }

  /** Returns this sum without the squares of the given numbers, at least 0. */
  SumOfSquares minus(double[] values) {
    SumOfSquares other = of(values, 0, values.length, exponent);
    double difference = high - other.high;
    double part = difference - high;
    double rest = (high - (difference - part)) + (-other.high - part) + (low - other.low);
    return difference + rest > 0
        ? new SumOfSquares(difference, rest, exponent, error + other.error)
        : new SumOfSquares(0, 0, exponent, 0);
  }

  /** Returns the square root, rounded once but for cases as rare as 1 in 2^40. */
  double root() {
    if (high == 0) {
      return 0;
    }
    double root = Math.sqrt(high);
    double correction = (Math.fma(-root, root, high) + low) / (2 * root);
    return Math.scalb(root + correction, exponent);
  }

  /** Returns true if the squares of the given numbers certainly add up to at least this sum. */
  boolean isAtMost(double[] values) {
    SumOfSquares other = of(values, 0, values.length, exponent);
    double difference = (other.high - high) + (other.low - low);
    return difference >= (error + other.error) * 0x1p-104 * high;
  }
}
