package io.github.implicitbias.page;

import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.format.RecordVisitor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of one block, read once: it is shown the block, then asked. */
final class BlockRows implements RecordVisitor {

  private final int sampleColumns;
  private final Map<Integer, List<Row>> rows = new HashMap<>();
  private long step;

  BlockRows(int sampleColumns) {
    this.sampleColumns = sampleColumns;
  }

  @Override
  public void record(Record record) {
    step = record.step();
  }

  @Override
  public void sampleValues(int column, double[] values) {
    add(column, values);
  }

  @Override
  public void unitValues(int column, double[] values) {
    add(sampleColumns + column, values);
  }

  private void add(int row, double[] values) {
    rows.computeIfAbsent(row, k -> new ArrayList<>()).add(new Row(step, values.clone()));
  }

  /** Returns what a row was last at or before a step; null if it was not there. */
  @Nullable Row last(int row, long atStep) {
    List<Row> found = rows.getOrDefault(row, List.of());
    int low = 0;
    int high = found.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (found.get(middle).step() <= atStep) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? null : found.get(low - 1);
  }
}
