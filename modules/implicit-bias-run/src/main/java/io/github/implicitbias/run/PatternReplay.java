package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The pattern of a layer at one record, moved from record to record by the flips in between: the
 * next to be asked for is often near the last. Thread-safe.
 */
final class PatternReplay {

  /** Where blocks are found. */
  public interface Source {
    /** Returns a block by its index. */
    RecordBlock block(int index) throws IOException;

    /** Returns the last block with full patterns from which on none is lost, -1 for none. */
    int keyframeAtOrBefore(int index);
  }

  private final RunHeader header;
  private final int layer;
  private final Source source;
  private long[] words = {};
  private int block = -1; // of the record whose pattern the words are, -1 for none
  private int record;

  /** Makes the replay of one tracked layer. */
  public PatternReplay(RunHeader header, int layer, Source source) {
    this.header = header;
    this.layer = layer;
    this.source = source;
  }

  /**
   * Returns the pattern at a step; null if the step was not recorded or a gap hides its pattern.
   *
   * @param wantedBlock the last block that begins at or before the step
   * @throws IOException if a block cannot be read any more
   */
  public synchronized @Nullable ActivationPattern at(int wantedBlock, long step)
      throws IOException {
    RecordBlock wanted = source.block(wantedBlock);
    int wantedRecord = wanted.recordAtOrBefore(step);
    if (wantedRecord < 0 || wanted.step(wantedRecord) != step) {
      return null;
    }
    int keyframe = source.keyframeAtOrBefore(wantedBlock);
    if (keyframe < 0) {
      return null;
    }
    int from = block;
    block = -1; // what is read next may be gone
    if (from < keyframe || from > wantedBlock) {
      from = keyframe;
      words = Objects.requireNonNull(source.block(from).keyframe(layer));
      record = 0;
    }
    for (; from < wantedBlock; from++) {
      RecordBlock passed = source.block(from);
      passed.toggle(layer, record + 1, passed.count(), words);
      record = -1;
    }
    if (record <= wantedRecord) {
      wanted.toggle(layer, record + 1, wantedRecord + 1, words);
    } else {
      wanted.toggle(layer, wantedRecord + 1, record + 1, words);
    }
    record = wantedRecord;
    block = wantedBlock;
    return new ActivationPattern(header.layers().get(layer).units(), header.samples(), words);
  }
}
