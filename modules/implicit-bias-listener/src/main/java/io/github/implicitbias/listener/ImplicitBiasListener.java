package io.github.implicitbias.listener;

import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunSummary;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

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
 * of your own.
 *
 * <p>A copy made by Java serialization, as Spark does, also records a run of its own. It hands each
 * record to its router before {@code iterationDone} returns, since nobody tells it when its work is
 * over; its worker id is made different from that of all other copies. It has no run file, and
 * neither recorders nor those metrics and predictions that cannot be serialized.
 */
public final class ImplicitBiasListener extends StoppingListener
    implements RoutingIterationListener, AutoCloseable {

  private static final long serialVersionUID = 2L;
  private static final long REST_MILLIS = 1_000;

  /** Of a random id, so many that copies on many machines never share one: 48 bits. */
  private static final int COPY_DIGITS = 13;

  private final ListenerSettings settings;
  private String sessionId;
  private String workerId;
  private transient @Nullable StatsStorageRouter router;
  private transient Workers workers = new Workers();
  private transient Recording recording;
  private transient boolean cloned;
  private transient boolean closed;
  private transient @Nullable String copySuffix;

  ImplicitBiasListener(
      ListenerSettings settings,
      String sessionId,
      String workerId,
      @Nullable StatsStorageRouter router) {
    this.settings = settings;
    this.sessionId = sessionId;
    this.workerId = workerId;
    this.router = router;
    recording = new Recording(this, settings, workers, false, null);
  }

  private ImplicitBiasListener(ImplicitBiasListener other) {
    settings = other.settings.forClone();
    sessionId = other.sessionId;
    workerId = other.workerId;
    router = other.router;
    workers = other.workers;
    copySuffix = other.copySuffix;
    cloned = true;
    recording = new Recording(this, settings, workers, true, copySuffix);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    workers = new Workers();
    copySuffix = "-" + UUID.randomUUID().toString().substring(0, COPY_DIGITS);
    recording = new Recording(this, settings, workers, false, copySuffix);
  }

  /**
   * Starts a listener that watches what training shows it: the visits of the training samples at
   * every step, and the parameters. There are no samples to observe on, so that what needs a probe,
   * such as patterns at one step, its loss and the predictions, is not recorded.
   */
  public static ListenerBuilder builder() {
    return new ListenerBuilder();
  }

  /**
   * Starts a listener that observes on the given samples, usually the training set.
   *
   * @param probe features, labels if they are known, and masks if sequences or images have them
   * @throws IllegalArgumentException if arrays do not fit together; the sentence says what to
   *     change
   */
  public static ListenerBuilder builder(DataSet probe) {
    return new ListenerBuilder(Probes.of(probe), Probes.multi(probe));
  }

  /**
   * Starts a listener as {@link #builder(DataSet)}, for networks with several inputs or outputs.
   */
  public static ListenerBuilder builder(MultiDataSet probe) {
    return new ListenerBuilder(Probes.of(probe), probe);
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
    return new ListenerBuilder(Probes.of(features, labels), Probes.multi(features, labels));
  }

  /**
   * Starts a listener that observes on samples without labels: there is no loss of the probe then,
   * and no classes.
   *
   * @param features samples first, of any rank from 2 on
   */
  public static ListenerBuilder builder(INDArray features) {
    return new ListenerBuilder(Probes.of(features, null), Probes.multi(features, null));
  }

  /**
   * Starts a listener that observes on samples of an iterator: all of them, or 2,000 drawn at
   * random if it has more; {@link ListenerBuilder#probeSample} draws another number. They are read
   * by {@link ListenerBuilder#build}, once and without holding more than is drawn.
   *
   * <p>Afterwards an iterator whose state is nothing but a position, such as a {@code
   * ListDataSetIterator} without a preprocessor, is where it was. Every other is reset before and
   * after, and a warning says so: one that shuffles at each reset gives training another order than
   * it would have without the listener. A {@code DataSet} has no such effect, and neither has an
   * iterator of the probe's own.
   *
   * @throws IllegalArgumentException if it cannot be reset
   */
  public static ListenerBuilder builder(DataSetIterator probe) {
    return new ListenerBuilder(ProbeIterator.of(probe));
  }

  /** Starts a listener as {@link #builder(DataSetIterator)}. */
  public static ListenerBuilder builder(MultiDataSetIterator probe) {
    return new ListenerBuilder(ProbeIterator.of(probe));
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    recording.forward(model, activations);
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    recording.forward(model, activations);
  }

  @Override
  public void onBackwardPass(Model model) {
    recording.backward(model);
  }

  @Override
  public void onGradientCalculation(Model model) {
    recording.gradient(model);
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    recording.updated(model);
  }

  @Override
  public void onEpochEnd(Model model) {
    recording.epochEnded(model);
  }

  /**
   * Makes a record of a network as it is now, between two updates: for loops of your own, training
   * by external errors, reinforcement learning, several networks that train each other. Call it
   * before each update, or before those that you want to have recorded. The step is the network's
   * count of updates, or one more than that of the record before, if the network does not count.
   *
   * <p>Called before {@code net.pretrain(...)} it says to which network the layers belong, whose
   * updates are then recorded, too. The first network that is observed is that of this listener.
   * Nothing is thrown: what fails is counted, see {@link #failures}.
   *
   * @param net a {@code MultiLayerNetwork} or {@code ComputationGraph}
   */
  public void observe(Model net) {
    recording.observe(net);
  }

  /**
   * Returns in one sentence what is recorded, and of which layers the units are not, and why; or
   * why nothing is recorded, and what to do.
   */
  public String status() {
    for (Recording one : family()) {
      if (one.hasRun()) {
        return one.status();
      }
    }
    return recording.status();
  }

  /**
   * Returns how training is, as far as it was recorded: a headline, what to do next, and findings
   * with their evidence, the gravest first. The log has the same when the listener is closed.
   */
  public RunSummary summary() {
    return run().summary();
  }

  /** Returns how observations are made and why, null before training has begun. */
  public @Nullable String route() {
    return recording.route();
  }

  /**
   * Returns how often each part of the listener and of its clones has failed, by its name, such as
   * "metric stableRank", "recorder ..." or "observation"; empty if nothing has. A part is switched
   * off after three failures in a row; when memory runs out, the expensive is given up first. A
   * clone says this of itself only.
   */
  public Map<String, Integer> failures() {
    Map<String, Integer> all = new LinkedHashMap<>();
    for (Recording one : family()) {
      one.failures().forEach((part, times) -> all.merge(part, times, Integer::sum));
    }
    return all;
  }

  /**
   * Returns what metrics have last computed together, with more in it than fits in a record: {@code
   * result(SpanCoefficients.class)} is the matrix of span coefficients, {@code
   * result(MarginSupport.class)} the multipliers of the margin. It belongs to the run and changes
   * while training goes on.
   *
   * @return null if no metric of the preset has asked for it
   */
  public <T extends Shared> @Nullable T result(Class<T> type) {
    return recording.result(type);
  }

  /**
   * Makes the next record complete, those of clones, too: everything is computed at it, whatever
   * its cadence and whatever it takes. Before training has begun, that is the first record of the
   * first network. A clone asks for this for itself only.
   */
  public void requestAll() {
    if (family().isEmpty()) {
      workers.request();
    }
    family().forEach(Recording::requestAll);
  }

  @Override
  Collection<Recording> family() {
    return cloned ? List.of(recording) : workers.recordings();
  }

  @Override
  ImplicitBiasListener self() {
    return this;
  }

  @Override
  Recording recording() {
    return recording;
  }

  ListenerSettings settings() {
    return settings;
  }

  /**
   * Returns the run as recorded so far: latest values, events, verdicts and summary as of the
   * newest record, the rest up to half a second behind, complete after {@link #close}; the newest
   * where there are several; before training has begun, and where nothing is recorded, one without
   * records, see {@link #status}.
   */
  public Run run() {
    List<Run> runs = cloned || recording.hasRun() ? List.of() : workers.runs();
    return runs.isEmpty() ? recording.run() : runs.get(runs.size() - 1);
  }

  /**
   * Returns the visits: what training itself has computed for every sample each time it was trained
   * on. {@link VisitBook#status} says what is kept, and why where nothing is. A clone keeps its
   * own, except that the workers of a {@code ParallelWrapper} keep one book together; the listener
   * it belongs to gives those of the newest run.
   */
  public VisitBook visits() {
    List<Recording> all = new ArrayList<>(family());
    boolean own = cloned || recording.hasRun() || all.isEmpty();
    return own ? recording.visits() : all.get(all.size() - 1).visits();
  }

  /**
   * Fetches the rows of samples again, by what visits know them by: of suspects, to look at them,
   * or of all but the suspects, to train without them. The iterator is reset before and after; one
   * with preprocessors or random changes must give the rows that training was shown.
   *
   * @param from gives the samples that training was shown, in any order
   * @param samples numbers as {@link #visits} has them
   * @return the samples in the order asked for
   * @throws IllegalArgumentException if the iterator cannot be reset, a number is not one of a
   *     sample, or a sample does not come
   */
  public org.nd4j.linalg.dataset.DataSet dataSetOf(DataSetIterator from, int... samples) {
    return SamplesAgain.fetch(visits(), from, samples);
  }

  /**
   * Fetches the rows of samples again as {@link #dataSetOf(DataSetIterator, int...)}, of networks
   * with several inputs or outputs.
   */
  public MultiDataSet dataSetOf(MultiDataSetIterator from, int... samples) {
    return SamplesAgain.fetch(visits(), from, samples);
  }

  /**
   * Returns all runs of this listener and of its clones, in the order in which they began: one for
   * each worker, and one more whenever the count of steps was set back; for the rest see {@link
   * #run}.
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
    Collection<Recording> closing = List.of(recording);
    if (!cloned) {
      closing = workers.close();
      closing.add(recording);
    }
    if (!cloned && closing.stream().allMatch(one -> one == recording)) {
      recording.sayWhatIsMissing();
    }
    long rest = System.nanoTime() + REST_MILLIS * 1_000_000;
    for (Recording one : closing) {
      one.stop(rest);
    }
    long end = System.nanoTime() + Recording.CLOSE_MILLIS * 1_000_000;
    for (Recording one : closing) {
      one.finish(Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }
    if (!closed && !cloned) {
      Told.summary(this);
    }
    closed = true;
  }

  @Override
  public void setStorageRouter(StatsStorageRouter storage) {
    router = storage;
  }

  @Override
  public @Nullable StatsStorageRouter getStorageRouter() {
    return router;
  }

  @Override
  public void setWorkerID(String id) {
    workerId = id;
  }

  /** Returns the label of the worker, which may be made different from that of others. */
  @Override
  public String getWorkerID() {
    String recordedAs = recording.recordedAs();
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
