package io.github.implicitbias.ui;

import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordView;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Which blocks of a run have values per sample, and the history of these values in bounded memory,
 * see {@link SampleEnvelope}. Thread-safe.
 */
final class SampleRecords {

  /** Points of the history of one sample. */
  static final int MAX_POINTS = 512;

  /** Sample columns that are followed; the first of the header. */
  static final int MAX_COLUMNS = 32;

  /** Values of all histories, of two per bucket and sample: 16 MB with their steps. */
  private static final long MAX_VALUES = 1 << 20;

  private static final int FEWEST_BUCKETS = 4;

  /** The data, whose history is that they do not change. */
  private static final Set<String> CONSTANT = Set.of("inputX", "inputY", "target");

  private final int columns;
  private final SampleEnvelope[] histories;
  private long[] firstSteps = new long[16];
  private int[] masks = new int[16];
  private int blocks;
  private int mask;
  private long firstStep;

  SampleRecords(RunHeader header) {
    columns = Math.min(MAX_COLUMNS, header.sampleColumns().size());
    histories = new SampleEnvelope[columns];
    List<String> names = header.sampleColumns().subList(0, columns);
    long changing = names.stream().filter(name -> !CONSTANT.contains(name)).count();
    long capacity = MAX_VALUES / Math.max(1, 2L * changing * header.samples());
    for (int k = 0; k < columns && capacity >= FEWEST_BUCKETS; k++) {
      if (CONSTANT.contains(names.get(k))) {
        continue;
      }
      int buckets = (int) Math.min(MAX_POINTS / 2 - 1, capacity);
      histories[k] = new SampleEnvelope(buckets, header.samples());
    }
  }

  /**
   * Begins the next block; blocks come in the order of their index. It counts from {@link #end} on.
   *
   * @return what is to see the block
   */
  synchronized RecordVisitor begin(RecordBlock block) {
    mask = 0;
    firstStep = block.firstStep();
    return new RecordVisitor() {
      private long step;

      @Override
      public void record(RecordView record) {
        step = record.step();
      }

      @Override
      public void sampleValues(int column, double[] values) {
        note(column, step, values);
      }
    };
  }

  private synchronized void note(int column, long step, double[] values) {
    if (column < columns) {
      mask |= 1 << column;
      if (histories[column] != null) {
        histories[column].add(step, values);
      }
    }
  }

  synchronized void end() {
    if (columns == 0) {
      return;
    }
    if (blocks == masks.length) {
      masks = Arrays.copyOf(masks, 2 * blocks);
      firstSteps = Arrays.copyOf(firstSteps, 2 * blocks);
    }
    masks[blocks] = mask;
    firstSteps[blocks++] = firstStep;
  }

  /**
   * Returns the last block before another one that begins at or before a step and has values of a
   * sample column; -1 if there is none.
   */
  synchronized int blockWith(int column, long step, int before) {
    for (int block = Math.min(before, blocks) - 1; block >= 0 && column < columns; block--) {
      if (firstSteps[block] <= step && (masks[block] >>> column & 1) != 0) {
        return block;
      }
    }
    return -1;
  }

  /** Per sample the largest magnitude at any record; null if there is no history of a column. */
  synchronized double[] largest(int column) {
    return column < columns && histories[column] != null && !histories[column].isEmpty()
        ? histories[column].largest()
        : null;
  }

  /**
   * Returns the history of one sample; only where {@link #largest} is not null.
   *
   * @param points greatest number of points, at least 4
   */
  synchronized SampleEnvelope.Line line(int column, int sample, int points) {
    return histories[column].line(sample, points);
  }
}
