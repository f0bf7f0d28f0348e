package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.Session;
import io.github.implicitbias.core.engine.SessionBuilder;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.run.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one listener records: the network it has taken, its runs one after the other, and how that
 * begins and ends. Thread-safe.
 */
final class Recording {

  private static final Logger LOG = LoggerFactory.getLogger(ImplicitBiasListener.class);
  static final long CLOSE_MILLIS = 30_000;

  private final ImplicitBiasListener listener;
  private final ListenerSettings settings;
  private final Workers workers;
  private final boolean cloned;
  private final @Nullable String copySuffix;
  private final TrainingThread trainer = new TrainingThread();
  private final Aside aside = new Aside();
  private final FormerRuns former = new FormerRuns();
  private final Heard heard = new Heard();
  private @Nullable String recordedAs;
  private @Nullable Watch watch;
  private @Nullable Session session;
  private @Nullable String route;
  private @Nullable Run empty;
  private VisitBook book = VisitBook.empty("Training has not begun: there are no visits.");
  private boolean off;
  private boolean answered;

  /**
   * Makes a recording that has recorded nothing.
   *
   * @param workers of the listener and its clones
   * @param cloned true for a clone
   * @param copySuffix what makes the worker of a serialized copy different, null for no copy
   */
  Recording(
      ImplicitBiasListener listener,
      ListenerSettings settings,
      Workers workers,
      boolean cloned,
      @Nullable String copySuffix) {
    this.listener = listener;
    this.settings = settings;
    this.workers = workers;
    this.cloned = cloned;
    this.copySuffix = copySuffix;
  }

  /** At a forward pass of any network. */
  synchronized void forward(Model model, Object activations) {
    if (off) {
      answer(model);
      return;
    }
    try {
      aside.enter();
      trainer.noteCurrent();
      Watch mine = taken(model, activations);
      if (mine != null) {
        mine.forward(activations);
      }
    } catch (Throwable e) {
      failed(e);
    } finally {
      aside.leave();
    }
  }

  synchronized void backward(Model model) {
    Watch mine = of(model);
    if (mine != null) {
      long start = System.nanoTime();
      try {
        aside.enter();
        mine.backward();
      } catch (Throwable e) {
        failed(e);
      } finally {
        aside.leave();
      }
      mine.session().spent(System.nanoTime() - start);
    }
  }

  synchronized void gradient(Model model) {
    Watch mine = of(model);
    if (mine != null) {
      try {
        aside.enter();
        mine.gradient();
      } catch (Throwable e) {
        failed(e);
      } finally {
        aside.leave();
      }
    }
  }

  synchronized void updated(Model model) {
    Watch mine = of(model);
    Watch other = off ? null : watch;
    try {
      aside.enter();
      if (mine != null) {
        mine.updated(listener);
      } else if (other != null && other.hasLayer(model)) {
        other.layerUpdated();
      } else if (other == null) {
        heard.update(model);
      }
    } catch (Throwable e) {
      failed(e);
    } finally {
      aside.leave();
    }
  }

  /** Makes a record of a network as it is now, because somebody asks for it. */
  synchronized void observe(Model model) {
    if (off) {
      answer(model);
      return;
    }
    try {
      aside.enter();
      Watch mine = taken(model, null);
      if (mine != null) {
        mine.observeNow();
      }
    } catch (Throwable e) {
      failed(e);
    } finally {
      aside.leave();
    }
  }

  synchronized void epochEnded(Model model) {
    Watch mine = of(model);
    if (mine != null) {
      mine.epochEnded();
    }
  }

  /** Returns what watches a network, null if that is not the one that is recorded. */
  private @Nullable Watch of(Model model) {
    return !off && watch != null && watch.isOf(model) ? watch : null;
  }

  /** Takes the first network that comes; every other gets one sentence, and null. */
  private @Nullable Watch taken(Model model, @Nullable Object activations) {
    if (watch == null) {
      return begin(model, activations);
    }
    if (!watch.isOf(model)) {
      answer(model);
      return null;
    }
    return watch.isSetBack() ? beginAgain(model, watch, activations) : watch;
  }

