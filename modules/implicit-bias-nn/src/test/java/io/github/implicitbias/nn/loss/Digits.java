package io.github.implicitbias.nn.loss;

import java.math.BigDecimal;
import java.math.MathContext;

/** Exponential and logarithm to 60 digits, by their power series. */
public final class Digits {

  private static final MathContext WORK = new MathContext(90);
  private static final BigDecimal TINY = new BigDecimal("1e-85");
  private static final int HALVINGS = 14;

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
    BigDecimal u = t.divide(t.add(BigDecimal.valueOf(2)), WORK);
    BigDecimal square = u.multiply(u, WORK);
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal power = BigDecimal.ONE;
    for (int k = 1; power.compareTo(TINY) > 0; k += 2) {
      sum = sum.add(power.divide(BigDecimal.valueOf(k), WORK), WORK);
      power = power.multiply(square, WORK);
    }
    return sum.multiply(u, WORK).multiply(BigDecimal.valueOf(2), WORK);
  }

  /** Returns log(1 + e^-q). */
  public static BigDecimal logistic(double q) {
    BigDecimal log1p = log1p(exp(BigDecimal.valueOf(-1).multiply(new BigDecimal(Math.abs(q)))));
    return q > 0 ? log1p : log1p.subtract(new BigDecimal(q));
  }

  /** Returns 1 / (1 + e^q). */
  public static BigDecimal sigmoidOfMinus(double q) {
    return BigDecimal.ONE.divide(BigDecimal.ONE.add(exp(new BigDecimal(q))), WORK);
  }

  public static double relativeError(double value, BigDecimal exact) {
    return new BigDecimal(value).subtract(exact).divide(exact, WORK).abs().doubleValue();
  }
}
