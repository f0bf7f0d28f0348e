package io.github.implicitbias.samples;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * One chart of a figure. Colours are those of Okabe and Ito, which colour-blind people tell apart.
 */
final class Panel {

  static final Color[] COLOURS = {
    new Color(0x0072b2),
    new Color(0xd55e00),
    new Color(0x009e73),
    new Color(0xcc79a7),
    new Color(0xe69f00),
    new Color(0x56b4e9),
    new Color(0x000000),
  };

  private static final int MOST_POINTS = 1000;
  private static final String UNEQUAL = "unequal steps";

  private final XYChart chart;
  private boolean logarithmicX;
  private boolean logarithmicY;
  private int coloured;

  Panel(String title, String xTitle, String yTitle, int width, int height) {
    chart =
        new XYChartBuilder()
            .width(width)
            .height(height)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    XYStyler style = chart.getStyler();
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBackgroundColor(Color.WHITE);
    style.setPlotBorderVisible(false);
    style.setPlotGridLinesColor(new Color(0xe3e7eb));
    style.setPlotGridLinesStroke(new BasicStroke(1));
    style.setChartFontColor(Figure.INK);
    style.setChartTitleBoxVisible(false);
    style.setChartTitleFont(new Font(Figure.FONT, Font.PLAIN, 17));
    style.setAxisTitleFont(new Font(Figure.FONT, Font.PLAIN, 16));
    style.setAxisTickLabelsFont(new Font(Figure.FONT, Font.PLAIN, 14));
    style.setAxisTickLabelsColor(Figure.MUTED);
    style.setAxisTickMarksColor(new Color(0xa9b2bb));
    style.setLegendFont(new Font(Figure.FONT, Font.PLAIN, 14));
    style.setLegendPosition(LegendPosition.OutsideS);
    style.setLegendLayout(LegendLayout.Horizontal);
    style.setLegendBorderColor(Color.WHITE);
    style.setLegendPadding(10);
    style.setLegendSeriesLineLength(20);
    style.setMarkerSize(7);
    style.setXAxisMaxLabelCount(8);
    style.setAntiAlias(true);
  }

  Panel logX() {
    logarithmicX = true;
    chart.getStyler().setXAxisLogarithmic(true);
    return this;
  }

  Panel logY() {
    logarithmicY = true;
    chart.getStyler().setYAxisLogarithmic(true);
    return this;
  }

  Panel yRange(double from, double to) {
    chart.getStyler().setYAxisMin(from);
    chart.getStyler().setYAxisMax(to);
    return this;
  }

  Panel xRange(double from, double to) {
    chart.getStyler().setXAxisMin(from);
    chart.getStyler().setXAxisMax(to);
    return this;
  }

  /** Adds a line in the next colour; points that the axes cannot show are left out. */
  Panel line(String name, double[] x, double[] y) {
    series(name, x, y, COLOURS[coloured++ % COLOURS.length], 2.2f, SeriesMarkers.NONE);
    return this;
  }

  /** Adds a thin line in a colour, counted from 0, with a place in the legend. */
  Panel lineInColour(int number, String name, double[] x, double[] y) {
    series(name, x, y, COLOURS[number % COLOURS.length], 1.2f, SeriesMarkers.NONE);
    return this;
  }

  /** Adds a thin line in the colour of the line before, without a place in the legend. */
  Panel sameColour(String name, double[] x, double[] y) {
    return inColour((coloured + COLOURS.length - 1) % COLOURS.length, name, x, y);
  }

  /** Adds a thin line in a colour, counted from 0, without a place in the legend. */
  Panel inColour(int number, String name, double[] x, double[] y) {
    Color colour = COLOURS[number % COLOURS.length];
    XYSeries series = series(name, x, y, colour, 1.2f, SeriesMarkers.NONE);
    if (series != null) {
      series.setShowInLegend(false);
    }
    return this;
  }

  /** Adds points in the next colour. */
  Panel points(String name, double[] x, double[] y) {
    XYSeries series =
        series(name, x, y, COLOURS[coloured++ % COLOURS.length], 0, SeriesMarkers.CIRCLE);
    if (series != null) {
      series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    }
    return this;
  }

  /** Marks points with dark crosses. */
  Panel crosses(String name, double[] x, double[] y) {
    XYSeries series = series(name, x, y, Figure.INK, 0, SeriesMarkers.CROSS);
    if (series != null) {
      series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    }
    return this;
  }

  /** Adds a dashed line at a height, from one x to another. */
  Panel bound(String name, double fromX, double toX, double height) {
    return dashed(name, new double[] {fromX, toX}, new double[] {height, height});
  }

  /** Adds a dashed dark line from the bottom to the top of a range, named by the caption only. */
  Panel mark(String name, double x, double fromY, double toY) {
    dashed(name, new double[] {x, x}, new double[] {fromY, toY});
    chart.getSeriesMap().get(name).setShowInLegend(false);
    return this;
  }

  /** Adds a dashed dark line. */
  Panel dashed(String name, double[] x, double[] y) {
    XYSeries series = series(name, x, y, Figure.MUTED, 1.6f, SeriesMarkers.NONE);
    if (series != null) {
      float[] dashes = {6, 5};
      series.setLineStyle(
          new BasicStroke(1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashes, 0));
    }
    return this;
  }

  private XYSeries series(
      String name, double[] x, double[] y, Color colour, float width, Marker marker) {
    int[] shown =
        IntStream.range(0, x.length)
            .filter(i -> isShown(x[i], logarithmicX) && isShown(y[i], logarithmicY))
            .toArray();
    if (shown.length == 0) {
      return null;
    }
    int[] kept = thinned(shown);
    if (!logarithmicX && chart.getSeriesMap().isEmpty()) {
      unequal(x[kept[0]], x[kept[kept.length - 1]], y[kept[0]]);
    }
    XYSeries series =
        chart.addSeries(
            name,
            Arrays.stream(kept).mapToDouble(i -> x[i]).toArray(),
            Arrays.stream(kept).mapToDouble(i -> y[i]).toArray());
    series.setLineColor(colour);
    series.setMarkerColor(colour);
    series.setMarker(marker);
    series.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 10));
    return series;
  }

  /**
   * Adds a series that is not drawn, with unequal steps in x: where those of the first series are
   * equal, XChart labels every so many of its points, closer than labels are wide, instead of round
   * numbers.
   */
  private void unequal(double from, double upTo, double height) {
    double[] x = {from, from + 0.37 * (upTo - from), upTo};
    XYSeries series = chart.addSeries(UNEQUAL, x, new double[] {height, height, height});
    series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    series.setMarker(SeriesMarkers.NONE);
    series.setShowInLegend(false);
  }

  /** Returns at most {@value #MOST_POINTS} of the indices, first and last among them. */
  private static int[] thinned(int[] indices) {
    if (indices.length <= MOST_POINTS) {
      return indices;
    }
    int[] kept = new int[MOST_POINTS];
    for (int k = 0; k < MOST_POINTS; k++) {
      kept[k] = indices[(int) ((long) k * (indices.length - 1) / (MOST_POINTS - 1))];
    }
    return kept;
  }

  private static boolean isShown(double value, boolean logarithmic) {
    return Double.isFinite(value) && (!logarithmic || value > 0);
  }

  XYChart chart() {
    return chart;
  }
}
