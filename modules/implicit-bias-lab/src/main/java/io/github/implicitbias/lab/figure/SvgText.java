package io.github.implicitbias.lab.figure;

import java.awt.Color;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** Elements of a scalable vector graphic, written as they come. */
final class SvgText {

  private final StringBuilder text = new StringBuilder();

  SvgText open(String element) {
    text.append('<').append(element);
    return this;
  }

  SvgText with(String name, double value) {
    return with(name, number(value));
  }

  SvgText with(String name, Color colour) {
    return with(name, String.format(Locale.ROOT, "#%06x", colour.getRGB() & 0xffffff));
  }

  SvgText with(String name, String value) {
    text.append(' ').append(name).append("=\"").append(escaped(value)).append('"');
    return this;
  }

  /** Ends an element without content. */
  void end() {
    text.append("/>\n");
  }

  /** Ends the head of an element; letters or more elements follow. */
  SvgText content() {
    text.append('>');
    return this;
  }

  SvgText letters(String letters) {
    text.append(escaped(letters));
    return this;
  }

  SvgText close(String element) {
    text.append("</").append(element).append('>');
    return this;
  }

  void line() {
    text.append('\n');
  }

  /** Writes a number with at most two decimals. */
  static String number(double value) {
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_EVEN);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  private static String escaped(String letters) {
    return letters
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
