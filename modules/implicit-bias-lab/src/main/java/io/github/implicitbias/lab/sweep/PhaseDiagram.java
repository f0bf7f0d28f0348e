package io.github.implicitbias.lab.sweep;

import io.github.implicitbias.lab.figure.Figure;
import io.github.implicitbias.lab.figure.Palette;
import io.github.implicitbias.lab.figure.Panel;
import io.github.implicitbias.run.Verdict;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the scale of the start decides: strips below one another over the same logarithmic axis,
 * then a row of cells per prediction.
 */
final class PhaseDiagram {

  private static final Verdict.State[] STATES = {
    Verdict.State.REACHED, Verdict.State.HOLDS, Verdict.State.VIOLATED, Verdict.State.NOT_APPLICABLE
  };
  private static final String[] STATE_WORDS = {"reached", "holds", "violated", "does not apply"};
  private static final Color[] STATE_COLOURS = {
    Palette.series(2), Palette.ofClass(1), Palette.series(1), Palette.PALE
  };

  private final SweepResults results;
  private final double[] scales;
  private final double[] edges;
  private final String axis;

  /** Describes the diagram of a sweep. */
  public PhaseDiagram(SweepResults results) {
    this.results = results;
    this.scales = results.scales();
    this.edges = edges(scales);
    this.axis = results.sweep().swept().scaleName();
  }

  /** Returns the edges of the cells around the scales, half way between them as logarithms. */
  static double[] edges(double[] scales) {
    int n = scales.length;
    double[] edges = new double[n + 1];
    for (int k = 1; k < n; k++) {
      edges[k] = Math.sqrt(scales[k - 1] * scales[k]);
    }
    double first = n == 1 ? Math.sqrt(10) : Math.sqrt(scales[1] / scales[0]);
    double last = n == 1 ? Math.sqrt(10) : Math.sqrt(scales[n - 1] / scales[n - 2]);
    edges[0] = scales[0] / first;
    edges[n] = scales[n - 1] * last;
    return edges;
  }

  /** Draws. */
  public Figure figure() {
    Figure figure = Figure.strips(results.regimes(), caption());
    distance(figure);
    change(figure);
    curve(strip(figure, "stable rank", "first layer, at the end"), "stableRank", Palette.series(2));
    solution(figure);
    cells(figure);
    double boundary = results.boundary();
    return Double.isFinite(boundary)
        ? figure.boundary(boundary, "rich \u2190", "\u2192 lazy")
        : figure;
  }

  private Panel strip(Figure figure, String title, String measured) {
    return figure.panel(title, axis, measured).logX().xRange(edges[0], edges[edges.length - 1]);
  }

  private void distance(Figure figure) {
    Panel panel =
        strip(
                figure,
                "distance moved",
                "\u2016\u03b8 \u2212 \u03b8_{0}\u2016 / \u2016\u03b8_{0}\u2016")
            .logY()
            .level(1);
    curve(panel, "relativeDistanceFromInit", Palette.series(0));
  }

  private void change(Figure figure) {
    Panel panel = strip(figure, "what changes", "").reaching(scales[0], 0);
    Color patterns = Palette.series(1);
    panel.key("share of the patterns", patterns);
    curve(panel, "patternChange", patterns);
    if (Arrays.stream(scales).anyMatch(s -> results.values(s, "kernelDistance").length > 0)) {
      Color kernel = Palette.series(4);
      panel.key("tangent kernel, 1 \u2212 cos", kernel);
      curve(panel, "kernelDistance", kernel);
    }
  }

  private void solution(Figure figure) {
    String column = results.marginOrGap();
    Panel panel = strip(figure, title(column), measured(column));
    double[] all =
        Arrays.stream(scales).flatMap(s -> Arrays.stream(results.values(s, column))).toArray();
    double least = Arrays.stream(all).min().orElse(0);
    double most = Arrays.stream(all).max().orElse(1);
    if (least > 0 && most > 20 * least) {
      panel.logY();
    } else {
      panel.reaching(scales[0], 0);
    }
    curve(panel, column, Palette.series(3));
  }

  private static String title(String column) {
    switch (column) {
      case "relativeGapToMinNorm":
        return "gap to minimum norm";
      default:
        return SweepResults.words(column);
    }
  }

  private static String measured(String column) {
    switch (column) {
      case "normalizedMargin":
        return "min q / \u2016\u03b8\u2016^{k}";
      case "relativeGapToMinNorm":
        return "\u2016w \u2212 w*\u2016 / \u2016w*\u2016";
      case "excessPathNorm":
        return "path norm / minimum \u2212 1";
      default:
        return "at the end";
    }
  }

  /** Draws band, median and runs. */
  private void curve(Panel panel, String column, Color colour) {
    List<double[]> found = new ArrayList<>();
    List<double[]> runs = new ArrayList<>();
    for (double scale : scales) {
      double[] values = results.values(scale, column);
      for (double value : values) {
        runs.add(new double[] {scale, value});
      }
      int n = values.length;
      if (n > 0) {
        double median = (values[(n - 1) / 2] + values[n / 2]) / 2;
        found.add(new double[] {scale, values[0], median, values[n - 1]});
      }
    }
    panel.band(part(found, 0), part(found, 1), part(found, 3), colour);
    panel.heavyLine(part(found, 0), part(found, 2), colour);
    panel.points(part(runs, 0), part(runs, 1), colour);
  }

  private static double[] part(List<double[]> rows, int column) {
    return rows.stream().mapToDouble(row -> row[column]).toArray();
  }

  private void cells(Figure figure) {
    Map<String, Color> kinds = new LinkedHashMap<>();
    for (int k = 0; k < STATES.length; k++) {
      kinds.put(STATE_WORDS[k], STATE_COLOURS[k]);
    }
    Map<String, int[][]> rows = new LinkedHashMap<>();
    for (String id : results.predictions()) {
      int[][] counts = new int[scales.length][STATES.length];
      for (int at = 0; at < scales.length; at++) {
        for (int k = 0; k < STATES.length; k++) {
          counts[at][k] = results.count(scales[at], id, STATES[k]);
        }
      }
      rows.put(id, counts);
    }
    figure.cells("predictions", axis, edges, kinds, rows);
  }

  private String caption() {
    Swept swept = results.sweep().swept();
    int seeds = results.sweep().seeds().length;
    String text = swept.description();
    return Character.toUpperCase(text.charAt(0))
        + text.substring(1)
        + "; "
        + swept.steps()
        + " steps of gradient descent from each start, "
        + results.seeds()
        + (seeds == 1
            ? "."
            : ". Points are runs, lines medians, bands reach from the smallest to the largest;"
                + " cells are shares of the "
                + seeds
                + " seeds.")
        + (Double.isFinite(results.boundary())
            ? " The dashed line is where the parameters move by their own length."
            : "");
  }
}
