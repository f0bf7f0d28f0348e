package io.github.implicitbias.ui;

import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordView;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.UnitColumn;
import java.util.Arrays;
import java.util.List;

/**
 * Which blocks of a run have values per unit, and the paths of the units in bounded memory: per
 * layer the columns {@link #PATHS} at no more than {@value #MAX_STEPS} records, evenly spread over
 * those that have any, the first and the last always among them. Thread-safe.
 */
final class UnitRecords {

  /** Columns whose history is held. */
  static final List<String> PATHS = List.of("weightX", "weightY", "weightNorm", "outgoingWeight");

  static final int MAX_STEPS = 512;

  /** Unit columns that are followed; the first of the header. */
  static final int MAX_COLUMNS = 64;

  /** Characters of the name of a column that is followed. */
  private static final int MAX_NAME = 200;

  private static final long MAX_VALUES = 1 << 20;
  private static final int FEWEST_STEPS = 8;

  /** The columns of {@link #PATHS} of one layer at some records; null where one was not there. */
  static final class Path {
    final long[] steps;
    final double[][][] rows;

    Path(long[] steps, double[][][] rows) {
      this.steps = steps;
      this.rows = rows;
    }
  }

  /** Keeps every so many records of a layer; when there are too many, every second is dropped. */
  private static final class Keeper {
    private final int capacity;
    private final long[] steps;
    private final double[][][] rows;
    private int count;
    private long seen;
    private long every = 1;
    private long lastStep = -1;
    private double[][] last;
    private boolean lastIsKept;

    Keeper(int capacity) {
      this.capacity = capacity;
      steps = new long[capacity];
      rows = new double[capacity][][];
    }

    void add(long step, int path, double[] values) {
      if (step != lastStep) {
        begin(step);
      }
      last[path] = values.clone();
    }

    private void begin(long step) {
      if (seen % every == 0 && count == capacity) {
        for (int k = 0; 2 * k < count; k++) {
          steps[k] = steps[2 * k];
          rows[k] = rows[2 * k];
        }
        Arrays.fill(rows, (count + 1) / 2, count, null);
        count = (count + 1) / 2;
        every *= 2;
      }
      last = new double[PATHS.size()][];
      lastIsKept = seen % every == 0;
      if (lastIsKept) {
        steps[count] = step;
        rows[count++] = last;
      }
      lastStep = step;
      seen++;
    }

    Path path() {
      int n = lastIsKept || last == null ? count : count + 1;
      long[] at = Arrays.copyOf(steps, n);
      double[][][] values = Arrays.copyOf(rows, n);
      if (n > count) {
        at[n - 1] = lastStep;
        values[n - 1] = last;
      }
      return new Path(at, values);
    }
  }

  private final RunHeader header;
  private final int columns;
  private final int[] paths;
  private final Keeper[] keepers;
  private long[] firstSteps = new long[16];
  private long[] masks = new long[16];
  private int blocks;
  private long mask;
  private long firstStep;

  UnitRecords(RunHeader header) {
    this.header = header;
    columns = Math.min(MAX_COLUMNS, header.unitColumns().size());
    paths = new int[columns];
    keepers = new Keeper[header.layers().size()];
    long values = 0;
    for (int k = 0; k < columns; k++) {
      UnitColumn column = header.unitColumns().get(k);
      paths[k] = PATHS.indexOf(column.name());
      values += paths[k] < 0 ? 0 : header.layers().get(column.layer()).units();
    }
    long capacity = MAX_VALUES / Math.max(1, values);
    for (int k = 0; k < columns && capacity >= FEWEST_STEPS; k++) {
      int layer = header.unitColumns().get(k).layer();
      if (paths[k] >= 0 && keepers[layer] == null) {
        keepers[layer] = new Keeper((int) Math.min(MAX_STEPS - 1, capacity));
      }
    }
  }

  /** Returns true if a unit column is followed. */
  static boolean follows(RunHeader header, int column) {
    return column < MAX_COLUMNS && header.unitColumns().get(column).name().length() <= MAX_NAME;
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
      public void unitValues(int column, double[] values) {
        if (follows(header, column)) {
          note(column, step, values);
        }
      }
    };
  }

  private synchronized void note(int column, long step, double[] values) {
    mask |= 1L << column;
    keep(column, step, values);
  }

  synchronized void end() {
    if (blocks == masks.length) {
      masks = Arrays.copyOf(masks, 2 * blocks);
      firstSteps = Arrays.copyOf(firstSteps, 2 * blocks);
    }
    masks[blocks] = mask;
    firstSteps[blocks++] = firstStep;
  }

  private void keep(int column, long step, double[] values) {
    Keeper keeper = keepers[header.unitColumns().get(column).layer()];
    if (paths[column] >= 0 && keeper != null) {
      keeper.add(step, paths[column], values);
    }
  }

  /**
   * Returns the last block before another one that begins at or before a step and has values of any
   * of some unit columns; -1 if there is none.
   *
   * @param wanted bit k is unit column k
   */
  synchronized int blockWith(long wanted, long step, int before) {
    for (int block = Math.min(before, blocks) - 1; block >= 0; block--) {
      if (firstSteps[block] <= step && (masks[block] & wanted) != 0) {
        return block;
      }
    }
    return -1;
  }

  /** Returns the paths of the units of a layer; null if none are held. */
  synchronized Path path(int layer) {
    Path path = keepers[layer] == null ? null : keepers[layer].path();
    return path == null || path.steps.length == 0 ? null : path;
  }
}
