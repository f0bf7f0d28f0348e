package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Boundary;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.core.visit.VisitColumns;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.EventBuffer;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.format.RunHeader;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns observations into records: what metrics and predictions say of what has been written into
 * {@link #patterns} and {@link #parameters}. Records leave through a daemon thread. Not
 * thread-safe, except {@link #requestAll}, {@link #failures} and {@link #close}.
 */
final class Engine implements Observation {

  private static final int LEARNING_RATE = Column.Basic.LEARNING_RATE.ordinal();
  private static final int SCORE = Column.Basic.SCORE.ordinal();
  private static final int LOSS = Column.Basic.LOSS.ordinal();
  private static final int BASIC = Column.Basic.values().length;

  private final LayerPatterns layers;
  private final List<PatternHistory> patterns;
  private Needs needs;
  private final Allowance allowance = new Allowance();
  private final ParameterNorms parameters;
  private final MetricRunner metrics;
  private final RowRunner rowMetrics;
  private final PredictionRunner predictions;
  private final RecordQueue queue;
  private final CostMeter meter;
  private final Pacer pacer;
  private final FailureLog failures = new FailureLog();
  private final Fuse observing = new Fuse("observation");
  private final Probe probe;
  private NetworkView network;
  private final SharedResults shared = new SharedResults();
  private final Record record;
  private final StepRecords steps;
  private final PendingRecord pending;
  private final double[] values;
  private final EventBuffer events;
  private final RecordEvents noted;
  private final RunFacts found = new RunFacts();
  private final Relief relief;
  private final FiniteNumbers finite;
  private final Runnable preparation;
  private volatile boolean allRequested;
  private boolean complete;
  private long records;
  private final ElapsedTime time = new ElapsedTime();
  private long step;
  private boolean followsPreviousStep;
  private boolean hasParameters;

  /**
   * Makes the engine of one run.
   *
   * @param header its columns are {@link Instruments#columns} of the same layers
   * @param whole gives the header that recorders get, called in their thread: what takes long to
   *     find out can be added there. It may differ in its provenance only, to which is added what
   *     unit metrics say at the first record
   * @param probe the samples
   * @param samples how many a step observes, or trains on where there is no probe
   * @param network the view through which metrics see weights and outputs
   * @param parameters norms of a network of the run's size, not used before
   * @param recorders where records go, besides memory
   * @param schedule when to observe
   * @param existing per tracked layer the entries that exist, as {@link PatternHistory} takes them,
   *     null where all do; null for all layers
   * @param visits the last columns of the header, null without visits
   */
  Engine(
      RunHeader header,
      Supplier<RunHeader> whole,
      Instruments instruments,
      Probe probe,
      int samples,
      NetworkView network,
      ParameterNorms parameters,
      List<Recorder> recorders,
      Schedule schedule,
      @Nullable List<long @Nullable []> existing,
      @Nullable VisitColumns visits) {
    this.layers = new LayerPatterns(header, existing);
    this.patterns = layers.histories;
    this.needs = instruments.needs();
    this.parameters = parameters;
    this.probe = probe;
    this.network = network;
    Dimensions sizes = RunDimensions.of(header, probe, samples, network, parameters.length());
    Setting setting = new Setting(sizes, network, this, failures, allowance, shared);
    List<String> names = MetricRunner.names(header, network);
    this.metrics = new MetricRunner(instruments.metrics(), patterns.size(), names, setting);
    this.rowMetrics = new RowRunner(instruments, header, setting);
    this.predictions = new PredictionRunner(instruments.predictions(), setting);
    this.record = new Record(header.columns().size());
    this.values = record.values();
    this.events = record.events();
    this.noted = new RecordEvents(events, patterns, failures);
    this.finite = new FiniteNumbers(header.layers(), found);
    this.queue = new RecordQueue(header, whole, found, patterns, recorders, failures);
    this.relief =
        new Relief(
            this, allowance, shared, rowMetrics, parameters, visits, recorders, failures, found);
    setting.relief(relief);
    this.meter =
        new CostMeter(CpuClock::nanos, System::nanoTime, queue::cpuNanos, queue::startNanos);
    this.steps = new StepRecords(visits, header.columns().size(), meter, failures);
    this.pending = new PendingRecord(record, steps, noted);
    this.pacer = new Pacer(schedule, meter, failures);
    this.preparation = this::prepare;
  }

  /**
   * Makes {@link #complete} hand each record to the recorders before it returns, without a thread
   * of their own. To be called before the first record.
   */
  void handOverAtOnce() {
    queue.handOverAtOnce();
  }

  /**
   * Goes on with another network of the same layers, such as the next replica that a worker trains.
   *
   * @param next the view of that network
   */
  void continueWith(NetworkView next) {
    network = next;
  }

  CostMeter meter() {
    return meter;
  }

  /** Returns true if the schedule wants the step that has begun, or it is the first. */
  boolean isDue(long atStep) {
    return records == 0 || pacer.isDue(atStep);
  }

  /**
   * Returns true if the schedule will probably want a step. To be asked at the step before, when
   * all that is to be observed there has been.
   */
  boolean expects(long atStep) {
    return pacer.expects(atStep);
  }

  /** Returns in one sentence how many of the steps of the run were observed, and why no more. */
  String observed(long steps) {
    return pacer.observed(records, steps);
  }

  /**
   * Returns true if one more record can be taken; if not, the step is left out, and an event at the
   * next record says so. The last observation of a run may be made without asking.
   */
  boolean hasRoom(long atStep) {
    boolean room = queue.hasRoom();
    if (!room) {
      noted.leftOut(atStep);
    }
    return room;
  }

  /**
   * Begins an observation.
   *
   * @param last true for the last of the run
   * @return true if the record is to be complete: everything is computed whatever its cadence
   */
  boolean beginObservation(long atStep, boolean last) {
    meter.observing(atStep);
    complete = last || records == 0 || allRequested;
    return complete;
  }

  boolean isAllRequested() {
    return allRequested;
  }

  /** Asks for the next record to be complete; from any thread. */
  void requestAll() {
    allRequested = true;
  }

  /**
   * Makes an observation of what has been written into patterns and parameters.
   *
   * @param atStep number of updates done, greater than at the observation before
   * @param readInPlace true if it was read from the activations that training had just computed
   * @param previousStepKnown true if the parameters of step {@code atStep - 1} were handed over
   * @param loss mean unregularised loss of the probe, absent if it is not known
   */
  void observe(
      long atStep,
      int atEpoch,
      boolean readInPlace,
      boolean parametersRead,
      boolean previousStepKnown,
      double loss) {
    hasParameters = parametersRead;
    step = atStep;
    layers.atStep(atStep);
    record.at(atStep, atEpoch, readInPlace);
    followsPreviousStep = previousStepKnown && records > 0;
    putTimes(values);
    values[LEARNING_RATE] = Absent.VALUE;
    values[SCORE] = Absent.VALUE;
    values[LOSS] = loss;
    shared.next();
    boolean all = complete || records == 0;
    relief.trying(preparation);
    noted.addLeftOut(step);
    finite.addEvents(events);
    pacer.addEvent(events, meter.share());
    int behind = metrics.evaluate(records, all, values, BASIC);
    noted.addUnits(records == 0);
    noted.addPlateaus(step, loss);
    predictions.judge(step, records, all, finite.reason(), values, behind, events);
    steps.endLaws(step, finite.reason());
    record.rows(rowMetrics.evaluate(records, all));
    if (all) {
      found.add(records == 0 ? allowance.addedTo(rowMetrics.provenance()) : Map.of());
      found.add(metrics.provenance());
      found.add(rowMetrics.absent());
    }
    noted.addFailures();
    if (complete) {
      allRequested = false;
      complete = false;
    }
    observing.succeeded();
    records++;
    pending.observed();
  }

  private void prepare() {
    boolean first = records == 0;
    if (complete || first) {
      allowance.decide(first, allRequested, meter, probe.samples());
      needs = first ? allowance.admitted(needs, shared) : needs;
    }
    needs.compute(this, first);
    finite.examine(this, first, predictions.areDue(records, complete || first));
  }

  /**
   * Takes note that an observation, or its record, has failed: an event at the next record says so.
   *
   * @return true if that was once too often: nothing should be observed any more
   */
  boolean observationFailed(long atStep, Throwable cause) {
    String consequence = ", step " + atStep + " has no record";
    failures.failed(observing, EventKind.OBSERVATION_FAILED, cause, consequence);
    noted.dropped();
    queue.startAnew();
    return observing.isBlown();
  }

  /** Returns how often each part has failed; empty if nothing has. */
  Map<String, Integer> failures() {
    return failures.counts();
  }

  /** Returns what gives something up when memory runs out. */
  Relief relief() {
    return relief;
  }

  /**
   * Takes what is known of a step while the parameters are still those of it, and settles its
   * record.
   *
   * @param observed true if the step was observed
   */
  void known(long atStep, int atEpoch, boolean observed, double learningRate, double score) {
    if (observed && pending.isThere()) {
      pending.known(learningRate, score);
      pending.settle(true);
    } else if (!observed) {
      steps.begin(this, atStep, atEpoch, learningRate, score, true);
    }
  }

  /**
   * Completes the observation with what is known after the update, and records it.
   *
   * @param learningRate of the update that leaves the observed parameters
   * @param score DL4J's score at the observed parameters
   * @param watchNanos time that watching took since the record before
   */
  void complete(double learningRate, double score, long watchNanos) {
    if (pending.isThere()) {
      pending.known(learningRate, score);
      completeLast(watchNanos, false);
    }
  }

  /**
   * Completes an observation which no update follows, or none that is heard of.
   *
   * @param modelIsOfRecord true if the parameters are still those that were observed
   */
  void completeLast(long watchNanos, boolean modelIsOfRecord) {
    if (pending.isThere()) {
      pending.settle(modelIsOfRecord);
      pending.add(relief, queue, records, watchNanos);
    }
  }

  /** Adds the learning rate of an update that was done, recorded or not. */
  void advanceTime(double learningRate) {
    time.advance(learningRate, network.training());
  }

  /** Writes the times of the step that has begun among the values of its record. */
  void putTimes(double[] into) {
    time.put(into, network.training());
  }

  /** Returns what is noted for the next record. */
  RecordEvents noted() {
    return noted;
  }

  /** Lets the network go. */
  void release() {
    network = NetworkView.opaque(1);
    steps.follow(null);
  }

  RecordQueue queue() {
    return queue;
  }

  StepRecords steps() {
    return steps;
  }

  List<PatternHistory> patterns() {
    return patterns;
  }

  /**
   * Writes everything and closes the recorders.
   *
   * @return false if that took longer than the time allowed
   */
  boolean close(long timeoutMillis) {
    return queue.close(timeoutMillis);
  }

  /** Returns the value of a column at the newest observation, absent before the first. */
  double observed(int column) {
    return records == 0 ? Absent.VALUE : values[column];
  }

  @Override
  public long step() {
    return step;
  }

  @Override
  public double loss() {
    return values[LOSS];
  }

  @Override
  public int layers() {
    return patterns.size();
  }

  @Override
  public PatternHistory pattern(int layer) {
    return patterns.get(layer);
  }

  /** Returns what knows whether all that is observed is finite. */
  FiniteNumbers finite() {
    return finite;
  }

  LayerPatterns layerPatterns() {
    return layers;
  }

  @Override
  public @Nullable Boundary boundary(int layer) {
    return layers.boundary(layer);
  }

  @Override
  public boolean hasParameters() {
    return hasParameters;
  }

  @Override
  public ParameterNorms parameters() {
    return parameters;
  }

  @Override
  public boolean followsPreviousStep() {
    return followsPreviousStep;
  }

  @Override
  public Probe probe() {
    return probe;
  }

  @Override
  public NetworkView network() {
    return network;
  }

  @Override
  public double watchShare() {
    return meter.share();
  }

  /** Returns a shared result as last computed, null if no metric has asked for it. */
  <T extends Shared> @Nullable T lastShared(Class<T> type) {
    return shared.last(type);
  }

  @Override
  public <T extends Shared> T shared(Class<T> type, Supplier<T> factory) {
    return shared.get(type, factory, this);
  }
}
