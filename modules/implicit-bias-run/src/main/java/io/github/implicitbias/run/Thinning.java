package io.github.implicitbias.run;

import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out every second record of the older half of a run's blocks: of those at which the probe
 * was observed, and of the others. Values and patterns of the records that stay are unchanged;
 * their flips become the difference from the record that now comes before. A bit that was on before
 * that record is still reactivated, also if it was on only at records that are left out. Events
 * keep their steps, and lie at the next record that stays; an event of kind historyThinned says up
 * to which step records are missing.
 *
 * <p>The new blocks are no more than the old ones, and the last of them has the number that the
 * last of the older half had, so that the half that follows still continues from it. Where blocks
 * were lost before, the gap remains a gap, and blocks whose patterns it hides stay as they are.
 */
final class Thinning {

  private static final int BLOCK_BYTES = 1 << 18;
  private static final int KEYFRAME_BLOCKS = 16;

  private Thinning() {}

  /**
   * Returns the blocks that replace the given ones. Cost O(bytes of the older half).
   *
   * @param blocks blocks of one run in order; the older half, rounded up, is rewritten
   * @throws IOException if a block is damaged
   */
  public static List<byte[]> everySecondOfTheOlder(RunHeader header, List<byte[]> blocks)
      throws IOException {
    int older = (blocks.size() + 1) / 2;
    List<RecordBlock> decoded = new ArrayList<>();
    for (byte[] block : blocks.subList(0, older)) {
      decoded.add(RecordBlock.decode(header, block));
    }
    List<byte[]> result = new ArrayList<>();
    int start = 0;
    while (start < older) {
      int end = start + 1;
      if (decoded.get(start).hasKeyframe()) {
        while (end < older && decoded.get(end).previousNumber() == decoded.get(end - 1).number()) {
          end++;
        }
        result.addAll(new Rewriter(header, decoded.subList(start, end)).rewrite());
      } else {
        result.add(blocks.get(start));
      }
      start = end;
    }
    result.addAll(blocks.subList(older, blocks.size()));
    return result;
  }

  /** Rewrites consecutive blocks, the first of which has a full pattern. */
  private static final class Rewriter implements RecordVisitor {
    private final List<RecordBlock> blocks;
    private final List<PatternHistory> histories = new ArrayList<>();
    private final long[][] words;
    private final BlockBuilder builder;
    private final List<byte[]> done = new ArrayList<>();
    private final int perUnit;
    private final long keyframeBytes;
    private final long blockBytes;
    private final Record held;
    private final EventBuffer events;
    private final double[] @Nullable [] rows;
    private final int sampleColumns;
    private long previous;
    private final long[] left = new long[2];
    private final long[] seen = new long[2];
    private boolean started;
    private long records;
    private long nanos;
    private boolean skipped;
    private boolean thinned;
    private long flipBytesSinceKeyframe;
    private int blocksSinceKeyframe = KEYFRAME_BLOCKS;

    Rewriter(RunHeader header, List<RecordBlock> blocks) throws IOException {
      this.blocks = blocks;
      this.perUnit = ActivationPattern.wordsPerUnit(header.samples());
      this.held = new Record(header.columns().size());
      this.events = held.events();
      this.builder = new BlockBuilder(header.id());
      this.rows = new double[header.rows()][];
      this.sampleColumns = header.sampleColumns().size();
      this.previous = blocks.get(0).previousNumber();
      this.words = Objects.requireNonNull(blocks.get(0).keyframe());
      long wordCount = 0;
      for (TrackedLayer layer : header.layers()) {
        histories.add(new PatternHistory(layer.units(), header.samples()));
        wordCount += (long) layer.units() * perUnit;
      }
      keyframeBytes = 8 * wordCount;
      long bytes = 0;
      for (RecordBlock block : blocks) {
        bytes += block.bytes();
      }
      blockBytes = Math.max(bytes / blocks.size(), BLOCK_BYTES + keyframeBytes);
    }

    List<byte[]> rewrite() throws IOException {
      for (RecordBlock block : blocks) {
        block.visit(record -> left[kind(record)]++);
      }
      for (RecordBlock block : blocks) {
        block.visit(this);
      }
      // The block that follows continues from the very last record: it stays in any case.
      thinned |= held.thinned() || skipped;
      if (thinned) {
        events.add(
            new Event(
                held.step(),
                EventKind.HISTORY_THINNED,
                -1,
                -1,
                -1,
                "memory holds every step only after step " + held.step()));
      }
      keep();
      seal(blocks.get(blocks.size() - 1).number());
      return done;
    }

    @Override
    public void record(Record record) {
      if (records > 0) {
        if (isToStay()) {
          keep();
        } else {
          nanos += held.watchNanos();
          skipped = true;
        }
      }
      held.copy(record);
      Arrays.fill(rows, null);
      records++;
      left[kind(record)]--;
      seen[kind(record)]++;
    }

    private static int kind(Record record) {
      return record.isObserved() ? 0 : 1;
    }

    /**
     * Of both kinds every second stays. So does the last at which the probe was observed: the
     * pattern with which the blocks end is its.
     */
    private boolean isToStay() {
      int kind = kind(held);
      return seen[kind] % 2 == 1 || (kind == 0 && left[kind] == 0);
    }

    @Override
    public void sampleValues(int column, double[] values) {
      rows[column] = values.clone();
    }

    @Override
    public void unitValues(int column, double[] values) {
      rows[sampleColumns + column] = values.clone();
    }

    @Override
    public void flip(int layer, FlipKind kind, int unit, int sample) {
      if (records > 1) {
        words[layer][unit * perUnit + (sample >>> 6)] ^= 1L << (sample & 63);
      }
      if (kind != FlipKind.ACTIVATION) {
        histories.get(layer).wasOn(unit, sample);
      }
    }

    @Override
    public void event(Event event) {
      if (event.kind() != EventKind.HISTORY_THINNED) {
        events.add(event);
      }
    }

    /** Writes the record that is held. */
    private void keep() {
      // Flips of records that are left out belong to the next at which the probe was observed.
      for (int layer = 0; layer < words.length && (held.isObserved() || !started); layer++) {
        PatternHistory history = histories.get(layer);
        System.arraycopy(words[layer], 0, history.next(), 0, words[layer].length);
        history.advance(0);
      }
      started = true;
      if (builder.count() > 0 && builder.bytes() >= blockBytes && done.size() + 1 < blocks.size()) {
        seal(blocks.get(done.size()).number());
      }
      if (builder.count() == 0) {
        boolean keyframe =
            blocksSinceKeyframe >= KEYFRAME_BLOCKS || flipBytesSinceKeyframe >= keyframeBytes;
        builder.reset(held.millis(), keyframe ? histories : null);
        if (keyframe) {
          blocksSinceKeyframe = 0;
          flipBytesSinceKeyframe = 0;
        }
      }
      held.thinned(held.thinned() || skipped);
      held.recorded(held.millis(), nanos + held.watchNanos());
      held.rows(rows);
      builder.add(held, histories);
      events.clear();
      thinned |= held.thinned();
      skipped = false;
      nanos = 0;
    }

    private void seal(long number) {
      done.add(builder.seal(number, previous));
      previous = number;
      flipBytesSinceKeyframe += builder.flipBytes();
      blocksSinceKeyframe++;
      builder.reset(held.millis(), null);
    }
  }
}
