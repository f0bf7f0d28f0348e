package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.Engine;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.probe.SampleArray;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.PatternHistory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Reads one network into an engine: signs of the tracked layers, loss, parameters. */
final class NetworkReader {

  private final Network net;
  private final NetworkPlan plan;
  private final NativeReader reader = new NativeReader();
  private final OutputHead head;
  private final int samples;
  private final boolean single;
  private final boolean hasMasks;
  private final ProbeBits[] features;
  private final ProbeArrays probe;
  private final List<SampleArray> featureArrays;
  private final boolean hasLabels;
  private final SignReader[] signs;
  private final int[] nanEntries;
  private final boolean[] boundaryKnown;
  private final List<long[]> existing = new ArrayList<>();
  private final ParameterMemory memory;
  private final FullBatch fullBatch;
  private INDArray parameters;
  private ShadowNetwork shadow;
  private NetworkArrays arrays;
  private BoundaryReader boundaries;
  private boolean findsBoundary;

  /**
   * Prepares to read a network.
   *
   * @param selected names or positions of the layers to track, empty for all with a kink
   * @throws IllegalArgumentException if the probe does not fit the network, or there is nothing to
   *     track; the sentence says what to change
   */
  NetworkReader(Network net, Probe probe, List<String> selected, Granularity granularity) {
    requireFits(net, probe);
    this.net = net;
    this.parameters = net.params();
    this.memory = new ParameterMemory(net);
    this.samples = probe.samples();
    this.single = net.dataType() != DataType.DOUBLE;
    this.hasMasks = probe.hasMasks();
    this.hasLabels = probe.hasLabels();
    this.probe = new ProbeArrays(probe, net.dataType());
    this.head = OutputHead.of(net, probe, reader);
    OneSample one = new OneSample(probe);
    try {
      this.plan = new NetworkPlan(net, selected, samples, granularity, head != null, one::forward);
    } finally {
      release();
    }
    this.featureArrays = probe.featureArrays();
    this.features = new ProbeBits[featureArrays.size()];
    this.fullBatch = new FullBatch(net, probe, reader, this::isProbe);
    Map<String, INDArray> masks = outputMasks();
    SignReader.RawBits raw = new SignReader.RawBits();
    this.signs = new SignReader[plan.readings().size()];
    nanEntries = new int[signs.length];
    boundaryKnown = new boolean[signs.length];
    for (int k = 0; k < signs.length; k++) {
      NetworkPlan.Reading reading = plan.readings().get(k);
      INDArray mask = masks.get(reading.node.name());
      boolean[] exists = mask == null ? null : reading.layout.existing(mask, samples);
      signs[k] = new SignReader(reading.layout, samples, single, reader, raw, exists);
      existing.add(SignReader.existing(reading.layout, exists, samples));
    }
  }

  private static void requireFits(Network net, Probe probe) {
    int inputs = probe.featureArrays().size();
    if (inputs != net.inputs()) {
      throw new IllegalArgumentException(
          "the network has "
              + net.inputs()
              + " inputs, but the probe has "
              + inputs
              + " arrays of features: give one per input");
    }
    int outputs = probe.labelArrays().size();
    if (outputs != 0 && outputs != net.outputs().size()) {
      throw new IllegalArgumentException(
          "the network has "
              + net.outputs().size()
              + " outputs, but the probe has "
              + outputs
              + " arrays of labels: give one per output, or none");
    }
  }

