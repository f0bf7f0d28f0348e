package io.github.implicitbias.core.engine;

import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.format.VisitBlock;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitTable;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Takes what visits have shown into the run of a {@link Session}; it is encoded and written in the
 * thread of the recorders. Thread-safe.
 */
public final class VisitRecorder {

  private final RecordQueue queue;
  private final Fuse encoding = new Fuse("encoding of visits");
  private final VisitBudget budget = new VisitBudget();
  private final ArrayDeque<Object> waiting = new ArrayDeque<>();
  private @Nullable Runnable last;
  private volatile @Nullable FindingRunner findings;

  VisitRecorder(RecordQueue queue) {
    this.queue = queue;
  }

  /** Also shows everything to the rules that say how training is. */
  void alsoTell(FindingRunner rules) {
    findings = rules;
  }

  /** Records what holds over all visits of an epoch that has ended. */
  public void epoch(VisitEpoch epoch) {
    FindingRunner rules = findings;
    if (rules != null) {
      rules.epoch(epoch);
    }
    take(epoch);
  }

  /** Records what visits have shown of every sample, at the end of an epoch or of the run. */
  public void samples(VisitTable table) {
    FindingRunner rules = findings;
    if (rules != null) {
      rules.samples(table);
    }
    take(table);
  }

  /**
   * Returns true if the samples are to be recorded at the end of an epoch. Tables of epochs take at
   * most 64 MB in a run: every epoch has one until half of that is used, then every fourth until
   * half of the rest is, then every sixteenth, and so on.
   */
  public boolean wantsSamples(int ofEpoch) {
    return budget.wants(ofEpoch);
  }

  /**
   * Sets what records the end of the run. It is called once, when the recorders are closed, also if
   * the session was dropped: it must not hold the session or the network.
   */
  public void atEnd(Runnable recording) {
    synchronized (waiting) {
      last = recording;
    }
  }

  /** Lets the end be recorded. */
  void end(FailureLog failures) {
    Runnable recording;
    synchronized (waiting) {
      recording = last;
      last = null;
    }
    if (recording != null) {
      try {
        recording.run();
      } catch (Throwable e) {
        failures.failed(
            encoding, EventKind.RECORDER_FAILED, e, ", the last table of samples is lost");
      }
    }
  }

  private void take(Object shown) {
    synchronized (waiting) {
      waiting.add(shown);
    }
    queue.wake();
  }

  boolean isEmpty() {
    synchronized (waiting) {
      return waiting.isEmpty();
    }
  }

  /** Encodes what came first; null if there is no room for it, or memory was out. */
  Outlet.@Nullable Block next(RunId id, long number, FailureLog failures) {
    Object shown;
    synchronized (waiting) {
      shown = waiting.poll();
    }
    long lastStep = -1;
    try {
      if (shown instanceof VisitEpoch) {
        lastStep = ((VisitEpoch) shown).lastStep();
        return Outlet.Block.ofVisits(VisitBlock.encode(id, number, (VisitEpoch) shown), lastStep);
      }
      if (shown instanceof VisitTable) {
        VisitTable table = (VisitTable) shown;
        lastStep = table.step();
        byte[] block = VisitBlock.encode(id, number, table);
        boolean room = table.isLast() || budget.take(block.length);
        return room ? Outlet.Block.ofVisits(block, lastStep) : null;
      }
    } catch (Throwable e) {
      failures.failed(
          encoding, EventKind.RECORDER_FAILED, e, ", visits up to step " + lastStep + " are lost");
    }
    return null;
  }
}
