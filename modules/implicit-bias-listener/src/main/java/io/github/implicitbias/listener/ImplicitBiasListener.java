package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.CpuClock;
import io.github.implicitbias.core.engine.Session;
import io.github.implicitbias.core.engine.SessionBuilder;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.run.Run;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a {@code MultiLayerNetwork} or {@code ComputationGraph} while it trains: which units are
 * on for which samples, what flips, which units are dead or linear, loss, norms and distances.
 *
 * <pre>{@code
 * ImplicitBiasListener bias = ImplicitBiasListener.builder(trainingSet)
 *     .storage(statsStorage)
 *     .build();
 * net.addListeners(bias);
 * net.fit(iterator, epochs);
 * bias.close();
 * }</pre>
 *
 * <p>Record t describes the parameters after t updates. If a step trains on exactly the probe, and
 * no layer behaves differently in training, signs are read from the activations that training has
 * just computed; otherwise the probe is sent through a second network on the same parameters.
 * {@link #route} says which, and why. Either way training is bit for bit what it is without the
 * listener, and nothing here throws into {@code fit}: what fails is counted, see {@link #failures}.
 *
 * <p>By default every step is observed that can be read in place. A pass through the second network
 * at every step can cost more than training itself, so such steps are observed under a budget: as
 * many as cost 4 % of the CPU time of training. {@link ListenerBuilder#schedule} asks for something
 * else, for example {@code Schedule.everyStep()}.
 *
 * <p>A listener belongs to one network, and is added to it once. {@code fit} may be called as often
 * as one likes; {@link #close} makes the last record. A network whose count of steps is set back
 * begins a new run, which {@link io.github.implicitbias.run.format.RunHeader#follows} the one
 * before.
 *
 * <p>A clone records a run of its own under its own worker id, and {@link #close} of the listener
 * closes its clones. {@code ParallelWrapper} makes one for each of its workers, at every {@code
 * fit} anew; a clone with the worker id of one whose network is gone goes on with that one's run.
 * {@link #runs} has them all. A clone writes a run file of its own, and does without the recorders
 * of one's own.
 *
 * <p>A copy made by Java serialization, as Spark does, also records a run of its own. It hands each
 * record to its router before {@code iterationDone} returns, since nobody tells it when its work is
 * over; its worker id is made different from that of all other copies. It has no run file, and
 * neither recorders nor those metrics and predictions that cannot be serialized.
 */
public final class ImplicitBiasListener extends BaseTrainingListener
    implements RoutingIterationListener, AutoCloseable {

  private static final long serialVersionUID = 2L;
  private static final Logger LOG = LoggerFactory.getLogger(ImplicitBiasListener.class);
  private static final long CLOSE_MILLIS = 30_000;
  private static final long REST_MILLIS = 1_000;

  /** Of a random id, so many that copies on many machines never share one: 48 bits. */
  private static final int COPY_DIGITS = 13;

  private final ListenerSettings settings;
  private String sessionId;
  private String workerId;
  private transient StatsStorageRouter router;
  private transient Workers workers = new Workers();
  private transient TrainingThread trainer = new TrainingThread();
  private transient boolean cloned;
  private transient String copySuffix;
  private transient String recordedAs;
  private transient Watch watch;
  private transient Session session;
  private transient List<Session> former = new ArrayList<>();
  private transient String route;
  private transient boolean off;
  private transient boolean answered;

  ImplicitBiasListener(
      ListenerSettings settings, String sessionId, String workerId, StatsStorageRouter router) {
    this.settings = settings;
    this.sessionId = sessionId;
    this.workerId = workerId;
    this.router = router;
  }

  private ImplicitBiasListener(ImplicitBiasListener other) {
    this(other.settings.forClone(), other.sessionId, other.workerId, other.router);
    workers = other.workers;
    copySuffix = other.copySuffix;
    cloned = true;
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    workers = new Workers();
    trainer = new TrainingThread();
    former = new ArrayList<>();
    copySuffix = "-" + UUID.randomUUID().toString().substring(0, COPY_DIGITS);
  }

  /**
   * Starts a listener that observes on the given samples, usually the training set.
   *
   * @param probe features, labels if they are known, and masks if sequences or images have them
   * @throws IllegalArgumentException if arrays do not fit together; the sentence says what to
   *     change
   */
  public static ListenerBuilder builder(DataSet probe) {
    return new ListenerBuilder(Probes.of(probe));
  }

  /**
   * Starts a listener as {@link #builder(DataSet)}, for networks with several inputs or outputs.
   */
  public static ListenerBuilder builder(MultiDataSet probe) {
    return new ListenerBuilder(Probes.of(probe));
  }

  /**
   * Starts a listener that observes on the given samples.
   *
   * @param features samples first, of any rank from 2 on
   * @param labels samples first
   * @throws IllegalArgumentException if one is missing, or the rows do not match
   */
  public static ListenerBuilder builder(INDArray features, INDArray labels) {
    if (labels == null) {
      throw new IllegalArgumentException(
          "the probe needs labels: leave them out of the call if they are not known");
    }
    return new ListenerBuilder(Probes.of(features, labels));
  }

  /**
   * Starts a listener that observes on samples without labels: there is no loss of the probe then,
   * and no classes.
   *
   * @param features samples first, of any rank from 2 on
   */
  public static ListenerBuilder builder(INDArray features) {
    return new ListenerBuilder(Probes.of(features, null));
  }

  /**
   * Starts a listener that observes on all samples of an iterator, which is read once from its
   * beginning to its end, and reset.
   *
   * @throws IllegalArgumentException if it cannot be reset or is empty, or as {@link
   *     #builder(DataSet)}
   */
  public static ListenerBuilder builder(DataSetIterator probe) {
    return new ListenerBuilder(Probes.of(probe));
  }

  /** Starts a listener as {@link #builder(DataSetIterator)}. */
  public static ListenerBuilder builder(MultiDataSetIterator probe) {
    return new ListenerBuilder(Probes.of(probe));
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    forward(model, activations);
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    forward(model, activations);
  }

  private synchronized void forward(Model model, Object activations) {
    if (off) {
      answer(model);
      return;
    }
    try {
      trainer.noteCurrent();
      if (isMine(model)) {
        watch.forward(activations);
      }
    } catch (Throwable e) {
      failed(e);
    }
  }

  @Override
  public synchronized void onBackwardPass(Model model) {
    if (isOf(model)) {
      long start = System.nanoTime();
      try {
        watch.backward();
      } catch (Throwable e) {
        failed(e);
      }
      session.spent(System.nanoTime() - start);
    }
  }

  @Override
  public synchronized void onGradientCalculation(Model model) {
    if (isOf(model)) {
      try {
        watch.gradient();
      } catch (Throwable e) {
        failed(e);
      }
    }
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    if (isOf(model)) {
      try {
        if (!watch.updated() && !answered && watch.timesAdded(this) > 1) {
          answered = true;
          LOG.warn("This ImplicitBiasListener was added twice to a network: it records once.");
        }
      } catch (Throwable e) {
        failed(e);
      }
    }
  }

  @Override
  public synchronized void onEpochEnd(Model model) {
    if (isOf(model)) {
      session.epochEnded();
    }
  }

  private boolean isOf(Model model) {
    return !off && watch != null && watch.isOf(model);
  }

  /** Takes the first network that comes; every other gets one sentence. */
  private boolean isMine(Model model) {
    if (watch == null) {
      return begin(model);
    }
    if (!watch.isOf(model)) {
      answer(model);
      return false;
    }
    if (watch.isSetBack()) {
      beginAgain(model);
    }
    return true;
  }

  private boolean begin(Model model) {
    long wall = System.nanoTime();
    long beganAt = CpuClock.nanos();
    Network net = Network.of(model);
    if (net == null) {
      LOG.warn(
          "ImplicitBiasListener watches MultiLayerNetwork and ComputationGraph, not {}: nothing is"
              + " recorded.",
          model.getClass().getSimpleName());
      off = true;
      answered = true;
      return false;
    }
    SessionBuilder builder = settings.session();
    NetworkReader reader = settings.reader(net);
    String wanted = copySuffix == null ? workerId : workerId + copySuffix;
    Workers.Place place = workers.enter(this, wanted, net, reader);
    if (place == null) {
      off = true;
      answered = !workers.mayAnswer();
      answer(model);
      return false;
    }
    recordedAs = place.workerId;
    ShutdownFlush.add(this);
    if (place.before == null) {
      settings.parts.recorders().forEach(builder::recorder);
      begin(net, reader, builder, true);
    } else {
      // From here on it is ours: should what follows fail, its records are written all the same.
      watch = place.before;
      session = watch.session();
      watch = watch.goOnWith(net, reader, beganAt);
    }
    route = watch.route();
    session.spent(System.nanoTime() - wall);
    return true;
  }

  private void begin(Network net, NetworkReader reader, SessionBuilder builder, boolean first) {
    builder.labels(sessionId, recordedAs).memory(workers.memory(settings.memoryCap));
    Path file = settings.runFile();
    if (file != null) {
      String worker = cloned ? recordedAs : null;
      builder.recorder(new NewRunFile(workers.files().name(file, worker, first)));
    }
    if (router != null) {
      builder.recorder(new StatsStorageRecorder(router));
    }
    if (copySuffix != null) {
      builder.handOverAtOnce();
    }
    watch = Watch.start(net, reader, settings, builder);
    session = watch.session();
  }

  /** Begins a new run, because the count of steps was set back; the run before is complete. */
  private void beginAgain(Model model) {
    Session before = session;
    Watch left = watch;
    String why =
        "the count of steps was set back from " + before.step() + " to " + left.iteration();
    LOG.info("A new run begins: {}.", why);
    before.finish();
    former.removeIf(one -> one.write(0));
    if (!before.write(0)) {
      former.add(before);
    }
    Network net = Network.of(model);
    begin(net, settings.reader(net), settings.session().follows(before.id(), why), false);
    left.release();
    route = watch.route();
  }

  /**
   * Gives the watch away if nothing more will come of its own network.
   *
   * @return null if it is still needed here, or does not fit the other network
   */
  synchronized Watch handOver(Network next, NetworkReader reader) {
    if (off || watch == null || !watch.isOverFor(this) || !watch.canGoOnWith(next, reader)) {
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
      LOG.warn(
          "This ImplicitBiasListener {}: {} is not recorded. Build a listener of its own for it.",
          off ? "is closed" : "watches another network",
          model.getClass().getSimpleName());
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
      if (e instanceof IllegalArgumentException) {
        LOG.warn("Nothing is recorded: {}.", e.getMessage());
      } else {
        LOG.warn("Watching failed and is switched off; training goes on.", e);
      }
    } catch (Throwable evenThat) {
      // Out of memory, say: training is worth more than our message.
    }
  }

  /** Returns how observations are made and why, null before training has begun. */
  public synchronized String route() {
    return route;
  }

  /**
   * Returns how often each part of the listener and of its clones has failed, by its name, such as
   * "metric stableRank", "recorder ..." or "observation"; empty if nothing has. A part is switched
   * off after three failures in a row; an {@code OutOfMemoryError} switches the listener off. A
   * clone says this of itself only.
   */
  public Map<String, Integer> failures() {
    Map<String, Integer> all = new LinkedHashMap<>();
    for (ImplicitBiasListener one : family()) {
      one.ownFailures().forEach((part, times) -> all.merge(part, times, Integer::sum));
    }
    return all;
  }

  private synchronized Map<String, Integer> ownFailures() {
    return session == null ? Map.of() : session.failures();
  }

  /**
   * Returns what metrics have last computed together, with more in it than fits in a record: {@code
   * result(SpanCoefficients.class)} is the matrix of span coefficients, {@code
   * result(MarginSupport.class)} the multipliers of the KKT system. It belongs to the run and
   * changes while training goes on.
   *
   * @return null if no metric of the preset has asked for it
   */
  public synchronized <T extends Shared> T result(Class<T> type) {
    return session == null ? null : session.result(type);
  }

  /**
   * Makes the next record complete, those of clones, too: everything is computed at it, whatever
   * its cadence. A clone asks for this for itself only.
   */
  public void requestAll() {
    family().forEach(ImplicitBiasListener::requestAllHere);
  }

  private synchronized void requestAllHere() {
    if (session != null) {
      session.requestAll();
    }
  }

  /** The listeners that an order to this one is for. */
  private Collection<ImplicitBiasListener> family() {
    return cloned ? List.of(this) : workers.listeners();
  }

  /**
   * Returns the run as recorded so far, up to half a second behind training, complete after {@link
   * #close}; the newest where there are several; null before training has begun.
   */
  public synchronized Run run() {
    return session == null ? null : session.run();
  }

  /**
   * Returns all runs of this listener and of its clones, in the order in which they began: one for
   * each worker, and one more whenever the count of steps was set back; otherwise as {@link #run}.
   */
  public List<Run> runs() {
    return workers.runs();
  }

  /**
   * Makes the last record, of the parameters after the last update, and writes everything, for the
   * listener and its clones; for a clone, only its own. Training that goes on afterwards is not
   * recorded. Calling it again does nothing.
   *
   * <p>It may be called from any thread. While another thread is still training, or after the
   * network was closed, as {@code ParallelWrapper} does with all replicas but the first, there are
   * no parameters that could be read: the run then ends with the last step that was observed.
   */
  @Override
  public void close() {
    Collection<ImplicitBiasListener> closing = List.of(this);
    if (!cloned) {
      closing = workers.close();
      closing.add(this);
    }
    long rest = System.nanoTime() + REST_MILLIS * 1_000_000;
    for (ImplicitBiasListener one : closing) {
      one.stop(rest);
    }
    long end = System.nanoTime() + CLOSE_MILLIS * 1_000_000;
    for (ImplicitBiasListener one : closing) {
      one.finish(Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }
  }

  /** Ends recording, with one more record if the network stands still. */
  private synchronized void stop(long deadline) {
    try {
      if (!off && watch != null && standsStill(deadline) && !off) {
        watch.observeEnd();
      }
    } catch (Throwable e) {
      LOG.warn("The last record could not be made.", e);
    }
    off = true;
  }

  /**
   * A thread needs a moment to leave training after its last callback; meanwhile it can get in.
   *
   * @return false if parameters cannot be read now
   */
  private boolean standsStill(long deadline) {
    try {
      while (!watch.isGone() && trainer.isBusy()) {
        if (System.nanoTime() >= deadline) {
          return false;
        }
        wait(5);
      }
      return !watch.isGone();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Writes what is there, without another look at the network. */
  void finish() {
    finish(CLOSE_MILLIS);
  }

  private void finish(long millis) {
    List<Session> finished;
    synchronized (this) {
      off = true;
      finished = new ArrayList<>(former);
      former.clear();
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

  @Override
  public void setStorageRouter(StatsStorageRouter storage) {
    router = storage;
  }

  @Override
  public StatsStorageRouter getStorageRouter() {
    return router;
  }

  @Override
  public void setWorkerID(String id) {
    workerId = id;
  }

  /** Returns the id under which records go into the storage. */
  @Override
  public String getWorkerID() {
    return recordedAs == null ? workerId : recordedAs;
  }

  @Override
  public void setSessionID(String id) {
    sessionId = id;
  }

  @Override
  public String getSessionID() {
    return sessionId;
  }

  /**
   * Returns a listener with the same settings that has recorded nothing. It belongs to this one,
   * which closes it.
   */
  @Override
  public ImplicitBiasListener clone() {
    return new ImplicitBiasListener(this);
  }
}
