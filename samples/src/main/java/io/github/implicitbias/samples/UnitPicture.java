package io.github.implicitbias.samples;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A picture of the units at the start: on the left their incoming weights as points of the plane,
 * direction and magnitude, on the right what else the initializer decides.
 *
 * <p>SVG, drawn by hand: a few circles need no library, and the file is the same on every machine.
 */
final class UnitPicture {

  private static final int SIDE = 250;
  private static final int TOP = 56;
  private static final int BOTTOM = TOP + SIDE;
  private static final int LEFT = 46;
  private static final int RIGHT = 400;
  private static final double ROOM = 1.12;
  private static final int FEW = 6;

  /** Positive, negative, neutral; the hidden layers; before; rings. Colours: Okabe and Ito. */
  private static final String STYLE =
      "circle{stroke:#fff;stroke-width:.6}.p{fill:#0072b2}.n{fill:#d55e00}.u{fill:#3d4852}"
          + ".h1{fill:#009e73}.h2{fill:#cc79a7}.o{fill:none;stroke:#8a96a3;stroke-width:1}"
          + ".r{fill:none;stroke:#d5dae0;stroke-width:1}";

  private static final String[] SERIES = {"h1", "h2"};

  private final Svg svg;
  private final boolean signs;
  private String legend = "";

  /**
   * Starts a picture.
   *
   * @param signs true to colour units by the sign of their outgoing weight
   */
  UnitPicture(String title, String subtitle, boolean signs) {
    this.signs = signs;
    svg = new Svg(RIGHT + SIDE + 46, BOTTOM + 66, title + ", " + subtitle, STYLE);
    svg.title(16, 24, title);
    svg.words(16, 41, 11.5, "start", Svg.MUTED, subtitle);
  }

  /**
   * Draws the incoming weights.
   *
   * @param hollow other units to compare with, null if there are none
   * @param meaning of the hollow ones
   */
  UnitPicture plane(UnitCloud cloud, UnitCloud hollow, String meaning) {
    double radius = Math.max(radius(cloud), hollow == null ? 0 : radius(hollow));
    double scale = SIDE / 2.0 / (ROOM * radius);
    double x0 = LEFT + SIDE / 2.0;
    double y0 = TOP + SIDE / 2.0;
    double step = nice(radius);
    for (double r = step; r < ROOM * radius; r += step) {
      svg.circle("r", x0, y0, r * scale);
    }
    svg.line(LEFT, y0, LEFT + SIDE, y0, Svg.LINE, "");
    svg.line(x0, TOP, x0, BOTTOM, Svg.LINE, "");
    for (int unit = 0; hollow != null && unit < hollow.units(); unit++) {
      double[] w = hollow.incoming[unit];
      svg.circle("o", x0 + w[0] * scale, y0 - w[1] * scale, 3);
    }
    Set<List<Double>> drawn = new HashSet<>();
    for (int unit = 0; unit < cloud.units(); unit++) {
      double[] w = cloud.incoming[unit];
      double x = x0 + w[0] * scale;
      double y = y0 - w[1] * scale;
      if (cloud.units() <= FEW) {
        svg.line(x0, y0, x, y, "#3d4852", "");
      }
      // Of two units at one point both are seen.
      boolean alone = drawn.add(List.of(w[0], w[1]));
      svg.circle(kind(cloud, unit), x, y, alone ? 4 : 2.2);
    }
    for (double r = step; r < ROOM * radius; r += step) {
      double at = r * scale * Math.sqrt(0.5);
      svg.words(x0 + at + 2, y0 - at - 2, 9, "start", Svg.MUTED, number(r));
    }
    svg.words(x0, BOTTOM + 18, 11, "middle", Svg.MUTED, "incoming weights of each unit");
    legend = meaning;
    return this;
  }

  /** Adds samples to the plane, in a scale of their own, and the line where all units switch. */
  UnitPicture samples(double[][] samples, double[] weights) {
    double x0 = LEFT + SIDE / 2.0;
    double y0 = TOP + SIDE / 2.0;
    double reach = Arrays.stream(samples).mapToDouble(x -> Math.hypot(x[0], x[1])).max().orElse(1);
    double scale = 0.42 * SIDE / reach;
    double length = Math.hypot(weights[0], weights[1]);
    double dx = -weights[1] / length * SIDE / 2;
    double dy = weights[0] / length * SIDE / 2;
    svg.line(x0 - dx, y0 + dy, x0 + dx, y0 - dy, "#3d4852", Svg.DASHED);
    for (int i = 0; i < samples.length; i++) {
      double x = x0 + samples[i][0] * scale;
      double y = y0 - samples[i][1] * scale;
      svg.line(x - 5, y - 5, x + 5, y + 5, "#3d4852", " stroke-width=\"1.6\"");
      svg.line(x - 5, y + 5, x + 5, y - 5, "#3d4852", " stroke-width=\"1.6\"");
      svg.words(x + 8, y + 4, 11, "start", "#3d4852", "sample " + i);
    }
    legend = "all units are at the same point; dashed: where they switch; crosses: samples";
    return this;
  }

