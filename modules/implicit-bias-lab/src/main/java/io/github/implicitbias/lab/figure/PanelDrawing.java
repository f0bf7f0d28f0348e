package io.github.implicitbias.lab.figure;

import io.github.implicitbias.lab.figure.Words.Anchor;

/** How a panel is drawn: with its texts above the plot, or at its side. */
final class PanelDrawing {

  private static final double GAP = 10;

  private final Panel panel;
  private double side;

  PanelDrawing(Panel panel) {
    this.panel = panel;
  }

  /** Puts the texts into a column of a width at the left; 0 for above the plot. */
  void side(double width) {
    side = width;
  }

  private boolean isSide() {
    return side > 0;
  }

  double leftRoom(double height) {
    return side + new VerticalAxis(panel.y).room(height);
  }

  /** Returns the room that names at the ends of lines take, whatever the width of the plot. */
  double rightRoom(double height) {
    Box some = new Box(0, 0, 100, height);
    if (isSide() || panel.endLabels(some) == null) {
      return 0;
    }
    return panel.shownKeys().stream().mapToDouble(key -> EndLabels.room(key.name)).max().orElse(0);
  }

  private boolean hasLegend(Box plot) {
    return panel.hasNames() && (isSide() || panel.endLabels(plot) == null);
  }

  double headRoom(double cellWidth, double width) {
    double events = panel.events.height(panel.x, width);
    if (isSide()) {
      return events;
    }
    double legend =
        hasLegend(new Box(0, 0, width, 1000))
            ? new Legend(panel.shownKeys()).height(cellWidth) + 2
            : 0;
    double axis = panel.y.title.isEmpty() ? 0 : Pane.LINE;
    return Pane.LINE + axis + legend + events + GAP;
  }

  /** Returns the height of the texts beside the plot, 0 if they are above it. */
  double textHeight() {
    if (!isSide()) {
      return 0;
    }
    double legend = panel.hasNames() ? new Legend(panel.shownKeys()).height(side - GAP) : 0;
    return 2 * Pane.LINE + legend + GAP;
  }

  void draw(Scene scene, Box cell, Box box, boolean labelled) {
    Plot plot = new Plot(box, panel.x, panel.y);
    HorizontalAxis horizontal = new HorizontalAxis(panel.x, box);
    if (panel.isPlane()) {
      horizontal.grid(scene);
    }
    new VerticalAxis(panel.y).draw(scene, plot);
    if (!isSide()) {
      horizontal.draw(scene, cell, labelled);
    }
    panel.all().forEach(layer -> layer.draw(scene, plot));
    EndLabels labels = isSide() ? null : panel.endLabels(box);
    if (labels != null) {
      labels.draw(scene, box);
    }
    texts(scene, cell, box);
  }

  private void texts(Scene scene, Box cell, Box plot) {
    double left = cell.left;
    double room = isSide() ? side - GAP : cell.width();
    double base = (isSide() ? plot.top : cell.top) + 15;
    double size = Pane.fitting(panel.title, Pane.TITLE, true, room);
    scene.add(new Words(panel.title, left, base, size, Anchor.START, Palette.INK).bold());
    if (!panel.y.title.isEmpty()) {
      base += Pane.LINE;
      size = Pane.fitting(panel.y.title, Pane.SMALL, false, room);
      scene.add(new Words(panel.y.title, left, base, size, Anchor.START, Palette.MUTED));
    }
    if (hasLegend(plot)) {
      new Legend(panel.shownKeys()).draw(scene, left, base + 7, room);
    }
  }
}
