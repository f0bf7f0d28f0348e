package io.github.implicitbias.lab.figure;

import io.github.implicitbias.lab.figure.Words.Anchor;
import java.util.ArrayList;
import java.util.List;

/** Vertical lines with their names above the plot, in as many rows as they need. */
final class Events implements Layer {

  static final double ROW = 18;
  private static final double GAP = 10;

  private final List<String> names = new ArrayList<>();
  private final List<Double> places = new ArrayList<>();

  void add(String name, double x) {
    names.add(name);
    places.add(x);
  }

  boolean isEmpty() {
    return names.isEmpty();
  }

  @Override
  public void stretch(Axis x, Axis y) {
    places.forEach(x::include);
  }

  /** Returns the boxes of the names, the lowest row above {@code top}. */
  private List<Box> boxes(Axis axis, double left, double right, double top) {
    List<Box> boxes = new ArrayList<>();
    for (int k = 0; k < names.size(); k++) {
      double half = Text.width(names.get(k), Pane.SMALL, false) / 2;
      double at = left + axis.place(places.get(k)) * (right - left);
      double middle = Math.max(left + half, Math.min(at, right - half));
      Box box = new Box(middle - half, top - ROW, middle + half, top);
      while (overlapsAny(box, boxes)) {
        box = new Box(box.left, box.top - ROW, box.right, box.bottom - ROW);
      }
      boxes.add(box);
    }
    return boxes;
  }

  private static boolean overlapsAny(Box box, List<Box> others) {
    Box wide = new Box(box.left - GAP, box.top, box.right + GAP, box.bottom);
    return others.stream().anyMatch(wide::overlaps);
  }

  /** Returns the height of the rows. */
  double height(Axis axis, double width) {
    return -boxes(axis, 0, width, 0).stream().mapToDouble(box -> box.top).min().orElse(0);
  }

  @Override
  public void draw(Scene scene, Plot plot) {
    Box box = plot.box;
    List<Box> boxes = boxes(plot.x, box.left, box.right, box.top);
    for (int k = 0; k < names.size(); k++) {
      double x = plot.x(places.get(k));
      scene.add(Line.from(x, box.top, x, box.bottom, Palette.MUTED, 1.4, 6, 5));
      double middle = (boxes.get(k).left + boxes.get(k).right) / 2;
      double base = boxes.get(k).bottom - 5;
      scene.add(new Words(names.get(k), middle, base, Pane.SMALL, Anchor.MIDDLE, Palette.MUTED));
    }
  }
}
