package io.github.implicitbias.lab.figure;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A line through numbers; those that the axes cannot show are left out. */
final class Curve implements Layer {

  /** Points closer than this are one. */
  private static final double FINE = 0.35;

  private final double[] x;
  private final double[] y;
  private final Color colour;
  private final double width;
  private final double[] dashes;

  Curve(double[] x, double[] y, Color colour, double width, double... dashes) {
    this.x = x.clone();
    this.y = y.clone();
    this.colour = colour;
    this.width = width;
    this.dashes = dashes;
  }

  Color colour() {
    return colour;
  }

  @Override
  public void stretch(Axis axisX, Axis axisY) {
    for (int k = 0; k < x.length; k++) {
      if (axisX.shows(x[k]) && axisY.shows(y[k])) {
        axisX.include(x[k]);
        axisY.include(y[k]);
      }
    }
  }

  @Override
  public boolean isShown(Axis axisX, Axis axisY) {
    return IntStream.range(0, x.length).anyMatch(k -> axisX.shows(x[k]) && axisY.shows(y[k]));
  }

  @Override
  public void draw(Scene scene, Plot plot) {
    for (double[][] piece : plot.clipped(thinned(points(plot)))) {
      scene.add(Line.through(piece, colour, width, dashes));
    }
  }

  private List<double[]> points(Plot plot) {
    List<double[]> points = new ArrayList<>();
    for (int k = 0; k < x.length; k++) {
      if (plot.shows(x[k], y[k])) {
        points.add(new double[] {plot.x(x[k]), plot.y(y[k])});
      }
    }
    return points;
  }

  /** Returns the last point, null if nothing is shown. */
  double @Nullable [] end(Plot plot) {
    List<double[]> points = points(plot);
    return points.isEmpty() ? null : points.get(points.size() - 1);
  }

  /**
   * Leaves out what cannot be seen: of the points in a column as wide as a fine line, all but the
   * first, the lowest, the highest and the last.
   */
  private static List<double[]> thinned(List<double[]> points) {
    List<double[]> kept = new ArrayList<>();
    int from = 0;
    while (from < points.size()) {
      int end = from + 1;
      while (end < points.size() && Math.abs(points.get(end)[0] - points.get(from)[0]) < FINE) {
        end++;
      }
      column(points, from, end, kept);
      from = end;
    }
    return kept;
  }

  private static void column(List<double[]> points, int from, int end, List<double[]> kept) {
    int low = from;
    int high = from;
    for (int k = from; k < end; k++) {
      low = points.get(k)[1] < points.get(low)[1] ? k : low;
      high = points.get(k)[1] > points.get(high)[1] ? k : high;
    }
    int last = -1;
    for (int k : new int[] {from, Math.min(low, high), Math.max(low, high), end - 1}) {
      if (k > last) {
        kept.add(points.get(k));
        last = k;
      }
    }
  }
}
