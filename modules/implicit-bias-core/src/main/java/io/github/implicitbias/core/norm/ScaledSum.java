package io.github.implicitbias.core.norm;

/**
 * A sum that keeps its size in a power of two, so that terms and sum may lie outside the range of a
 * double. Terms of ordinary size are added as they are, without any other rounding.
 */
public final class ScaledSum {

  private double sum;
  private int exponent;
  private boolean empty = true;

  /** Makes a sum of nothing. */
  public ScaledSum() {}

  /** Makes this the sum of nothing again. */
  public void clear() {
    sum = 0;
    exponent = 0;
    empty = true;
  }

  /** Adds value x 2^power. */
  public void add(double value, int power) {
    if (value == 0) {
      return;
    }
    if (empty) {
      exponent = power;
      empty = false;
    } else if (power > exponent) {
      sum = Math.scalb(sum, exponent - power);
      exponent = power;
    }
    sum += power == exponent ? value : Math.scalb(value, power - exponent);
  }

  /** Adds the squares of values, from an index on. */
  public void addSquares(double[] values, int from, int length) {
    double squares = ScalarProduct.of(values, from, values, from, length);
    if (Magnitude.isOrdinary(squares)) {
      add(squares, 0);
      return;
    }
    double largest = Magnitude.largest(values, from, length);
    int size = Magnitude.exponent(largest);
    if (!(largest < Double.POSITIVE_INFINITY) || size == 0) {
      add(squares, 0);
      return;
    }
    double scaled = 0;
    for (int k = from; k < from + length; k++) {
      double value = Math.scalb(values[k], -size);
      scaled += value * value;
    }
    add(scaled, 2 * size);
  }

  /** Adds the square of a value. */
  public void addSquare(double value) {
    double square = value * value;
    if (Magnitude.isOrdinary(square) || !(Math.abs(value) < Double.POSITIVE_INFINITY)) {
      add(square, 0);
      return;
    }
    int size = Magnitude.exponent(Math.abs(value));
    double scaled = Math.scalb(value, -size);
    add(scaled * scaled, 2 * size);
  }

  /** Returns true if the sum is 0. */
  public boolean isZero() {
    return sum == 0;
  }

  /** Returns the sum, 0 or infinite only if it is out of range. */
  public double value() {
    return Math.scalb(sum, exponent);
  }

  /** Returns the square root of the sum. */
  public double root() {
    return (exponent & 1) == 0
        ? Math.scalb(Math.sqrt(sum), exponent / 2)
        : Math.scalb(Math.sqrt(2 * sum), (exponent - 1) / 2);
  }

  /** Returns the square root of this sum divided by another. */
  public double rootOver(ScaledSum other) {
    return Math.sqrt(Math.scalb(sum / other.sum, exponent - other.exponent));
  }

  /**
   * Returns this sum divided by the square roots of two others, which may be out of range when
   * their quotient is not.
   */
  public double over(ScaledSum first, ScaledSum second) {
    double roots = Math.sqrt(first.sum) * Math.sqrt(second.sum);
    int halves = first.exponent + second.exponent;
    double quotient = sum / roots * ((halves & 1) == 0 ? 1 : Math.sqrt(0.5));
    return Math.scalb(quotient, exponent - (halves - (halves & 1)) / 2);
  }
}
