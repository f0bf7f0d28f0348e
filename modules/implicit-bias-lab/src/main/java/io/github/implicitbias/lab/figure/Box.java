package io.github.implicitbias.lab.figure;

/** A rectangle of the drawing, in points, y growing downwards. */
final class Box {

  final double left;
  final double top;
  final double right;
  final double bottom;

  Box(double left, double top, double right, double bottom) {
    this.left = left;
    this.top = top;
    this.right = right;
    this.bottom = bottom;
  }

  double width() {
    return right - left;
  }

  double height() {
    return bottom - top;
  }

  /** Returns whether two boxes share more than an edge. */
  boolean overlaps(Box other) {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }

  /** Returns whether another box is inside this one. */
  boolean contains(Box other) {
    return left <= other.left && other.right <= right && top <= other.top && other.bottom <= bottom;
  }

  @Override
  public String toString() {
    return "[" + left + ", " + top + ", " + right + ", " + bottom + "]";
  }

  Box grown(double by) {
    return new Box(left - by, top - by, right + by, bottom + by);
  }
}
