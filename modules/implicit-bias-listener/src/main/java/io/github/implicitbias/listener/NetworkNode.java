package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.FixedParameters;
import java.util.Objects;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.layers.training.CenterLossOutputLayer;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** A layer of a network, or a vertex of a graph that is not a layer. */
final class NetworkNode {

  private static final String NO_LAYER = "a vertex is not a layer";

  private final String name;
  private final int index;
  private final @Nullable Layer configured;
  private final @Nullable Supplier<org.deeplearning4j.nn.api.Layer> implementation;
  private final @Nullable InputPreProcessor preProcessor;
  private final @Nullable Object vertex;
  private final @Nullable NetworkNode source;
  private final String sourceName;
  private final @Nullable BaseLayer withUpdater;
  private final long offset;
  private final long parameters;
  private int inputs = 1;

  private NetworkNode(
      String name,
      int index,
      @Nullable Layer configured,
      @Nullable Supplier<org.deeplearning4j.nn.api.Layer> implementation,
      @Nullable InputPreProcessor preProcessor,
      @Nullable Object vertex,
      @Nullable NetworkNode source,
      String sourceName,
      long offset,
      long parameters) {
    this.name = name;
    this.index = index;
    this.configured = configured;
    this.implementation = implementation;
    this.preProcessor = preProcessor;
    this.vertex = vertex;
    this.source = source;
    this.sourceName = sourceName;
    this.offset = offset;
    this.parameters = parameters;
    this.withUpdater = configured == null ? null : withUpdater(configured);
  }

  /**
   * Describes a layer.
   *
   * @param index its position in the network, as DL4J counts layers
   * @param source the node that feeds it, null for an input of the network
   * @param sourceName the name of the node or input that feeds it
   * @param offset where its parameters begin in the flattened parameters
   */
  static NetworkNode layer(
      String name,
      int index,
      Layer configured,
      Supplier<org.deeplearning4j.nn.api.Layer> implementation,
      @Nullable InputPreProcessor preProcessor,
      @Nullable NetworkNode source,
      String sourceName,
      long offset) {
    return new NetworkNode(
        name,
        index,
        configured,
        implementation,
        preProcessor,
        null,
        source,
        sourceName,
        offset,
        implementation.get().numParams());
  }

  /**
   * Describes a vertex that is not a layer.
   *
   * @param vertex its configuration, null if it has none
   * @param source the first node that feeds it, null for an input of the network
   * @param sourceName the name of the first node or input that feeds it
   * @param inputs how many nodes and inputs of the network feed it
   */
  static NetworkNode vertex(
      String name,
      @Nullable Object vertex,
      @Nullable NetworkNode source,
      String sourceName,
      int inputs,
      long offset,
      long parameters) {
    NetworkNode node =
        new NetworkNode(name, -1, null, null, null, vertex, source, sourceName, offset, parameters);
    node.inputs = inputs;
    return node;
  }

  private static @Nullable BaseLayer withUpdater(Layer configured) {
    Layer first = LayerReading.inside(unwrapped(configured)).get(0);
    boolean isTrained = first instanceof BaseLayer && unwrapped(configured) == configured;
    return isTrained ? (BaseLayer) first : null;
  }

  boolean isLayer() {
    return configured != null;
  }

  /** Returns the configuration of a vertex that is not a layer, null if there is none. */
  @Nullable Object vertex() {
    return vertex;
  }

  /** Returns the layer's or vertex's name, unique in the network. */
  String name() {
    return name;
  }

  /** Returns the position among the layers, -1 for a vertex that is not a layer. */
  int index() {
    return index;
  }

  /** Returns the layer as configured, with its wrappers; not for a vertex. */
  Layer configured() {
    return Objects.requireNonNull(configured, NO_LAYER);
  }

  /** Returns the layer without what freezes it; not for a vertex. */
  Layer layer() {
    return unwrapped(configured());
  }

