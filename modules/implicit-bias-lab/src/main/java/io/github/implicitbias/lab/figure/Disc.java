package io.github.implicitbias.lab.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import org.jspecify.annotations.Nullable;

/** A point, filled with a fine edge, or a ring. */
final class Disc implements Shape {

  private static final Color PAPER = Color.WHITE;

  private final double x;
  private final double y;
  private final double radius;
  private final @Nullable Color fill;
  private final Color edge;
  private final double width;

  private Disc(double x, double y, double radius, @Nullable Color fill, Color edge, double width) {
    this.x = x;
    this.y = y;
    this.radius = radius;
    this.fill = fill;
    this.edge = edge;
    this.width = width;
  }

  static Disc filled(double x, double y, double radius, Color colour) {
    return new Disc(x, y, radius, colour, PAPER, 0.6);
  }

  static Disc ring(double x, double y, double radius, Color colour, double width) {
    return new Disc(x, y, radius, null, colour, width);
  }

  @Override
  public void write(SvgText svg) {
    svg.open("circle").with("cx", x).with("cy", y).with("r", radius);
    if (fill == null) {
      svg.with("fill", "none");
    } else {
      svg.with("fill", fill);
    }
    svg.with("stroke", edge).with("stroke-width", width).end();
  }

  @Override
  public void paint(Graphics2D to) {
    Ellipse2D circle = new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    if (fill != null) {
      to.setColor(fill);
      to.fill(circle);
    }
    to.setColor(edge);
    to.setStroke(new BasicStroke((float) width));
    to.draw(circle);
  }

  @Override
  public Box bounds() {
    return new Box(x, y, x, y).grown(radius + width / 2);
  }
}
