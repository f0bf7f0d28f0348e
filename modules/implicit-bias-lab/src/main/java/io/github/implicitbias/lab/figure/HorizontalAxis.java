package io.github.implicitbias.lab.figure;

import io.github.implicitbias.lab.figure.Words.Anchor;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;

/** Draws the axis below a plot. */
final class HorizontalAxis {

  private static final double GAP = 14;
  private static final int MOST = 9;

  private final Axis axis;
  private final Box plot;

  HorizontalAxis(Axis axis, Box plot) {
    this.axis = axis;
    this.plot = plot;
  }

  private double at(double value) {
    return plot.left + axis.place(value) * plot.width();
  }

  /** Returns as many ticks as have room for their labels. */
  List<Tick> ticks() {
    List<Tick> ticks = axis.ticks(MOST);
    for (int most = MOST - 1; most >= 2 && collide(ticks); most--) {
      ticks = axis.ticks(most);
    }
    while (collide(ticks)) {
      ticks = everySecond(ticks);
    }
    return ticks;
  }

  /** Leaves every second tick without a label. */
  private static List<Tick> everySecond(List<Tick> ticks) {
    List<Tick> fewer = new ArrayList<>();
    int labels = 0;
    for (Tick tick : ticks) {
      boolean kept = !tick.isLabelled() || labels++ % 2 == 0;
      fewer.add(kept ? tick : new Tick(tick.value, ""));
    }
    return fewer;
  }

  private boolean collide(List<Tick> ticks) {
    double free = Double.NEGATIVE_INFINITY;
    for (Tick tick : ticks) {
      if (tick.isLabelled()) {
        double half = Text.width(tick.label, Pane.TICK, false) / 2;
        if (at(tick.value) - half < free) {
          return true;
        }
        free = at(tick.value) + half + GAP;
      }
    }
    return false;
  }

  void grid(Scene scene) {
    for (Tick tick : ticks()) {
      if (tick.isLabelled()) {
        double x = at(tick.value);
        scene.add(Line.from(x, plot.top, x, plot.bottom, Palette.GRID, 1));
      }
    }
  }

  void draw(Scene scene, Box cell, boolean labelled) {
    double bottom = plot.bottom;
    scene.add(Line.from(plot.left, bottom, plot.right, bottom, Palette.EDGE, 1));
    for (Tick tick : ticks()) {
      double x = at(tick.value);
      double length = tick.isLabelled() ? 6 : 3;
      scene.add(Line.from(x, bottom, x, bottom + length, Palette.EDGE, 1));
      if (labelled && tick.isLabelled()) {
        scene.add(new Words(tick.label, x, bottom + 21, Pane.TICK, Anchor.MIDDLE, Palette.MUTED));
      }
    }
    if (axis.hasZero()) {
      interruption(scene);
    }
    if (labelled) {
      title(scene, cell);
    }
  }

  /** Shows that 0 is not where the logarithms would have it. */
  private void interruption(Scene scene) {
    double middle = (at(0) + at(axis.smallest())) / 2;
    double y = plot.bottom;
    scene.add(Line.rectangle(middle - 3, y - 2, middle + 3, y + 2, Color.WHITE));
    for (double shift : new double[] {-3, 3}) {
      double to = middle + shift;
      scene.add(Line.from(to - 2, y + 5, to + 2, y - 5, Palette.EDGE, 1));
    }
  }

  private void title(Scene scene, Box cell) {
    double size = Pane.fitting(axis.title, Pane.SMALL, false, cell.width());
    double half = Text.width(axis.title, size, false) / 2;
    double middle = (plot.left + plot.right) / 2;
    double x = Math.max(cell.left + half, Math.min(middle, cell.right - half));
    scene.add(new Words(axis.title, x, plot.bottom + 44, size, Anchor.MIDDLE, Palette.INK));
  }
}
