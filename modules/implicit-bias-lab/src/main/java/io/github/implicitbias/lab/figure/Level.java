package io.github.implicitbias.lab.figure;

import java.awt.Color;

/** A dashed line across the plot, at a height. */
final class Level implements Layer {

  static final double[] DASHES = {6, 5};
  static final double WIDTH = 1.5;

  private final double height;
  private final Color colour;

  Level(double height, Color colour) {
    this.height = height;
    this.colour = colour;
  }

  double height() {
    return height;
  }

  @Override
  public void stretch(Axis x, Axis y) {
    y.include(height);
  }

  @Override
  public boolean isShown(Axis x, Axis y) {
    return y.shows(height);
  }

  @Override
  public void draw(Scene scene, Plot plot) {
    if (!isShown(plot.x, plot.y)) {
      return;
    }
    double y = plot.y(height);
    scene.add(Line.from(plot.box.left, y, plot.box.right, y, colour, WIDTH, DASHES));
  }
}
