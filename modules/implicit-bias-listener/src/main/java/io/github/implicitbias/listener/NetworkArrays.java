package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.AffinePreActivation;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/*
 * Which layers belong together: an ActivationLayer has no weights, and where it follows a layer with
 * weights whose activation is piecewise linear, the two are one such layer, whose slope below 0 is
 * the product of their slopes (none of which is negative). Nothing is folded behind any other
 * activation, or where the ActivationLayer itself has another, except that behind the identity the
 * activation, known or not, is that of the ActivationLayer. A LossLayer behind the identity makes
 * the layer before it the output layer; behind anything else it only reads what that layer puts out.
 */

/** The plain arrays through which metrics see a network of DL4J. */
final class NetworkArrays implements NetworkView {

  private final int samples;
  private final @Nullable OutputHead head;
  private final NativeReader reader;
  private final TrainingSetup training;
  private final List<LayerArrays> layers = new ArrayList<>();
  private final Map<String, ActivationArray> activationArrays = new HashMap<>();
  private final boolean isStack;
  private final String whyNoStack;
  private final String whyNoHead;
  private final List<String> whyNoMatrix = new ArrayList<>();
  private @Nullable Activations activations;
  private long observation = -1;

  /**
   * Makes the view.
   *
   * @param tracked the layers whose patterns are recorded
   * @param head null if the output layer is of a kind not known
   * @param whyNoHead why that is so
   * @param samples number of samples of the probe
   */
  NetworkArrays(
      Network net,
      List<TrackedLayer> tracked,
      @Nullable OutputHead head,
      @Nullable String whyNoHead,
      int samples,
      NativeReader reader,
      TrainingSetup training) {
    this.samples = samples;
    this.head = head;
    this.reader = reader;
    this.training = training;
    List<NetworkNode> nodes = net.nodes();
    boolean[] covered = new boolean[nodes.size()];
    covered[0] = nodes.get(0).isLayer() && nodes.get(0).layer() instanceof DropoutLayer;
    for (int k = 0; k < nodes.size(); k++) {
      if (WeightMatrix.isIn(nodes.get(k))) {
        layers.add(layer(net, nodes.get(k), tracked, covered));
      }
    }
    isStack = head != null && isChain(net) && allCovered(covered) && areDense();
    whyNoStack = isStack ? "" : StackReason.of(net, whyNoHead, covered);
    this.whyNoHead = whyNoHead == null ? "the network has no output layer" : whyNoHead;
    for (TrackedLayer layer : tracked) {
      whyNoMatrix.add(StackReason.noMatrix(net, layer.name()));
    }
  }

  /** Describes a layer with weights and marks what belongs to it. */
  private LayerArrays layer(
      Network net, NetworkNode node, List<TrackedLayer> tracked, boolean[] covered) {
    List<NetworkNode> nodes = net.nodes();
    boolean isOutput = net.outputs().contains(node);
    covered[nodes.indexOf(node)] = true;
    double slope = slope(node);
    boolean identity = activation(node.layer()) instanceof ActivationIdentity;
    NetworkNode last = node;
    int trackedLayer = position(node, tracked);
    NetworkNode next = behind(net, node, covered);
    while (next != null && next.layer() instanceof ActivationLayer && (slope >= 0 || identity)) {
      IActivation applied = ((ActivationLayer) next.layer()).getActivationFn();
      double after = ActivationTable.slopeBelow(applied);
      if (!identity && !(after >= 0)) {
        break;
      }
      slope = identity ? after : slope * after;
      identity = identity && applied instanceof ActivationIdentity;
      covered[nodes.indexOf(next)] = true;
      trackedLayer = trackedLayer >= 0 ? trackedLayer : position(next, tracked);
      last = next;
      next = behind(net, next, covered);
    }
    if (next != null && next.layer() instanceof LossLayer) {
      covered[nodes.indexOf(next)] = true;
      if (identity && trackedLayer < 0) {
        trackedLayer = position(next, tracked);
      }
      isOutput = identity;
      slope =
          identity
              ? ActivationTable.slopeBelow(((LossLayer) next.layer()).getActivationFn())
              : slope;
    }
    WeightMatrix matrix = new WeightMatrix(node, reader);
    return new LayerArrays(
        this,
        node,
        matrix,
        feeding(node, matrix.inputs()),
        of(last, matrix.units()),
        slope,
        isOutput,
        trackedLayer);
  }

  /** Returns what takes the output of a layer; dropout layers hand it on as it is. */
  private static @Nullable NetworkNode behind(Network net, NetworkNode of, boolean[] covered) {
    NetworkNode next = onlyConsumer(net, of);
    while (next != null && next.layer() instanceof DropoutLayer) {
      covered[net.nodes().indexOf(next)] = true;
      next = onlyConsumer(net, next);
    }
    return next;
  }

  private static double slope(NetworkNode node) {
    boolean normalized =
        node.layer() instanceof DenseLayer && ((DenseLayer) node.layer()).hasLayerNorm();
    IActivation activation = activation(node.layer());
    return normalized || activation == null ? Double.NaN : ActivationTable.slopeBelow(activation);
  }

