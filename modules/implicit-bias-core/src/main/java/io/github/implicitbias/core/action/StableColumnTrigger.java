package io.github.implicitbias.core.action;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Record;
import java.util.Arrays;
import java.util.List;

/** A column that has had the same value for a number of steps; of several, all of them. */
final class StableColumnTrigger extends Trigger {

  private final String column;
  private final long steps;

  StableColumnTrigger(String column, long steps) {
    this.column = column;
    this.steps = steps;
  }

  @Override
  void check(KnownNames names) {
    names.requireColumn(column);
  }

  @Override
  Judge start(Seen seen) {
    return new OfColumns(seen.columns(column));
  }

  @Override
  public String toString() {
    return column + " stable for " + steps + " steps";
  }

  private final class OfColumns extends Judge {
    private final int[] columns;
    private final double[] values;
    private long since = -1;

    OfColumns(int[] columns) {
      this.columns = columns;
      this.values = new double[columns.length];
      Arrays.fill(values, Absent.VALUE);
    }

    @Override
    void judge(Record record) {
      boolean known = false;
      for (int k = 0; k < columns.length; k++) {
        double value = record.value(columns[k]);
        if (!Absent.is(value)) {
          known = true;
          if (value != values[k]) {
            since = record.step();
          }
          values[k] = value;
        }
      }
      became(known ? since >= 0 && record.step() - since >= steps : holds);
    }

    @Override
    void tell(List<String> into) {
      if (holds) {
        into.add(column + " is unchanged since step " + since);
      }
    }
  }
}
