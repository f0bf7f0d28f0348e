package io.github.implicitbias.samples;

import io.github.implicitbias.run.Verdict;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the scale of the start decides: panels below one another over the same logarithmic axis,
 * then a row of cells per prediction.
 */
final class PhaseDiagram {

  private static final int WIDTH = 1080;
  private static final int LEFT = 300;
  private static final int RIGHT = 36;
  private static final int HEAD = 92;
  private static final int PANEL = 150;
  private static final int GAP = 20;
  private static final int CELL = 30;
  private static final int LEGEND = 46;
  private static final int AXIS = 66;
  private static final int LINE = 22;
  private static final int FOOT = 20;
  private static final float BAND = 0.18f;

  private static final Verdict.State[] STATES = {
    Verdict.State.REACHED, Verdict.State.HOLDS, Verdict.State.VIOLATED, Verdict.State.NOT_APPLICABLE
  };
  private static final String[] STATE_WORDS = {"reached", "holds", "violated", "does not apply"};
  private static final Color[] STATE_COLOURS = {
    Panel.COLOURS[2], Panel.COLOURS[5], Panel.COLOURS[1], new Color(0xe9ecef)
  };
  private static final Color GRID = new Color(0xe3e7eb);

  private final SweepResults results;
  private final double[] scales;
  private final List<String> predictions;
  private final String solution;

  PhaseDiagram(SweepResults results) {
    this.results = results;
    this.scales = results.scales();
    this.predictions = results.predictions();
    this.solution = results.marginOrGap();
  }

  /**
   * Writes {@code name.svg} and {@code name.png}.
   *
   * @throws InputException if this machine has no fonts to draw with
   */
  void write(Path folder, String name) throws IOException {
    Drawing.write(folder, name, new Dimension(WIDTH, height()), this::draw);
  }

  private int gridTop() {
    return HEAD + 4 * (PANEL + GAP) + LEGEND;
  }

  private int gridBottom() {
    return gridTop() + CELL * predictions.size();
  }

  private int height() {
    // The caption has at most so many lines at this width.
    return gridBottom() + AXIS + 4 * LINE + FOOT;
  }

  private void draw(Graphics2D to) {
    title(to);
    LogAxis x = new LogAxis(scales, LEFT, WIDTH - RIGHT);
    double boundary = results.boundary();
    regimes(to, x, boundary);
    int top = HEAD;
    distance(new Strip(to, x, top));
    top += PANEL + GAP;
    change(new Strip(to, x, top));
    top += PANEL + GAP;
    rank(new Strip(to, x, top));
    top += PANEL + GAP;
    solution(new Strip(to, x, top));
    cells(to, x);
    axis(to, x);
    if (Double.isFinite(boundary)) {
      to.setColor(Figure.INK);
      float[] dashes = {7, 5};
      to.setStroke(
          new BasicStroke(1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashes, 0));
      double at = x.at(boundary);
      to.draw(new Line2D.Double(at, HEAD - 12, at, HEAD + 4 * PANEL + 3 * GAP));
    }
    caption(to);
  }

  private void title(Graphics2D to) {
    to.setColor(Figure.INK);
    to.setFont(new Font(Figure.FONT, Font.BOLD, 23));
    to.drawString(results.regimes(), 24, 40);
  }

  private void regimes(Graphics2D to, LogAxis x, double boundary) {
    if (Double.isFinite(boundary)) {
      to.setFont(new Font(Figure.FONT, Font.ITALIC, 18));
      to.setColor(Figure.MUTED);
      int at = (int) x.at(boundary);
      String rich = "rich \u2190";
      to.drawString(rich, at - 12 - to.getFontMetrics().stringWidth(rich), HEAD - 14);
      to.drawString("\u2192 lazy", at + 12, HEAD - 14);
    }
  }

  private void distance(Strip strip) {
    strip.name(
        "distance moved", "\u2016\u03b8 \u2212 \u03b8\u2080\u2016 / \u2016\u03b8\u2080\u2016");
    strip.logarithmic("relativeDistanceFromInit", 1);
    strip.dashed(1);
    strip.curve("relativeDistanceFromInit", Panel.COLOURS[0]);
  }

  private void change(Strip strip) {
    strip.name("what changes");
    strip.linear(0, "patternChange", "kernelDistance");
    strip.key("share of the patterns", Panel.COLOURS[1]);
    strip.curve("patternChange", Panel.COLOURS[1]);
    if (Arrays.stream(scales).anyMatch(s -> results.values(s, "kernelDistance").length > 0)) {
      strip.key("tangent kernel, 1 \u2212 cos", Panel.COLOURS[4]);
      strip.curve("kernelDistance", Panel.COLOURS[4]);
    }
  }

