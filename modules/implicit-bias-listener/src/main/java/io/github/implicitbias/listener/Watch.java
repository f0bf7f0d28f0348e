package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.Engine;
import io.github.implicitbias.core.engine.Instruments;
import io.github.implicitbias.core.engine.MemoryRecorder;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.preset.Preset;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.run.Recorder;
import io.github.implicitbias.core.run.Run;
import io.github.implicitbias.core.run.RunHeader;
import io.github.implicitbias.core.schedule.Schedule;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One network being watched: decides at which steps and by which way to observe, and puts together
 * what becomes known at different moments of a step. It may throw; the listener catches.
 */
final class Watch {

  private static final Logger LOG = LoggerFactory.getLogger(ImplicitBiasListener.class);

  /** Above this, reading the parameters at every record costs more than all else together. */
  private static final int MANY_PARAMETERS = 1 << 17;

  private static final int SELDOM = 10;

  private final Network net;
  private final NetworkPlan plan;
  private final Schedule schedule;
  private final MemoryRecorder memory;
  private final Engine engine;
  private final NetworkReader reader;
  private final FullBatch fullBatch;
  private final String route;
  private IUpdater updater;
  private NetworkNode updaterNode;
  private long observedStep = -1;
  private final int normsEvery;
  private long records;
  private long knownStep = -2;
  private boolean shadowWanted;
  private double learningRate = Double.NaN;
  private long nanos;
  private boolean saidStretched;

  /**
   * Prepares to watch a network, before its first observation.
   *
   * @param plan of the same network
   * @param normsEvery the parameters are read at every so many records; 0 decides by their number
   * @param memory one of the recorders
   */
  Watch(
      Network net,
      NetworkPlan plan,
      Probe probe,
      Schedule schedule,
      String sessionId,
      String workerId,
      int normsEvery,
      MemoryRecorder memory,
      List<Recorder> recorders) {
    this.net = net;
    this.schedule = schedule;
    this.memory = memory;
    this.plan = plan;
    for (String sentence : plan.leftOut()) {
      LOG.info("{}.", sentence);
    }
    NativeReader natives = new NativeReader();
    OutputHead head = OutputHead.of(net, probe, natives);
    if (head == null) {
      LOG.info(
          "The loss of {} is not computed, the column stays empty.", net.outputs().get(0).name());
    }
    route =
        plan.shadowReason() == null
            ? "in place when a step trains on the probe, else through a shadow network"
            : "through a shadow network, because " + plan.shadowReason();
    LOG.info("Observing {} on {} samples {}.", plan.trackedLayers(), probe.samples(), route);
    Instruments instruments = Preset.ECONOMY.instruments();
    RunHeader header =
        new RunHeader(
            sessionId,
            workerId,
            System.currentTimeMillis(),
            Provenance.of(net, probe, route),
            plan.trackedLayers(),
            probe.sampleIds(),
            probe.classes(),
            instruments.columns(plan.trackedLayers()),
            instruments.sampleColumns(plan.trackedLayers()));
    long parameters = 0;
    for (long[] part : plan.trainable()) {
      parameters += part[1];
    }
    this.normsEvery = normsEvery > 0 ? normsEvery : parameters > MANY_PARAMETERS ? SELDOM : 1;
    boolean single = net.dataType() != DataType.DOUBLE;
    fullBatch = new FullBatch(net, probe, natives);
    double kappa = head == null ? 1 : head.kappa();
    TrainingSetup training =
        new ConfiguredTraining(net, fullBatch, this::currentLearningRate, kappa);
    NetworkArrays arrays =
        new NetworkArrays(net, plan.trackedLayers(), head, probe.samples(), natives, training);
    engine =
        new Engine(
            header,
            instruments,
            probe,
            arrays,
            new ParameterNorms((int) parameters, single),
            recorders);
    reader = new NetworkReader(net, plan, engine, natives, head, arrays, probe);
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

  void spent(long nanoseconds) {
    nanos += nanoseconds;
  }

  void requestFlush() {
    engine.requestFlush();
  }

  /** At the forward pass the activations are those of the parameters of this step. */
  void forward(Object handed) {
    Activations activations = net.activations(handed);
    long step = net.iteration();
    if (step == observedStep) {
      return;
    }
    shadowWanted = false;
    boolean due = observedStep < 0 || schedule.isDue(step);
    boolean room = due && engine.hasRoom(step);
    boolean inPlace = room && plan.shadowReason() == null && reader.isProbe(activations.input(0));
    fullBatch.forward(activations, inPlace);
    if (!due) {
      rememberIfNeeded(step);
    } else if (!room) {
      sayStretched();
    } else if (inPlace) {
      observe(activations, step, true);
    } else {
      shadowWanted = true;
    }
  }

  /** In the backward pass a graph shows its labels. */
  void backward() {
    fullBatch.backward();
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
      observe(reader.shadowActivations(), net.iteration(), false);
    }
  }

  /** After the update the score of this step is known; the parameters are those of the next. */
  void updated(int iteration) {
    if (observedStep == iteration) {
      long spent = nanos;
      nanos = 0;
      engine.complete(learningRate, net.score(), spent);
    }
    engine.advanceTime(learningRate);
  }

  /** Observes the parameters that the last update has left. */
  void observeEnd() {
    if (net.iteration() > observedStep) {
      observe(reader.shadowActivations(), net.iteration(), false, true);
    }
  }

  /**
   * Writes everything.
   *
   * @return false if that took longer than the time allowed
   */
  boolean finish(long timeoutMillis) {
    engine.completeLast(nanos);
    return engine.close(timeoutMillis);
  }

  private void observe(Activations activations, long step, boolean inPlace) {
    observe(activations, step, inPlace, records % normsEvery == 0);
    rememberIfNeeded(step);
  }

  private void observe(Activations activations, long step, boolean inPlace, boolean norms) {
    engine.completeLast(nanos);
    boolean known = knownStep == step - 1;
    reader.observe(activations, step, net.epoch(), inPlace, norms, known);
    observedStep = step;
    records++;
    knownStep = norms ? step : knownStep;
  }

  /** The norm of an update needs the parameters before it. */
  private void rememberIfNeeded(long step) {
    if (knownStep != step && records % normsEvery == 0 && schedule.isDue(step + 1)) {
      reader.rememberParameters();
      knownStep = step;
    }
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
