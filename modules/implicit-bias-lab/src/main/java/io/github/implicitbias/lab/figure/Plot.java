package io.github.implicitbias.lab.figure;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the numbers of a panel lie in the drawing. */
final class Plot {

  final Box box;
  final Axis x;
  final Axis y;

  Plot(Box box, Axis x, Axis y) {
    this.box = box;
    this.x = x;
    this.y = y;
  }

  boolean shows(double valueX, double valueY) {
    return x.shows(valueX) && y.shows(valueY);
  }

  double x(double value) {
    return box.left + x.place(value) * box.width();
  }

  double y(double value) {
    return box.bottom - y.place(value) * box.height();
  }

  boolean isInside(double atX, double atY) {
    double room = 0.01;
    return atX >= box.left - room
        && atX <= box.right + room
        && atY >= box.top - room
        && atY <= box.bottom + room;
  }

  /** Returns the parts of a line that are inside, each as its points. */
  List<double[][]> clipped(List<double[]> points) {
    List<double[][]> pieces = new ArrayList<>();
    List<double[]> piece = new ArrayList<>();
    for (int k = 1; k < points.size(); k++) {
      double[][] part = clipped(points.get(k - 1), points.get(k));
      if (part == null) {
        continue;
      }
      if (piece.isEmpty() || !same(piece.get(piece.size() - 1), part[0])) {
        finish(piece, pieces);
        piece = new ArrayList<>();
        piece.add(part[0]);
      }
      piece.add(part[1]);
    }
    finish(piece, pieces);
    return pieces;
  }

  private static void finish(List<double[]> piece, List<double[][]> pieces) {
    if (piece.size() > 1) {
      pieces.add(piece.toArray(new double[0][]));
    }
  }

  private static boolean same(double[] a, double[] b) {
    return a[0] == b[0] && a[1] == b[1];
  }

  /** Returns the part of a segment that is inside, null if there is none: by Liang and Barsky. */
  private double @Nullable [][] clipped(double[] a, double[] b) {
    double[] reach = {0, 1};
    double dx = b[0] - a[0];
    double dy = b[1] - a[1];
    boolean seen =
        cut(-dx, a[0] - box.left, reach)
            && cut(dx, box.right - a[0], reach)
            && cut(-dy, a[1] - box.top, reach)
            && cut(dy, box.bottom - a[1], reach);
    if (!seen) {
      return null;
    }
    double[] from = reach[0] == 0 ? a : new double[] {a[0] + reach[0] * dx, a[1] + reach[0] * dy};
    double[] to = reach[1] == 1 ? b : new double[] {a[0] + reach[1] * dx, a[1] + reach[1] * dy};
    return new double[][] {from, to};
  }

  private static boolean cut(double outwards, double room, double[] reach) {
    if (outwards == 0) {
      return room >= 0;
    }
    double at = room / outwards;
    if (outwards < 0) {
      reach[0] = Math.max(reach[0], at);
    } else {
      reach[1] = Math.min(reach[1], at);
    }
    return reach[0] <= reach[1];
  }
}
