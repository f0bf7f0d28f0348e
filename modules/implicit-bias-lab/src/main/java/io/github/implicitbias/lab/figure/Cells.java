package io.github.implicitbias.lab.figure;

import io.github.implicitbias.lab.figure.Words.Anchor;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of cells over an axis, one for each place on it, each with the shares of a few kinds in
 * their colours: a diagram of phases.
 */
final class Cells extends Pane {

  private static final double HEIGHT = 30;
  private static final double GAP = 1.5;
  private static final double HEAD = 40;

  private final String title;
  private final Axis axis;
  private final double[] edges;
  private final double side;
  private final List<String> rows = new ArrayList<>();
  private final List<int[][]> counts = new ArrayList<>();
  private final List<Key> kinds = new ArrayList<>();

  Cells(String title, String xTitle, double[] edges, double side) {
    this.title = title;
    this.axis = new Axis(xTitle);
    this.edges = edges.clone();
    this.side = side;
    axis.logarithmic(false);
    axis.range(edges[0], edges[edges.length - 1]);
  }

  /** Adds a kind and its colour; kinds are counted from 0. */
  void kind(String name, Color colour) {
    kinds.add(Key.ofArea(name, colour));
  }

  /**
   * Adds a row.
   *
   * @param ofCells for each cell how often each kind occurs in it
   */
  void row(String name, int[][] ofCells) {
    rows.add(name);
    counts.add(Arrays.stream(ofCells).map(int[]::clone).toArray(int[][]::new));
  }

  @Override
  double leftRoom(double plotHeight) {
    return side;
  }

  @Override
  double headRoom(double cellWidth, double plotWidth) {
    return HEAD + new Legend(kinds).height(plotWidth) - Legend.ROW;
  }

  @Override
  double plotHeight(double usual) {
    return HEIGHT * rows.size();
  }

  @Override
  boolean isCrossed() {
    return false;
  }

  @Override
  void draw(Scene scene, Box cell, Box plot, boolean labelled) {
    double top = plot.top - HEAD + 6 - (headRoom(cell.width(), plot.width()) - HEAD);
    scene.add(new Words(title, cell.left, top + 15, TITLE, Anchor.START, Palette.INK).bold());
    new Legend(kinds).draw(scene, plot.left, top, plot.width());
    for (int row = 0; row < rows.size(); row++) {
      row(scene, cell, plot, row);
    }
    new HorizontalAxis(axis, plot).draw(scene, cell, labelled);
  }

  private void row(Scene scene, Box cell, Box plot, int row) {
    double y = plot.top + row * HEIGHT;
    String name = rows.get(row);
    double size = fitting(name, SMALL, false, plot.left - cell.left - 12);
    scene.add(new Words(name, cell.left, y + 20, size, Anchor.START, Palette.INK));
    for (int k = 0; k + 1 < edges.length; k++) {
      double left = plot.left + axis.place(edges[k]) * plot.width() + GAP;
      double right = plot.left + axis.place(edges[k + 1]) * plot.width() - GAP;
      shares(scene, counts.get(row)[k], new Box(left, y + GAP, right, y + HEIGHT - GAP));
    }
  }

  /** Draws the shares in a cell, and the counts where they differ. */
  private void shares(Scene scene, int[] of, Box box) {
    int all = Arrays.stream(of).sum();
    double from = box.left;
    for (int kind = 0; kind < of.length; kind++) {
      if (of[kind] == 0) {
        continue;
      }
      double to = from + box.width() * of[kind] / all;
      Color colour = kinds.get(kind).colour;
      scene.add(Line.rectangle(from, box.top, to, box.bottom, colour));
      String count = Integer.toString(of[kind]);
      if (of[kind] < all && Text.width(count, TICK, false) + 4 < to - from) {
        double base = (box.top + box.bottom) / 2 + 0.36 * TICK;
        Color ink = Palette.luminance(colour) > 0.3 ? Palette.INK : Color.WHITE;
        scene.add(new Words(count, (from + to) / 2, base, TICK, Anchor.MIDDLE, ink));
      }
      from = to;
    }
  }
}
