package io.github.implicitbias.listener;

import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.log.MemoryRecorder;
import io.github.implicitbias.run.log.Recorder;
import io.github.implicitbias.run.log.RunFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A listener and its clones: which of them records under which worker id.
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
    final Watch before;

    Place(String workerId, Watch before) {
      this.workerId = workerId;
      this.before = before;
    }
  }

  private final Map<String, ImplicitBiasListener> recording = new LinkedHashMap<>();
  private final List<MemoryRecorder> memories = new ArrayList<>();
  private boolean closed;
  private boolean answered;

  /**
   * Finds a place for a listener that begins to record.
   *
   * @param workerId the id it would like to have; it gets another if that is taken
   * @param plan of the network it watches
   * @return null if the family is closed
   */
  synchronized Place enter(
      ImplicitBiasListener listener, String workerId, Network net, NetworkPlan plan) {
    if (closed) {
      return null;
    }
    ImplicitBiasListener former = recording.get(workerId);
    Watch before = former == null ? null : former.handOver(net, plan);
    String id = workerId;
    for (int k = 2; before == null && recording.containsKey(id); k++) {
      id = workerId + "-" + k;
    }
    recording.put(id, listener);
    return new Place(id, before);
  }

  /** Returns true from the second time on: one sentence is enough for all clones that come late. */
  synchronized boolean hasAnswered() {
    boolean already = answered;
    answered = true;
    return already;
  }

  /** Returns memory for one more run; all runs together stay under the cap. */
  synchronized MemoryRecorder memory(long capBytes) {
    memories.add(new MemoryRecorder(capBytes));
    for (MemoryRecorder memory : memories) {
      memory.limit(capBytes / memories.size());
    }
    return memories.get(memories.size() - 1);
  }

  /** Makes the run file of a worker: {@code run-worker.ibrun} beside {@code run.ibrun}. */
  static Recorder runFile(Path file, String workerId) throws IOException {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String stem = dot <= 0 ? name : name.substring(0, dot);
    String ending = dot <= 0 ? "" : name.substring(dot);
    String worker = stem + "-" + workerId.replaceAll("[^A-Za-z0-9._-]", "_");
    for (int k = 2; ; k++) {
      String number = k == 2 ? "" : "-" + (k - 1);
      try {
        return RunFile.create(file.resolveSibling(worker + number + ending));
      } catch (FileAlreadyExistsException e) {
        // A run file is never overwritten.
      }
    }
  }

  /** Lets no further listener in, and returns those that have recorded. */
  synchronized Collection<ImplicitBiasListener> close() {
    closed = true;
    return listeners();
  }

  synchronized Collection<ImplicitBiasListener> listeners() {
    return new ArrayList<>(recording.values());
  }

  /** Returns the runs by worker id, in the order in which they began. */
  Map<String, Run> runs() {
    Map<String, ImplicitBiasListener> now;
    synchronized (this) {
      now = new LinkedHashMap<>(recording);
    }
    Map<String, Run> runs = new LinkedHashMap<>();
    for (Map.Entry<String, ImplicitBiasListener> worker : now.entrySet()) {
      Run run = worker.getValue().run();
      if (run != null) {
        runs.put(worker.getKey(), run);
      }
    }
    return runs;
  }
}
