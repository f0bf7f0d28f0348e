package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.Session;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Run;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A listener and its clones: which of them records as which worker, and the runs of all.
 *
 * <p>{@code ParallelWrapper} clones the listener for every worker, again at every {@code fit}, and
 * says nothing when a worker ends. So whoever records is held here until the last of the family is
 * forgotten, and a clone with the id of one whose network is gone goes on with that one's run.
 * Thread-safe; it never waits for training.
 */
final class Workers {

  /**
   * Under which id a listener records, and the watch it goes on with, null for a run of its own.
   */
  static final class Place {
    final String workerId;
    final @Nullable Watch before;

    Place(String workerId, @Nullable Watch before) {
      this.workerId = workerId;
      this.before = before;
    }
  }

  /** As {@code ParallelWrapper} names its workers: its own id and a number. */
  private static final Pattern OF_WRAPPER = Pattern.compile("(.+)_thread_\\d+");

  private final Map<String, Recording> recording = new LinkedHashMap<>();
  private final Map<String, VisitBook> books = new HashMap<>();
  private final List<MemoryRecorder> memories = new ArrayList<>();
  private final RunFiles files = new RunFiles();
  private boolean requested;
  private boolean closed;
  private boolean answered;

  /**
   * Finds a place for a listener that begins to record.
   *
   * @param workerId the id it would like to have; it gets another if that is taken
   * @param reader of the network it watches
   * @return null if the family is closed
   */
  synchronized @Nullable Place enter(
      Recording one, String workerId, Network net, NetworkReader reader) {
    if (closed) {
      return null;
    }
    Recording former = recording.get(workerId);
    Watch before = former == null ? null : former.handOver(net, reader);
    String id = workerId;
    for (int k = 2; before == null && recording.containsKey(id); k++) {
      id = workerId + "-" + k;
    }
    recording.put(id, one);
    return new Place(id, before);
  }

  /**
   * Starts to read visits: the workers of one training keep one book, so that each of its samples
   * has one number and all of its visits.
   *
   * @param training what they have in common, null for a training that has one worker
   * @param start is given the book that is kept already, null if there is none
   */
  VisitWatch visits(@Nullable String training, Function<@Nullable VisitBook, VisitWatch> start) {
    if (training == null) {
      return start.apply(null);
    }
    synchronized (books) {
      VisitWatch watch = start.apply(books.get(training));
      books.putIfAbsent(training, watch.book());
      return watch;
    }
  }

  /**
   * Returns what the ids of the workers of one training have in common; null if an id is none that
   * {@code ParallelWrapper} gives its workers.
   */
  static @Nullable String training(String workerId) {
    Matcher parts = OF_WRAPPER.matcher(workerId);
    return parts.matches() ? parts.group(1) : null;
  }

  /** Returns true once only: one sentence is enough for all clones that come late. */
  synchronized boolean mayAnswer() {
    boolean first = !answered;
    answered = true;
    return first;
  }

  /** Returns memory for one more run; all runs together stay under the cap. */
  synchronized MemoryRecorder memory(long capBytes) {
    memories.add(new MemoryRecorder(capBytes));
    for (MemoryRecorder memory : memories) {
      memory.limit(capBytes / memories.size());
    }
    return memories.get(memories.size() - 1);
  }

  /** Returns what names the run files of the family. */
  RunFiles files() {
    return files;
  }

  /** Lets no further listener in, and returns those that have recorded. */
  synchronized Collection<Recording> close() {
    closed = true;
    return recordings();
  }

  /** Asks for the first record of the first network to be complete. */
  synchronized void request() {
    requested = true;
  }

  /** Passes that request to the first that begins. */
  synchronized void passRequestTo(Session session) {
    if (requested) {
      requested = false;
      session.requestAll();
    }
  }

  synchronized Collection<Recording> recordings() {
    return new ArrayList<>(recording.values());
  }

  /** Returns the runs in the order in which they began. */
  synchronized List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (MemoryRecorder memory : memories) {
      Run run = memory.run();
      if (run != null) {
        runs.add(run);
      }
    }
    return runs;
  }
}
