package io.github.implicitbias.ui;

import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordView;
import io.github.implicitbias.run.format.RecordVisitor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values per sample and per unit of one block, read once. Immutable. */
final class BlockRows {

  private final Map<Integer, List<StoredRun.SampleRow>> ofSamples = new HashMap<>();
  private final Map<Integer, List<StoredRun.SampleRow>> ofUnits = new HashMap<>();

  /**
   * Reads a block.
   *
   * @throws BlockFormatException if it is not what its header says
   */
  BlockRows(RecordBlock block) throws BlockFormatException {
    block.visit(
        new RecordVisitor() {
          private long step;

          @Override
          public void record(RecordView record) {
            step = record.step();
          }

          @Override
          public void sampleValues(int column, double[] values) {
            add(ofSamples, column, values);
          }

          @Override
          public void unitValues(int column, double[] values) {
            add(ofUnits, column, values);
          }

          private void add(
              Map<Integer, List<StoredRun.SampleRow>> rows, int column, double[] values) {
            rows.computeIfAbsent(column, k -> new ArrayList<>())
                .add(new StoredRun.SampleRow(step, values.clone()));
          }
        });
  }

  /** The last row of a sample column at or before a step; null if there is none. */
  StoredRun.SampleRow ofSamples(int column, long step) {
    return last(ofSamples.get(column), step);
  }

  /** The last row of a unit column at or before a step; null if there is none. */
  StoredRun.SampleRow ofUnits(int column, long step) {
    return last(ofUnits.get(column), step);
  }

  private static StoredRun.SampleRow last(List<StoredRun.SampleRow> rows, long step) {
    int low = 0;
    int high = rows == null ? 0 : rows.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (rows.get(middle).step <= step) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? null : rows.get(low - 1);
  }
}
