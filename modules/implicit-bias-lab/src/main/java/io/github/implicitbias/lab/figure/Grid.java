package io.github.implicitbias.lab.figure;

import java.util.ArrayList;
import java.util.List;

/** Panes on a grid, whose plots have common edges in every row and column. */
final class Grid {

  private final List<Pane> panes;
  private final int perRow;
  private final double cellWidth;
  private final double usualHeight;
  private final double between;
  private final boolean oneAxis;
  private final List<Box> plots = new ArrayList<>();

  Grid(List<Pane> panes, int perRow, double cellWidth, double plotHeight, double between) {
    this.panes = panes;
    this.perRow = Math.min(perRow, panes.size());
    this.cellWidth = cellWidth;
    this.usualHeight = plotHeight;
    this.between = between;
    this.oneAxis = perRow == 1 && panes.size() > 1;
  }

  double width() {
    return perRow * cellWidth + (perRow - 1) * between;
  }

  private int rows() {
    return (panes.size() + perRow - 1) / perRow;
  }

  private List<Pane> column(int column) {
    List<Pane> found = new ArrayList<>();
    for (int k = column; k < panes.size(); k += perRow) {
      found.add(panes.get(k));
    }
    return found;
  }

  private List<Pane> row(int row) {
    return panes.subList(row * perRow, Math.min(panes.size(), (row + 1) * perRow));
  }

  private double left(int column) {
    return column(column).stream()
        .mapToDouble(p -> p.leftRoom(p.plotHeight(usualHeight)))
        .max()
        .orElse(0);
  }

  private double plotWidth(int column) {
    double right =
        column(column).stream()
            .mapToDouble(p -> p.rightRoom(p.plotHeight(usualHeight)))
            .max()
            .orElse(0);
    double width = cellWidth - left(column) - right;
    boolean plane = column(column).stream().anyMatch(Grid::isPlane);
    return plane && column(column).size() == 1 ? Math.min(width, usualHeight) : width;
  }

  private static boolean isPlane(Pane pane) {
    return pane instanceof Panel && ((Panel) pane).isPlane();
  }

  private double head(int row) {
    double head = 0;
    for (int column = 0; column < row(row).size(); column++) {
      head = Math.max(head, row(row).get(column).headRoom(cellWidth, plotWidth(column)));
    }
    return head;
  }

  private double plotHeight(int row) {
    return row(row).stream().mapToDouble(p -> p.plotHeight(usualHeight)).max().orElse(0);
  }

  private boolean isLabelled(int row) {
    return !oneAxis || row == rows() - 1;
  }

  private double rowHeight(int row) {
    double foot = isLabelled(row) ? row(row).get(0).footRoom() : 0;
    return head(row) + plotHeight(row) + foot;
  }

  double height() {
    double height = 0;
    for (int row = 0; row < rows(); row++) {
      height += rowHeight(row) + between;
    }
    return height - between + 14;
  }

  void draw(Scene scene, double x, double y) {
    double top = y;
    for (int row = 0; row < rows(); row++) {
      for (int column = 0; column < row(row).size(); column++) {
        double left = x + column * (cellWidth + between);
        Box cell = new Box(left, top, left + cellWidth, top + rowHeight(row));
        double from = left + left(column);
        double plotTop = top + head(row);
        Box plot = new Box(from, plotTop, from + plotWidth(column), plotTop + plotHeight(row));
        plots.add(plot);
        row(row).get(column).draw(scene, cell, plot, isLabelled(row));
      }
      top += rowHeight(row) + between;
    }
  }

  /** Returns the box around the plots that a line across them goes through. */
  Box crossed() {
    Box box = plots.get(0);
    for (int k = 0; k < panes.size(); k++) {
      if (panes.get(k).isCrossed()) {
        box = new Box(box.left, box.top, box.right, plots.get(k).bottom);
      }
    }
    return box;
  }
}