  private @Nullable Watch begin(Model model, @Nullable Object activations) {
    long wall = System.nanoTime();
    long beganAt = SessionBuilder.cpuNanos();
    Network net = Network.of(model);
    if (net == null) {
      heard.notFor(model);
      return null;
    }
    Activations batch = activations == null ? null : net.activations(activations);
    if (batch == null && settings.probe == null) {
      heard.needsBatch();
      return null;
    }
    if (batch != null && settings.probe != null) {
      ProbeShapes.requireFit(settings.probe, net, batch);
    }
    SessionBuilder builder = settings.session(net, batch);
    NetworkReader reader = reader(net, activations);
    String label = listener.getWorkerID();
    String wanted = copySuffix == null ? label : label + copySuffix;
    Workers.Place place = workers.enter(this, wanted, net, reader);
    if (place == null) {
      off = true;
      answered = !workers.mayAnswer();
      answer(model);
      return null;
    }
    recordedAs = place.workerId;
    ShutdownFlush.add(this);
    Watch begun;
    if (place.before == null) {
      settings.additions.recorders().forEach(builder::recorder);
      begun = begin(net, reader, builder, place.workerId, true);
    } else {
      // From here on it is ours: should what follows fail, its records are written all the same.
      watch = place.before;
      session = place.before.session();
      begun = took(place.before.goOnWith(net, reader, beganAt));
    }
    begun.session().spent(System.nanoTime() - wall);
    return begun;
  }

  private NetworkReader reader(Network net, @Nullable Object activations) {
    Activations batch = activations == null ? null : net.activations(activations);
    NetworkReader reader = settings.reader(net, batch);
    // Preparing the reader may have let go of them.
    reader.ofTraining(activations == null ? null : net.activations(activations));
    if (cloned || copySuffix != null) {
      reader.ownUpdate().ofWorker();
    }
    return reader;
  }

  private Watch took(Watch begun) {
    watch = begun;
    session = begun.session();
    route = begun.route();
    book = begun.book();
    workers.passRequestTo(begun.session());
    heard.records(begun.told());
    return begun;
  }

  private Watch begin(
      Network net, NetworkReader reader, SessionBuilder builder, String workerId, boolean first) {
    builder.labels(listener.getSessionID(), workerId).memory(workers.memory(settings.memoryCap));
    Path file = settings.runFile();
    if (file != null) {
      String worker = cloned ? workerId : null;
      builder.recorder(new NewRunFile(workers.files().name(file, worker, first)));
    }
    if (listener.getStorageRouter() != null) {
      builder.recorder(new StatsStorageRecorder(listener.getStorageRouter()));
    }
    if (copySuffix != null) {
      builder.handOverAtOnce();
    }
    String training = cloned ? Workers.training(listener.getWorkerID()) : null;
    return took(Watch.start(net, reader, settings, builder, workers, training));
  }

  /** Returns the visits of the newest run. */
  synchronized VisitBook visits() {
    return book;
  }

  /** Begins a new run, because the count of steps was set back; the run before is complete. */
  private Watch beginAgain(Model model, Watch left, @Nullable Object activations) {
    Session before = left.session();
    if (activations == null && settings.probe == null) {
      return left; // the batch that comes next says what begins
    }
    String why =
        "the count of steps was set back from " + before.step() + " to " + left.iteration();
    LOG.info("A new run begins: {}.", why);
    former.end(before);
    Network net = Objects.requireNonNull(Network.of(model), "the network was taken before");
    String workerId = Objects.requireNonNull(recordedAs, "the network was taken before");
    Activations batch = activations == null ? null : net.activations(activations);
    SessionBuilder builder = settings.session(net, batch).follows(before.id(), why);
    Watch begun = begin(net, reader(net, activations), builder, workerId, false);
    left.release();
    return begun;
  }

