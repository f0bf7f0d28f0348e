package io.github.implicitbias.core.engine;

import io.github.implicitbias.run.EventKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes note of everything of ours that fails: one warning for the first failure of a part, a
 * count, and an event for the next record. Thread-safe.
 */
final class FailureLog {

  private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

  /** An event without its step, which is that of the record it comes with. */
  static final class Note {
    final EventKind kind;
    final String detail;

    Note(EventKind kind, String detail) {
      this.kind = kind;
      this.detail = detail;
    }
  }

  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private final List<Note> pending = new ArrayList<>();
  private volatile boolean hasPending;
  private volatile boolean outOfMemory;

  /**
   * Notes a failure.
   *
   * @param consequence what follows from it, after "training goes on"
   */
  void failed(Fuse fuse, EventKind kind, Throwable cause, String consequence) {
    if (cause instanceof OutOfMemoryError) {
      outOfMemory = true;
    }
    try {
      synchronized (this) {
        fuse.failed();
        counts.merge(fuse.name(), 1, Integer::sum);
        if (fuse.isWorthAnEvent()) {
          String off = fuse.isBlown() ? "; switched off" : "";
          pending.add(new Note(kind, fuse.name() + ": " + cause + off));
          hasPending = true;
        }
      }
      if (fuse.total() == 1) {
        LOG.warn("{} failed; training goes on{}.", fuse.name(), consequence, cause);
      } else if (fuse.isBlown()) {
        LOG.warn("{} failed again and is switched off; training goes on.", fuse.name());
      } else {
        LOG.debug("{} failed again.", fuse.name(), cause);
      }
    } catch (Throwable e) {
      // Out of memory, say: training is worth more than our message.
    }
  }

  /** Returns true if there are events to be recorded; costs nothing. */
  boolean hasPending() {
    return hasPending;
  }

  /** Returns the events to be recorded, once. */
  synchronized List<Note> takePending() {
    List<Note> taken = List.copyOf(pending);
    pending.clear();
    hasPending = false;
    return taken;
  }

  /** Returns true if memory was out in one of our threads. */
  boolean isOutOfMemory() {
    return outOfMemory;
  }

  /** Returns the number of failures of every part that has failed. */
  synchronized Map<String, Integer> counts() {
    return new LinkedHashMap<>(counts);
  }
}
