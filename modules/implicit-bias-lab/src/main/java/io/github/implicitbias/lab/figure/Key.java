package io.github.implicitbias.lab.figure;

import java.awt.Color;
import org.jspecify.annotations.Nullable;

/** A name, and how what it names is drawn. */
final class Key {

  /** Width of the sample of a line or a point. */
  static final double WIDTH = 22;

  final String name;
  final Color colour;
  private final @Nullable Points points;
  private final double width;
  private final double[] dashes;

  private Key(String name, Color colour, @Nullable Points points, double width, double[] dashes) {
    this.name = name;
    this.colour = colour;
    this.points = points;
    this.width = width;
    this.dashes = dashes;
  }

  static Key ofLine(String name, Color colour, double width, double... dashes) {
    return new Key(name, colour, null, width, dashes);
  }

  static Key ofPoints(String name, Color colour, Points points) {
    return new Key(name, colour, points, 0, new double[0]);
  }

  /** Returns the key of an area of one colour. */
  static Key ofArea(String name, Color colour) {
    return new Key(name, colour, null, 14, new double[0]);
  }

  /** Draws the sample; y is where its middle lies. */
  void draw(Scene scene, double x, double y) {
    if (points != null) {
      points.point(scene, x + WIDTH / 2, y);
    } else {
      scene.add(Line.from(x, y, x + WIDTH - 4, y, colour, width, dashes));
    }
  }
}
