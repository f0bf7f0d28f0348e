package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.CpuClock;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.log.MemoryRecorder;
import io.github.implicitbias.run.log.Recorder;
import io.github.implicitbias.run.log.RunFile;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * many as cost 4 % of the CPU time of training. {@link Builder#schedule} asks for something else,
 * for example {@code Schedule.everyStep()}.
 *
 * <p>A listener belongs to one network. {@code fit} may be called as often as one likes; {@link
 * #close} makes the last record.
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

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(ImplicitBiasListener.class);
  private static final long CLOSE_MILLIS = 30_000;
  private static final long REST_MILLIS = 1_000;
  private static final long DEFAULT_MEMORY_CAP = 64L << 20;

  /** Of a random id, so many that copies on many machines never share one: 48 bits. */
  private static final int COPY_DIGITS = 13;

  private final Probe probe;
  private final List<String> layers;
  private final Granularity granularity;
  private final Schedule schedule;
  private transient String runFile;
  private final long memoryCap;
  private final int normsEvery;
  private final UserParts parts;
  private String sessionId;
  private String workerId;
  private transient StatsStorageRouter router;
  private transient Workers workers = new Workers();
  private transient TrainingThread trainer = new TrainingThread();
  private transient boolean cloned;
  private transient String copySuffix;
  private transient String recordedAs;
  private transient Watch watch;
  private transient boolean off;
  private transient boolean answered;

  private ImplicitBiasListener(Builder builder) {
    probe =
        builder.sampleSize == 0
            ? builder.probe
            : builder.probe.sample(builder.sampleSize, builder.sampleSeed);
    layers = List.copyOf(builder.layers);
    granularity = builder.granularity;
    schedule = builder.schedule;
    runFile = builder.runFile == null ? null : builder.runFile.toString();
    memoryCap = builder.memoryCap;
    normsEvery = builder.normsEvery;
    parts = builder.parts();
    sessionId = builder.sessionId;
    workerId = builder.workerId;
    router = builder.router;
  }

  private ImplicitBiasListener(ImplicitBiasListener other) {
    probe = other.probe;
    layers = other.layers;
    granularity = other.granularity;
    schedule = other.schedule;
    runFile = other.runFile;
    memoryCap = other.memoryCap;
    normsEvery = other.normsEvery;
    parts = other.parts.forClone();
    sessionId = other.sessionId;
    workerId = other.workerId;
    router = other.router;
    workers = other.workers;
    copySuffix = other.copySuffix;
    cloned = true;
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    workers = new Workers();
    trainer = new TrainingThread();
    copySuffix = "-" + UUID.randomUUID().toString().substring(0, COPY_DIGITS);
  }

  /**
   * Starts a listener that observes on the given samples, usually the training set.
   *
   * @param probe features, labels if they are known, and masks if sequences or images have them
   * @throws IllegalArgumentException if arrays do not fit together; the sentence says what to
   *     change
   */
  public static Builder builder(DataSet probe) {
    return new Builder(Probes.of(probe));
  }

  /**
   * Starts a listener as {@link #builder(DataSet)}, for networks with several inputs or outputs.
   */
  public static Builder builder(MultiDataSet probe) {
    return new Builder(Probes.of(probe));
  }

  /**
   * Starts a listener that observes on the given samples.
   *
   * @param features samples first, of any rank from 2 on
   * @param labels samples first
   * @throws IllegalArgumentException if one is missing, or the rows do not match
   */
  public static Builder builder(INDArray features, INDArray labels) {
    if (labels == null) {
      throw new IllegalArgumentException(
          "the probe needs labels: leave them out of the call if they are not known");
    }
    return new Builder(Probes.of(features, labels));
  }

  /**
   * Starts a listener that observes on samples without labels: there is no loss of the probe then,
   * and no classes.
   *
   * @param features samples first, of any rank from 2 on
   */
  public static Builder builder(INDArray features) {
    return new Builder(Probes.of(features, null));
  }

  /**
   * Starts a listener that observes on all samples of an iterator, which is read once from its
   * beginning to its end, and reset.
   *
   * @throws IllegalArgumentException if it cannot be reset or is empty, or as {@link
   *     #builder(DataSet)}
   */
  public static Builder builder(DataSetIterator probe) {
    return new Builder(Probes.of(probe));
  }

  /** Starts a listener as {@link #builder(DataSetIterator)}. */
  public static Builder builder(MultiDataSetIterator probe) {
    return new Builder(Probes.of(probe));
  }

  /** Collects the settings of a listener. */
  public static final class Builder {
    private Probe probe;
    private int sampleSize;
    private long sampleSeed;
    private List<String> layers = List.of();
    private Granularity granularity = Granularity.AUTOMATIC;
    private Schedule schedule = Schedule.automatic();
    private Preset preset = Preset.STANDARD;
    private final List<Metric> metrics = new ArrayList<>();
    private final List<SampleMetric> sampleMetrics = new ArrayList<>();
    private final List<UnitMetric> unitMetrics = new ArrayList<>();
    private final List<Prediction> predictions = new ArrayList<>();
    private final List<Recorder> recorders = new ArrayList<>();
    private Path runFile;
    private long memoryCap = DEFAULT_MEMORY_CAP;
    private int normsEvery;
    private String sessionId = "implicit-bias-" + UUID.randomUUID();
    private String workerId = "worker-0";
    private StatsStorageRouter router;

    private Builder(Probe probe) {
      this.probe = probe;
    }

    /**
     * Names the layers to track, by name or position; each is tracked by the sign of its
     * pre-activations, whatever its activation. By default all layers with a kink at 0.
     */
    public Builder layers(String... names) {
      if (names.length == 0) {
        throw new IllegalArgumentException("layers(): name at least one, or leave the call out");
      }
      layers = List.of(names);
      return this;
    }

    /**
     * Sets what counts as a unit of a convolution or recurrent layer: each channel at each position
     * ({@link Granularity#PER_POSITION}), or each channel. By default the former, unless a layer
     * has very many entries.
     */
    public Builder granularity(Granularity units) {
      granularity = Objects.requireNonNull(units, "granularity");
      return this;
    }

    /**
     * Sets at which steps to observe. By default, {@link Schedule#automatic}: at every step that
     * can be read in place; where a pass through a second network is needed, at as many steps as
     * cost 4 % of the CPU time of training.
     */
    public Builder schedule(Schedule when) {
      schedule = Objects.requireNonNull(when, "schedule");
      return this;
    }

    /** Sets which metrics are recorded; {@link Preset#STANDARD} by default. */
    public Builder preset(Preset metricsAndCadences) {
      preset = Objects.requireNonNull(metricsAndCadences, "preset");
      return this;
    }

    /**
     * Adds a metric of one's own. Clones of the listener share it, so it keeps no state; what is
     * worth keeping between observations belongs into a {@link
     * io.github.implicitbias.core.metric.Shared}.
     */
    public Builder metric(Metric metric) {
      metrics.add(Objects.requireNonNull(metric, "metric"));
      return this;
    }

    /** Adds a metric of one's own with one number per sample; otherwise as {@link #metric}. */
    public Builder sampleMetric(SampleMetric metric) {
      sampleMetrics.add(Objects.requireNonNull(metric, "sampleMetric"));
      return this;
    }

    /** Adds a metric of one's own with one number per unit; otherwise as {@link #metric}. */
    public Builder unitMetric(UnitMetric metric) {
      unitMetrics.add(Objects.requireNonNull(metric, "unitMetric"));
      return this;
    }

    /** Adds a prediction of one's own; otherwise as {@link #metric}. */
    public Builder prediction(Prediction prediction) {
      predictions.add(Objects.requireNonNull(prediction, "prediction"));
      return this;
    }

    /**
     * Also sends the records to a recorder of one's own, which is closed with the listener. Clones
     * and copies of the listener record without it.
     */
    public Builder recorder(Recorder recorder) {
      recorders.add(Objects.requireNonNull(recorder, "recorder"));
      return this;
    }

    private UserParts parts() {
      return new UserParts(preset, metrics, sampleMetrics, unitMetrics, predictions, recorders);
    }

    /** Sends the records to a storage, which the training UI reads. */
    public Builder storage(StatsStorageRouter storage) {
      router = Objects.requireNonNull(storage, "storage");
      return this;
    }

    /**
     * Also writes the records into a file of its own, which must not exist yet. A clone writes into
     * a file beside it that has its worker id in its name, {@code run-worker.ibrun} for {@code
     * run.ibrun}, and a number if there is such a file already.
     */
    public Builder runFile(Path file) {
      runFile = Objects.requireNonNull(file, "runFile");
      return this;
    }

    /** Sets the name of the run in the storage; that of a StatsListener joins the two. */
    public Builder sessionId(String id) {
      sessionId = Objects.requireNonNull(id, "sessionId");
      return this;
    }

    /** Sets the name of the worker in the storage. */
    public Builder workerId(String id) {
      workerId = Objects.requireNonNull(id, "workerId");
      return this;
    }

    /**
     * Sets how many bytes of records are kept in memory, by the listener and its clones together;
     * 64 MB by default.
     */
    public Builder memoryCap(long bytes) {
      if (bytes < 1 << 20) {
        throw new IllegalArgumentException("memoryCap(" + bytes + "): give at least 1 MB");
      }
      memoryCap = bytes;
      return this;
    }

    /**
     * Sets at which records the parameters are read, for their norm, that of the update and the
     * distance from the first record: every {@code records} records, and the first and the last. By
     * default at every record in networks of up to 16,384 trainable parameters, at every 5th up to
     * 131,072, and at every 25th beyond, where reading them costs more than all else together
     * (docs/performance.md).
     */
    public Builder normsEvery(int records) {
      if (records < 1) {
        throw new IllegalArgumentException("normsEvery(" + records + "): give at least 1");
      }
      normsEvery = records;
      return this;
    }

    /** Names the samples, in the order of the probe; 0, 1, 2, ... by default. */
    public Builder sampleIds(int... ids) {
      probe = probe.withSampleIds(ids);
      return this;
    }

    /**
     * Observes on a random sample of the probe instead of all of it. If the labels are classes
     * (one-hot rows, or a column of two numbers), it has of each class its share, to within one
     * sample; otherwise every sample has the same chance. The samples keep their ids, so that by
     * default an id is a position in the data given.
     *
     * @param samples how many
     * @param seed the same seed draws the same samples
     * @throws IllegalArgumentException if there are not so many
     */
    public Builder probeSample(int samples, long seed) {
      if (samples < 1 || samples > probe.samples()) {
        throw new IllegalArgumentException(
            "probeSample("
                + samples
                + "): give 1 to "
                + probe.samples()
                + ", the probe has no more");
      }
      sampleSize = samples;
      sampleSeed = seed;
      return this;
    }

    /**
     * Makes the listener.
     *
     * @throws IllegalArgumentException if the run file exists, or its folder does not, or two
     *     metrics or predictions have the same id
     */
    public ImplicitBiasListener build() {
      parts().instruments();
      if (runFile != null) {
        Path folder = runFile.toAbsolutePath().getParent();
        if (Files.exists(runFile)) {
          throw new IllegalArgumentException(
              runFile + " exists: give a name that is free, a run file is never overwritten");
        }
        if (!Files.isDirectory(folder)) {
          throw new IllegalArgumentException(folder + " is not a folder: make it first");
        }
      }
      return new ImplicitBiasListener(this);
    }
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
    long start = System.nanoTime();
    try {
      trainer.isCurrent();
      if (isMine(model)) {
        watch.forward(activations);
      }
    } catch (Throwable e) {
      failed(e);
    }
    spent(start);
  }

  @Override
  public synchronized void onBackwardPass(Model model) {
    if (off || watch == null || !watch.isOf(model)) {
      return;
    }
    long start = System.nanoTime();
    try {
      watch.backward();
    } catch (Throwable e) {
      failed(e);
    }
    spent(start);
  }

  @Override
  public synchronized void onGradientCalculation(Model model) {
    if (off || watch == null || !watch.isOf(model)) {
      return;
    }
    long start = System.nanoTime();
    try {
      watch.gradient();
    } catch (Throwable e) {
      failed(e);
    }
    spent(start);
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    if (off || watch == null || !watch.isOf(model)) {
      return;
    }
    long start = System.nanoTime();
    try {
      watch.updated(iteration);
    } catch (Throwable e) {
      failed(e);
    }
    spent(start);
  }

  @Override
  public synchronized void onEpochEnd(Model model) {
    if (!off && watch != null && watch.isOf(model)) {
      watch.epochEnded();
    }
  }

  private void spent(long start) {
    if (watch != null) {
      watch.spent(System.nanoTime() - start);
    }
  }

  /** Takes the first network that comes; every other gets one sentence. */
  private boolean isMine(Model model) throws IOException {
    if (watch != null) {
      if (!watch.isOf(model)) {
        answer(model);
      }
      return watch.isOf(model);
    }
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
    NetworkReader reader = new NetworkReader(net, probe, layers, granularity);
    String wanted = copySuffix == null ? workerId : workerId + copySuffix;
    Workers.Place place = workers.enter(this, wanted, net, reader.plan());
    if (place == null) {
      off = true;
      answered = workers.hasAnswered();
      answer(model);
      return false;
    }
    recordedAs = place.workerId;
    ShutdownFlush.add(this);
    if (place.before == null) {
      watch = newWatch(net, reader, beganAt);
    } else {
      watch = place.before;
      watch = new Watch(net, reader, place.before, beganAt);
    }
    return true;
  }

  private Watch newWatch(Network net, NetworkReader reader, long beganAt) throws IOException {
    MemoryRecorder memory = workers.memory(memoryCap);
    Watch first =
        new Watch(
            net,
            reader,
            probe,
            schedule,
            parts,
            sessionId,
            recordedAs,
            normsEvery,
            memory,
            recorders(memory),
            beganAt);
    if (copySuffix != null) {
      first.handOverAtOnce();
    }
    return first;
  }

  /**
   * Gives the watch away if nothing more will come of its own network.
   *
   * @return null if it is still needed here, or does not fit the other network
   */
  synchronized Watch handOver(Network next, NetworkPlan plan) {
    if (off || watch == null || !watch.isOverFor(this) || !watch.canGoOnWith(next, plan)) {
      return null;
    }
    Watch given = watch;
    watch = null;
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

  private List<Recorder> recorders(MemoryRecorder memory) throws IOException {
    List<Recorder> recorders = new ArrayList<>();
    recorders.add(memory);
    if (runFile != null) {
      Path file = Paths.get(runFile);
      recorders.add(cloned ? Workers.runFile(file, recordedAs) : RunFile.create(file));
    }
    if (router != null) {
      recorders.add(new StatsStorageRecorder(router, sessionId, recordedAs));
    }
    recorders.addAll(parts.recorders());
    return recorders;
  }

  /** The boundary that no failure of ours passes. */
  private void failed(Throwable e) {
    boolean fatal = true;
    try {
      fatal = watch == null || isFatal(e) || watch.failed(e);
    } catch (Throwable again) {
      // Then it is fatal.
    }
    if (fatal) {
      switchOff(e);
    }
  }

  private static boolean isFatal(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError)) {
        return true;
      }
    }
    return false;
  }

  private void switchOff(Throwable e) {
    off = true;
    answered = true;
    try {
      if (e instanceof IllegalArgumentException && watch == null) {
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
    return watch == null ? null : watch.route();
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
    return watch == null ? Map.of() : watch.failures();
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
    return watch == null ? null : watch.result(type);
  }

  /**
   * Makes the next record complete, those of clones, too: everything is computed at it, whatever
   * its cadence. A clone asks for this for itself only.
   */
  public void requestAll() {
    family().forEach(ImplicitBiasListener::requestAllHere);
  }

  private synchronized void requestAllHere() {
    if (watch != null) {
      watch.requestAll();
    }
  }

  /** The listeners that an order to this one is for. */
  private Collection<ImplicitBiasListener> family() {
    return cloned ? List.of(this) : workers.listeners();
  }

  /**
   * Returns the run as recorded so far, up to half a second behind training, complete after {@link
   * #close}; null before training has begun.
   */
  public synchronized Run run() {
    return watch == null ? null : watch.run();
  }

  /**
   * Returns the runs of this listener and of its clones by worker id, in the order in which they
   * began; otherwise as {@link #run}.
   */
  public Map<String, Run> runs() {
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
    Watch finished;
    synchronized (this) {
      off = true;
      finished = watch;
      if (finished != null) {
        complete(finished);
      }
    }
    // Not while a training thread could be kept waiting.
    if (finished != null) {
      if (!finished.close(millis)) {
        LOG.warn("Storage did not take all records within {} s.", CLOSE_MILLIS / 1000);
      }
      ShutdownFlush.remove(this);
    }
  }

  private static void complete(Watch finished) {
    try {
      finished.completeLast();
    } catch (Throwable e) {
      LOG.warn("The last record could not be completed.", e);
    }
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
