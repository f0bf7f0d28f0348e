package io.github.implicitbias.core.engine;

/** Counts the failures of one part; it blows after {@value #MAX_IN_A_ROW} in a row. */
final class Fuse {

  static final int MAX_IN_A_ROW = 3;
  private static final int MAX_EVENTS = 10;

  private final String name;
  private int inARow;
  private int total;

  Fuse(String name) {
    this.name = name;
  }

  /** Returns what it protects from, as in "metric stableRank". */
  String name() {
    return name;
  }

  boolean isBlown() {
    return inARow >= MAX_IN_A_ROW;
  }

  void succeeded() {
    inARow = 0;
  }

  void failed() {
    inARow++;
    total++;
  }

  /** Returns the number of failures. */
  int total() {
    return total;
  }

  /** Returns true if the last failure is worth an event: there are not too many yet. */
  boolean isWorthAnEvent() {
    return total <= MAX_EVENTS || inARow == MAX_IN_A_ROW;
  }
}
