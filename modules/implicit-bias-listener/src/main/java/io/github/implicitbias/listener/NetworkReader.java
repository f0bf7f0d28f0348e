package io.github.implicitbias.listener;

import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.engine.NetworkSource;
import io.github.implicitbias.core.engine.Reading;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.probe.SampleArray;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Shows a network of DL4J to a session: signs of the tracked layers, loss, parameters. */
final class NetworkReader implements NetworkSource {

  private final Network net;
  private final NetworkPlan plan;
  private final NativeReader reader = new NativeReader();
  private final @Nullable OutputHead head;
  private final @Nullable String whyNoHead;
  private final int samples;
  private final boolean single;
  private final boolean hasFeatureMasks;
  private final NetworkSource source;
  private final ProbeMatcher[] features;
  private final ProbeArrays probe;
  private final List<SampleArray> featureArrays;
  private final boolean hasLabels;
  private final @Nullable String whyNoLoss;
  private final SignReader[] signs;
  private final List<long @Nullable []> existing = new ArrayList<>();
  private final ParameterMemory memory;
  private final FullBatch fullBatch;
  private final OwnUpdate ownUpdate;
  private @Nullable INDArray parameters;
  private @Nullable ShadowNetwork shadow;
  private @Nullable NetworkArrays arrays;
  private @Nullable BoundaryReader boundaries;
  private Needs needs = Needs.NONE;
  private @Nullable Activations ofTraining;
  private @Nullable StepReader steps;

  /**
   * Prepares to read a network.
   *
   * @param observed false if the probe stands in for one that was not given
   * @param selected names or positions of the layers to track, empty for all with a kink
   * @param all true to track all layers whose pre-activations have a sign that can be read
   * @throws IllegalArgumentException if the probe does not fit the network, or a selected layer
   *     cannot be tracked; the sentence says what to change
   */
  NetworkReader(
      Network net,
      Probe probe,
      boolean observed,
      List<String> selected,
      boolean all,
      Granularity granularity) {
    requireFits(net, probe);
    this.source = observed ? this : new WeightsOnly(this);
    this.net = net;
    this.parameters = net.params();
    this.memory = new ParameterMemory(net);
    this.samples = probe.samples();
    this.single = net.dataType() != DataType.DOUBLE;
    this.hasFeatureMasks = probe.hasFeatureMasks();
    this.hasLabels = probe.hasLabels();
    this.probe = new ProbeArrays(probe, net.dataType());
    this.whyNoLoss = findWhyNoLoss();
    OneSample one = new OneSample(probe);
    Map<String, INDArray> masks;
    try {
      masks = outputMasks();
      this.head = OutputHead.of(net, probe, masks.keySet(), reader);
      this.whyNoHead = OutputHead.whyNone(net, probe, masks.keySet());
      this.plan = new NetworkPlan(net, selected, all, samples, granularity, head, one::forward);
    } finally {
      releaseShadow();
    }
    this.featureArrays = probe.featureArrays();
    this.features = new ProbeMatcher[featureArrays.size()];
    this.fullBatch = new FullBatch(net, probe, reader, this::isProbe);
    this.ownUpdate = new OwnUpdate(net, reader);
    SignReader.RawBits raw = new SignReader.RawBits();
    this.signs = new SignReader[plan.readings().size()];
    for (int k = 0; k < signs.length; k++) {
      NetworkPlan.Reading reading = plan.readings().get(k);
      INDArray mask = masks.get(reading.node.name());
      boolean @Nullable [] exists = mask == null ? null : reading.layout.existing(mask, samples);
      signs[k] = new SignReader(reading.layout, samples, single, reader, raw, exists);
      existing.add(SignReader.existing(reading.layout, exists, samples));
    }
  }