  private void rank(Strip strip) {
    strip.name("stable rank", "first layer, at the end");
    strip.linear(1, "stableRank");
    strip.curve("stableRank", Panel.COLOURS[2]);
  }

  private void solution(Strip strip) {
    switch (solution) {
      case "normalizedMargin":
        strip.name("normalized margin", "min q / \u2016\u03b8\u2016^k");
        break;
      case "relativeGapToMinNorm":
        strip.name("gap to minimum norm", "\u2016w \u2212 w*\u2016 / \u2016w*\u2016");
        break;
      case "excessPathNorm":
        strip.name("excess path norm", "path norm / minimum \u2212 1");
        break;
      default:
        strip.name(SweepResults.words(solution));
    }
    double[] all =
        Arrays.stream(scales).flatMap(s -> Arrays.stream(results.values(s, solution))).toArray();
    double least = Arrays.stream(all).min().orElse(0);
    double most = Arrays.stream(all).max().orElse(1);
    if (least > 0 && most > 20 * least) {
      strip.logarithmic(solution, Double.NaN);
    } else {
      strip.linear(Math.min(0, least), solution);
    }
    strip.curve(solution, Panel.COLOURS[3]);
  }

  private void cells(Graphics2D to, LogAxis x) {
    int top = gridTop();
    to.setFont(new Font(Figure.FONT, Font.PLAIN, 15));
    int key = LEFT;
    for (int k = 0; k < STATES.length; k++) {
      to.setColor(STATE_COLOURS[k]);
      to.fill(new Rectangle2D.Double(key, top - 28, 16, 16));
      to.setColor(Figure.INK);
      to.drawString(STATE_WORDS[k], key + 22, top - 15);
      key += 46 + to.getFontMetrics().stringWidth(STATE_WORDS[k]);
    }
    to.setFont(new Font(Figure.FONT, Font.BOLD, 16));
    to.drawString("predictions", 24, top - 15);
    for (int row = 0; row < predictions.size(); row++) {
      String id = predictions.get(row);
      double y = top + row * CELL;
      to.setColor(Figure.INK);
      fitted(to, id, LEFT - 24 - 10);
      to.drawString(id, 24, (int) y + 20);
      for (int k = 0; k < scales.length; k++) {
        cell(to, id, scales[k], x.left(k) + 1.5, y + 1.5, x.right(k) - x.left(k) - 3, CELL - 3);
      }
    }
  }

  private static void fitted(Graphics2D to, String text, int width) {
    for (int points = 15; points >= 11; points--) {
      to.setFont(new Font(Figure.FONT, Font.PLAIN, points));
      if (to.getFontMetrics().stringWidth(text) <= width) {
        return;
      }
    }
  }

  /** Draws the shares of the seeds, and the number of runs where they differ. */
  private void cell(
      Graphics2D to, String id, double scale, double x, double y, double wide, double high) {
    double runs = results.at(scale).size();
    double from = x;
    to.setFont(new Font(Figure.FONT, Font.PLAIN, 13));
    for (int k = 0; k < STATES.length; k++) {
      int count = results.count(scale, id, STATES[k]);
      if (count == 0) {
        continue;
      }
      double part = wide * count / runs;
      to.setColor(STATE_COLOURS[k]);
      to.fill(new Rectangle2D.Double(from, y, part, high));
      String text = Integer.toString(count);
      int length = to.getFontMetrics().stringWidth(text);
      if (count < runs && length + 4 < part) {
        to.setColor(k == 1 || k == 3 ? Figure.INK : Color.WHITE);
        to.drawString(text, (float) (from + (part - length) / 2), (float) (y + high / 2 + 5));
      }
      from += part;
    }
  }

  private void axis(Graphics2D to, LogAxis x) {
    int bottom = gridBottom();
    to.setStroke(new BasicStroke(1));
    for (double tick : x.ticks()) {
      to.setColor(Figure.MUTED);
      double at = x.at(tick);
      to.draw(new Line2D.Double(at, bottom + 2, at, bottom + 8));
      power(to, tick, (float) at, bottom + 27, 0.5);
    }
    to.setColor(Figure.INK);
    to.setFont(new Font(Figure.FONT, Font.PLAIN, 16));
    String name = results.sweep().swept().scaleName();
    int length = to.getFontMetrics().stringWidth(name);
    int middle = (LEFT + WIDTH - RIGHT) / 2;
    to.drawString(name, Math.min(middle - length / 2, WIDTH - 12 - length), bottom + 54);
  }

