package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.Engine;
import io.github.implicitbias.core.engine.Instruments;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import io.github.implicitbias.run.log.MemoryRecorder;
import io.github.implicitbias.run.log.Recorder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One network being watched: decides at which steps and by which way to observe, and puts together
 * what becomes known at different moments of a step. It may throw; the listener catches, and says
 * so with {@link #failed}.
 */
final class Watch {

  private static final Logger LOG = LoggerFactory.getLogger(ImplicitBiasListener.class);

  private final Network net;
  private final NetworkPlan plan;
  private final MemoryRecorder memory;
  private final Engine engine;
  private final NetworkReader reader;
  private final String route;
  private final int normsEvery;
  private final long parameters;
  private final Needs needs;
  private Activations activations;
  private IUpdater updater;
  private NetworkNode updaterNode;
  private long askedStep = -1;
  private long observedStep = -1;
  private long records;
  private long knownStep = -2;
  private boolean shadowWanted;
  private boolean epochEnded;
  private double learningRate = Double.NaN;
  private long nanos;
  private boolean saidStretched;

  /**
   * Prepares to watch a network, before its first observation.
   *
   * @param reader of the same network
   * @param schedule when to observe
   * @param parts preset, instruments and recorders that the user has asked for
   * @param normsEvery the parameters are read at every so many records; 0 decides by their number
   * @param memory one of the recorders
   * @param beganAt CPU time of this thread at which all this began
   */
  Watch(
      Network net,
      NetworkReader reader,
      Probe probe,
      Schedule schedule,
      UserParts parts,
      String sessionId,
      String workerId,
      int normsEvery,
      MemoryRecorder memory,
      List<Recorder> recorders,
      long beganAt) {
    this.net = net;
    this.memory = memory;
    this.reader = reader;
    this.plan = reader.plan();
    this.parameters = net.params().length();
    for (String sentence : plan.leftOut()) {
      LOG.info("{}.", sentence);
    }
    route =
        (plan.shadowReason() == null
                ? "in place when a step trains on the probe, else through a shadow network"
                : "through a shadow network, because " + plan.shadowReason())
            + "; "
            + name(schedule);
    LOG.info("Observing {} on {} samples {}.", plan.trackedLayers(), probe.samples(), route);
    Instruments instruments = parts.instruments();
    needs = instruments.needs();
    Map<String, String> facts = Provenance.of(net, route);
    facts.put("schedule", name(schedule));
    facts.put("preset", parts.preset().name().toLowerCase(Locale.ROOT));
    NetworkArrays arrays = arrays(needs);
    RunHeader header = header(sessionId, workerId, facts, plan, probe, instruments, arrays);
    Supplier<String> configuration = net.json();
    long trained = 0;
    for (long[] part : plan.trainable()) {
      trained += part[1];
    }
    this.normsEvery = normsEvery > 0 ? normsEvery : NormCadence.records(trained);
    boolean single = net.dataType() != DataType.DOUBLE;
    engine =
        new Engine(
            header,
            () -> header.withProvenance(Provenance.whole(facts, probe, configuration)),
            instruments,
            probe,
            arrays,
            new ParameterNorms((int) trained, single),
            recorders,
            schedule,
            reader.existing());
    engine.enterAt(beganAt);
    engine.inPlaceIf(() -> plan.shadowReason() == null && reader.isProbe(activations));
  }

  /**
   * Goes on with the run of another watch, on another network of the same layout.
   *
   * @param before one that {@link #canGoOnWith} this network, and is used no more
   */
  Watch(Network net, NetworkReader reader, Watch before, long beganAt) {
    this.net = net;
    this.reader = reader;
    this.plan = reader.plan();
    memory = before.memory;
    engine = before.engine;
    route = before.route;
    normsEvery = before.normsEvery;
    parameters = before.parameters;
    askedStep = before.observedStep;
    observedStep = before.observedStep;
    records = before.records;
    knownStep = before.knownStep;
    epochEnded = before.epochEnded;
    nanos = before.nanos;
    saidStretched = before.saidStretched;
    engine.enterAt(beganAt);
    needs = before.needs;
    engine.continueWith(arrays(needs));
    reader.continueAfter(before.reader);
    engine.inPlaceIf(() -> plan.shadowReason() == null && reader.isProbe(activations));
    engine.leave(true);
  }

  /** Returns true if a network has the layout of this one and is not behind it. */
  boolean canGoOnWith(Network next, NetworkPlan nextPlan) {
    List<TrackedLayer> layers = plan.trackedLayers();
    List<TrackedLayer> nextLayers = nextPlan.trackedLayers();
    boolean same =
        observedStep >= 0
            && next.iteration() >= observedStep
            && next.dataType() == net.dataType()
            && next.params().length() == parameters
            && layers.size() == nextLayers.size();
    for (int i = 0; same && i < layers.size(); i++) {
      same =
          layers.get(i).name().equals(nextLayers.get(i).name())
              && layers.get(i).units() == nextLayers.get(i).units();
    }
    return same;
  }

  /** Returns true if a listener will hear no more of this network: it is gone, or was let go. */
  boolean isOverFor(ImplicitBiasListener listener) {
    return isGone() || !net.listeners().contains(listener);
  }

  /** Returns true if the memory of the parameters was freed, as DL4J does with replicas. */
  boolean isGone() {
    return net.params().wasClosed();
  }

  private NetworkArrays arrays(Needs needed) {
    double kappa = reader.head() == null ? 1 : reader.head().kappa();
    return reader.show(
        new ConfiguredTraining(net, reader.fullBatch(), this::currentLearningRate, kappa), needed);
  }

  private static RunHeader header(
      String sessionId,
      String workerId,
      Map<String, String> facts,
      NetworkPlan plan,
      Probe probe,
      Instruments instruments,
      NetworkArrays arrays) {
    HeaderBuilder builder =
        new HeaderBuilder(sessionId, workerId, System.currentTimeMillis())
            .provenance(facts)
            .layers(plan.trackedLayers())
            .samples(probe.sampleIds(), probe.classes());
    return instruments.declare(builder, plan.trackedLayers(), arrays, probe).build();
  }

  /** A schedule that is a lambda has no name worth recording. */
  private static String name(Schedule schedule) {
    return schedule.getClass().isSynthetic() ? "a schedule of the user's own" : schedule.toString();
  }

  boolean isOf(Model model) {
    return net.model() == model;
  }

  String route() {
    return route;
  }

  Run run() {
    return memory.run();
  }

  <T extends Shared> T result(Class<T> type) {
    return engine.lastShared(type);
  }

  Map<String, Integer> failures() {
    return engine.failures();
  }

  /** Makes records reach the recorders before {@link #updated} returns. */
  void handOverAtOnce() {
    engine.handOverAtOnce();
  }

  void requestAll() {
    engine.requestAll();
  }

  void spent(long nanoseconds) {
    nanos += nanoseconds;
  }

  void epochEnded() {
    epochEnded = true;
    engine.requestFlush();
  }

  /** At the forward pass the activations are those of the parameters of this step. */
  void forward(Object handed) {
    long step = net.iteration();
    if (engine.isOutOfMemory()) {
      throw new OutOfMemoryError("memory was out while records were written");
    }
    if (step == askedStep) {
      // A line search passes forward several times, at first with the parameters of the step.
      return;
    }
    boolean first = askedStep < 0;
    askedStep = step;
    activations = net.activations(handed);
    boolean measured = first;
    if (!first) {
      // The first time began with the preparations.
      engine.enter();
    }
    try {
      engine.beginStep(epochEnded);
      epochEnded = false;
      shadowWanted = false;
      boolean due = engine.isDue(step);
      boolean room = due && engine.hasRoom(step);
      boolean inPlace = room && engine.isInPlace();
      measured |= reader.fullBatch().forward(activations, inPlace);
      if (!due) {
        measured |= prepareNext(step);
      } else if (!room) {
        sayStretched();
        measured |= prepareNext(step);
      } else {
        measured = true;
        shadowWanted = !inPlace;
        if (inPlace) {
          observe(activations, step);
        }
      }
    } finally {
      engine.leave(measured);
    }
  }

  /** In the backward pass a graph shows its labels. */
  void backward() {
    reader.fullBatch().backward();
  }

  private void sayStretched() {
    if (!saidStretched) {
      saidStretched = true;
      LOG.warn("Storage is slower than training: some steps are left out, events say which.");
    }
  }

  /** When the gradient is known, the parameters are still those of this step. */
  void gradient() {
    learningRate = currentLearningRate();
    if (shadowWanted) {
      shadowWanted = false;
      engine.enter();
      try {
        observe(null, net.iteration());
      } finally {
        engine.leave(true);
      }
    }
  }

  /** After the update the score of this step is known; the parameters are those of the next. */
  void updated(int iteration) {
    if (observedStep == iteration) {
      engine.enter();
      try {
        long spent = nanos;
        nanos = 0;
        engine.complete(learningRate, net.score(), spent);
      } finally {
        engine.leave(true);
      }
    }
    engine.advanceTime(learningRate);
  }

  /** Observes the parameters that the last update has left. */
  void observeEnd() {
    if (net.iteration() > observedStep) {
      engine.enter();
      try {
        completeLast();
        observeOnly(null, net.iteration(), true);
      } finally {
        engine.leave(true);
      }
    }
  }

  /**
   * Takes note that one of the callbacks has failed.
   *
   * @return true if nothing should be observed any more
   */
  boolean failed(Throwable cause) {
    shadowWanted = false;
    knownStep = -2;
    return engine.observationFailed(net.iteration(), cause);
  }

  /** Completes the record of the step that is under way, if there is one. */
  void completeLast() {
    engine.completeLast(nanos);
  }

  /**
   * Writes everything; may be called while other threads call other methods.
   *
   * @return false if that took longer than the time allowed
   */
  boolean close(long timeoutMillis) {
    return engine.close(timeoutMillis);
  }

  /** Observes; without activations of training through the shadow network. */
  private void observe(Activations ofTraining, long step) {
    completeLast();
    observeOnly(ofTraining, step, false);
    prepareNext(step);
  }

  private void observeOnly(Activations ofTraining, long step, boolean last) {
    boolean all = engine.beginObservation(step, last);
    boolean norms = all || records % normsEvery == 0;
    boolean known = knownStep == step - 1;
    reader.observe(engine, ofTraining, step, net.epoch(), norms, known);
    observedStep = step;
    records++;
    knownStep = norms ? step : knownStep;
  }

  /**
   * The norm of an update needs the parameters before it.
   *
   * @return true if they were read
   */
  private boolean prepareNext(long step) {
    boolean expected = engine.expects(step + 1);
    boolean norms = records % normsEvery == 0 || engine.isAllRequested();
    if (!expected || !norms || knownStep == step) {
      return false;
    }
    reader.rememberParameters(engine);
    knownStep = step;
    return true;
  }

  /** The rate of the first tracked layer that has one other than 0; NaN if none has. */
  private double currentLearningRate() {
    int iteration = net.iteration();
    int epoch = net.epoch();
    if (updater != null) {
      double rate = updater.getLearningRate(iteration, epoch);
      if (rate != 0 && updaterNode.updater() == updater) {
        return rate;
      }
    }
    double found = Double.NaN;
    for (NetworkPlan.Reading reading : plan.readings()) {
      NetworkNode node = withParameters(reading.node);
      IUpdater candidate = node.updater();
      double rate = candidate == null ? Double.NaN : candidate.getLearningRate(iteration, epoch);
      if (!Double.isNaN(rate) && rate != 0) {
        updater = candidate;
        updaterNode = node;
        return rate;
      }
      found = Double.isNaN(found) ? rate : found;
    }
    return found;
  }

  /** Returns the layer itself, or the next before it that has parameters. */
  private static NetworkNode withParameters(NetworkNode layer) {
    NetworkNode node = layer;
    while (node.parameters() == 0 && node.source() != null && node.source().isLayer()) {
      node = node.source();
    }
    return node;
  }
}
