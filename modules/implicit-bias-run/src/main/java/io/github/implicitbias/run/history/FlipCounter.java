package io.github.implicitbias.run.history;

import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.TrackedLayer;

/** Counts the flips of one layer while all blocks of a run are read. */
public final class FlipCounter implements RecordVisitor {

  private static final long MAX_BYTES = 1L << 28;

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
    }
  }

  @Override
  public void event(Event event) {
    if (event.layer() == layer) {
      tally.event(event);
    }
  }

  /** Returns what was counted. */
  public FlipHistory history() {
    return new FlipHistory(tracked, tally);
  }
}
