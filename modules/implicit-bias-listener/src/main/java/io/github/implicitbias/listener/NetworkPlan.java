package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.AffinePreActivation;
import io.github.implicitbias.core.network.FixedParameters;
import io.github.implicitbias.core.run.TrackedLayer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
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
    final Source source;

    Reading(TrackedLayer layer, Source source) {
      this.layer = layer;
      this.source = source;
    }
  }

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
  NetworkPlan(MultiLayerNetwork net, List<String> selected) {
    int layers = net.getnLayers();
    Set<String> names = new HashSet<>();
    Set<String> wanted = new HashSet<>(selected);
    long offset = 0;
    for (int i = 0; i < layers; i++) {
      Layer configured = net.getLayerWiseConfigurations().getConf(i).getLayer();
      Layer layer = unwrapped(configured);
      String name = unique(nameOf(configured, i), i, names);
      boolean asked = wanted.remove(name) | wanted.remove(Integer.toString(i));
      addReading(net, i, layer, name, asked, selected.isEmpty());
      long parameters = net.getLayer(i).numParams();
      if (parameters > 0 && !isFixed(configured, layer)) {
        trainable.add(new long[] {offset, trainableParameters(layer, parameters)});
      }
      offset += parameters;
      noteShadowReason(layer, name);
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
    if (net.getDefaultConfiguration().getOptimizationAlgo()
        != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      shadowReason = "the optimizer does a line search";
    }
    if (net.getLayerWiseConfigurations().getBackpropType() != BackpropType.Standard) {
      shadowReason = "backpropagation is truncated";
    }
  }

  static Layer unwrapped(Layer layer) {
    if (layer instanceof FrozenLayer) {
      return unwrapped(((FrozenLayer) layer).getLayer());
    }
    if (layer instanceof FrozenLayerWithBackprop) {
      return unwrapped(((FrozenLayerWithBackprop) layer).getUnderlying());
    }
    return layer;
  }

  private static String nameOf(Layer layer, int index) {
    return layer.getLayerName() == null ? "layer" + index : layer.getLayerName();
  }

  private static String unique(String name, int index, Set<String> names) {
    String unique = names.contains(name) ? name + "#" + index : name;
    names.add(unique);
    return unique;
  }

  private static boolean isFixed(Layer configured, Layer layer) {
    return configured != layer || layer instanceof FixedParameters;
  }

  /** The running mean and variance of a batch normalization come last and are not trained. */
  private static long trainableParameters(Layer layer, long parameters) {
    if (layer instanceof BatchNormalization) {
      return parameters - 2 * ((BatchNormalization) layer).getNOut();
    }
    return parameters;
  }

  private void addReading(
      MultiLayerNetwork net, int i, Layer layer, String name, boolean asked, boolean byDefault) {
    IActivation activation = activation(layer);
    boolean last = i == net.getnLayers() - 1;
    boolean worthIt =
        (activation != null && Kinks.hasKinkAtZero(activation))
            || (layer instanceof AffinePreActivation
                && ((AffinePreActivation) layer).trackedByDefault());
    if (!asked && !(byDefault && worthIt)) {
      return;
    }
    long units = units(net, i);
    Source source = source(layer, activation, last);
    if (source == null || units < 1) {
      String sentence =
          "layer " + name + " (" + layer.getClass().getSimpleName() + ") cannot be tracked yet";
      if (asked) {
        throw new IllegalArgumentException(sentence + ": leave it out of layers(...)");
      }
      leftOut.add(sentence + " and is left out");
      return;
    }
    TrackedLayer tracked = new TrackedLayer(name, i, (int) units, activation.toString());
    readings.add(new Reading(tracked, source));
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

  private static Source source(Layer layer, IActivation activation, boolean last) {
    if (last) {
      return OutputHead.understands(layer) ? Source.OUTPUT : null;
    }
    boolean dense = layer instanceof DenseLayer;
    if ((dense || layer instanceof ActivationLayer) && Kinks.keepsSign(activation)) {
      return Source.ACTIVATION;
    }
    return dense && !((DenseLayer) layer).hasLayerNorm() ? Source.PRE_ACTIVATION : null;
  }

  /** An activation layer and a loss layer have as many units as the layer before them. */
  private static long units(MultiLayerNetwork net, int i) {
    for (int k = i; k >= 0; k--) {
      Layer layer = unwrapped(net.getLayerWiseConfigurations().getConf(k).getLayer());
      if (layer instanceof FeedForwardLayer && ((FeedForwardLayer) layer).getNOut() > 0) {
        boolean flat = layer instanceof DenseLayer || layer instanceof BaseOutputLayer;
        boolean between = layer instanceof BatchNormalization || flat;
        return between || k == i ? ((FeedForwardLayer) layer).getNOut() : 0;
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