  private static @Nullable IActivation activation(Layer layer) {
    if (layer instanceof BaseLayer) {
      return ((BaseLayer) layer).getActivationFn();
    }
    return layer instanceof ActivationLayer ? ((ActivationLayer) layer).getActivationFn() : null;
  }

  private static int position(NetworkNode node, List<TrackedLayer> tracked) {
    for (int k = 0; k < tracked.size(); k++) {
      if (tracked.get(k).name().equals(node.name())) {
        return k;
      }
    }
    return -1;
  }

  /**
   * Returns the layer that takes what a layer puts out, as it is; null if that is not one layer.
   */
  private static @Nullable NetworkNode onlyConsumer(Network net, NetworkNode of) {
    NetworkNode found = null;
    for (NetworkNode node : net.nodes()) {
      if (net.feeds(of, node)) {
        boolean asItIs = node.isLayer() && node.preProcessor() == null;
        if (found != null || !asItIs) {
          return null;
        }
        found = node;
      }
    }
    return found;
  }

  private ActivationArray feeding(NetworkNode node, int width) {
    if (node.preProcessor() != null) {
      return new ActivationArray(
          at -> PreActivations.inputOf(node, at, samples), samples, width, false, reader);
    }
    return activationArrays.computeIfAbsent(
        node.sourceName(),
        name ->
            new ActivationArray(
                at -> at.inputOf(node), samples, width, node.source() == null, reader));
  }

  private ActivationArray of(NetworkNode node, int width) {
    return activationArrays.computeIfAbsent(
        node.name(),
        name -> new ActivationArray(at -> at.outputOf(node), samples, width, false, reader));
  }

  private static boolean isChain(Network net) {
    NetworkNode before = null;
    for (NetworkNode node : net.nodes()) {
      boolean follows = node.isLayer() && node.source() == before && node.preProcessor() == null;
      if (!follows) {
        return false;
      }
      before = node;
    }
    return net.inputs() == 1 && net.outputs().size() == 1 && net.outputs().get(0) == before;
  }

  private static boolean allCovered(boolean[] covered) {
    for (boolean one : covered) {
      if (!one) {
        return false;
      }
    }
    return true;
  }

  private boolean areDense() {
    for (LayerArrays layer : layers) {
      if (!layer.isDense()) {
        return false;
      }
    }
    return !layers.isEmpty();
  }

  /** Returns true if the layer computes x W + b and applies its activation. */
  static boolean isDense(Layer layer) {
    boolean plain =
        (layer.getClass() == DenseLayer.class && !((DenseLayer) layer).hasLayerNorm())
            || layer.getClass() == OutputLayer.class
            || layer instanceof AffinePreActivation;
    return plain && layer instanceof BaseLayer;
  }

  /** Says that an observation begins; without activations there are parameters only. */
  void begin(@Nullable Activations ofProbe) {
    activations = ofProbe;
    observation++;
  }

  /** Lets the network go: what metrics have kept of this view must not keep it. */
  void release() {
    activations = null;
    layers.forEach(LayerArrays::release);
    if (head != null) {
      head.release();
    }
  }

  @Override
  public void letGo() {
    layers.forEach(LayerArrays::letGo);
    activationArrays.values().forEach(ActivationArray::letGo);
  }

  /** Says that the activations are no longer there. */
  void end() {
    activations = null;
  }

  /** Returns the activations of the observation. */
  Activations activations() {
    if (activations == null) {
      throw new IllegalStateException("a network can be looked at only while it is observed");
    }
    return activations;
  }

  /** Returns the number of the observation, from 0 on. */
  long observation() {
    return observation;
  }

  @Override
  public boolean isStack() {
    return isStack;
  }

  @Override
  public String whyNoStack() {
    return whyNoStack;
  }

  @Override
  public String whyNoOutputs() {
    return whyNoHead;
  }

  @Override
  public String whyNoMatrix(int tracked) {
    return whyNoMatrix.get(tracked);
  }

  @Override
  public String lossName() {
    return head == null ? "the loss" : head.lossName();
  }

  @Override
  public int layers() {
    return layers.size();
  }

  @Override
  public WeightLayer layer(int number) {
    return layers.get(number);
  }

  LayerArrays layerArrays(int number) {
    return layers.get(number);
  }

  @Override
  public int outputs() {
    return head == null ? 0 : head.outputs();
  }

  @Override
  public double @Nullable [] outputPreActivations() {
    return head == null ? null : head.preActivations();
  }

  @Override
  public double @Nullable [] lossDerivatives() {
    return head == null ? null : head.derivatives();
  }

  @Override
  public boolean lossCurvature(double[] direction, double[] into) {
    return head != null && head.curvature(direction, into);
  }

  @Override
  public @Nullable String lossKind() {
    return head == null ? null : head.lossKind();
  }

  @Override
  public boolean classifies() {
    return head != null && head.classifies();
  }

  @Override
  public TrainingSetup training() {
    return training;
  }
}
