package io.github.implicitbias.ui;

import io.github.implicitbias.listener.ImplicitBiasBlock;
import io.github.implicitbias.page.RunCatalog;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.RunLog;
import io.github.implicitbias.run.format.Frame;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs in all storages that are attached to the UI. A run that lies in two storages is there
 * once. Thread-safe.
 */
final class StatsStorageRuns implements RunCatalog {

  private static final Logger LOG = LoggerFactory.getLogger(StatsStorageRuns.class);

  /** Where a run lies, and what was found there. */
  private static final class Place {
    final StatsStorage storage;
    final String session;
    final String worker;
    private @Nullable RunId id;
    private long time;
    private int length;
    private @Nullable Entry entry;

    Place(StatsStorage storage, String session, String worker) {
      this.storage = storage;
      this.session = session;
      this.worker = worker;
    }

    Persistable info() {
      return storage.getStaticInfo(session, ImplicitBiasBlock.TYPE_ID, worker);
    }

    /** Returns what is there now; headers are decoded when they have changed. */
    synchronized @Nullable Entry entry(boolean stockPages) throws IOException {
      Persistable info = info();
      if (info == null) {
        return null;
      }
      byte[] block = StatsStorageLog.bytes(info);
      RunId found = Frame.run(block);
      boolean same = found.equals(id) && time == info.getTimeStamp() && length == block.length;
      if (!same || entry == null || entry.hasStockPages() != stockPages) {
        entry = new Entry(RunHeader.decode(block), stockPages);
        id = found;
        time = info.getTimeStamp();
        length = block.length;
      }
      return entry;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Place
          && ((Place) other).storage == storage
          && ((Place) other).session.equals(session)
          && ((Place) other).worker.equals(worker);
    }

    @Override
    public int hashCode() {
      return Objects.hash(System.identityHashCode(storage), session, worker);
    }
  }

  private final List<StatsStorage> storages = new CopyOnWriteArrayList<>();
  private final Map<Place, Place> places = new HashMap<>();
  private final Map<RunId, Place> runs = new HashMap<>();
  private final Map<RunId, WeakReference<StatsStorageLog>> logs = new HashMap<>();
  private final Map<Place, Long> told = new HashMap<>(); // how often a storage told of a run

  void attach(StatsStorage storage) {
    if (!storages.contains(storage)) {
      storages.add(storage);
    }
  }

  void detach(StatsStorage storage) {
    storages.remove(storage);
    synchronized (this) {
      places.keySet().removeIf(place -> place.storage == storage);
      told.keySet().removeIf(place -> place.storage == storage);
      runs.values().removeIf(place -> place.storage == storage);
      logs.keySet().retainAll(runs.keySet());
    }
  }

  /** Takes note of what was put into a storage; answers at once. */
  void told(StatsStorageEvent event) {
    List<StatsStorageLog> held = new ArrayList<>();
    synchronized (this) {
      if (ImplicitBiasBlock.TYPE_ID.equals(event.getTypeID())) {
        Place place = new Place(event.getStatsStorage(), event.getSessionID(), event.getWorkerID());
        told.merge(place, 1L, Long::sum);
      }
      logs.values().removeIf(log -> log.get() == null);
      for (WeakReference<StatsStorageLog> reference : logs.values()) {
        StatsStorageLog log = reference.get();
        if (log != null) {
          held.add(log);
        }
      }
    }
    held.forEach(log -> log.told(event));
  }

  /** Says whether an attached storage has anything under a session, ours or not. */
  boolean hasSession(String session) {
    return session != null
        && storages.stream()
            .anyMatch(storage -> !storage.isClosed() && storage.listSessionIDs().contains(session));
  }

  @Override
  public List<Entry> list() {
    Map<RunId, Entry> entries = new LinkedHashMap<>();
    RuntimeException failure = null;
    for (StatsStorage storage : storages) {
      try {
        addRuns(storage, entries);
      } catch (RuntimeException e) {
        failure = e; // one broken storage does not hide the others
        LOG.debug("A storage cannot be read", e);
      }
    }
    if (failure != null && entries.isEmpty()) {
      throw failure;
    }
    return new ArrayList<>(entries.values());
  }

  private void addRuns(StatsStorage storage, Map<RunId, Entry> entries) {
    if (storage.isClosed()) {
      return;
    }
    for (String session : storage.listSessionIDs()) {
      List<String> types = storage.listTypeIDsForSession(session);
      if (!types.contains(ImplicitBiasBlock.TYPE_ID)) {
        continue;
      }
      boolean stockPages = types.contains(StatsListener.TYPE_ID);
      for (String worker :
          storage.listWorkerIDsForSessionAndType(session, ImplicitBiasBlock.TYPE_ID)) {
        addRun(new Place(storage, session, worker), stockPages, entries);
      }
    }
  }

  private void addRun(Place named, boolean stockPages, Map<RunId, Entry> entries) {
    Place place;
    synchronized (this) {
      place = places.computeIfAbsent(named, k -> k);
    }
    try {
      Entry entry = place.entry(stockPages);
      if (entry != null && entries.putIfAbsent(entry.id(), entry) == null) {
        synchronized (this) {
          runs.putIfAbsent(entry.id(), place);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("The header of session {} cannot be read", named.session, e);
    }
  }

  @Override
  public @Nullable RunLog open(RunId id) throws IOException {
    Place place = place(id);
    if (place == null) {
      list();
      place = place(id);
    }
    if (place == null) {
      return null;
    }
    StatsStorageLog known = held(id, place);
    if (known != null) {
      return known;
    }
    Persistable info = place.info();
    RunHeader header = info == null ? null : RunHeader.decode(StatsStorageLog.bytes(info));
    if (header == null || !header.id().equals(id)) {
      forget(id, place);
      return null;
    }
    synchronized (this) {
      StatsStorageLog meanwhile = held(id, place);
      StatsStorageLog log =
          meanwhile != null
              ? meanwhile
              : new StatsStorageLog(place.storage, place.session, place.worker, header);
      logs.put(id, new WeakReference<>(log));
      return log;
    }
  }

  /** How often the storage has told of the run. */
  @Override
  public synchronized long version(RunId id) {
    Place place = runs.get(id);
    return place == null ? 0 : told.getOrDefault(place, 0L);
  }

  private synchronized @Nullable StatsStorageLog held(RunId id, Place place) {
    WeakReference<StatsStorageLog> held = logs.get(id);
    StatsStorageLog log = held == null ? null : held.get();
    return log != null && log.storage() == place.storage ? log : null;
  }

  private synchronized @Nullable Place place(RunId id) {
    return runs.get(id);
  }

  private synchronized void forget(RunId id, Place place) {
    runs.remove(id, place);
  }
}
