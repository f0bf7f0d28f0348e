package io.github.implicitbias.lab.figure;

import io.github.implicitbias.lab.figure.Words.Anchor;
import java.util.ArrayList;
import java.util.List;

/** Names with samples of lines and points, in rows no wider than there is room. */
final class Legend {

  static final double ROW = 20;
  private static final double BETWEEN = 18;
  private static final double AFTER_KEY = 4;

  private final List<Key> keys;

  Legend(List<Key> keys) {
    this.keys = keys;
  }

  private static double width(Key key) {
    return Key.WIDTH + AFTER_KEY + Text.width(key.name, Pane.SMALL, false);
  }

  private List<List<Key>> rows(double width) {
    List<List<Key>> rows = new ArrayList<>();
    List<Key> row = new ArrayList<>();
    double used = 0;
    for (Key key : keys) {
      if (!row.isEmpty() && used + width(key) > width) {
        rows.add(row);
        row = new ArrayList<>();
        used = 0;
      }
      row.add(key);
      used += width(key) + BETWEEN;
    }
    if (!row.isEmpty()) {
      rows.add(row);
    }
    return rows;
  }

  double height(double width) {
    return rows(width).size() * ROW;
  }

  /** Draws the rows below {@code top}. */
  void draw(Scene scene, double left, double top, double width) {
    double base = top + 14;
    for (List<Key> row : rows(width)) {
      double x = left;
      for (Key key : row) {
        key.draw(scene, x, base - 0.36 * Pane.SMALL);
        double room = left + width - x - Key.WIDTH - AFTER_KEY;
        double size = Pane.fitting(key.name, Pane.SMALL, false, room);
        scene.add(
            new Words(
                key.name, x + Key.WIDTH + AFTER_KEY, base, size, Anchor.START, Palette.MUTED));
        x += width(key) + BETWEEN;
      }
      base += ROW;
    }
  }
}
