package io.github.implicitbias.lab.figure;

import io.github.implicitbias.lab.figure.Words.Anchor;
import java.util.List;

/** Draws the axis left of a plot: lines across it, and labels. */
final class VerticalAxis {

  private static final double SPACE = 42;
  private static final double AWAY = 10;
  private static final int MOST = 7;

  private final Axis axis;

  VerticalAxis(Axis axis) {
    this.axis = axis;
  }

  private List<Tick> ticks(double height) {
    return axis.ticks((int) Math.max(4, Math.min(MOST, height / SPACE)));
  }

  /** Returns the room that the labels take. */
  double room(double height) {
    return AWAY
        + ticks(height).stream()
            .mapToDouble(tick -> Text.width(tick.label, Pane.TICK, false))
            .max()
            .orElse(0);
  }

  void draw(Scene scene, Plot plot) {
    Box box = plot.box;
    for (Tick tick : ticks(box.height())) {
      double y = plot.y(tick.value);
      if (tick.isLabelled()) {
        scene.add(Line.from(box.left, y, box.right, y, Palette.GRID, 1));
        double base = y + 0.36 * Pane.TICK;
        scene.add(
            new Words(tick.label, box.left - AWAY, base, Pane.TICK, Anchor.END, Palette.MUTED));
      } else if (axis.isLogarithmic()) {
        scene.add(Line.from(box.left - 4, y, box.left, y, Palette.EDGE, 1));
      }
    }
  }
}