  /** Writes a power of ten, the exponent raised; {@code anchor} is 0 for left, 1 for right. */
  private static void power(Graphics2D to, double value, float x, float y, double anchor) {
    to.setColor(Figure.MUTED);
    Font font = new Font(Figure.FONT, Font.PLAIN, 15);
    Font small = new Font(Figure.FONT, Font.PLAIN, 11);
    int exponent = (int) Math.round(Math.log10(value));
    boolean plain = exponent >= -2 && exponent <= 3;
    String base = plain ? Scales.name(value) : "10";
    String raised = plain ? "" : (exponent < 0 ? "\u2212" : "") + Math.abs(exponent);
    int length =
        to.getFontMetrics(font).stringWidth(base) + to.getFontMetrics(small).stringWidth(raised);
    float left = x - (float) anchor * length;
    to.setFont(font);
    to.drawString(base, left, y);
    if (!plain) {
      float after = left + to.getFontMetrics().stringWidth(base);
      to.setFont(small);
      to.drawString(raised, after, y - 6);
    }
  }

  private void caption(Graphics2D to) {
    Swept swept = results.sweep().swept();
    int seeds = results.sweep().seeds().length;
    String text =
        capital(swept.description())
            + "; "
            + swept.steps()
            + " steps of gradient descent from each start, "
            + (seeds == 1
                ? results.seeds() + "."
                : results.seeds()
                    + ". Points are runs, lines medians, bands reach from the smallest to the"
                    + " largest; cells are shares of the "
                    + seeds
                    + " seeds.")
            + (Double.isFinite(results.boundary())
                ? " The dashed line is where the parameters move by their own length."
                : "");
    to.setFont(new Font(Figure.FONT, Font.PLAIN, 15));
    to.setColor(Figure.MUTED);
    int y = gridBottom() + AXIS + LINE;
    for (String line : Drawing.wrapped(text, to.getFontMetrics(), WIDTH - 48)) {
      to.drawString(line, 24, y);
      y += LINE;
    }
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  /** One panel: the name at the left, a vertical axis, curves over the scales. */
  private final class Strip {
    private final Graphics2D to;
    private final LogAxis x;
    private final int top;
    private double low;
    private double high;
    private boolean logarithmic;
    private int named;

    Strip(Graphics2D to, LogAxis x, int top) {
      this.to = to;
      this.x = x;
      this.top = top;
    }

    void name(String name, String... more) {
      to.setColor(Figure.INK);
      to.setFont(new Font(Figure.FONT, Font.BOLD, 17));
      to.drawString(name, 24, top + 22);
      named = top + 46;
      to.setFont(new Font(Figure.FONT, Font.PLAIN, 15));
      to.setColor(Figure.MUTED);
      for (String line : more) {
        to.drawString(line, 24, named);
        named += LINE;
      }
    }

    void key(String name, Color colour) {
      to.setColor(colour);
      to.setStroke(new BasicStroke(2.6f));
      to.draw(new Line2D.Double(24, named - 5, 42, named - 5));
      to.setColor(Figure.MUTED);
      to.setFont(new Font(Figure.FONT, Font.PLAIN, 15));
      to.drawString(name, 48, named);
      named += LINE;
    }

    void linear(double from, double upTo) {
      low = from;
      high = upTo;
      double step = step(high - low);
      to.setFont(new Font(Figure.FONT, Font.PLAIN, 15));
      for (double tick = Math.ceil(low / step - 1e-9) * step;
          tick <= high + step * 1e-9;
          tick += step) {
        gridLine(tick);
        to.setColor(Figure.MUTED);
        String text = Math.abs(tick) < step * 1e-9 ? "0" : UnitPicture.number(tick);
        int length = to.getFontMetrics().stringWidth(text);
        to.drawString(text, LEFT - 12 - length, (int) y(tick) + 5);
      }
    }

    /** Makes an axis that reaches as far as the numbers of some columns. */
    void linear(double from, String... columns) {
      double most =
          Arrays.stream(columns)
              .flatMapToDouble(
                  column ->
                      Arrays.stream(scales).flatMap(s -> Arrays.stream(results.values(s, column))))
              .max()
              .orElse(from + 1);
      most = Math.max(most, from + 1e-9);
      double step = step(most - from);
      linear(from, from + Math.ceil((most - from) / step - 1e-9) * step);
    }

    /** Makes decades; with {@code reference}, if it is a number, among them. */
    void logarithmic(String column, double reference) {
      logarithmic = true;
      double[] reach = positive(column);
      double least = Math.log10(reach[0]);
      double most = Math.log10(reach[1]);
      if (!Double.isNaN(reference)) {
        least = Math.min(least, Math.log10(reference));
        most = Math.max(most, Math.log10(reference));
      }
      low = Math.floor(least);
      high = Math.max(low + 1, Math.ceil(most));
      int every = (int) Math.max(1, Math.ceil((high - low) / 4));
      for (int power = (int) low; power <= high; power++) {
        if (Math.floorMod(power, every) == 0) {
          double tick = Math.pow(10, power);
          gridLine(tick);
          power(to, tick, LEFT - 12, (float) y(tick) + 5, 1);
        }
      }
    }

    private double[] positive(String column) {
      double[] all =
          Arrays.stream(scales)
              .flatMap(s -> Arrays.stream(results.values(s, column)))
              .filter(value -> value > 0)
              .toArray();
      return new double[] {
        Arrays.stream(all).min().orElse(0.1), Arrays.stream(all).max().orElse(1)
      };
    }

    private double step(double reach) {
      double power = Math.pow(10, Math.floor(Math.log10(reach / 2)));
      double times = reach / 2 / power;
      return power * (times >= 5 ? 5 : times >= 2 ? 2 : 1);
    }

    private void gridLine(double value) {
      to.setColor(GRID);
      to.setStroke(new BasicStroke(1));
      to.draw(new Line2D.Double(LEFT, y(value), WIDTH - RIGHT, y(value)));
    }

    private double y(double value) {
      double place = logarithmic ? Math.log10(value) : value;
      return top + PANEL - (place - low) / (high - low) * PANEL;
    }

    void dashed(double value) {
      to.setColor(Figure.MUTED);
      float[] dashes = {3, 4};
      to.setStroke(
          new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashes, 0));
      to.draw(new Line2D.Double(LEFT, y(value), WIDTH - RIGHT, y(value)));
    }

    /** Draws band, median and runs. */
    void curve(String column, Color colour) {
      List<double[]> points = new ArrayList<>();
      for (double scale : scales) {
        double[] values =
            Arrays.stream(results.values(scale, column))
                .filter(value -> !logarithmic || value > 0)
                .toArray();
        int n = values.length;
        if (n > 0) {
          double median = (values[(n - 1) / 2] + values[n / 2]) / 2;
          points.add(new double[] {x.at(scale), y(values[0]), y(median), y(values[n - 1])});
          to.setColor(colour);
          for (double value : values) {
            to.fill(new Ellipse2D.Double(x.at(scale) - 2.5, y(value) - 2.5, 5, 5));
          }
        }
      }
      if (points.size() > 1) {
        to.setColor(pale(colour));
        to.fill(band(points));
        to.setColor(colour);
        to.setStroke(new BasicStroke(2.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        Path2D line = new Path2D.Double();
        for (double[] point : points) {
          move(line, point[0], point[2]);
        }
        to.draw(line);
      }
    }

    private Shape band(List<double[]> points) {
      Path2D band = new Path2D.Double();
      for (double[] point : points) {
        move(band, point[0], point[1]);
      }
      for (int k = points.size() - 1; k >= 0; k--) {
        move(band, points.get(k)[0], points.get(k)[3]);
      }
      band.closePath();
      return band;
    }

    private void move(Path2D path, double toX, double toY) {
      if (path.getCurrentPoint() == null) {
        path.moveTo(toX, toY);
      } else {
        path.lineTo(toX, toY);
      }
    }

    private Color pale(Color colour) {
      return new Color(
          colour.getRed(), colour.getGreen(), colour.getBlue(), Math.round(255 * BAND));
    }
  }

  /** Scales on a logarithmic axis; each has a cell around it. */
  private static final class LogAxis {
    private final double[] places;
    private final double from;
    private final double upTo;
    private final double low;
    private final double high;

    LogAxis(double[] scales, double from, double upTo) {
      places = Arrays.stream(scales).map(Math::log10).toArray();
      this.from = from;
      this.upTo = upTo;
      int last = places.length - 1;
      low = places[0] - (last == 0 ? 0.5 : (places[1] - places[0]) / 2);
      high = places[last] + (last == 0 ? 0.5 : (places[last] - places[last - 1]) / 2);
    }

    double at(double scale) {
      return place(Math.log10(scale));
    }

    private double place(double logarithm) {
      return from + (logarithm - low) / (high - low) * (upTo - from);
    }

    double left(int k) {
      return place(k == 0 ? low : (places[k - 1] + places[k]) / 2);
    }

    double right(int k) {
      return place(k == places.length - 1 ? high : (places[k] + places[k + 1]) / 2);
    }

    /** Returns the powers of ten, no more than fit. */
    double[] ticks() {
      int first = (int) Math.ceil(low);
      int last = (int) Math.floor(high);
      if (last < first) {
        return Arrays.stream(places).map(place -> Math.pow(10, place)).limit(1).toArray();
      }
      int every = Math.max(1, (int) Math.ceil((last - first + 1) / 12.0));
      List<Double> ticks = new ArrayList<>();
      for (int power = first; power <= last; power++) {
        if (Math.floorMod(power, every) == 0 || every == 1) {
          ticks.add(Double.parseDouble("1e" + power));
        }
      }
      return ticks.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }
}
