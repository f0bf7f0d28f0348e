package io.github.implicitbias.page;

import io.github.implicitbias.run.RunFollower;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.RunLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of all runs of a catalog. A run is read once, in the background, and again when it has
 * more; what is kept of it is its row. Runs that have grown lately are followed, so that only what
 * is new of them is read. Thread-safe.
 */
final class RunRows {

  private static final Logger LOG = LoggerFactory.getLogger(RunRows.class);

  /** How long an answer waits for what is read, in milliseconds. */
  private static final long PATIENCE = 100;

  /** A run that has not grown for so long is taken to have ended, in milliseconds. */
  private static final long ENDED = 60_000;

  /** Runs of which an index is held. */
  private static final int MAX_FOLLOWED = 8;

  private static final long UNREAD = Long.MIN_VALUE;

  /** A row, and when it became as it is: rows are asked for by what is new of them. */
  static final class Kept {
    final RunRow row;
    final long stamp;
    private final long version;

    Kept(RunRow row, long stamp, long version) {
      this.row = row;
      this.stamp = stamp;
      this.version = version;
    }
  }

  /** All rows as they are now. */
  static final class View {
    final List<Kept> rows; // by their stamps
    final long generation; // another one if rows are gone
    final int unread;

    View(List<Kept> rows, long generation, int unread) {
      this.rows = rows;
      this.generation = generation;
      this.unread = unread;
    }
  }

  private final RunCatalog catalog;
  private final long patience;
  private final LongSupplier clock;
  private final Map<RunId, Kept> rows = new HashMap<>();
  private final Map<List<RunRow.End>, List<RunRow.End>> columns = new HashMap<>();
  private final Map<RunId, RunFollower> followed = new LinkedHashMap<>(16, 0.75f, true);
  private final ExecutorService background;
  private @Nullable Future<?> reading;
  private long stamp;
  private long generation = 1;

  RunRows(RunCatalog catalog) {
    this(catalog, PATIENCE, System::currentTimeMillis);
  }

  RunRows(RunCatalog catalog, long patience, LongSupplier clock) {
    this.catalog = catalog;
    this.patience = patience;
    this.clock = clock;
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), RunRows::daemon);
    one.allowCoreThreadTimeOut(true);
    background = one;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "implicit-bias-rows");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Looks for what is new, for a moment; the rest is read in the background.
   *
   * @throws IOException if nothing can be listed
   */
  View look() throws IOException {
    List<RunCatalog.Entry> listed = catalog.list();
    Future<?> now;
    synchronized (this) {
      if (reading == null || reading.isDone()) {
        List<RunCatalog.Entry> due = due(listed);
        reading = due.isEmpty() ? null : background.submit(() -> read(due));
      }
      now = reading;
    }
    if (now != null) {
      try {
        now.get(patience, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // What is known by now is told.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (java.util.concurrent.ExecutionException e) {
        LOG.debug("Rows cannot be read", e);
      }
    }
    return view();
  }

  private synchronized View view() {
    List<Kept> all = new ArrayList<>(rows.values());
    all.sort(Comparator.comparingLong(kept -> kept.stamp));
    int unread = (int) all.stream().filter(kept -> kept.version == UNREAD).count();
    return new View(all, generation, unread);
  }

  /** Takes note of runs that have come or gone; returns those to read, the newest first. */
  private List<RunCatalog.Entry> due(List<RunCatalog.Entry> listed) {
    Map<RunId, RunCatalog.Entry> there = new HashMap<>();
    listed.forEach(entry -> there.put(entry.id(), entry));
    if (rows.keySet().retainAll(there.keySet())) {
      generation++;
    }
    followed.keySet().retainAll(there.keySet());
    List<RunCatalog.Entry> due = new ArrayList<>();
    for (RunCatalog.Entry entry : there.values()) {
      Kept kept = rows.get(entry.id());
      if (kept == null) {
        rows.put(entry.id(), new Kept(RunRow.of(entry), ++stamp, UNREAD));
        due.add(entry);
      } else if (kept.version != catalog.version(entry.id()) || isGrowing(kept.row)) {
        due.add(entry);
      }
    }
    due.sort(Comparator.comparingLong(RunCatalog.Entry::startedAt).reversed());
    return due;
  }

  private boolean isGrowing(RunRow row) {
    return row.outcome != null && clock.getAsLong() - row.outcome.changedAt < ENDED;
  }

  private void read(List<RunCatalog.Entry> due) {
    for (RunCatalog.Entry entry : due) {
      try {
        read(entry);
      } catch (IOException | RuntimeException e) {
        LOG.debug("Run {} cannot be read", entry.id(), e);
        leave(entry.id());
      }
    }
  }

  /** What cannot be read is tried again when it is another. */
  private synchronized void leave(RunId id) {
    Kept old = rows.get(id);
    if (old != null) {
      rows.put(id, new Kept(old.row, old.stamp, catalog.version(id)));
    }
  }

  private void read(RunCatalog.Entry entry) throws IOException {
    long version = catalog.version(entry.id());
    RunFollower follower;
    synchronized (this) {
      follower = followed.get(entry.id());
    }
    RunLog log = catalog.open(entry.id());
    if (log == null) {
      leave(entry.id());
      return;
    }
    if (follower == null || follower.log() != log) {
      follower = new RunFollower(log);
    }
    long before = follower.version();
    follower.followAll();
    boolean grows = clock.getAsLong() - log.changedAt() < ENDED;
    synchronized (this) {
      Kept old = rows.get(entry.id());
      if (old == null) {
        return; // gone meanwhile
      }
      if (old.row.outcome != null
          && followed.containsKey(entry.id())
          && follower.version() == before) {
        rows.put(entry.id(), new Kept(old.row, old.stamp, version));
      } else {
        List<RunRow.End> own = RunRow.columns(follower.run().header());
        List<RunRow.End> shared = columns.computeIfAbsent(own, same -> same);
        RunRow row = RunRow.of(entry, follower.run(), log.changedAt(), shared);
        rows.put(entry.id(), new Kept(row, ++stamp, version));
      }
      if (grows) {
        followed.put(entry.id(), follower);
        if (followed.size() > MAX_FOLLOWED) {
          followed.remove(followed.keySet().iterator().next());
        }
      } else {
        followed.remove(entry.id());
      }
    }
  }
}
