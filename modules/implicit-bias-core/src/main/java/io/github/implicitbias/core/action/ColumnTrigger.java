package io.github.implicitbias.core.action;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Record;
import java.util.List;

/** A column above or below a limit. */
final class ColumnTrigger extends Trigger {

  private final String column;
  private final double limit;
  private final boolean above;

  ColumnTrigger(String column, double limit, boolean above) {
    this.column = column;
    this.limit = limit;
    this.above = above;
    if (Double.isNaN(limit)) {
      throw new IllegalArgumentException(this + ": give a number, and notFinite() for NaN");
    }
  }

  @Override
  void check(KnownNames names) {
    names.requireColumn(column);
  }

  @Override
  Judge start(Seen seen) {
    return new OfColumns(seen.header.columns(), seen.columns(column));
  }

  @Override
  public String toString() {
    return column + (above ? " above " : " below ") + limit;
  }

  private final class OfColumns extends Judge {
    private final List<Column> all;
    private final int[] columns;
    private final boolean[] held;
    private final double[] values;

    OfColumns(List<Column> all, int[] columns) {
      this.all = all;
      this.columns = columns;
      this.held = new boolean[columns.length];
      this.values = new double[columns.length];
    }

    @Override
    void judge(Record record) {
      holds = false;
      began = false;
      for (int k = 0; k < columns.length; k++) {
        double value = record.value(columns[k]);
        if (!Absent.is(value)) {
          boolean now = above ? value > limit : value < limit;
          if (now && !held[k]) {
            began = true;
            layer = all.get(columns[k]).layer();
          }
          held[k] = now;
          values[k] = value;
        }
        holds |= held[k];
      }
    }

    @Override
    void tell(List<String> into) {
      for (int k = 0; k < columns.length; k++) {
        if (held[k]) {
          into.add(all.get(columns[k]).name() + " is " + values[k]);
        }
      }
    }
  }
}
