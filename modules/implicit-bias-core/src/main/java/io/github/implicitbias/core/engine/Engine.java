package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.Absent;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.pattern.PatternHistory;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.run.Event;
import io.github.implicitbias.core.run.EventKind;
import io.github.implicitbias.core.run.Recorder;
import io.github.implicitbias.core.run.RunHeader;
import io.github.implicitbias.core.run.TrackedLayer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Turns observations into records.
 *
 * <p>Per step the training thread calls, in this order: {@link #hasRoom}; if true, it writes
 * patterns and parameters into {@link #pattern} and {@link #parameters}, then {@link #observe};
 * when learning rate and score are known, {@link #complete}. Records leave through a daemon thread.
 * Not thread-safe, except {@link #requestFlush} and {@link #close}.
 */
public final class Engine implements Observation {

  private static final int TIME = 0;
  private static final int FLOW_TIME = 1;
  private static final int LEARNING_RATE = 2;
  private static final int SCORE = 3;
  private static final int LOSS = 4;
  private static final double[][] NO_SAMPLE_VALUES = {};

  private final List<PatternHistory> patterns = new ArrayList<>();
  private final ParameterNorms parameters;
  private final MetricRunner metrics;
  private final RecordQueue queue;
  private final PlateauDetector plateaus = new PlateauDetector();
  private final Probe probe;
  private final NetworkView network;
  private final Map<Class<?>, Cached> shared = new HashMap<>();
  private final double[] values;
  private final List<Event> events = new ArrayList<>();
  private double time;
  private boolean started;
  private boolean pending;
  private long leftOutFrom = -1;
  private long leftOutTo;
  private long step;
  private int epoch;
  private boolean inPlace;
  private boolean followsPreviousStep;
  private boolean hasParameters;

  /**
   * Makes the engine of one run.
   *
   * @param header its columns are {@link Instruments#columns} of the same layers
   * @param probe the samples
   * @param network the view through which metrics see weights and outputs
   * @param parameters norms of a network of the run's size, not used before
   * @param recorders where records go, besides memory
   */
  public Engine(
      RunHeader header,
      Instruments instruments,
      Probe probe,
      NetworkView network,
      ParameterNorms parameters,
      List<Recorder> recorders) {
    for (TrackedLayer layer : header.layers()) {
      patterns.add(new PatternHistory(layer.units(), header.samples(), null, layer.isGrouped()));
    }
    this.parameters = parameters;
    this.probe = probe;
    this.network = network;
    this.metrics = new MetricRunner(instruments.metrics(), patterns.size(), this::metricFailed);
    this.values = new double[header.columns().size()];
    this.queue = new RecordQueue(header, patterns, recorders);
  }

  private void metricFailed(String id, Throwable cause, boolean switchedOff) {
    String detail = id + ": " + cause + (switchedOff ? "; switched off" : "");
    events.add(new Event(step, EventKind.METRIC_FAILED, -1, -1, -1, detail));
  }

  /**
   * Returns true if one more record can be taken; if not, the step is left out, and an event at the
   * next record says so. The last observation of a run may be made without asking.
   */
  public boolean hasRoom(long atStep) {
    if (queue.hasRoom()) {
      return true;
    }
    leftOutFrom = leftOutFrom < 0 ? atStep : leftOutFrom;
    leftOutTo = atStep;
    return false;
  }

  private void stretchedEvent() {
    // A step for which there was no room at first, but then was, is not left out.
    leftOutTo = Math.min(leftOutTo, step - 1);
    if (leftOutFrom >= 0 && leftOutFrom <= leftOutTo) {
      String detail =
          "records left out from step "
              + leftOutFrom
              + " to step "
              + leftOutTo
              + ": storage is slower than training";
      events.add(new Event(step, EventKind.SCHEDULE_STRETCHED, -1, -1, -1, detail));
    }
    leftOutFrom = -1;
  }

  /**
   * Makes an observation of what has been written into patterns and parameters.
   *
   * @param atStep number of updates done, greater than at the observation before
   * @param readInPlace true if it was read from the activations that training had just computed
   * @param previousStepKnown true if the parameters of step {@code atStep - 1} were handed over
   * @param loss mean unregularised loss of the probe, absent if it is not known
   */
  public void observe(
      long atStep,
      int atEpoch,
      boolean readInPlace,
      boolean parametersRead,
      boolean previousStepKnown,
      double loss) {
    hasParameters = parametersRead;
    step = atStep;
    for (int layer = 0; layer < patterns.size(); layer++) {
      patterns.get(layer).atStep(atStep);
    }
    epoch = atEpoch;
    inPlace = readInPlace;
    followsPreviousStep = previousStepKnown && started;
    values[TIME] = time;
    values[FLOW_TIME] = network.training().kappa() * time;
    values[LEARNING_RATE] = Absent.VALUE;
    values[SCORE] = Absent.VALUE;
    values[LOSS] = loss;
    stretchedEvent();
    metrics.evaluate(this, values, RunHeader.FIXED_COLUMNS.size());
    unitEvents();
    plateauEvents(loss);
    started = true;
    pending = true;
  }

  private void unitEvents() {
    if (!started) {
      return;
    }
    for (int layer = 0; layer < patterns.size(); layer++) {
      PatternHistory pattern = patterns.get(layer);
      for (int unit = 0; unit < pattern.units(); unit++) {
        int now = pattern.activeSamples(unit);
        int before = pattern.activeSamplesBefore(unit);
        if (now != before) {
          if (now == 0) {
            events.add(new Event(step, EventKind.UNIT_DIED, layer, unit, -1, ""));
          } else if (before == 0) {
            events.add(new Event(step, EventKind.UNIT_REVIVED, layer, unit, -1, ""));
          }
          if (pattern.isLinear(unit)) {
            events.add(new Event(step, EventKind.UNIT_LINEAR, layer, unit, -1, ""));
          }
        }
      }
    }
  }

  private void plateauEvents(double loss) {
    switch (plateaus.accept(step, loss)) {
      case BEGAN:
        events.add(
            new Event(
                step,
                EventKind.PLATEAU_BEGAN,
                -1,
                -1,
                -1,
                "loss " + plateaus.level() + " since step " + plateaus.since()));
        break;
      case ENDED:
        events.add(new Event(step, EventKind.PLATEAU_ENDED, -1, -1, -1, "loss " + loss));
        break;
      default:
    }
  }

  /**
   * Completes the observation with what is known after the update, and records it.
   *
   * @param learningRate of the update that leaves the observed parameters
   * @param score DL4J's score at the observed parameters
   * @param watchNanos time that watching took since the record before
   */
  public void complete(double learningRate, double score, long watchNanos) {
    if (pending) {
      values[LEARNING_RATE] = learningRate;
      values[SCORE] = score;
      record(watchNanos);
    }
  }

  /** Completes the last observation of a run, which no update follows. */
  public void completeLast(long watchNanos) {
    if (pending) {
      record(watchNanos);
    }
  }

  private void record(long watchNanos) {
    pending = false;
    queue.add(step, epoch, inPlace, watchNanos, values, NO_SAMPLE_VALUES, events);
    events.clear();
  }

  /** Adds the learning rate of an update that was done, recorded or not. */
  public void advanceTime(double learningRate) {
    time += learningRate;
  }

  /** Asks for what is there to be written soon; returns at once. */
  public void requestFlush() {
    queue.requestFlush();
  }

  /**
   * Writes everything and closes the recorders.
   *
   * @return false if that took longer than the time allowed
   */
  public boolean close(long timeoutMillis) {
    return queue.close(timeoutMillis);
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
    return Absent.VALUE;
  }

  @Override
  public <T extends Shared> T shared(Class<T> type, Supplier<T> factory) {
    Cached cached = shared.get(type);
    if (cached == null) {
      cached = new Cached(factory.get());
      shared.put(type, cached);
    }
    if (cached.step != step) {
      cached.value.compute(this);
      cached.step = step;
    }
    return type.cast(cached.value);
  }

  /** A shared result and the step it is of. */
  private static final class Cached {
    final Shared value;
    long step = -1;

    Cached(Shared value) {
      this.value = value;
    }
  }
}
