package io.github.implicitbias.lab.figure;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as one writes them beside an axis. */
final class Numerals {

  private static final String MINUS = "\u2212";
  private static final int DIGITS = 6;

  private Numerals() {}

  /** Writes a number: 0.25, 1000, 20,000, 5·10^{−6}. */
  static String of(double value) {
    return of(new BigDecimal(value).round(new MathContext(DIGITS)));
  }

  /** Writes a multiple of a round step, with as many digits as the step has. */
  static String of(double value, double step) {
    BigDecimal parts = new BigDecimal(step).round(new MathContext(2)).stripTrailingZeros();
    return of(new BigDecimal(value).setScale(parts.scale(), RoundingMode.HALF_EVEN));
  }

  private static String of(BigDecimal value) {
    if (value.signum() == 0) {
      return "0";
    }
    BigDecimal exact = value.stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    String sign = exact.signum() < 0 ? MINUS : "";
    BigDecimal size = exact.abs();
    if (exponent >= -3 && exponent < 4) {
      return sign + size.toPlainString();
    }
    if (exponent >= 4 && exponent < 6) {
      return sign + grouped(size);
    }
    String digits = size.movePointLeft(exponent).stripTrailingZeros().toPlainString();
    return sign + (digits.equals("1") ? "" : digits + "\u00b7") + raised(exponent);
  }

  private static String grouped(BigDecimal size) {
    return String.format(Locale.ROOT, "%,." + Math.max(0, size.scale()) + "f", size);
  }

  /** Writes a power of ten: 0.01, 1000, 10^{−4}. */
  static String power(int exponent) {
    return exponent >= -2 && exponent <= 3 ? of(Math.pow(10, exponent)) : raised(exponent);
  }

  private static String raised(int exponent) {
    return "10^{" + (exponent < 0 ? MINUS : "") + Math.abs(exponent) + "}";
  }
}
