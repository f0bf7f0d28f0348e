package io.github.implicitbias.ui;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runs in all storages that are attached to the UI. Thread-safe. */
final class StoredRuns {

  private static final Logger log = LoggerFactory.getLogger(StoredRuns.class);

  /** Runs of which an index is held; those looked at longest ago give way. */
  private static final int MAX_INDEXES = 8;

  /** A run that can be chosen. */
  static final class Entry {
    final String sessionId;
    final String workerId;
    final long startedAt;
    final boolean stockPages;

    Entry(String sessionId, String workerId, long startedAt, boolean stockPages) {
      this.sessionId = sessionId;
      this.workerId = workerId;
      this.startedAt = startedAt;
      this.stockPages = stockPages;
    }
  }

  private final List<StatsStorage> storages = new CopyOnWriteArrayList<>();
  private final Map<List<String>, StoredRun> indexes = new LinkedHashMap<>(16, 0.75f, true);

  void attach(StatsStorage storage) {
    if (!storages.contains(storage)) {
      storages.add(storage);
    }
  }

  void detach(StatsStorage storage) {
    storages.remove(storage);
    synchronized (indexes) {
      indexes.values().stream().filter(run -> run.storage() == storage).forEach(StoredRun::forget);
      indexes.values().removeIf(run -> run.storage() == storage);
    }
  }

  /** Takes note of what was put into a storage. */
  void told(StatsStorageEvent event) {
    synchronized (indexes) {
      indexes.values().forEach(run -> run.told(event));
    }
  }

  /**
   * All runs, the newest session first, its workers by name. A run that lies in two storages is
   * listed once.
   */
  List<Entry> list() {
    List<Entry> entries = new ArrayList<>();
    Set<List<String>> known = new HashSet<>();
    RuntimeException failure = null;
    for (StatsStorage storage : storages) {
      try {
        addRuns(storage, known, entries);
      } catch (RuntimeException e) {
        failure = e; // one broken storage does not hide the others
        log.debug("A storage cannot be read", e);
      }
    }
    if (failure != null && entries.isEmpty()) {
      throw failure;
    }
    Map<String, Long> newest = new HashMap<>();
    for (Entry entry : entries) {
      newest.merge(entry.sessionId, entry.startedAt, Math::max);
    }
    entries.sort(
        Comparator.comparing((Entry entry) -> newest.get(entry.sessionId))
            .reversed()
            .thenComparing(entry -> entry.sessionId)
            .thenComparing(entry -> entry.workerId));
    return entries;
  }

  /** Whether an attached storage has anything under a session, ours or not. */
  boolean hasSession(String session) {
    return session != null
        && storages.stream()
            .anyMatch(storage -> !storage.isClosed() && storage.listSessionIDs().contains(session));
  }

  private static void addRuns(StatsStorage storage, Set<List<String>> known, List<Entry> entries) {
    if (storage.isClosed()) {
      return;
    }
    for (String session : storage.listSessionIDs()) {
      List<String> types = storage.listTypeIDsForSession(session);
      if (!types.contains(BlockRecords.TYPE_ID)) {
        continue;
      }
      boolean stockPages = types.contains(StatsListener.TYPE_ID);
      for (String worker : storage.listWorkerIDsForSessionAndType(session, BlockRecords.TYPE_ID)) {
        Persistable info = info(storage, session, worker);
        if (info != null && known.add(List.of(session, worker))) {
          entries.add(new Entry(session, worker, info.getTimeStamp(), stockPages));
        }
      }
    }
  }

  /**
   * Finds a run and looks for what is new of it.
   *
   * @return null if no attached storage has such a run
   * @throws IOException if the storage has it but its header cannot be read
   */
  StoredRun find(String sessionId, String workerId) throws IOException {
    List<String> key = List.of(sessionId, workerId);
    StoredRun found;
    synchronized (indexes) {
      found = indexes.get(key);
    }
    if (found == null) {
      StatsStorage storage = storageOf(sessionId, workerId);
      if (storage == null) {
        return null;
      }
      synchronized (indexes) {
        found = indexes.computeIfAbsent(key, k -> new StoredRun(storage, sessionId, workerId));
        if (indexes.size() > MAX_INDEXES) {
          indexes.remove(indexes.keySet().iterator().next()).forget();
        }
      }
    }
    if (!found.storage().isClosed()) {
      found.refresh();
    }
    return found;
  }

  private StatsStorage storageOf(String sessionId, String workerId) {
    for (StatsStorage storage : storages) {
      if (info(storage, sessionId, workerId) != null) {
        return storage;
      }
    }
    return null;
  }

  /**
   * What a storage holds about a run as a whole; null if nothing, or nothing that can be decoded.
   */
  private static Persistable info(StatsStorage storage, String session, String worker) {
    try {
      return storage.isClosed()
          ? null
          : storage.getStaticInfo(session, BlockRecords.TYPE_ID, worker);
    } catch (RuntimeException e) {
      log.debug("The header of session {} cannot be read", session, e);
      return null;
    }
  }
}