  /** Draws the outgoing against the incoming weight of each unit, and where they balance. */
  UnitPicture outgoing(UnitCloud cloud) {
    double x = greatest(cloud.units(), cloud::norm);
    double y = greatest(cloud.units(), unit -> Math.abs(cloud.outgoing[unit]));
    boolean alike = y < 20 * x && x < 20 * y;
    double wide = ROOM * (alike ? Math.max(x, y) : x);
    double high = ROOM * (alike ? Math.max(x, y) : y);
    double zero = TOP + SIDE / 2.0;
    frame(zero, wide, high, SIDE / 2.0 / high, true);
    if (alike) {
      svg.line(RIGHT, zero, RIGHT + SIDE, TOP, "#3d4852", Svg.DASHED);
      svg.line(RIGHT, zero, RIGHT + SIDE, BOTTOM, "#3d4852", Svg.DASHED);
      balanced();
    }
    for (int unit = 0; unit < cloud.units(); unit++) {
      svg.circle(
          kind(cloud, unit),
          RIGHT + cloud.norm(unit) / wide * SIDE,
          zero - cloud.outgoing[unit] / high * SIDE / 2,
          3.2);
    }
    labels("norm of the incoming weights \u2016w\u2016", "outgoing weight a");
    return this;
  }

  /** Draws the norms of outgoing against those of incoming weights, layer by layer. */
  UnitPicture balance(UnitCloud... layers) {
    double most = 0;
    for (UnitCloud layer : layers) {
      most = Math.max(most, greatest(layer.units(), layer::norm));
      most = Math.max(most, greatest(layer.units(), unit -> Math.abs(layer.outgoing[unit])));
    }
    double reach = ROOM * most;
    frame(BOTTOM, reach, reach, SIDE / reach, false);
    svg.line(RIGHT, BOTTOM, RIGHT + SIDE, TOP, "#3d4852", Svg.DASHED);
    balanced();
    for (int number = 0; number < layers.length; number++) {
      UnitCloud layer = layers[number];
      for (int unit = 0; unit < layer.units(); unit++) {
        double up = Math.abs(layer.outgoing[unit]) / reach * SIDE;
        svg.circle(SERIES[number], RIGHT + layer.norm(unit) / reach * SIDE, BOTTOM - up, 3.2);
      }
      svg.circle(SERIES[number], RIGHT + 12, TOP + 12 + 16 * number, 3.2);
      String name = "hidden layer " + (number + 1);
      svg.words(RIGHT + 20, TOP + 16 + 16 * number, 10, "start", "#3d4852", name);
    }
    labels("norm of the incoming weights", "norm of the outgoing weights");
    return this;
  }

  /** Draws the bias of the units against the norm of their weights, for two starts. */
  UnitPicture bias(UnitCloud first, String firstName, UnitCloud second, String secondName) {
    double reach = 1.3 * radius(first);
    frame(BOTTOM, reach, reach, SIDE / reach, false);
    bias(first, firstName, reach, SERIES[0]);
    bias(second, secondName, reach, SERIES[1]);
    labels("norm of the weights \u2016w\u2016", "bias b");
    return this;
  }

  private void bias(UnitCloud cloud, String name, double reach, String kind) {
    double x = 0;
    double y = 0;
    for (int unit = 0; unit < cloud.units(); unit++) {
      double[] w = cloud.incoming[unit];
      x = RIGHT + Math.hypot(w[0], w[1]) / reach * SIDE;
      y = BOTTOM - cloud.bias[unit] / reach * SIDE;
      svg.circle(kind, x, y, 4.5);
    }
    svg.words(x - 10, y - 8, 10.5, "end", "#3d4852", name);
  }

