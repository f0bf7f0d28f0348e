package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the blocks of a run when it is asked something that its index does not know; keeps a few of
 * them decoded. Thread-safe: the index and the cache are guarded by the run.
 */
final class RunReader {

  private static final int CACHED_BLOCKS = 8;

  private final Object guard;
  private final RunHeader header;
  private final BlockSource source;
  private final RunIndex index;
  private final Map<Integer, PatternReplay> replays = new LinkedHashMap<>();
  private final Map<Integer, RecordBlock> cache =
      new LinkedHashMap<Integer, RecordBlock>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, RecordBlock> eldest) {
          return size() > CACHED_BLOCKS;
        }
      };

  /**
   * Makes a reader.
   *
   * @param guard is held while the index or the cache is used
   */
  RunReader(Object guard, RunHeader header, BlockSource source, RunIndex index) {
    this.guard = guard;
    this.header = header;
    this.source = source;
    this.index = index;
  }

  RecordBlock block(int at) throws IOException {
    synchronized (guard) {
      RecordBlock block = cache.get(at);
      if (block == null) {
        block = RecordBlock.open(header, source.block(at));
        cache.put(at, block);
      }
      return block;
    }
  }

  int blockAtOrBefore(long step) {
    synchronized (guard) {
      return index.blockAtOrBefore(step);
    }
  }

  void visit(int at, RecordVisitor visitor) {
    try {
      block(at).visit(visitor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void visitBlocks(int blocks, RecordVisitor visitor) {
    for (int at = 0; at < blocks; at++) {
      visit(at, visitor);
    }
  }

  /** Shows the record of one step to a visitor; false if that step was not recorded. */
  boolean find(long step, RecordVisitor visitor) {
    AtStep atStep = new AtStep(step, visitor);
    int at = blockAtOrBefore(step);
    if (at >= 0) {
      visit(at, atStep);
    }
    return atStep.hasFound();
  }

  long stepAtOrBefore(long step) {
    int at = blockAtOrBefore(step);
    if (at < 0) {
      return -1;
    }
    synchronized (guard) {
      if (index.lastStep(at) <= step) {
        return index.lastStep(at);
      }
    }
    try {
      RecordBlock block = block(at);
      int record = block.recordAtOrBefore(step);
      return record < 0 ? -1 : block.step(record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long observedAtOrBefore(long step) {
    try {
      for (int at = blockAtOrBefore(step); at >= 0; at--) {
        RecordBlock block = block(at);
        int record = block.lastObserved(block.recordAtOrBefore(step));
        if (record >= 0) {
          return block.step(record);
        }
      }
      return -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long stepAfter(long step) {
    int at = blockAtOrBefore(step);
    synchronized (guard) {
      if (at < 0 || index.lastStep(at) <= step) {
        return at + 1 < index.blocks() ? index.firstStep(at + 1) : -1;
      }
    }
    try {
      RecordBlock block = block(at);
      return block.step(block.recordAtOrBefore(step) + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  double @Nullable [] values(long step) {
    int at = blockAtOrBefore(step);
    if (at < 0) {
      return null;
    }
    try {
      RecordBlock block = block(at);
      int record = block.recordAtOrBefore(step);
      return record < 0 || block.step(record) != step ? null : block.values(record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Series column(int column, int blocks) {
    SeriesBuilder series = new SeriesBuilder();
    visitBlocks(blocks, record -> series.add(record.step(), record.value(column)));
    return series.series();
  }

  double @Nullable [] rowAt(long step, boolean ofUnits, int column) {
    double[] @Nullable [] found = {null};
    find(step, new RowVisitor(ofUnits, column, (at, values) -> found[0] = values.clone()));
    return found[0];
  }

  Series entryOfRow(boolean ofUnits, int column, int entry, int blocks) {
    SeriesBuilder series = new SeriesBuilder();
    RowVisitor rows =
        new RowVisitor(ofUnits, column, (step, values) -> series.add(step, values[entry]));
    visitBlocks(blocks, rows);
    return series.series();
  }

  @Nullable ActivationPattern patternAt(long step, int layer) {
    int at = blockAtOrBefore(step);
    if (at < 0) {
      return null;
    }
    try {
      return replay(layer).at(at, step);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PatternReplay replay(int layer) {
    synchronized (guard) {
      return replays.computeIfAbsent(layer, k -> new PatternReplay(header, k, new Blocks()));
    }
  }

  private final class Blocks implements PatternReplay.Source {
    @Override
    public RecordBlock block(int at) throws IOException {
      return RunReader.this.block(at);
    }

    @Override
    public int keyframeAtOrBefore(int at) {
      synchronized (guard) {
        return index.keyframeAtOrBefore(at);
      }
    }
  }
}