  private Map<String, INDArray> outputMasks() {
    if (probe.featureMasks() == null) {
      return Map.of();
    }
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return shadow().outputMasks(Arrays.asList(probe.featureMasks()));
    }
  }

  NetworkPlan plan() {
    return plan;
  }

  /** Returns what computes the output layer, null if DL4J has to. */
  OutputHead head() {
    return head;
  }

  /** Returns what knows whether every step so far was trained on the probe. */
  FullBatch fullBatch() {
    return fullBatch;
  }

  /** Takes over what another reader knows of the steps before. */
  void continueAfter(NetworkReader before) {
    fullBatch.continueAfter(before.fullBatch);
  }

  /**
   * Makes the view that metrics have of the network, and keeps it up to date from now on.
   *
   * @param needs what of the run is to be found out
   */
  NetworkArrays show(TrainingSetup training, Needs needs) {
    findsBoundary = needs.includes(Needs.BOUNDARY);
    fullBatch.compareIf(needs.includes(Needs.FULL_BATCH));
    arrays = new NetworkArrays(net, plan.trackedLayers(), head, samples, reader, training);
    boundaries = new BoundaryReader(plan.trackedLayers(), arrays, samples, net.dataType(), reader);
    return arrays;
  }

  /** Returns, per tracked layer, the entries that exist; null where all do. */
  List<long[]> existing() {
    return existing;
  }

  /** Returns true if a forward pass is one of exactly the probe. */
  boolean isProbe(Activations activations) {
    if (hasMasks || net.hasFeatureMasks()) {
      return false;
    }
    for (int k = 0; k < features.length; k++) {
      if (features[k] == null) {
        features[k] = new ProbeBits(featureArrays.get(k), single);
      }
      if (!features[k].isIn(activations.input(k), reader)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Makes an observation.
   *
   * @param ofTraining the activations of the probe as training has just computed them; null to send
   *     the probe through a shadow network
   * @param parametersDue true to read the parameters, too
   */
  void observe(
      Engine engine,
      Activations ofTraining,
      long step,
      int epoch,
      boolean parametersDue,
      boolean previousStepKnown) {
    noticeNewParameters();
    try {
      Activations activations =
          ofTraining != null
              ? ofTraining
              : shadow().forward(probe.features(), probe.featureMasks());
      arrays.begin(activations);
      double loss = loss(activations);
      for (int k = 0; k < signs.length; k++) {
        readSigns(engine, k, activations);
      }
      if (parametersDue) {
        readParameters(engine.parameters(), false);
      }
      // Only now: what fails above leaves all histories at the record before.
      for (int k = 0; k < signs.length; k++) {
        engine.pattern(k).advance(nanEntries[k]);
        engine.boundaryFound(k, boundaryKnown[k]);
      }
      engine.observe(step, epoch, ofTraining != null, parametersDue, previousStepKnown, loss);
    } finally {
      arrays.end();
      release();
    }
  }

  /** A network that is given other parameter memory is read from there. */
  private void noticeNewParameters() {
    if (memory.hasMoved()) {
      parameters = net.params();
      shadow = null;
      for (NetworkPlan.Reading reading : plan.readings()) {
        if (reading.preActivations != null) {
          reading.preActivations.refresh();
        }
      }
      if (head != null) {
        head.refresh();
      }
    }
  }

  private ShadowNetwork shadow() {
    if (shadow == null) {
      shadow = net.shadow(parameters);
    }
    return shadow;
  }

  private void release() {
    if (shadow != null) {
      shadow.release();
    }
  }

  private double loss(Activations activations) {
    if (head != null) {
      head.compute(activations.inputOf(net.outputs().get(0)));
      return head.loss();
    }
    return hasLabels ? shadow().loss(probe.labels(), probe.labelMasks()) : Absent.VALUE;
  }

  /** Writes pattern and boundary entries of a layer, which does not advance yet. */
  private void readSigns(Engine engine, int number, Activations activations) {
    PatternHistory pattern = engine.pattern(number);
    long[] boundary = engine.nextBoundary(number);
    NetworkPlan.Reading reading = plan.readings().get(number);
    if (reading.source == NetworkPlan.Source.OUTPUT) {
      double[] z = head.preActivations();
      nanEntries[number] = signs[number].pack(z, pattern.next());
      boundaryKnown[number] = findsBoundary && boundaries.pack(number, z, boundary);
      return;
    }
    INDArray array = reading.array(activations, samples);
    nanEntries[number] = signs[number].pack(array, pattern.next());
    if (reading.source != NetworkPlan.Source.PRE_ACTIVATION) {
      boundaryKnown[number] = findsBoundary && boundaries.pack(number, boundary);
      return;
    }
    boundaryKnown[number] = findsBoundary && boundaries.pack(number, array, boundary);
    if (array.closeable()) {
      array.close();
    }
  }

  /** Keeps the parameters of a step that is not observed, for the update norm of the next. */
  void rememberParameters(Engine engine) {
    noticeNewParameters();
    readParameters(engine.parameters(), true);
  }

  private void readParameters(ParameterNorms norms, boolean onlyRemember) {
    DataType type = single ? DataType.FLOAT : DataType.DOUBLE;
    boolean direct = reader.isDirect(parameters, type);
    INDArray source = direct ? parameters : NativeReader.copy(parameters, type);
    long address = NativeReader.address(source);
    norms.begin();
    List<long[]> parts = plan.trainable();
    for (int i = 0; i < parts.size(); i++) {
      long[] part = parts.get(i);
      long end = part[0] + part[1];
      for (long from = part[0]; from < end; from += ParameterNorms.CHUNK) {
        int length = (int) Math.min(ParameterNorms.CHUNK, end - from);
        if (!direct) {
          read(source, from, length, norms);
        } else if (single) {
          reader.floatsAt(address + 4 * from, norms.floats(), length);
        } else {
          reader.doublesAt(address + 8 * from, norms.doubles(), length);
        }
        if (onlyRemember) {
          norms.remember(length);
        } else {
          norms.accept(length);
        }
      }
    }
    norms.end();
  }

  private void read(INDArray source, long from, int length, ParameterNorms norms) {
    for (int i = 0; i < length; i++) {
      if (single) {
        norms.floats()[i] = source.getFloat(from + i);
      } else {
        norms.doubles()[i] = source.getDouble(from + i);
      }
    }
  }

  /** A forward pass of the first sample, done once, when first asked for. */
  private final class OneSample {
    private final Probe all;
    private Activations activations;

    OneSample(Probe all) {
      this.all = all;
    }

    Activations forward() {
      if (activations == null) {
        ProbeArrays first = new ProbeArrays(first(), net.dataType());
        activations = shadow().forward(first.features(), null);
      }
      return activations;
    }

    private Probe first() {
      List<SampleArray> arrays = new ArrayList<>();
      for (SampleArray array : all.featureArrays()) {
        arrays.add(array.select(new int[] {0}));
      }
      return new Probe(arrays, List.of(), null, null, null);
    }
  }
}
