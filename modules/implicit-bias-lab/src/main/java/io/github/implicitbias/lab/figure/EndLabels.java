package io.github.implicitbias.lab.figure;

import io.github.implicitbias.lab.figure.Words.Anchor;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Names at the ends of lines, moved apart where lines end close to one another. */
final class EndLabels {

  /** Names wider than this take too much of the plot. */
  static final double WIDEST = 150;

  /** More names than this are better in a legend. */
  static final int MOST = 6;

  private static final double AWAY = 14;
  private static final double ROW = 17;
  private static final double MOVED = 4;

  private final List<Label> labels = new ArrayList<>();

  private static final class Label {
    private final String name;
    private final Color colour;
    private final double x;
    private final double end;
    private double y;

    private Label(String name, Color colour, double x, double end) {
      this.name = name;
      this.colour = colour;
      this.x = x;
      this.end = end;
      this.y = end;
    }
  }

  /** Adds a name to a line that ends at a point. */
  void add(String name, Color colour, double[] end) {
    labels.add(new Label(name, colour, end[0], end[1]));
  }

  static double room(String name) {
    return AWAY + Text.width(name, Pane.SMALL, false) + 2;
  }

  void draw(Scene scene, Box plot) {
    labels.sort(Comparator.comparingDouble(label -> label.end));
    double free = plot.top - ROW / 4;
    for (Label label : labels) {
      label.y = Math.max(label.end, free + ROW / 2);
      free = label.y + ROW / 2;
    }
    double taken = plot.bottom + ROW / 4;
    for (int k = labels.size() - 1; k >= 0; k--) {
      Label label = labels.get(k);
      label.y = Math.min(label.y, taken - ROW / 2);
      taken = label.y - ROW / 2;
    }
    for (Label label : labels) {
      if (Math.abs(label.y - label.end) > MOVED) {
        double[][] leader = {{label.x + 3, label.end}, {plot.right + AWAY - 2, label.y}};
        scene.add(Line.through(leader, label.colour, 1));
      }
      double base = label.y + 0.36 * Pane.SMALL;
      scene.add(
          new Words(
              label.name,
              plot.right + AWAY,
              base,
              Pane.SMALL,
              Anchor.START,
              Palette.legible(label.colour)));
    }
  }
}
