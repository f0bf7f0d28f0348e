package io.github.implicitbias.ui;

import io.github.implicitbias.core.run.BlockFormatException;
import io.github.implicitbias.core.run.RecordBlock;
import io.github.implicitbias.core.run.RecordView;
import io.github.implicitbias.core.run.RecordVisitor;
import io.github.implicitbias.core.run.RunHeader;
import java.util.Arrays;

/**
 * Which blocks of a run have values per sample, and the history of these values in bounded memory:
 * per sample column at most {@value #MAX_ROWS} records, evenly spread over those that have it, the
 * last one always among them. Thread-safe.
 */
final class SampleRecords {

  static final int MAX_ROWS = 512;

  /** Sample columns that are followed; the first of the header. */
  static final int MAX_COLUMNS = 32;

  private static final long MAX_VALUES = 1 << 20;
  private static final int FEWEST_ROWS = 8;

  /** Values of one sample column at some of the records that have it. */
  static final class Track {
    final long[] steps;
    final double[][] rows;

    /** Per sample the largest magnitude at any record, also those that are not here. */
    final double[] largest;

    private Track(long[] steps, double[][] rows, double[] largest) {
      this.steps = steps;
      this.rows = rows;
      this.largest = largest;
    }
  }

  /**
   * Rows at every so many records of a column; when there are too many, every second is dropped.
   */
  private static final class Keeper {
    private final int capacity;
    private final double[] largest;
    private long[] steps = new long[0];
    private double[][] rows = new double[0][];
    private int count;
    private long seen;
    private long every = 1;
    private long lastStep;
    private final double[] last;

    Keeper(int capacity, int samples) {
      this.capacity = capacity;
      this.largest = new double[samples];
      this.last = new double[samples];
      Arrays.fill(largest, -1);
    }

    void add(long step, double[] values) {
      for (int i = 0; i < values.length; i++) {
        largest[i] = Math.max(largest[i], Double.isFinite(values[i]) ? Math.abs(values[i]) : -1);
      }
      lastStep = step;
      System.arraycopy(values, 0, last, 0, values.length);
      if (seen % every == 0 && count == capacity) {
        for (int k = 0; 2 * k < count; k++) {
          steps[k] = steps[2 * k];
          rows[k] = rows[2 * k];
        }
        count = (count + 1) / 2;
        every *= 2;
      }
      if (seen % every == 0) {
        if (count == steps.length) {
          int room = Math.min(capacity, Math.max(8, 2 * count));
          steps = Arrays.copyOf(steps, room);
          rows = Arrays.copyOf(rows, room);
        }
        steps[count] = step;
        rows[count++] = values.clone();
      }
      seen++;
    }

    Track track() {
      boolean ends = count == 0 || steps[count - 1] == lastStep;
      int n = ends ? count : count + 1;
      long[] at = Arrays.copyOf(steps, n);
      double[][] values = Arrays.copyOf(rows, n);
      if (!ends) {
        at[n - 1] = lastStep;
        values[n - 1] = last.clone();
      }
      return new Track(at, values, largest.clone());
    }
  }

  private final int columns;
  private final Keeper[] keepers;
  private long[] firstSteps = new long[16];
  private int[] masks = new int[16];
  private int blocks;

  SampleRecords(RunHeader header) {
    columns = Math.min(MAX_COLUMNS, header.sampleColumns().size());
    keepers = new Keeper[columns];
    long capacity = MAX_VALUES / Math.max(1, (long) columns * header.samples());
    for (int k = 0; k < columns && capacity >= FEWEST_ROWS; k++) {
      keepers[k] = new Keeper((int) Math.min(MAX_ROWS - 1, capacity), header.samples());
    }
  }

  /** Takes note of the next block; blocks come in the order of their index. */
  synchronized void add(RecordBlock block) throws BlockFormatException {
    if (columns == 0) {
      return;
    }
    int[] mask = {0};
    block.visit(
        new RecordVisitor() {
          private long step;

          @Override
          public void record(RecordView record) {
            step = record.step();
          }

          @Override
          public void sampleValues(int column, double[] values) {
            if (column < columns) {
              mask[0] |= 1 << column;
              if (keepers[column] != null) {
                keepers[column].add(step, values);
              }
            }
          }
        });
    if (blocks == masks.length) {
      masks = Arrays.copyOf(masks, 2 * blocks);
      firstSteps = Arrays.copyOf(firstSteps, 2 * blocks);
    }
    masks[blocks] = mask[0];
    firstSteps[blocks++] = block.firstStep();
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

  /** Returns the history of a sample column; null if there are too many samples to hold it. */
  synchronized Track track(int column) {
    return column < columns && keepers[column] != null ? keepers[column].track() : null;
  }
}
