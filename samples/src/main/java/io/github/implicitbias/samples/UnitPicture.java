package io.github.implicitbias.samples;

import java.util.Locale;

/**
 * A picture of the units at the start: on the left their incoming vectors as points of the plane,
 * direction and magnitude, on the right what the initializer does beside that.
 *
 * <p>SVG, drawn by hand: a few circles need no library, and the file is the same on every machine.
 */
final class UnitPicture {

  private static final int SIDE = 250;
  private static final int TOP = 56;
  private static final int LEFT = 46;
  private static final int RIGHT = 400;
  private static final String POSITIVE = "#0072b2";
  private static final String NEGATIVE = "#d55e00";
  private static final String NEUTRAL = "#3d4852";
  private static final String MUTED = "#66727e";
  private static final String LINE = "#d5dae0";

  private final StringBuilder svg = new StringBuilder();

  UnitPicture(String title, String subtitle) {
    int width = RIGHT + SIDE + 46;
    int height = TOP + SIDE + 66;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " height=\"%d\" font-family=\"Helvetica, Arial, sans-serif\" role=\"img\""
            + " aria-label=\"%s\">",
        width, height, width, height, escape(title + ", " + subtitle));
    add("<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#ffffff\"/>", width, height);
    text(16, 24, 14, "start", "#1d2329", "600", title);
    text(16, 41, 11.5, "start", MUTED, "400", subtitle);
  }

  /**
   * Draws the incoming vectors.
   *
   * @param before the same units before the initializer was applied, null if that says nothing
   * @param samples data to show as crosses, null if there are none
   */
  UnitPicture plane(UnitCloud cloud, UnitCloud before, double[][] samples) {
    double radius = greatest(cloud);
    radius = before == null ? radius : Math.max(radius, greatest(before));
    double scale = SIDE / 2.0 / (1.12 * radius);
    double middleX = LEFT + SIDE / 2.0;
    double middleY = TOP + SIDE / 2.0;
    double ring = nice(radius);
    for (double r = ring; r < 1.12 * radius; r += ring) {
      circle(middleX, middleY, r * scale, "none", LINE, 1, "");
      double at = middleX + r * scale * Math.sqrt(0.5);
      text(at + 2, middleY - (at - middleX) - 2, 9, "start", MUTED, "400", number(r));
    }
    line(LEFT, middleY, LEFT + SIDE, middleY, LINE, "");
    line(middleX, TOP, middleX, TOP + SIDE, LINE, "");
    if (samples != null) {
      samples(samples, middleX, middleY);
    }
    if (before != null) {
      for (int unit = 0; unit < before.units(); unit++) {
        double[] w = before.incoming[unit];
        circle(middleX + w[0] * scale, middleY - w[1] * scale, 3, "none", "#9aa5b1", 1, "");
      }
    }
    for (int unit = 0; unit < cloud.units(); unit++) {
      double[] w = cloud.incoming[unit];
      double x = middleX + w[0] * scale;
      double y = middleY - w[1] * scale;
      circle(x, y, 3.2, colour(cloud, unit), "#ffffff", 0.6, " fill-opacity=\"0.85\"");
    }
    text(middleX, TOP + SIDE + 18, 11, "middle", MUTED, "400", "incoming weights of each unit");
    return this;
  }

  private void samples(double[][] samples, double middleX, double middleY) {
    double greatest = 0;
    for (double[] x : samples) {
      greatest = Math.max(greatest, Math.hypot(x[0], x[1]));
    }
    double scale = 0.85 * SIDE / 2.0 / greatest;
    for (int i = 0; i < samples.length; i++) {
      double x = middleX + samples[i][0] * scale;
      double y = middleY - samples[i][1] * scale;
      line(x - 5, y - 5, x + 5, y + 5, NEUTRAL, " stroke-width=\"1.6\"");
      line(x - 5, y + 5, x + 5, y - 5, NEUTRAL, " stroke-width=\"1.6\"");
      text(x + 8, y + 4, 11, "start", NEUTRAL, "400", "sample " + i);
    }
  }

  /** Draws outgoing against incoming weight of each unit, and the lines on which they balance. */
  UnitPicture outgoing(String axis, UnitCloud... layers) {
    double x = 0;
    double y = 0;
    boolean signed = false;
    for (UnitCloud layer : layers) {
      for (int unit = 0; unit < layer.units(); unit++) {
        x = Math.max(x, layer.norm(unit));
        y = Math.max(y, Math.abs(layer.outgoing[unit]));
        signed |= layer.outgoing[unit] < 0;
      }
    }
    double reach = 1.12 * Math.max(x, y);
    double wide = 1.12 * (y > 20 * x || x > 20 * y ? x : Math.max(x, y));
    double high = 1.12 * (y > 20 * x || x > 20 * y ? y : Math.max(x, y));
    double zero = signed ? TOP + SIDE / 2.0 : TOP + SIDE;
    double up = (signed ? SIDE / 2.0 : SIDE) / high;
    double across = SIDE / wide;
    frame(zero);
    ticks(wide, high, zero, up, signed);
    if (wide == high) {
      line(RIGHT, zero, RIGHT + reach * across, zero - reach * up, NEUTRAL, DASHED);
      if (signed) {
        line(RIGHT, zero, RIGHT + reach * across, zero + reach * up, NEUTRAL, DASHED);
      }
      text(RIGHT + SIDE - 4, TOP - 4, 10, "end", NEUTRAL, "400", "dashed: |a| = \u2016w\u2016");
    }
    for (int number = 0; number < layers.length; number++) {
      for (int unit = 0; unit < layers[number].units(); unit++) {
        String colour = signed ? colour(layers[number], unit) : LAYERS[number % LAYERS.length];
        circle(
            RIGHT + layers[number].norm(unit) * across,
            zero - layers[number].outgoing[unit] * up,
            3.2,
            colour,
            "#ffffff",
            0.6,
            " fill-opacity=\"0.85\"");
      }
    }
    if (layers.length > 1) {
      for (int number = 0; number < layers.length; number++) {
        circle(RIGHT + 10, TOP + 12 + 16 * number, 3.2, LAYERS[number], "none", 0, "");
        text(
            RIGHT + 18,
            TOP + 16 + 16 * number,
            10,
            "start",
            NEUTRAL,
            "400",
            "hidden layer " + (number + 1));
      }
    }
    labels("norm of the incoming weights \u2016w\u2016", axis);
    return this;
  }

  /** Draws the bias of each unit against the norm of its weights, which leaves the bias out. */
  UnitPicture bias(UnitCloud... clouds) {
    double greatest = 0;
    for (UnitCloud cloud : clouds) {
      greatest = Math.max(greatest, greatest(cloud));
    }
    double reach = 1.25 * greatest;
    double zero = TOP + SIDE * 0.75;
    frame(zero);
    ticks(reach, 3 * reach / 4, zero, SIDE / reach, false);
    for (int number = 0; number < clouds.length; number++) {
      UnitCloud cloud = clouds[number];
      for (int unit = 0; unit < cloud.units(); unit++) {
        double norm = Math.hypot(cloud.incoming[unit][0], cloud.incoming[unit][1]);
        double x = RIGHT + norm / reach * SIDE;
        double y = zero - cloud.bias[unit] / reach * SIDE;
        circle(x, y, 4, LAYERS[number], "#ffffff", 0.6, "");
      }
      double norm = Math.hypot(cloud.incoming[0][0], cloud.incoming[0][1]);
      text(
          RIGHT + norm / reach * SIDE - 10,
          zero - cloud.bias[0] / reach * SIDE - 8,
          10.5,
          "end",
          LAYERS[number],
          "400",
          cloud.bias[0] > 0 ? "withPositiveBias" : "withZeroBias");
    }
    labels("norm of the weights \u2016w\u2016", "bias b");
    return this;
  }

  /** Draws how often which magnitude occurs. */
  UnitPicture magnitudes(UnitCloud cloud) {
    int bins = 25;
    double reach = 1.12 * greatest(cloud);
    int[] counts = new int[bins];
    int most = 1;
    for (int unit = 0; unit < cloud.units(); unit++) {
      int bin = (int) (cloud.norm(unit) / reach * bins);
      most = Math.max(most, ++counts[bin]);
    }
    double zero = TOP + SIDE;
    frame(zero);
    double width = (double) SIDE / bins;
    for (int bin = 0; bin < bins; bin++) {
      double height = 0.92 * SIDE * counts[bin] / most;
      add(
          "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
          RIGHT + bin * width + 0.6, zero - height, width - 1.2, height, NEUTRAL);
    }
    for (double tick = nice(reach); tick < reach; tick += nice(reach)) {
      text(RIGHT + tick / reach * SIDE, zero + 12, 9, "middle", MUTED, "400", number(tick));
    }
    labels("norm of the incoming weights \u2016w\u2016", "number of units, at most " + most);
    return this;
  }

  private static final String DASHED = " stroke-dasharray=\"4 3\"";
  private static final String[] LAYERS = {"#009e73", "#cc79a7", "#56b4e9"};

  private void frame(double zero) {
    line(RIGHT, TOP, RIGHT, TOP + SIDE, LINE, "");
    line(RIGHT, zero, RIGHT + SIDE, zero, LINE, "");
  }

  private void ticks(double wide, double high, double zero, double up, boolean signed) {
    double below = TOP + SIDE + 12;
    for (double tick = nice(wide); tick < wide; tick += nice(wide)) {
      double at = RIGHT + tick / wide * SIDE;
      line(at, zero - 3, at, zero + 3, LINE, "");
      text(at, below, 9, "middle", MUTED, "400", number(tick));
    }
    for (double tick = nice(high); tick < high; tick += nice(high)) {
      text(RIGHT - 5, zero - tick * up + 3, 9, "end", MUTED, "400", number(tick));
      if (signed) {
        text(RIGHT - 5, zero + tick * up + 3, 9, "end", MUTED, "400", number(-tick));
      }
    }
    text(RIGHT - 5, zero + 3, 9, "end", MUTED, "400", "0");
  }

  private void labels(String across, String up) {
    text(RIGHT + SIDE / 2.0, TOP + SIDE + 28, 11, "middle", MUTED, "400", across);
    add(
        "<text transform=\"translate(%d %.1f) rotate(-90)\" font-size=\"11\" fill=\"%s\""
            + " text-anchor=\"middle\">%s</text>",
        RIGHT - 44, TOP + SIDE / 2.0, MUTED, escape(up));
  }

  /** Closes the picture with the meaning of its colours. */
  String done(boolean signs, String left) {
    double y = TOP + SIDE + 50;
    double x = 16;
    if (signs) {
      circle(x + 4, y - 4, 3.2, POSITIVE, "none", 0, "");
      text(x + 12, y, 10.5, "start", NEUTRAL, "400", "positive outgoing weight");
      circle(x + 154, y - 4, 3.2, NEGATIVE, "none", 0, "");
      text(x + 162, y, 10.5, "start", NEUTRAL, "400", "negative");
      x += 226;
    }
    text(x, y, 10.5, "start", MUTED, "400", left);
    return svg.append("</svg>\n").toString();
  }

  private static String colour(UnitCloud cloud, int unit) {
    if (cloud.outgoing == null || cloud.outgoing[unit] == 0) {
      return NEUTRAL;
    }
    return cloud.outgoing[unit] > 0 ? POSITIVE : NEGATIVE;
  }

  private static double greatest(UnitCloud cloud) {
    double greatest = 0;
    for (double[] w : cloud.incoming) {
      greatest = Math.max(greatest, Math.hypot(w[0], w[1]));
    }
    return greatest;
  }

  /** Returns 1, 2 or 5 times a power of ten: two to five of them make {@code reach}. */
  static double nice(double reach) {
    double power = Math.pow(10, Math.floor(Math.log10(reach / 2)));
    double times = reach / 2 / power;
    return power * (times >= 5 ? 5 : times >= 2 ? 2 : 1);
  }

  static String number(double value) {
    double size = Math.abs(value);
    if (size >= 0.001 && size < 10_000) {
      return String.format(Locale.ROOT, "%.3f", value)
          .replaceAll("0+$", "")
          .replaceAll("\\.$", "");
    }
    return String.format(Locale.ROOT, "%.0e", value).replace("e-0", "e-").replace("e+0", "e");
  }

  private void circle(
      double x, double y, double r, String fill, String stroke, double width, String more) {
    add(
        "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"%.2f\" fill=\"%s\" stroke=\"%s\""
            + " stroke-width=\"%.1f\"%s/>",
        x, y, r, fill, stroke, width, more);
  }

  private void line(double x1, double y1, double x2, double y2, String colour, String more) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"%s/>",
        x1, y1, x2, y2, colour, more);
  }

  private void text(
      double x, double y, double size, String anchor, String fill, String weight, String words) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\" text-anchor=\"%s\" fill=\"%s\""
            + " font-weight=\"%s\">%s</text>",
        x, y, size, anchor, fill, weight, escape(words));
  }

  private static String escape(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
