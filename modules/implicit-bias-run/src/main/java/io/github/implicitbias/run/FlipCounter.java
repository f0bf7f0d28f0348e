package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.TrackedLayer;

/** Counts the flips of one layer while all blocks of a run are read. */
final class FlipCounter implements RecordVisitor {

  /** What a tally of a layer of which everything flips may take. */
  private static final long MAX_BYTES = 1L << 28;

  /** What is taken at most; counts per entry are given up first. */
  private static final long MAX_BYTES_TAKEN = 1L << 26;

  private final TrackedLayer tracked;
  private final int layer;
  private final FlipTally.Progress progress = new FlipTally.Progress();
  private final FlipTally tally;

  FlipCounter(TrackedLayer tracked, int layer, int samples, boolean hasGaps) {
    this.tracked = tracked;
    this.layer = layer;
    if (FlipTally.bytes(tracked.units(), samples, false) > MAX_BYTES) {
      throw new IllegalStateException(
          tracked + " with " + samples + " samples is too large to count its flips");
    }
    boolean entries = (long) tracked.units() * samples <= FlipHistory.MAX_ENTRIES;
    tally = new FlipTally(tracked.units(), samples, entries, progress);
    if (hasGaps) {
      progress.gap();
    }
  }

  @Override
  public void record(Record record) {
    progress.record(record);
  }

  @Override
  public void flip(int ofLayer, FlipKind kind, int unit, int sample) {
    if (ofLayer == layer) {
      tally.flip(kind, unit, sample);
      keepWithin();
    }
  }

  private void keepWithin() {
    if (tally.bytes() > MAX_BYTES_TAKEN) {
      tally.dropEntries();
      if (tally.bytes() > MAX_BYTES_TAKEN) {
        throw new IllegalStateException("the flips of " + tracked + " are too many to count");
      }
    }
  }

  @Override
  public void event(Event event) {
    if (event.layer() == layer) {
      tally.event(event);
      keepWithin();
    }
  }

  /** Returns what was counted. */
  public FlipHistory history() {
    return new FlipHistory(tracked, tally);
  }
}
