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

  /** Events about one recorder: of every failure that begins an outage, and of its end. */
  private static final int MAX_EVENTS = 20;

  /** An event without its step, which is that of the record it comes with. */
  static final class Note {
    final EventKind kind;
    final String detail;

    Note(EventKind kind, String detail) {
      this.kind = kind;
      this.detail = detail;
    }
  }

  /** Returns true if memory has run out. */
  static boolean isOutOfMemory(Throwable e) {
    return e instanceof OutOfMemoryError
        || (e.getCause() != null && e.getCause() != e && isOutOfMemory(e.getCause()));
  }

  /** Returns true if nothing should be tried again after such a failure. */
  static boolean isFatal(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError)) {
        return true;
      }
    }
    return false;
  }

  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private final Map<String, Integer> said = new LinkedHashMap<>();
  private final List<Note> pending = new ArrayList<>();
  private volatile boolean hasPending;
  private volatile boolean outOfMemory;

  /**
   * Notes a failure of something that is switched off when it fails too often.
   *
   * @param consequence what follows from it, after "training goes on"
   */
  void failed(Fuse fuse, EventKind kind, Throwable cause, String consequence) {
    if (cause instanceof OutOfMemoryError && kind == EventKind.RECORDER_FAILED) {
      outOfMemory = true;
    }
    try {
      synchronized (this) {
        fuse.failed();
        counts.merge(fuse.name(), 1, Integer::sum);
        if (fuse.isWorthAnEvent()) {
          String off = fuse.isBlown() ? "; switched off" : "";
          add(new Note(kind, fuse.name() + ": " + cause + off));
        }
      }
      if (fuse.total() == 1 && isOutOfMemory(cause)) {
        LOG.warn("Memory ran out over {}; training goes on{}.", fuse.name(), consequence);
        LOG.debug("{} failed.", fuse.name(), cause);
      } else if (fuse.total() == 1) {
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

  /**
   * Notes that a recorder did not take what it was offered, which it will be offered again.
   *
   * @param first true if it had taken everything before
   */
  void refused(String recorder, Throwable cause, boolean first) {
    if (cause instanceof OutOfMemoryError) {
      outOfMemory = true;
    }
    try {
      synchronized (this) {
        counts.merge(recorder, 1, Integer::sum);
        if (first) {
          say(recorder, new Note(EventKind.RECORDER_FAILED, recorder + ": " + cause));
        }
      }
      if (first) {
        LOG.warn(
            "{} failed ({}). Training and the other recorders go on, and it is tried again.",
            recorder,
            cause.toString());
      }
      LOG.debug("{} failed.", recorder, cause);
    } catch (Throwable e) {
      // As above.
    }
  }

  /** Notes that something was not done that was to be: one warning, and one event, for each. */
  void actionFailed(String action, Throwable cause) {
    try {
      int times;
      synchronized (this) {
        times = counts.merge(action, 1, Integer::sum);
        if (times == 1) {
          add(new Note(EventKind.ACTION_FAILED, action + ": " + cause));
        }
      }
      if (times == 1) {
        LOG.warn("{} failed ({}). Training goes on.", action, cause.toString());
      }
      LOG.debug("{} failed.", action, cause);
    } catch (Throwable e) {
      // As above.
    }
  }

  /** Notes that a recorder takes records again. */
  void recovered(String recorder, String consequence) {
    try {
      synchronized (this) {
        String text = recorder + ": takes records again, " + consequence;
        say(recorder, new Note(EventKind.RECORDER_RECOVERED, text));
      }
      LOG.info("{} takes records again: {}.", recorder, consequence);
    } catch (Throwable e) {
      // As above.
    }
  }

  /** Notes that a recorder is closed without having taken everything. */
  void gaveUp(String recorder, long blocks) {
    try {
      LOG.warn("{} was closed with {} blocks of records that it had not taken.", recorder, blocks);
    } catch (Throwable e) {
      // As above.
    }
  }

  private void say(String about, Note note) {
    if (said.merge(about, 1, Integer::sum) <= MAX_EVENTS) {
      add(note);
    }
  }

  private void add(Note note) {
    pending.add(note);
    hasPending = true;
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

  /** Returns true if memory was out in a thread of the recorders since this was last asked. */
  boolean takeOutOfMemory() {
    boolean was = outOfMemory;
    outOfMemory = false;
    return was;
  }

  /** Has the next record say what follows from memory that ran out. */
  synchronized void note(String sentence) {
    add(new Note(EventKind.METRIC_FAILED, sentence));
  }

  /** Returns the number of failures of every part that has failed. */
  synchronized Map<String, Integer> counts() {
    return new LinkedHashMap<>(counts);
  }
}
