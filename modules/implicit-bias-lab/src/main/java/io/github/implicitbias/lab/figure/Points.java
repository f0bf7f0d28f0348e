package io.github.implicitbias.lab.figure;

import java.awt.Color;
import java.util.stream.IntStream;

/** Points, filled, hollow or crossed; those that the axes cannot show are left out. */
final class Points implements Layer {

  /** How a point is drawn. */
  enum Kind {
    FILLED,
    HOLLOW,
    CROSS
  }

  private final double[] x;
  private final double[] y;
  private final Color colour;
  private final Kind kind;
  private final double radius;

  Points(double[] x, double[] y, Color colour, Kind kind, double radius) {
    this.x = x.clone();
    this.y = y.clone();
    this.colour = colour;
    this.kind = kind;
    this.radius = radius;
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
    for (int k = 0; k < x.length; k++) {
      if (plot.shows(x[k], y[k]) && plot.isInside(plot.x(x[k]), plot.y(y[k]))) {
        point(scene, plot.x(x[k]), plot.y(y[k]));
      }
    }
  }

  /** Draws one point, in a panel or in a legend. */
  void point(Scene scene, double atX, double atY) {
    switch (kind) {
      case FILLED:
        scene.add(Disc.filled(atX, atY, radius, colour));
        break;
      case HOLLOW:
        scene.add(Disc.ring(atX, atY, radius, colour, 1.2));
        break;
      default:
        double r = radius;
        scene.add(Line.from(atX - r, atY - r, atX + r, atY + r, colour, 1.6));
        scene.add(Line.from(atX - r, atY + r, atX + r, atY - r, colour, 1.6));
        break;
    }
  }
}
