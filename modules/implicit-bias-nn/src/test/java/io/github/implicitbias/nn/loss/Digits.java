package io.github.implicitbias.nn.loss;

import java.math.BigDecimal;
import java.math.MathContext;

/** Exponential and logarithm to 60 digits, by their power series. */
public final class Digits {

  static final MathContext WORK = new MathContext(90);
  private static final BigDecimal TINY = new BigDecimal("1e-85");
  private static final int HALVINGS = 24;

  private Digits() {}

  /** Returns e^x, by halving x until the series is short and squaring back. */
  public static BigDecimal exp(BigDecimal x) {
    BigDecimal small = x.divide(BigDecimal.valueOf(1L << HALVINGS), WORK);
    BigDecimal sum = BigDecimal.ONE;
    BigDecimal term = BigDecimal.ONE;
    for (int k = 1; term.abs().compareTo(TINY) > 0; k++) {
      term = term.multiply(small, WORK).divide(BigDecimal.valueOf(k), WORK);
      sum = sum.add(term, WORK);
    }
    for (int k = 0; k < HALVINGS; k++) {
      sum = sum.multiply(sum, WORK);
    }
    return sum;
  }

  /** Returns log(1 + t) for 0 <= t <= 1, as 2 artanh(t / (2 + t)). */
  public static BigDecimal log1p(BigDecimal t) {
    BigDecimal u = t.divide(t.add(BigDecimal.valueOf(2), WORK), WORK);
    BigDecimal square = u.multiply(u, WORK);
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal power = BigDecimal.ONE;
    for (int k = 1; power.compareTo(TINY) > 0; k += 2) {
      sum = sum.add(power.divide(BigDecimal.valueOf(k), WORK), WORK);
      power = power.multiply(square, WORK);
    }
    return sum.multiply(u, WORK).multiply(BigDecimal.valueOf(2), WORK);
  }

  /** Returns log(x) for x > 0, by Newton's method on e^y = x. */
  static BigDecimal log(BigDecimal x) {
    int exponent = x.precision() - x.scale();
    double start = Math.log(x.scaleByPowerOfTen(-exponent).doubleValue());
    BigDecimal y = new BigDecimal(start + exponent * Math.log(10));
    for (int digits = 10; digits < WORK.getPrecision(); digits *= 3) {
      BigDecimal e = exp(y);
      BigDecimal step = x.subtract(e, WORK).divide(x.add(e, WORK), WORK);
      y = y.add(step.multiply(BigDecimal.valueOf(2), WORK), WORK);
    }
    return y;
  }

  /** Returns log(1 + e^-q). */
  public static BigDecimal logistic(double q) {
    BigDecimal log1p = log1p(exp(BigDecimal.valueOf(-1).multiply(new BigDecimal(Math.abs(q)))));
    return q > 0 ? log1p : log1p.subtract(new BigDecimal(q), WORK);
  }

  /** Returns 1 / (1 + e^q). */
  public static BigDecimal sigmoidOfMinus(double q) {
    return BigDecimal.ONE.divide(BigDecimal.ONE.add(exp(new BigDecimal(q)), WORK), WORK);
  }

  /** Returns the error of a logarithm, in units of the larger of 1 and the logarithm. */
  public static double logError(double value, BigDecimal exact) {
    BigDecimal unit = exact.abs().max(BigDecimal.ONE);
    return new BigDecimal(value).subtract(exact, WORK).divide(unit, WORK).abs().doubleValue();
  }

  public static double relativeError(double value, BigDecimal exact) {
    return new BigDecimal(value).subtract(exact, WORK).divide(exact, WORK).abs().doubleValue();
  }
}