  /** Returns DL4J's layer, as it is now: a network that is initialised anew makes new ones. */
  org.deeplearning4j.nn.api.Layer implementation() {
    return unwrapped(Objects.requireNonNull(implementation, NO_LAYER).get());
  }

  /** Returns what is done to the layer's input before the layer sees it, null for nothing. */
  @Nullable InputPreProcessor preProcessor() {
    return preProcessor;
  }

  /** Returns the (first) node that feeds this one, null if an input of the network does. */
  @Nullable NetworkNode source() {
    return source;
  }

  /** Returns how many nodes and inputs of the network feed this one. */
  int inputs() {
    return inputs;
  }

  /** Returns the name of the (first) node or network input that feeds this one. */
  String sourceName() {
    return sourceName;
  }

  /** Returns where the node's parameters begin in the flattened parameters. */
  long offset() {
    return offset;
  }

  long parameters() {
    return parameters;
  }

  /** Returns a parameter that the layer has, the array itself. */
  INDArray parameter(String key) {
    return implementation().getParam(key);
  }

  boolean hasParameter(String key) {
    return implementation().getParam(key) != null;
  }

  /** Returns true if no training step changes the parameters. */
  boolean isFixed() {
    return !isLayer()
        || configured != layer()
        || layer() instanceof FixedParameters
        || (withUpdater != null
            && isResting(withUpdater.getIUpdater())
            && (withUpdater.getBiasUpdater() == null || isResting(withUpdater.getBiasUpdater())));
  }

  /** Returns true if an updater changes nothing at any step: plain SGD with rate 0. */
  static boolean isResting(@Nullable IUpdater updater) {
    return updater instanceof Sgd
        && ((Sgd) updater).getLearningRateSchedule() == null
        && ((Sgd) updater).getLearningRate() == 0;
  }

  /**
   * Returns how many parameters, from the first on, training changes: the running mean and variance
   * of a batch normalization come last and are not trained.
   */
  long trainable() {
    if (isLayer() && isFixed()) {
      return 0;
    }
    if (isLayer() && layer() instanceof BatchNormalization) {
      return parameters - 2 * ((BatchNormalization) layer()).getNOut();
    }
    return parameters;
  }

  /** Returns the updater of the layer's weights, null if it has none or is frozen. */
  @Nullable IUpdater updater() {
    return withUpdater == null ? null : withUpdater.getIUpdater();
  }

  /** Returns what has the updaters of the layer, null if there is none or it is frozen. */
  @Nullable BaseLayer withUpdater() {
    return withUpdater;
  }

  /** Returns true if what feeds the node must be copied first, in inference. */
  boolean mayOverwriteInput() {
    return isLayer()
        && (LayerTable.overwritesInput(layer())
            || (preProcessor != null && !LayerReading.onlyReshapes(preProcessor)));
  }

  /** Returns the mean loss of an output layer's input, without regularization. */
  static double meanLoss(IOutputLayer output, int samples, LayerWorkspaceMgr memory) {
    double score = output.computeScore(0, false, memory);
    boolean isSum =
        output instanceof org.deeplearning4j.nn.layers.BaseOutputLayer
            && !(output instanceof CenterLossOutputLayer)
            && !output.conf().isMiniBatch();
    output.setLabels(null);
    return isSum ? score / samples : score;
  }

  /** Returns DL4J's layer without what freezes it. */
  static org.deeplearning4j.nn.api.Layer unwrapped(org.deeplearning4j.nn.api.Layer layer) {
    return layer instanceof org.deeplearning4j.nn.layers.FrozenLayer
            || layer instanceof org.deeplearning4j.nn.layers.FrozenLayerWithBackprop
        ? unwrapped(((BaseWrapperLayer) layer).getUnderlying())
        : layer;
  }

  private static Layer unwrapped(Layer layer) {
    if (layer instanceof FrozenLayer) {
      return unwrapped(((FrozenLayer) layer).getLayer());
    }
    if (layer instanceof FrozenLayerWithBackprop) {
      return unwrapped(((FrozenLayerWithBackprop) layer).getUnderlying());
    }
    return layer;
  }
}