  /**
   * Gives the watch away if nothing more will come of its own network.
   *
   * @return null if it is still needed here, or does not fit the other network
   */
  synchronized @Nullable Watch handOver(Network next, NetworkReader reader) {
    if (off || watch == null || !watch.isOverFor(listener) || !watch.canGoOnWith(next, reader)) {
      return null;
    }
    Watch given = watch;
    watch = null;
    session = null;
    off = true;
    ShutdownFlush.remove(this);
    return given;
  }

  private void answer(Model model) {
    if (!answered) {
      answered = true;
      heard.other(model, off);
    }
  }

  /** The boundary that no failure of ours passes; the session is one of its own. */
  private void failed(Throwable e) {
    if (session != null) {
      session.failed(e);
      return;
    }
    off = true;
    answered = true;
    try {
      heard.failed(e);
    } catch (Throwable evenThat) {
      // Out of memory, say: training is worth more than our message.
    }
  }

  /** Returns how observations are made and why, null before training has begun. */
  synchronized @Nullable String route() {
    return route;
  }

  /** Returns as which worker this records, null before training has begun. */
  @Nullable String recordedAs() {
    return recordedAs;
  }

  /** Returns what is recorded, or why nothing is. */
  synchronized String status() {
    return heard.status(session, off);
  }

  /** Says in one sentence that nothing was recorded, or no longer, if nobody has said so yet. */
  synchronized void sayWhatIsMissing() {
    heard.sayNothing();
    if (watch != null && !off) {
      watch.sayMissed(listener);
    }
  }

  /** Returns the newest run; one without records before there is one. */
  synchronized Run run() {
    if (session != null) {
      return session.run();
    }
    if (empty == null) {
      empty = settings.emptyRun(listener);
    }
    return empty;
  }

  /** Returns the session of the newest run, null before there is one. */
  synchronized @Nullable Session session() {
    return session;
  }

  /** Returns true if a network is, or was, recorded. */
  synchronized boolean hasRun() {
    return heard.hasRun();
  }

  synchronized Map<String, Integer> failures() {
    return former.failuresAnd(session);
  }

  synchronized <T extends Shared> @Nullable T result(Class<T> type) {
    return session == null ? null : session.result(type);
  }

  synchronized void requestAll() {
    if (watch != null) {
      watch.requestAll();
    }
  }

  /** Ends recording, with one more record if the network stands still. */
  synchronized void stop(long deadline) {
    try {
      Watch still = standingStill(deadline);
      if (still != null) {
        aside.enter();
      }
      if (watch != null) {
        watch.endEpochOfVisits();
      }
      if (still != null) {
        still.observeEnd();
      }
    } catch (Throwable e) {
      LOG.warn("The last record could not be made.", e);
    } finally {
      aside.leave();
    }
    off = true;
  }

  /**
   * A thread needs a moment to leave training after its last callback; meanwhile it can get in.
   *
   * @return what watches a network whose parameters can be read now, null if there is none
   */
  private @Nullable Watch standingStill(long deadline) {
    try {
      while (!off && watch != null && !watch.isGone()) {
        if (!trainer.isBusy()) {
          return watch;
        }
        if (System.nanoTime() >= deadline) {
          return null;
        }
        wait(5);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  /** Writes what is there, without another look at the network, and lets the network go. */
  void finish(long millis) {
    List<Session> finished;
    synchronized (this) {
      off = true;
      finished = former.take();
      if (session != null) {
        session.finish();
        finished.add(session);
      }
      if (watch != null) {
        watch.release();
        watch = null;
      }
    }
    // Not while a training thread could be kept waiting.
    long end = System.nanoTime() + millis * 1_000_000;
    for (Session one : finished) {
      if (!one.write(Math.max(1, (end - System.nanoTime()) / 1_000_000))) {
        LOG.warn("Storage did not take all records within {} s.", CLOSE_MILLIS / 1000);
      }
    }
    ShutdownFlush.remove(this);
  }
}