  /** Draws how often which magnitude occurs. */
  UnitPicture magnitudes(UnitCloud cloud) {
    int bins = 25;
    double reach = ROOM * greatest(cloud.units(), cloud::norm);
    int[] counts = new int[bins];
    for (int unit = 0; unit < cloud.units(); unit++) {
      counts[(int) (cloud.norm(unit) / reach * bins)]++;
    }
    int most = Arrays.stream(counts).max().orElse(1);
    double high = 1.08 * most;
    frame(BOTTOM, reach, high, SIDE / high, false);
    double width = (double) SIDE / bins;
    for (int bin = 0; bin < bins; bin++) {
      svg.bar(RIGHT + bin * width + 0.6, BOTTOM, width - 1.2, counts[bin] / high * SIDE, "#3d4852");
    }
    labels("norm of the incoming weights \u2016w\u2016", "units");
    return this;
  }

  /** Draws the pre-activation of a unit on each sample. */
  UnitPicture preActivations(double[][] samples, double[] weights) {
    double[] z = new double[samples.length];
    Arrays.setAll(z, i -> samples[i][0] * weights[0] + samples[i][1] * weights[1]);
    double high = 1.3 * Arrays.stream(z).max().orElse(1);
    frame(BOTTOM, 0, high, SIDE / high, false);
    double width = (double) SIDE / samples.length;
    for (int i = 0; i < z.length; i++) {
      double x = RIGHT + (i + 0.3) * width;
      svg.bar(x, BOTTOM, 0.4 * width, z[i] / high * SIDE, "#3d4852");
      svg.words(x + 0.2 * width, BOTTOM + 12, 9, "middle", Svg.MUTED, "sample " + i);
    }
    labels("", "pre-activation of every unit");
    return this;
  }

  /** Closes the picture. */
  String done() {
    double y = BOTTOM + 50;
    double x = 16;
    if (signs) {
      svg.circle("p", x + 4, y - 4, 3.2);
      svg.words(x + 12, y, 10.5, "start", "#3d4852", "positive outgoing weight");
      svg.circle("n", x + 154, y - 4, 3.2);
      svg.words(x + 162, y, 10.5, "start", "#3d4852", "negative");
      x += 226;
    }
    svg.words(x, y, 10.5, "start", Svg.MUTED, legend);
    return svg.done();
  }

  private void balanced() {
    svg.words(RIGHT + SIDE, TOP - 6, 10, "end", "#3d4852", "dashed: |a| = \u2016w\u2016");
  }

  /** Draws axes: {@code wide} across, {@code high} up, 0 for an axis without numbers. */
  private void frame(double zero, double wide, double high, double up, boolean signed) {
    svg.line(RIGHT, TOP, RIGHT, BOTTOM, Svg.LINE, "");
    svg.line(RIGHT, zero, RIGHT + SIDE, zero, Svg.LINE, "");
    for (double tick = nice(wide); wide > 0 && tick < wide; tick += nice(wide)) {
      double x = RIGHT + tick / wide * SIDE;
      svg.line(x, zero - 3, x, zero + 3, Svg.LINE, "");
      svg.words(x, BOTTOM + 12, 9, "middle", Svg.MUTED, number(tick));
    }
    for (double tick = nice(high); tick < high; tick += nice(high)) {
      svg.words(RIGHT - 5, zero - tick * up + 3, 9, "end", Svg.MUTED, number(tick));
      if (signed) {
        svg.words(RIGHT - 5, zero + tick * up + 3, 9, "end", Svg.MUTED, number(-tick));
      }
    }
    svg.words(RIGHT - 5, zero + 3, 9, "end", Svg.MUTED, "0");
  }

  private void labels(String across, String up) {
    svg.words(RIGHT + SIDE / 2.0, BOTTOM + 28, 11, "middle", Svg.MUTED, across);
    svg.upward(RIGHT - 42, TOP + SIDE / 2.0, 11, Svg.MUTED, up);
  }

  private String kind(UnitCloud cloud, int unit) {
    if (!signs || cloud.outgoing[unit] == 0) {
      return "u";
    }
    return cloud.outgoing[unit] > 0 ? "p" : "n";
  }

  private static double radius(UnitCloud cloud) {
    return greatest(
        cloud.units(), unit -> Math.hypot(cloud.incoming[unit][0], cloud.incoming[unit][1]));
  }

  private static double greatest(int units, java.util.function.IntToDoubleFunction size) {
    double greatest = 0;
    for (int unit = 0; unit < units; unit++) {
      greatest = Math.max(greatest, size.applyAsDouble(unit));
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
      return String.format(Locale.ROOT, "%.3f", value).replaceAll("0+$", "").replaceAll("\\.$", "");
    }
    return String.format(Locale.ROOT, "%.0e", value).replace("e-0", "e-").replace("e+0", "e");
  }
}
