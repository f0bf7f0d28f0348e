package io.github.implicitbias.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some unit columns of one layer at the same records, evenly spread over those that have any, the
 * first and the last among them: the paths that its units take. Immutable.
 */
final class Paths {

  private final List<String> ids;
  private final long[] steps;
  private final double[][][] rows;

  Paths(List<String> ids, long[] steps, double[][][] rows) {
    this.ids = ids;
    this.steps = steps;
    this.rows = rows;
  }

  /** Returns the number of records. */
  public int size() {
    return steps.length;
  }

  /** Returns the step of a record. */
  public long step(int i) {
    return steps[i];
  }

  /**
   * Returns the row of a column at a record, not to be changed; null if it was not there.
   *
   * @param id of the column
   */
  public double @Nullable [] row(int i, String id) {
    int column = ids.indexOf(id);
    return column < 0 ? null : rows[i][column];
  }
}
