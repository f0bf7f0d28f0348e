package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.CpuClock;
import io.github.implicitbias.core.engine.MemoryRecorder;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.preset.Preset;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.run.Recorder;
import io.github.implicitbias.core.run.Run;
import io.github.implicitbias.core.run.RunFile;
import io.github.implicitbias.core.schedule.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
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
 * #close} makes the last record. A clone, or a copy made by Java serialization, starts a run of its
 * own, without the run file and the recorders of one's own; a serialized copy also without metrics
 * and predictions that cannot be serialized.
 */
public final class ImplicitBiasListener extends BaseTrainingListener
    implements RoutingIterationListener, AutoCloseable {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(ImplicitBiasListener.class);
  private static final long CLOSE_MILLIS = 30_000;
  private static final long DEFAULT_MEMORY_CAP = 64L << 20;

  private final Probe probe;
  private final List<String> layers;
  private final Schedule schedule;
  private final String runFile;
  private final long memoryCap;
  private final int normsEvery;
  private final UserParts parts;
  private String sessionId;
  private String workerId;
  private transient StatsStorageRouter router;
  private transient Watch watch;
  private transient boolean off;
  private transient boolean answered;

  private ImplicitBiasListener(Builder builder) {
    probe = builder.probe;
    layers = List.copyOf(builder.layers);
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
    schedule = other.schedule;
    runFile = null;
    memoryCap = other.memoryCap;
    normsEvery = other.normsEvery;
    parts = other.parts.forClone();
    sessionId = other.sessionId;
    workerId = other.workerId;
    router = other.router;
  }

  /**
   * Starts a listener that observes on the given samples, usually the training set.
   *
   * @throws IllegalArgumentException if the data set has masks, no labels, or is not a matrix
   */
  public static Builder builder(DataSet probe) {
    if (probe.getFeaturesMaskArray() != null || probe.getLabelsMaskArray() != null) {
      throw new IllegalArgumentException("the probe has masks: give one without");
    }
    return builder(probe.getFeatures(), probe.getLabels());
  }

  /**
   * Starts a listener that observes on the given samples.
   *
   * @param features samples x inputs
   * @param labels samples x outputs
   * @throws IllegalArgumentException if one is missing or not a matrix, or the rows do not match
   */
  public static Builder builder(INDArray features, INDArray labels) {
    return new Builder(probe(features, labels, null));
  }

  private static Probe probe(INDArray features, INDArray labels, int[] sampleIds) {
    if (features == null || labels == null) {
      throw new IllegalArgumentException("the probe needs features and labels");
    }
    if (features.rank() != 2 || labels.rank() != 2) {
      throw new IllegalArgumentException(
          "the probe's features and labels are matrices, one row per sample; they have rank "
              + features.rank()
              + " and "
              + labels.rank());
    }
    if (features.size(0) != labels.size(0)) {
      throw new IllegalArgumentException(
          "the probe has "
              + features.size(0)
              + " rows of features and "
              + labels.size(0)
              + " of labels: give as many of one as of the other");
    }
    if (features.length() > Integer.MAX_VALUE - 8 || labels.length() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("the probe is too large: give a sample of it");
    }
    NativeReader reader = new NativeReader();
    double[] x = new double[(int) features.length()];
    double[] y = new double[(int) labels.length()];
    reader.asDoubles(features, x);
    reader.asDoubles(labels, y);
    return new Probe((int) features.size(0), x, y, sampleIds);
  }

  /** Collects the settings of a listener. */
  public static final class Builder {
    private Probe probe;
    private List<String> layers = List.of();
    private Schedule schedule = Schedule.automatic();
    private Preset preset = Preset.STANDARD;
    private final List<Metric> metrics = new ArrayList<>();
    private final List<SampleMetric> sampleMetrics = new ArrayList<>();
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
      return new UserParts(preset, metrics, sampleMetrics, predictions, recorders);
    }

    /** Sends the records to a storage, which the training UI reads. */
    public Builder storage(StatsStorageRouter storage) {
      router = Objects.requireNonNull(storage, "storage");
      return this;
    }

    /** Also writes the records into a file of its own, which must not exist yet. */
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

    /** Sets how many bytes of records are kept in memory; 64 MB by default. */
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
      probe = new Probe(probe.samples(), probe.features(), probe.labels(), ids);
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
      if (isMine(model)) {
        watch.forward(activations);
      }
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
    NetworkPlan plan = new NetworkPlan(net, layers);
    MemoryRecorder memory = new MemoryRecorder(memoryCap);
    watch =
        new Watch(
            net,
            plan,
            probe,
            schedule,
            parts,
            sessionId,
            workerId,
            normsEvery,
            memory,
            recorders(memory),
            beganAt);
    ShutdownFlush.add(this);
    return true;
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
      recorders.add(RunFile.create(Paths.get(runFile)));
    }
    if (router != null) {
      recorders.add(new StatsStorageRecorder(router, sessionId, workerId));
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
   * Returns how often each part of the listener has failed, by its name, such as "metric
   * stableRank", "recorder ..." or "observation"; empty if nothing has. A part is switched off
   * after three failures in a row; an {@code OutOfMemoryError} switches the listener off.
   */
  public synchronized Map<String, Integer> failures() {
    return watch == null ? Map.of() : watch.failures();
  }

  /** Makes the next record complete: everything is computed at it, whatever its cadence. */
  public synchronized void requestAll() {
    if (watch != null) {
      watch.requestAll();
    }
  }

  /**
   * Returns the run as recorded so far, up to half a second behind training, complete after {@link
   * #close}; null before training has begun.
   */
  public synchronized Run run() {
    return watch == null ? null : watch.run();
  }

  /**
   * Makes the last record, of the parameters after the last update, and writes everything. Training
   * that goes on afterwards is not recorded. Calling it again does nothing.
   */
  @Override
  public synchronized void close() {
    boolean wasOff = off;
    off = true;
    if (watch == null) {
      return;
    }
    try {
      if (!wasOff) {
        watch.observeEnd();
      }
    } catch (Throwable e) {
      LOG.warn("The last record could not be made.", e);
    }
    finish();
  }

  /** Writes what is there, without another look at the network. */
  synchronized void finish() {
    off = true;
    if (watch != null) {
      if (!watch.finish(CLOSE_MILLIS)) {
        LOG.warn("Storage did not take all records within {} s.", CLOSE_MILLIS / 1000);
      }
      ShutdownFlush.remove(this);
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

  @Override
  public String getWorkerID() {
    return workerId;
  }

  @Override
  public void setSessionID(String id) {
    sessionId = id;
  }

  @Override
  public String getSessionID() {
    return sessionId;
  }

  /** Returns a listener with the same settings that has recorded nothing, and no run file. */
  @Override
  public ImplicitBiasListener clone() {
    return new ImplicitBiasListener(this);
  }
}
