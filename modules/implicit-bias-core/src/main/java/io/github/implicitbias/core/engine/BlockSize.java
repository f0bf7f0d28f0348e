package io.github.implicitbias.core.engine;

import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.format.BlockBuilder;
import java.util.List;

/** How large the blocks of a run become, and which of them begin with whole patterns. */
final class BlockSize {

  private static final int BLOCK_BYTES = 1 << 18;
  private static final int BLOCK_RECORDS = 4096;
  private static final int KEYFRAME_BLOCKS = 16;

  /** Room for the record that exceeds the limit. */
  private static final int RECORD_BYTES = 1 << 15;

  private static final int MAX_PREPARED_BYTES = 1 << 22;

  private final long keyframeBytes;
  private long flipBytes;
  private int blocks = KEYFRAME_BLOCKS;

  BlockSize(List<PatternHistory> patterns) {
    keyframeBytes = patterns.stream().mapToLong(p -> 8L * p.current().length).sum();
  }

  /** Returns true if a block should take no further record. */
  boolean isReachedBy(BlockBuilder builder) {
    return builder.bytes() >= BLOCK_BYTES + keyframeBytes || builder.count() >= BLOCK_RECORDS;
  }

  /** Makes room for a whole block, so that the training thread need not while it writes. */
  void prepare(BlockBuilder builder) {
    long greatest = BLOCK_BYTES + keyframeBytes + RECORD_BYTES;
    if (greatest <= MAX_PREPARED_BYTES) {
      builder.ensureCapacity((int) greatest);
    }
  }

  /** Returns true if the next block should begin with whole patterns. */
  boolean isKeyframeDue() {
    return blocks >= KEYFRAME_BLOCKS || flipBytes >= keyframeBytes;
  }

  /** Takes note of a block that began with whole patterns. */
  void keyframe() {
    blocks = 0;
    flipBytes = 0;
  }

  /** Takes note of a block that is complete. */
  void completed(BlockBuilder builder) {
    flipBytes += builder.flipBytes();
    blocks++;
  }
}
