package io.github.implicitbias.lab.figure;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** A drawing: shapes on white paper, the first at the bottom. */
final class Scene {

  private static final String FONTS = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif";

  final int width;
  final int height;
  private final String title;
  private final List<Shape> shapes = new ArrayList<>();

  Scene(int width, int height, String title) {
    this.width = width;
    this.height = height;
    this.title = title;
  }

  void add(Shape shape) {
    shapes.add(shape);
  }

  List<Shape> shapes() {
    return List.copyOf(shapes);
  }

  /** Returns the drawing as a scalable vector graphic. */
  String svg() {
    SvgText svg = new SvgText();
    svg.open("svg")
        .with("xmlns", "http://www.w3.org/2000/svg")
        .with("viewBox", "0 0 " + width + " " + height)
        .with("width", width)
        .with("height", height)
        .with("font-family", FONTS)
        .with("role", "img")
        .with("aria-label", title)
        .content()
        .line();
    svg.open("rect").with("width", width).with("height", height).with("fill", "#fff").end();
    shapes.forEach(shape -> shape.write(svg));
    svg.close("svg").line();
    return svg.toString();
  }

  /** Returns the drawing as pixels, {@code scale} of them per point. */
  BufferedImage image(int scale) {
    BufferedImage image =
        new BufferedImage(scale * width, scale * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D to = image.createGraphics();
    to.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    to.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    to.setColor(Color.WHITE);
    to.fillRect(0, 0, image.getWidth(), image.getHeight());
    to.scale(scale, scale);
    shapes.forEach(shape -> shape.paint(to));
    to.dispose();
    return image;
  }
}
