package io.github.implicitbias.page;

import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Envelope;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.Series;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a run (numbers per sample, numbers per unit) in bounded memory, kept while its blocks
 * are indexed: which blocks have which rows, the extremes of every sample column over all records,
 * and the paths of the units in some unit columns. Rows are numbered as in the header, see {@link
 * RunHeader#row}. Thread-safe.
 */
final class RowHistory {

  /** Points of the history of one sample, and records of the paths of units. */
  public static final int MAX_POINTS = 512;

  /** Sample columns that are followed; the first of the header. */
  public static final int MAX_SAMPLE_COLUMNS = 32;

  /** Unit columns that are followed; the first of the header. */
  public static final int MAX_UNIT_COLUMNS = 64;

  /** Characters of the name and of the id of a column that is followed. */
  private static final int MAX_NAME = 200;

  /** Numbers of the histories of all sample columns, and of all paths: 16 MB each. */
  private static final long MAX_VALUES = 1 << 20;

  private static final int FEWEST_BUCKETS = 4;
  private static final int FEWEST_RECORDS = 8;

  private final RunHeader header;
  private final int sampleColumns;
  private final boolean[] followed;
  private final List<String> pathIds;
  private final @Nullable Envelope[] envelopes;
  private final @Nullable PathKeeper[] keepers;
  private long[] firstSteps = new long[16];
  private long[] sampleMasks = new long[16];
  private long[] unitMasks = new long[16];
  private int blocks;
  private long sampleMask;
  private long unitMask;
  private long firstStep;
  private @Nullable BlockRows read;
  private int readBlock = -1;

  /**
   * Makes the history of a run before its first block.
   *
   * @param pathIds ids of the unit columns whose paths are kept
   */
  public RowHistory(RunHeader header, List<String> pathIds) {
    this.header = header;
    this.pathIds = List.copyOf(pathIds);
    sampleColumns = header.sampleColumns().size();
    followed = new boolean[header.rows()];
    for (int row = 0; row < followed.length; row++) {
      int place = row < sampleColumns ? row : row - sampleColumns;
      int most = row < sampleColumns ? MAX_SAMPLE_COLUMNS : MAX_UNIT_COLUMNS;
      Column column = header.row(row);
      followed[row] =
          place < most && column.name().length() <= MAX_NAME && column.id().length() <= MAX_NAME;
    }
    envelopes = envelopes();
    keepers = keepers();
  }

  private @Nullable Envelope[] envelopes() {
    Envelope[] made = new Envelope[Math.min(MAX_SAMPLE_COLUMNS, sampleColumns)];
    int changing = 0;
    for (int row = 0; row < made.length; row++) {
      changing += changes(row) ? 1 : 0;
    }
    long capacity = MAX_VALUES / Math.max(1, 2L * changing * header.samples());
    for (int row = 0; row < made.length && capacity >= FEWEST_BUCKETS; row++) {
      if (changes(row)) {
        int buckets = (int) Math.min(MAX_POINTS / 2 - 1, capacity);
        made[row] = new Envelope(buckets, header.samples());
      }
    }
    return made;
  }

  private boolean changes(int row) {
    return followed[row] && !header.row(row).definition().isConstant();
  }

  private @Nullable PathKeeper[] keepers() {
    long numbers = 0;
    for (int row = sampleColumns; row < followed.length; row++) {
      numbers += isPath(row) ? header.rowLength(row) : 0;
    }
    PathKeeper[] made = new PathKeeper[header.layers().size()];
    long capacity = MAX_VALUES / Math.max(1, numbers);
    for (int row = sampleColumns; row < followed.length && capacity >= FEWEST_RECORDS; row++) {
      int layer = header.row(row).layer();
      if (isPath(row) && made[layer] == null) {
        made[layer] = new PathKeeper(pathIds, (int) Math.min(MAX_POINTS - 1, capacity));
      }
    }
    return made;
  }

  private boolean isPath(int row) {
    Column column = header.row(row);
    return followed[row] && pathIds.contains(column.id());
  }

  /** Returns true if a row is followed; of others nothing is known here. */
  public boolean follows(int row) {
    return followed[row];
  }

  /**
   * Begins the next block; blocks come in the order in which the run has them. It counts from
   * {@link #accepted} on.
   *
   * @return what is to see the block
   */
  public synchronized RecordVisitor block(RecordBlock block) {
    sampleMask = 0;
    unitMask = 0;
    firstStep = block.firstStep();
    return new RecordVisitor() {
      private long step;

      @Override
      public void record(Record record) {
        step = record.step();
      }

      @Override
      public void sampleValues(int column, double[] values) {
        note(column, step, values);
      }

      @Override
      public void unitValues(int column, double[] values) {
        note(sampleColumns + column, step, values);
      }
    };
  }

  private synchronized void note(int row, long step, double[] values) {
    if (!followed[row]) {
      return;
    }
    if (row < sampleColumns) {
      sampleMask |= 1L << row;
      if (envelopes[row] != null) {
        envelopes[row].add(step, values);
      }
      return;
    }
    unitMask |= 1L << (row - sampleColumns);
    PathKeeper keeper = keepers[header.row(row).layer()];
    if (keeper != null && isPath(row)) {
      keeper.add(step, header.row(row).id(), values);
    }
  }

  /** Says that the run has accepted the block. */
  public synchronized void accepted() {
    if (blocks == firstSteps.length) {
      firstSteps = Arrays.copyOf(firstSteps, 2 * blocks);
      sampleMasks = Arrays.copyOf(sampleMasks, 2 * blocks);
      unitMasks = Arrays.copyOf(unitMasks, 2 * blocks);
    }
    firstSteps[blocks] = firstStep;
    sampleMasks[blocks] = sampleMask;
    unitMasks[blocks++] = unitMask;
  }

  private boolean has(int block, int row) {
    return row < sampleColumns
        ? (sampleMasks[block] >>> row & 1) != 0
        : (unitMasks[block] >>> (row - sampleColumns) & 1) != 0;
  }

  /** Returns the last block before another that begins at or before a step and has a row, or -1. */
  private synchronized int blockWith(int row, long step, int before) {
    int low = 0;
    int high = Math.min(before, blocks);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (firstSteps[middle] <= step) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int block = low - 1;
    while (block >= 0 && !has(block, row)) {
      block--;
    }
    return block;
  }

  /**
   * Returns what a row was last at or before a step; null if it had not been there, or is not
   * followed. Reads a block.
   *
   * @param run the one whose blocks are followed
   */
  public @Nullable Row last(Run run, int row, long step) {
    if (!followed[row]) {
      return null;
    }
    int block = Integer.MAX_VALUE;
    while ((block = blockWith(row, step, block)) >= 0) {
      Row found = rows(run, block).last(row, step);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** The block read last is asked for again: by the other rows, and by the next step. */
  private BlockRows rows(Run run, int block) {
    synchronized (this) {
      if (readBlock == block && read != null) {
        return read;
      }
    }
    BlockRows rows = new BlockRows(sampleColumns);
    run.visitBlock(block, rows);
    synchronized (this) {
      read = rows;
      readBlock = block;
    }
    return rows;
  }

  /**
   * Returns per sample the largest magnitude of a sample column at any record; null if its history
   * is not kept, or empty.
   */
  public synchronized double @Nullable [] largest(int row) {
    return row < envelopes.length && envelopes[row] != null && !envelopes[row].isEmpty()
        ? envelopes[row].largest()
        : null;
  }

  /**
   * Returns the history of one sample in a sample column, the extremes among its points; only where
   * {@link #largest} is not null.
   *
   * @param points greatest number of points, at least 4
   */
  public synchronized Series series(int row, int sample, int points) {
    return envelopes[row].series(sample, points);
  }

  /** Returns the paths of the units of a layer; null if none are kept. */
  public synchronized @Nullable Paths paths(int layer) {
    return keepers[layer] == null ? null : keepers[layer].paths();
  }
}
