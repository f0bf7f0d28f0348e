package io.github.implicitbias.samples;

import java.util.Locale;

/** Shapes of a scalable vector graphic, written as they come. */
final class Svg {

  static final String INK = "#1d2329";
  static final String MUTED = "#66727e";
  static final String LINE = "#d5dae0";
  static final String DASHED = " stroke-dasharray=\"4 3\"";

  private final StringBuilder text = new StringBuilder();

  /** Opens a picture; classes of circles are defined by {@code style}. */
  Svg(int width, int height, String title, String style) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " height=\"%d\" font-family=\"Helvetica, Arial, sans-serif\" role=\"img\""
            + " aria-label=\"%s\">",
        width, height, width, height, escape(title));
    add("<style>%s</style>", style);
    add("<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#fff\"/>", width, height);
  }

  void circle(String kind, double x, double y, double r) {
    add("<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>", kind, x, y, r);
  }

  void line(double x1, double y1, double x2, double y2, String colour, String more) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"%s/>",
        x1, y1, x2, y2, colour, more);
  }

  void bar(double x, double bottom, double width, double height, String colour) {
    add(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
        x, bottom - height, width, height, colour);
  }

  /** Writes words that start, end or have their middle at x. */
  void words(double x, double y, double size, String anchor, String colour, String words) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>",
        x, y, size, anchor, colour, escape(words));
  }

  void title(double x, double y, String words) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" font-size=\"14\" font-weight=\"600\" fill=\"%s\">%s</text>",
        x, y, INK, escape(words));
  }

  /** Writes words from bottom to top. */
  void upward(double x, double y, double size, String colour, String words) {
    add(
        "<text transform=\"translate(%.1f %.1f) rotate(-90)\" font-size=\"%.1f\" fill=\"%s\""
            + " text-anchor=\"middle\">%s</text>",
        x, y, size, colour, escape(words));
  }

  /** Closes the picture. */
  String done() {
    return text.append("</svg>\n").toString();
  }

  private static String escape(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  private void add(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
