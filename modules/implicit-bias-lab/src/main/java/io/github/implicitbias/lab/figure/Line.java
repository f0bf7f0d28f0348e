package io.github.implicitbias.lab.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;

/** A line through points, in one or several pieces; or an area within one. */
final class Line implements Shape {

  private final double[][] points;
  private final Color colour;
  private final double width;
  private final double[] dashes;
  private final boolean filled;

  private Line(double[][] points, Color colour, double width, double[] dashes, boolean filled) {
    this.points = points;
    this.colour = colour;
    this.width = width;
    this.dashes = dashes;
    this.filled = filled;
  }

  /** Returns a line through points (x, y). */
  static Line through(double[][] points, Color colour, double width, double... dashes) {
    return new Line(points, colour, width, dashes, false);
  }

  static Line from(
      double x, double y, double toX, double toY, Color colour, double width, double... dashes) {
    return through(new double[][] {{x, y}, {toX, toY}}, colour, width, dashes);
  }

  /** Returns the area within points (x, y). */
  static Line around(double[][] points, Color colour) {
    return new Line(points, colour, 0, new double[0], true);
  }

  static Line rectangle(double left, double top, double right, double bottom, Color colour) {
    return around(
        new double[][] {{left, top}, {right, top}, {right, bottom}, {left, bottom}}, colour);
  }

  @Override
  public void write(SvgText svg) {
    StringBuilder path = new StringBuilder();
    for (int k = 0; k < points.length; k++) {
      path.append(k == 0 ? 'M' : k == 1 ? 'L' : ' ');
      path.append(SvgText.number(points[k][0])).append(' ').append(SvgText.number(points[k][1]));
    }
    svg.open("path").with("d", filled ? path + "Z" : path.toString());
    if (filled) {
      svg.with("fill", colour).end();
      return;
    }
    svg.with("fill", "none").with("stroke", colour).with("stroke-width", width);
    if (dashes.length > 0) {
      svg.with("stroke-dasharray", SvgText.number(dashes[0]) + " " + SvgText.number(dashes[1]));
    } else if (points.length > 2) {
      svg.with("stroke-linejoin", "round").with("stroke-linecap", "round");
    }
    svg.end();
  }

  @Override
  public void paint(Graphics2D to) {
    Path2D path = new Path2D.Double();
    path.moveTo(points[0][0], points[0][1]);
    for (double[] point : points) {
      path.lineTo(point[0], point[1]);
    }
    to.setColor(colour);
    if (filled) {
      path.closePath();
      to.fill(path);
      return;
    }
    int cap =
        dashes.length == 0 && points.length > 2 ? BasicStroke.CAP_ROUND : BasicStroke.CAP_BUTT;
    float[] pattern = null;
    if (dashes.length > 0) {
      pattern = new float[] {(float) dashes[0], (float) dashes[1]};
    }
    to.setStroke(new BasicStroke((float) width, cap, BasicStroke.JOIN_ROUND, 10, pattern, 0));
    to.draw(path);
  }

  @Override
  public Box bounds() {
    Box box = new Box(points[0][0], points[0][1], points[0][0], points[0][1]);
    for (double[] point : points) {
      box =
          new Box(
              Math.min(box.left, point[0]),
              Math.min(box.top, point[1]),
              Math.max(box.right, point[0]),
              Math.max(box.bottom, point[1]));
    }
    return box.grown(width / 2);
  }
}
