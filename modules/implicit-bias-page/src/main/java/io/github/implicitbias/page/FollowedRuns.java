package io.github.implicitbias.page;

import io.github.implicitbias.run.RunFollower;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.RunLog;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of a catalog that somebody looks at, for a live page: of each an index that grows with
 * it. A long run that is seen for the first time is indexed in the background after a moment; until
 * then it is answered from what is indexed so far. Exports have no part in this: they index a run
 * of their own, whole. Thread-safe.
 */
final class FollowedRuns {

  private static final Logger LOG = LoggerFactory.getLogger(FollowedRuns.class);

  /** How long a question waits for the index, in nanoseconds. */
  private static final long PATIENCE = 150_000_000;

  /** Runs of which an index is held; those looked at longest ago give way. */
  private static final int MAX_RUNS = 8;

  private final RunCatalog catalog;
  private final long patience;
  private final Map<RunId, FollowedRun> runs = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<FollowedRun> inBackground = ConcurrentHashMap.newKeySet();
  private final ExecutorService background;

  FollowedRuns(RunCatalog catalog) {
    this(catalog, PATIENCE);
  }

  FollowedRuns(RunCatalog catalog, long patience) {
    this.catalog = catalog;
    this.patience = patience;
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), FollowedRuns::daemon);
    one.allowCoreThreadTimeOut(true);
    background = one;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "implicit-bias-index");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Finds a run and looks for what is new of it, for a moment; the rest is read in the background.
   *
   * @return null if there is no such run
   * @throws IOException if it cannot be read
   */
  @Nullable FollowedRun find(RunId id) throws IOException {
    RunLog log = catalog.open(id);
    FollowedRun found;
    synchronized (runs) {
      found = runs.get(id);
      if (found != null && found.follower().log() != log) {
        forget(runs.remove(id));
        found = null;
      }
      if (log == null) {
        return null;
      }
    }
    if (found == null) {
      FollowedRun made = new FollowedRun(log);
      synchronized (runs) {
        found = runs.computeIfAbsent(id, k -> made);
        Iterator<FollowedRun> oldest = runs.values().iterator();
        if (runs.size() > MAX_RUNS) {
          forget(oldest.next());
          oldest.remove();
        }
      }
    }
    look(found);
    return found;
  }

  private static void forget(FollowedRun run) {
    run.follower().stop();
  }

  private void look(FollowedRun run) throws IOException {
    if (inBackground.contains(run)) {
      return;
    }
    if (!run.follower().follow(patience) && inBackground.add(run)) {
      background.execute(() -> lookOn(run));
    }
  }

  private void lookOn(FollowedRun run) {
    try {
      RunFollower follower = run.follower();
      follower.followAll();
    } catch (IOException | RuntimeException e) {
      LOG.debug("Run {} cannot be read", run.run().header().id(), e);
    } finally {
      inBackground.remove(run);
    }
  }
}
