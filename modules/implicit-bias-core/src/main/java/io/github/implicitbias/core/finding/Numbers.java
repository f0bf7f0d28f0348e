package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import java.util.Locale;

/** Numbers as sentences have them. */
final class Numbers {

  private Numbers() {}

  /** Returns three significant digits, as m x 10^n below 0.001 and from ten million. */
  static String of(double value) {
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e7)) {
      return Finding.powerOfTen(value);
    }
    if (size >= 1000) {
      return count(Math.round(value));
    }
    int digits = size == 0 ? 0 : 2 - (int) Math.floor(Math.log10(size));
    return String.format(Locale.ROOT, "%." + Math.max(0, digits) + "f", value);
  }

  /** Returns a whole number with its thousands apart. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Returns a share in percent, with one digit behind the point below 10 and above 90. */
  static String percent(double share) {
    double percent = 100 * share;
    if (percent > 0 && percent < 0.1) {
      return Finding.powerOfTen(percent) + " %";
    }
    boolean whole = percent >= 10 && percent <= 90 || percent == 0 || percent == 100;
    return String.format(Locale.ROOT, whole ? "%.0f %%" : "%.1f %%", percent);
  }

  /** Returns a number of things, in the singular if it is one. */
  static String many(long number, String one, String several) {
    return count(number) + " " + (number == 1 ? one : several);
  }
}
