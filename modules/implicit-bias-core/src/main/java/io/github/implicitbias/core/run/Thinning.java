package io.github.implicitbias.core.run;

import io.github.implicitbias.core.pattern.ActivationPattern;
import io.github.implicitbias.core.pattern.FlipKind;
import io.github.implicitbias.core.pattern.PatternHistory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Leaves out every second record of the older half of a run's blocks. Values and patterns of the
 * records that stay are unchanged; their flips become the difference from the record that now comes
 * before; events are kept at the next record that stays; a first record of kind historyThinned says
 * up to which step records are missing.
 */
public final class Thinning {

  private Thinning() {}

  /**
   * Returns the blocks that replace the given ones.
   *
   * @param blocks consecutive blocks of one run
   * @throws IOException if a block is damaged
   */
  public static List<byte[]> everySecondOfTheOlder(RunHeader header, List<byte[]> blocks)
      throws IOException {
    int older = Math.max(1, blocks.size() / 2);
    long bytes = 0;
    for (int i = 0; i < older; i++) {
      bytes += blocks.get(i).length;
    }
    Rewriter rewriter = new Rewriter(header, blocks.get(0), bytes / older);
    for (int i = 0; i < older; i++) {
      RecordBlock.decode(header, blocks.get(i)).visit(rewriter);
    }
    RecordBlock last = RecordBlock.decode(header, blocks.get(older - 1));
    List<byte[]> result = rewriter.finish(last.number());
    result.addAll(blocks.subList(older, blocks.size()));
    return result;
  }

  private static final class Rewriter implements RecordVisitor {
    private final List<PatternHistory> histories = new ArrayList<>();
    private final long[][] words;
    private final BlockBuilder builder = new BlockBuilder();
    private final List<Event> events = new ArrayList<>();
    private final List<byte[]> done = new ArrayList<>();
    private final int perUnit;
    private final long blockBytes;
    private long number;
    private long previous;
    private RecordView held;
    private long records;
    private long heldMillis;
    private long nanos;
    private boolean skipped;

    Rewriter(RunHeader header, byte[] first, long meanBlockBytes) throws IOException {
      this.perUnit = ActivationPattern.wordsPerUnit(header.samples());
      RecordBlock block = RecordBlock.decode(header, first);
      number = block.number();
      previous = block.previousNumber();
      long[][] keyframe = block.keyframe();
      if (keyframe == null) {
        throw new BlockFormatException("the first block of a run has no full pattern");
      }
      words = keyframe;
      for (TrackedLayer layer : header.layers()) {
        histories.add(new PatternHistory(layer.units(), header.samples()));
      }
      long keyframeBytes = 0;
      for (long[] layer : words) {
        keyframeBytes += 8L * layer.length;
      }
      // Blocks at least as large as they were on average are no more numerous than before, so that
      // the numbers of the old blocks suffice for them.
      blockBytes = Math.max(meanBlockBytes, (1 << 18) + keyframeBytes);
    }

    @Override
    public void record(RecordView record) {
      flush();
      if (held == null) {
        held = new RecordView(record.values.length);
      }
      held.step = record.step;
      held.epoch = record.epoch;
      held.inPlace = record.inPlace;
      held.thinned = record.thinned;
      held.watchNanos = record.watchNanos;
      heldMillis = record.millis;
      System.arraycopy(record.values, 0, held.values, 0, held.values.length);
      records++;
    }

    @Override
    public void flip(int layer, FlipKind kind, int unit, int sample) {
      if (records > 1) {
        words[layer][unit * perUnit + (sample >>> 6)] ^= 1L << (sample & 63);
      }
    }

    @Override
    public void event(Event event) {
      if (event.kind() != EventKind.HISTORY_THINNED) {
        events.add(event);
      }
    }

    private void flush() {
      if (records == 0) {
        return;
      }
      nanos += held.watchNanos;
      if (records % 2 == 0) {
        skipped = true;
        return;
      }
      for (int layer = 0; layer < words.length; layer++) {
        PatternHistory history = histories.get(layer);
        System.arraycopy(words[layer], 0, history.next(), 0, words[layer].length);
        history.advance(0);
      }
      if (builder.count() > 0 && builder.bytes() >= blockBytes) {
        seal(number++);
      }
      if (builder.count() == 0) {
        builder.reset(heldMillis, histories);
      }
      for (int i = 0; i < events.size(); i++) {
        events.set(i, movedTo(held.step, events.get(i)));
      }
      builder.add(
          held.step,
          held.epoch,
          held.inPlace,
          held.thinned || skipped,
          heldMillis,
          nanos,
          held.values,
          histories,
          events);
      events.clear();
      skipped = false;
      nanos = 0;
    }

    private void seal(long blockNumber) {
      done.add(builder.seal(blockNumber, previous));
      previous = blockNumber;
      builder.reset(heldMillis, histories);
    }

    private static Event movedTo(long step, Event event) {
      if (event.step() == step) {
        return event;
      }
      return new Event(
          step,
          event.kind(),
          event.layer(),
          event.unit(),
          event.sample(),
          ("at step " + event.step() + " " + event.detail()).trim());
    }

    List<byte[]> finish(long lastNumber) {
      if (records % 2 == 0) {
        // The block that follows continues from the very last record: it stays.
        records++;
      }
      events.add(
          new Event(
              held.step,
              EventKind.HISTORY_THINNED,
              -1,
              -1,
              -1,
              "memory holds every step only after step " + held.step));
      flush();
      seal(lastNumber);
      return done;
    }
  }
}
