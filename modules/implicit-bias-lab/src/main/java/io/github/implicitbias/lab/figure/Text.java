package io.github.implicitbias.lab.figure;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of text with raised and lowered parts, written as <code>10^{-4}</code> and <code>w_{0}
 * </code>; anything else stands for itself.
 */
final class Text {

  /** Raised and lowered parts are this much smaller. */
  static final double SMALL = 0.72;

  static final double RAISED = 0.38;
  static final double LOWERED = -0.18;

  /** Letters reach this far above and below the line they stand on, in font sizes. */
  static final double ABOVE = 0.78;

  static final double BELOW = 0.24;

  final List<Part> parts = new ArrayList<>();

  private Text() {}

  /** A piece of text on one height. */
  static final class Part {
    final String letters;

    /** Height above the line, in font sizes. */
    final double shift;

    private Part(String letters, double shift) {
      this.letters = letters;
      this.shift = shift;
    }

    double size() {
      return shift == 0 ? 1 : SMALL;
    }
  }

  static Text of(String source) {
    Text text = new Text();
    int at = 0;
    int plain = 0;
    while (at < source.length()) {
      char sign = source.charAt(at);
      int end = source.indexOf('}', at);
      if ((sign == '^' || sign == '_') && source.startsWith("{", at + 1) && end > 0) {
        text.add(source.substring(plain, at), 0);
        text.add(source.substring(at + 2, end), sign == '^' ? RAISED : LOWERED);
        at = end + 1;
        plain = at;
      } else {
        at++;
      }
    }
    text.add(source.substring(plain), 0);
    return text;
  }

  private void add(String letters, double shift) {
    if (!letters.isEmpty()) {
      parts.add(new Part(letters, shift));
    }
  }

  /** Returns the width at a font size. */
  double width(double size, boolean bold) {
    return parts.stream().mapToDouble(p -> Letters.width(p.letters, bold) * p.size() * size).sum();
  }

  static double width(String source, double size, boolean bold) {
    return of(source).width(size, bold);
  }

  /** Returns the fewest lines of a text that are no wider than that, as even as they can be. */
  static List<String> evenlyWrapped(String source, double size, boolean bold, double width) {
    List<String> lines = wrapped(source, size, bold, width);
    for (double narrower = width - size; narrower > size; narrower -= size) {
      List<String> next = wrapped(source, size, bold, narrower);
      if (next.size() > lines.size()) {
        break;
      }
      lines = next;
    }
    return lines;
  }

  /** Returns the lines of a text, none wider than {@code width} unless it is a single word. */
  static List<String> wrapped(String source, double size, boolean bold, double width) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : source.split(" ")) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (!line.isEmpty() && width(longer, size, bold) > width) {
        lines.add(line);
        line = word;
      } else {
        line = longer;
      }
    }
    lines.add(line);
    return lines;
  }

  @Override
  public String toString() {
    StringBuilder all = new StringBuilder();
    parts.forEach(part -> all.append(part.letters));
    return all.toString();
  }
}
