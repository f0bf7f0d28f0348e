package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.AffinePreActivation;
import io.github.implicitbias.core.run.TrackedLayer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationRReLU;

/** What is to be read from a network, and how: decided once, from its configuration. */
final class NetworkPlan {

  /** Where the sign of a tracked layer's pre-activations is read. */
  enum Source {
    /** From the layer's activations. */
    ACTIVATION,
    /** From pre-activations computed from the activations of the layer before. */
    PRE_ACTIVATION,
    /** From the pre-activations of the output layer. */
    OUTPUT
  }

  /** A tracked layer and where its signs are read. */
  static final class Reading {
    final TrackedLayer layer;
    final NetworkNode node;
    final Source source;

    Reading(TrackedLayer layer, NetworkNode node, Source source) {
      this.layer = layer;
      this.node = node;
      this.source = source;
    }
  }

  /** Vertices that compute the same in training and in inference. */
  private static final Set<Class<?>> STATELESS =
      Set.of(
          ElementWiseVertex.class,
          L2NormalizeVertex.class,
          L2Vertex.class,
          MergeVertex.class,
          PreprocessorVertex.class,
          ReshapeVertex.class,
          ScaleVertex.class,
          ShiftVertex.class,
          StackVertex.class,
          SubsetVertex.class,
          UnstackVertex.class);

  private final List<Reading> readings = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final List<long[]> trainable = new ArrayList<>();
  private String shadowReason;

  /**
   * Reads the configuration of a network.
   *
   * @param selected names or positions of the layers to track, empty for all with a kink
   * @throws IllegalArgumentException if a selected layer does not exist or cannot be tracked, or
   *     there is nothing to track; the sentence says what to change
   */
  NetworkPlan(Network net, List<String> selected) {
    Set<String> names = new HashSet<>();
    Set<String> wanted = new HashSet<>(selected);
    for (NetworkNode node : net.nodes()) {
      if (node.isLayer()) {
        names.add(node.name());
        boolean asked = wanted.remove(node.name()) | wanted.remove(Integer.toString(node.index()));
        addReading(net, node, asked, selected.isEmpty());
        noteShadowReason(node.layer(), node.name());
      } else if (!STATELESS.contains(node.vertex().getClass())) {
        shadowReason =
            "vertex "
                + node.name()
                + " ("
                + node.vertex().getClass().getSimpleName()
                + ") may differ in training";
      }
      if (node.trainable() > 0) {
        trainable.add(new long[] {node.offset(), node.trainable()});
      }
    }
    if (!wanted.isEmpty()) {
      throw new IllegalArgumentException(
          "no layer is called " + wanted + ": the network has " + names);
    }
    if (readings.isEmpty()) {
      throw new IllegalArgumentException(
          "the network has no layer with a kink at 0 (ReLU, leaky ReLU): name the layers to track"
              + " with layers(...), they are then tracked by the sign of their pre-activations");
    }
    if (net.optimizer() != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      shadowReason = "the optimizer does a line search";
    }
    if (net.backpropType() != BackpropType.Standard) {
      shadowReason = "backpropagation is truncated";
    }
  }

  private void addReading(Network net, NetworkNode node, boolean asked, boolean byDefault) {
    Layer layer = node.layer();
    String name = node.name();
    IActivation activation = activation(layer);
    boolean last = net.outputs().contains(node);
    boolean worthIt =
        (activation != null && Kinks.hasKinkAtZero(activation))
            || (layer instanceof AffinePreActivation
                && ((AffinePreActivation) layer).trackedByDefault());
    if (!asked && !(byDefault && worthIt)) {
      return;
    }
    long units = units(node);
    Source source = source(layer, activation, last && net.outputs().size() == 1, last);
    if (source == null || units < 1) {
      String sentence =
          "layer " + name + " (" + layer.getClass().getSimpleName() + ") cannot be tracked yet";
      if (asked) {
        throw new IllegalArgumentException(sentence + ": leave it out of layers(...)");
      }
      leftOut.add(sentence + " and is left out");
      return;
    }
    TrackedLayer tracked = new TrackedLayer(name, node.index(), (int) units, activation.toString());
    readings.add(new Reading(tracked, node, source));
  }

  private static IActivation activation(Layer layer) {
    if (layer instanceof BaseLayer) {
      return ((BaseLayer) layer).getActivationFn();
    }
    if (layer instanceof ActivationLayer) {
      return ((ActivationLayer) layer).getActivationFn();
    }
    return null;
  }

  private static Source source(
      Layer layer, IActivation activation, boolean onlyOutput, boolean output) {
    if (output) {
      return onlyOutput && OutputHead.understands(layer) ? Source.OUTPUT : null;
    }
    boolean dense = layer instanceof DenseLayer;
    if ((dense || layer instanceof ActivationLayer) && Kinks.keepsSign(activation)) {
      return Source.ACTIVATION;
    }
    return dense && !((DenseLayer) layer).hasLayerNorm() ? Source.PRE_ACTIVATION : null;
  }

  /** An activation layer and a loss layer have as many units as the layer before them. */
  private static long units(NetworkNode of) {
    for (NetworkNode node = of; node != null && node.isLayer(); node = node.source()) {
      Layer layer = node.layer();
      if (layer instanceof FeedForwardLayer && ((FeedForwardLayer) layer).getNOut() > 0) {
        boolean flat = layer instanceof DenseLayer || layer instanceof BaseOutputLayer;
        boolean between = layer instanceof BatchNormalization || flat;
        return between || node == of ? ((FeedForwardLayer) layer).getNOut() : 0;
      }
    }
    return 0;
  }

  private void noteShadowReason(Layer layer, String name) {
    if (layer.getIDropout() != null) {
      shadowReason = "layer " + name + " has dropout";
    } else if (layer instanceof BaseLayer && ((BaseLayer) layer).getWeightNoise() != null) {
      shadowReason = "layer " + name + " has weight noise";
    } else if (activation(layer) instanceof ActivationRReLU) {
      shadowReason = "layer " + name + " has a random activation";
    } else if (layer instanceof BatchNormalization) {
      shadowReason = "layer " + name + " normalizes batches";
    } else if (!(layer.getClass() == DenseLayer.class
        || layer.getClass() == ActivationLayer.class
        || layer.getClass() == OutputLayer.class
        || layer.getClass() == LossLayer.class
        || layer instanceof AffinePreActivation)) {
      shadowReason =
          "layer " + name + " (" + layer.getClass().getSimpleName() + ") may differ in training";
    }
  }

  /** Returns the tracked layers in network order. */
  List<Reading> readings() {
    return readings;
  }

  List<TrackedLayer> trackedLayers() {
    List<TrackedLayer> layers = new ArrayList<>();
    for (Reading reading : readings) {
      layers.add(reading.layer);
    }
    return layers;
  }

  /** Returns a sentence for each layer with a kink that cannot be tracked. */
  List<String> leftOut() {
    return leftOut;
  }

  /** Returns offset and length of the trainable parts of the flattened parameters. */
  List<long[]> trainable() {
    return trainable;
  }

  /** Returns why activations of training cannot be used, null if they can. */
  String shadowReason() {
    return shadowReason;
  }
}
