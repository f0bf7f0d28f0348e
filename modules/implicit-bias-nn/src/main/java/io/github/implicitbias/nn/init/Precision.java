package io.github.implicitbias.nn.init;

import org.nd4j.linalg.api.buffer.DataType;

/** The numbers that a network of a data type can hold. */
enum Precision {
  FLOAT(0x1p-23, Float.MIN_EXPONENT, Float.MAX_EXPONENT) {
    @Override
    double round(double value) {
      return (float) value;
    }

    @Override
    double awayFromZero(double value) {
      return Math.copySign(Math.nextUp((float) Math.abs(value)), value);
    }
  },

  DOUBLE(0x1p-52, Double.MIN_EXPONENT, Double.MAX_EXPONENT) {
    @Override
    double round(double value) {
      return value;
    }

    @Override
    double awayFromZero(double value) {
      return Math.copySign(Math.nextUp(Math.abs(value)), value);
    }
  };

  private final double epsilon;
  private final int smallestExponent;
  private final int largestExponent;

  Precision(double epsilon, int smallestExponent, int largestExponent) {
    this.epsilon = epsilon;
    this.smallestExponent = smallestExponent;
    this.largestExponent = largestExponent;
  }

  /**
   * Returns the precision of a data type.
   *
   * @throws IllegalArgumentException if it is neither FLOAT nor DOUBLE
   */
  static Precision of(DataType type) {
    if (type == DataType.FLOAT) {
      return FLOAT;
    }
    if (type == DataType.DOUBLE) {
      return DOUBLE;
    }
    throw new IllegalArgumentException(
        "The network has the data type "
            + type
            + "; network initializers need dataType(DataType.DOUBLE) or dataType(DataType.FLOAT).");
  }

  /** Returns the nearest number of this type, infinity if it is too large. */
  abstract double round(double value);

  /** Returns the next number of this type whose magnitude is larger. */
  abstract double awayFromZero(double value);

  /** Returns the distance from 1 to the next number. */
  double epsilon() {
    return epsilon;
  }

  /** Returns true if 2^exponent is a normal number of this type. */
  boolean holdsPowerOfTwo(int exponent) {
    return exponent >= smallestExponent && exponent <= largestExponent;
  }
}