  private static void requireFits(Network net, Probe probe) {
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

  /** Returns the network as its session sees it. */
  NetworkSource source() {
    return source;
  }

  /** Makes the view show the parameters as they are now, without a pass of any sample. */
  void lookAtWeights() {
    noticeNewParameters();
    arrays().begin(null);
  }

  @Override
  public Action.Model model() {
    return () -> new ModelCopy(net);
  }

  /** Returns what computes the output layer, null if DL4J has to. */
  @Nullable OutputHead head() {
    return head;
  }

  /** Returns what knows whether every step so far was trained on the probe. */
  FullBatch fullBatch() {
    return fullBatch;
  }

  /** Returns what knows whether only the updates of the steps move the parameters. */
  OwnUpdate ownUpdate() {
    return ownUpdate;
  }

  /** Takes over what another reader knows of the steps before. */
  void continueAfter(NetworkReader before) {
    fullBatch.continueAfter(before.fullBatch);
    ownUpdate.continueAfter(before.ownUpdate);
  }

  /**
   * Makes the view that metrics have of the network, and keeps it up to date from now on.
   *
   * @param needs what of the run is to be found out
   */
  NetworkArrays show(TrainingSetup training, Needs needs) {
    this.needs = needs;
    fullBatch.compareIf(needs.includes(Needs.FULL_BATCH));
    ownUpdate.compareIf(needs.includes(Needs.OWN_UPDATE));
    List<TrackedLayer> tracked = source.layers();
    NetworkArrays shown =
        new NetworkArrays(net, tracked, head, whyNoHead, samples, reader, training);
    arrays = shown;
    boundaries =
        needs.includes(Needs.BOUNDARY)
            ? new BoundaryReader(tracked, shown, samples, net.dataType(), reader)
            : null;
    return shown;
  }

  private NetworkArrays arrays() {
    return Objects.requireNonNull(arrays, "the network is shown to metrics first");
  }

  /** Returns what of the run is found out. */
  Needs needs() {
    return needs;
  }

  @Override
  public List<TrackedLayer> layers() {
    return plan.trackedLayers();
  }

  @Override
  public long @Nullable [] existing(int layer) {
    return existing.get(layer);
  }

  @Override
  public NetworkView view() {
    return arrays();
  }

  /** Returns what shows the steps of training to laws; made when it is first asked for. */
  @Override
  public StepReader steps() {
    if (steps == null) {
      ownUpdate.compareIf(true);
      steps = new StepReader(net, ownUpdate);
    }
    return steps;
  }

  @Override
  public int parameters() {
    long trained = 0;
    for (long[] part : plan.trainable()) {
      trained += part[1];
    }
    return (int) trained;
  }

  @Override
  public boolean isSinglePrecision() {
    return single;
  }

  /** Takes the activations that training has just computed, to be looked at in this step. */
  void ofTraining(@Nullable Activations computed) {
    ofTraining = computed;
  }

  @Override
  public boolean isInPlace() {
    return plan.shadowReason() == null && isProbe(ofTraining);
  }

  @Override
  public boolean begun(boolean inPlace) {
    return ofTraining != null && fullBatch.forward(ofTraining, inPlace);
  }

  /** Returns true if a forward pass is one of exactly the probe. */
  private boolean isProbe(@Nullable Activations activations) {
    if (activations == null || hasFeatureMasks || net.hasFeatureMasks()) {
      return false;
    }
    for (int k = 0; k < features.length; k++) {
      if (features[k] == null) {
        if (!ProbeShapes.isSame(featureArrays.get(k), activations.input(k))) {
          // Training on mini-batches never needs the numbers of the probe once more.
          return false;
        }
        features[k] = new ProbeMatcher(featureArrays.get(k), single);
      }
      if (!features[k].matches(activations.input(k), reader)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public double read(Reading into, boolean inPlace) {
    noticeNewParameters();
    Activations activations =
        inPlace && ofTraining != null
            ? ofTraining
            : shadow().forward(probe.features(), probe.featureMasks());
    arrays().begin(activations);
    double loss = loss(activations);
    for (int k = 0; k < signs.length; k++) {
      readSigns(into, k, activations);
    }
    return loss;
  }

  @Override
  public void release() {
    arrays().end();
    releaseShadow();
  }

  /** Lets the network go; nothing may be asked for after that. */
  void close() {
    ofTraining = null;
    parameters = null;
    shadow = null;
    steps = null;
    arrays().release();
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

  private INDArray flattened() {
    return Objects.requireNonNull(parameters, Network.RELEASED);
  }

  private ShadowNetwork shadow() {
    if (shadow == null) {
      shadow = net.shadow(flattened());
    }
    return shadow;
  }

  private void releaseShadow() {
    if (shadow != null) {
      shadow.release();
    }
  }

  /** Returns why the loss of the probe is not known, null if it is. */
  @Nullable String whyNoLoss() {
    return whyNoLoss;
  }

  private @Nullable String findWhyNoLoss() {
    if (!hasLabels) {
      return "the probe has no labels";
    }
    for (NetworkNode output : net.outputs()) {
      if (!output.isLayer() || !(output.implementation() instanceof IOutputLayer)) {
        return output.name() + " has no loss function";
      }
    }
    return null;
  }

  private double loss(Activations activations) {
    if (head != null) {
      NetworkNode output = net.outputs().get(0);
      head.compute(Activations.present(activations.inputOf(output), output));
      return head.loss();
    }
    return whyNoLoss == null ? shadow().loss(probe.labels(), probe.labelMasks()) : Absent.VALUE;
  }

  /** Writes pattern and boundary entries of a layer. */
  private void readSigns(Reading into, int number, Activations activations) {
    NetworkPlan.Reading reading = plan.readings().get(number);
    SignReader reader = signs[number];
    int nan;
    boolean boundary = false;
    if (head != null && reading.source == NetworkPlan.Source.OUTPUT) {
      double[] z = head.preActivations();
      nan = reader.pack(z, into.pattern(number));
      boundary = boundaries != null && boundaries.pack(number, z, into.boundary(number));
    } else {
      INDArray array = reading.array(activations, samples);
      nan = reader.pack(array, into.pattern(number));
      if (reading.source != NetworkPlan.Source.PRE_ACTIVATION) {
        boundary = boundaries != null && boundaries.pack(number, into.boundary(number));
      } else {
        boundary = boundaries != null && boundaries.pack(number, array, into.boundary(number));
        if (array.closeable()) {
          array.close();
        }
      }
    }
    into.written(number, nan, boundary);
    reader.notFinite(into, number);
  }

  @Override
  public void readParameters(ParameterNorms into) {
    noticeNewParameters();
    INDArray parameters = flattened();
    DataType type = single ? DataType.FLOAT : DataType.DOUBLE;
    boolean direct = reader.isDirect(parameters, type);
    INDArray source = direct ? parameters : NativeReader.copy(parameters, type);
    long address = NativeReader.address(source);
    List<long[]> parts = plan.trainable();
    for (int i = 0; i < parts.size(); i++) {
      long[] part = parts.get(i);
      long end = part[0] + part[1];
      for (long from = part[0]; from < end; from += ParameterNorms.CHUNK) {
        int length = (int) Math.min(ParameterNorms.CHUNK, end - from);
        if (!direct) {
          read(source, from, length, into);
        } else if (single) {
          reader.floatsAt(address + 4 * from, into.floats(), length);
        } else {
          reader.doublesAt(address + 8 * from, into.doubles(), length);
        }
        into.accept(length);
      }
    }
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
    private @Nullable Activations activations;

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
