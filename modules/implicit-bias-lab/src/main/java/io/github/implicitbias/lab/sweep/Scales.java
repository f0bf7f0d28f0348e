package io.github.implicitbias.lab.sweep;

import io.github.implicitbias.lab.InputException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;

/** Scales of a start, as the user gives them and as they are written. */
final class Scales {

  private static final int MOST = 1000;
  private static final int DIGITS = 3;

  private Scales() {}

  /**
   * Reads {@code from:to:count}, logarithmic, or a list with commas.
   *
   * @return in rising order, each once; those of a range to three digits
   * @throws InputException if there is none, or one is not a positive number
   */
  public static double[] of(String text) {
    double[] scales = text.contains(":") ? range(text) : list(text);
    Arrays.sort(scales);
    return Arrays.stream(scales).distinct().toArray();
  }

  private static double[] range(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3) {
      throw wrong(text);
    }
    double from = positive(parts[0], text);
    double to = positive(parts[1], text);
    int count = count(parts[2], text);
    double[] scales = new double[count];
    for (int k = 0; k < count; k++) {
      double share = count == 1 ? 0 : k / (count - 1.0);
      // The ends are as given; what lies between is rounded, so that it can be named.
      scales[k] = k == 0 ? from : k == count - 1 ? to : rounded(from * Math.pow(to / from, share));
    }
    return scales;
  }

  private static double rounded(double value) {
    return new BigDecimal(value).round(new MathContext(DIGITS)).doubleValue();
  }

  private static int count(String part, String text) {
    try {
      int count = Integer.parseInt(part.strip());
      if (count >= 1 && count <= MOST) {
        return count;
      }
    } catch (NumberFormatException e) {
      throw wrong(text);
    }
    throw wrong(text);
  }

  private static double[] list(String text) {
    return Arrays.stream(text.split(",", -1)).mapToDouble(part -> positive(part, text)).toArray();
  }

  private static double positive(String part, String text) {
    try {
      double value = Double.parseDouble(part.strip());
      if (value > 0 && value < Double.POSITIVE_INFINITY) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw wrong(text);
    }
    throw wrong(text);
  }

  private static InputException wrong(String text) {
    return new InputException(
        "--scales "
            + text
            + ": give from:to:count such as 1e-6:10:8, positive numbers and a count from 1 to "
            + MOST
            + ", or a list such as 0.01,0.1,1.");
  }

  /** Writes a scale as one would by hand, all of its digits: 1e-6, 0.25, 10. */
  public static String name(double scale) {
    BigDecimal exact = new BigDecimal(Double.toString(scale)).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    if (exponent >= -2 && exponent <= 3) {
      return exact.toPlainString();
    }
    BigDecimal mantissa = exact.movePointLeft(exponent).stripTrailingZeros();
    return mantissa.setScale(Math.max(0, mantissa.scale()), RoundingMode.UNNECESSARY)
        + "e"
        + exponent;
  }
}
