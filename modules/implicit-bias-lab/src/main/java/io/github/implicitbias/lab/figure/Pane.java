package io.github.implicitbias.lab.figure;

/** One part of a figure: something over an axis, and what is written around it. */
abstract class Pane {

  static final double TITLE = 16;
  static final double SMALL = 14;
  static final double TICK = 13;
  static final double LINE = 20;

  /** Room on either side of a label below the axis. */
  private static final double EDGE = 26;

  /** Returns the room for what is written left of the plot, side texts not counted. */
  abstract double leftRoom(double plotHeight);

  /** Returns the room for what is written right of the plot. */
  double rightRoom(double plotHeight) {
    return EDGE;
  }

  /** Returns the room above the plot. */
  abstract double headRoom(double cellWidth, double plotWidth);

  /** Returns the room below the plot. */
  double footRoom() {
    return 54;
  }

  /** Returns the height of the plot, given what others have. */
  double plotHeight(double usual) {
    return usual;
  }

  /** Returns whether a line across several panes goes through this one. */
  boolean isCrossed() {
    return true;
  }

  /**
   * Draws.
   *
   * @param cell all the room there is
   * @param plot the part of it for what is shown
   * @param labelled whether the horizontal axis has its labels here
   */
  abstract void draw(Scene scene, Box cell, Box plot, boolean labelled);

  /** Returns the greatest font size up to {@code size} at which a text is no wider than that. */
  static double fitting(String text, double size, boolean bold, double width) {
    double wide = Text.width(text, size, bold);
    return wide <= width ? size : Math.floor(size * width / wide * 10) / 10;
  }
}
