package io.github.implicitbias.listener;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A {@code ComputationGraph}. */
final class GraphNetwork implements Network {

  private @Nullable ComputationGraph graph;
  private final ComputationGraphConfiguration configuration;
  private final List<NetworkNode> nodes = new ArrayList<>();
  private final List<NetworkNode> outputs = new ArrayList<>();
  private final MapActivations activations;

  GraphNetwork(ComputationGraph graph) {
    this.graph = graph;
    this.configuration = graph.getConfiguration();
    this.activations = new MapActivations(configuration.getNetworkInputs());
    Map<String, NetworkNode> byName = new HashMap<>();
    long offset = 0;
    for (int number : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[number];
      if (!vertex.isInputVertex()) {
        NetworkNode node = node(vertex, offset, byName);
        nodes.add(node);
        byName.put(node.name(), node);
        offset += node.parameters();
      }
    }
    for (String name : configuration.getNetworkOutputs()) {
      outputs.add(byName.get(name));
    }
  }

  private ComputationGraph graph() {
    return Objects.requireNonNull(graph, RELEASED);
  }

  private List<String> inputsOf(String node) {
    return configuration.getVertexInputs().getOrDefault(node, List.of());
  }

  private NetworkNode node(GraphVertex vertex, long offset, Map<String, NetworkNode> byName) {
    String name = vertex.getVertexName();
    org.deeplearning4j.nn.conf.graph.@Nullable GraphVertex configured =
        configuration.getVertices().get(name);
    String source = inputsOf(name).get(0);
    if (!(configured instanceof LayerVertex)) {
      INDArray parameters = vertex.params();
      return NetworkNode.vertex(
          name,
          configured,
          byName.get(source),
          source,
          inputsOf(name).size(),
          offset,
          parameters == null ? 0 : parameters.length());
    }
    LayerVertex layer = (LayerVertex) configured;
    return NetworkNode.layer(
        name,
        Arrays.asList(graph().getLayers()).indexOf(vertex.getLayer()),
        layer.getLayerConf().getLayer(),
        () -> graph().getVertex(name).getLayer(),
        layer.getPreProcessor(),
        byName.get(source),
        source,
        offset);
  }

  @Override
  public @Nullable Model model() {
    return graph;
  }

  @Override
  public Collection<TrainingListener> listeners() {
    return graph().getListeners();
  }

  @Override
  public int iteration() {
    return graph().getIterationCount();
  }

  @Override
  public int epoch() {
    return graph().getEpochCount();
  }

  @Override
  public double score() {
    return graph().score();
  }

  @Override
  public DataType dataType() {
    return configuration.getDataType();
  }

  @Override
  public INDArray gradients() {
    return graph().getGradientsViewArray();
  }

  @Override
  public @Nullable BaseMultiLayerUpdater<?> updater() {
    Object made = graph().getUpdater(false);
    return made instanceof BaseMultiLayerUpdater ? (BaseMultiLayerUpdater<?>) made : null;
  }

  @Override
  public INDArray params() {
    return graph().params();
  }

  @Override
  public long seed() {
    return configuration.getDefaultConfiguration().getSeed();
  }

  @Override
  public Supplier<String> json() {
    ComputationGraphConfiguration now = configuration.clone();
    now.setIterationCount(configuration.getIterationCount());
    now.setEpochCount(configuration.getEpochCount());
    now.setTopologicalOrder(configuration.getTopologicalOrder());
    now.setTopologicalOrderStr(configuration.getTopologicalOrderStr());
    return now::toJson;
  }

  @Override
  public OptimizationAlgorithm optimizer() {
    return configuration.getDefaultConfiguration().getOptimizationAlgo();
  }

  @Override
  public BackpropType backpropType() {
    return configuration.getBackpropType();
  }

  @Override
  public boolean dividesByBatch() {
    return configuration.getDefaultConfiguration().isMiniBatch();
  }

  @Override
  public List<NetworkNode> nodes() {
    return nodes;
  }

  @Override
  public List<NetworkNode> outputs() {
    return outputs;
  }

  @Override
  public boolean feeds(NetworkNode from, NetworkNode to) {
    return inputsOf(to.name()).contains(from.name());
  }

  @Override
  public @Nullable INDArray labels(int output) {
    Layer layer = graph().getOutputLayer(output);
    if (layer instanceof FrozenLayerWithBackprop) {
      layer = ((FrozenLayerWithBackprop) layer).getInsideLayer();
    }
    return layer instanceof IOutputLayer ? ((IOutputLayer) layer).getLabels() : null;
  }

  @Override
  public boolean hasLabelMasks() {
    INDArray[] masks = graph().getLabelMaskArrays();
    for (int k = 0; masks != null && k < masks.length; k++) {
      if (masks[k] != null) {
        return true;
      }
    }
    return false;
  }

  @Override
  public int inputs() {
    return configuration.getNetworkInputs().size();
  }

  @Override
  public boolean hasFeatureMasks() {
    INDArray[] masks = graph().getInputMaskArrays();
    for (int i = 0; masks != null && i < masks.length; i++) {
      if (masks[i] != null) {
        return true;
      }
    }
    return false;
  }

  @Override
  public @Nullable NetworkNode readerOf(int input) {
    String name = configuration.getNetworkInputs().get(input);
    for (NetworkNode node : nodes) {
      if (inputsOf(node.name()).contains(name)) {
        return node;
      }
    }
    return null;
  }

  @Override
  public @Nullable INDArray featureMask(int input) {
    INDArray[] masks = graph().getInputMaskArrays();
    return masks == null ? null : masks[input];
  }

  @Override
  public double regularization() {
    return graph().calcRegularizationScore(true);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Activations activations(Object handed) {
    activations.map = (Map<String, INDArray>) handed;
    return activations;
  }

  @Override
  public void release() {
    graph = null;
    activations.map = Map.of();
  }

  @Override
  public ShadowNetwork shadow(INDArray parameters) {
    return new ShadowGraph(this, graph(), parameters);
  }

  /** Inputs of the network and outputs of its vertices, by name, but not those of the network. */
  private static final class MapActivations implements Activations {
    private final List<String> inputs;
    private Map<String, INDArray> map = Map.of();

    MapActivations(List<String> inputs) {
      this.inputs = inputs;
    }

    @Override
    public @Nullable INDArray input(int number) {
      return map.get(inputs.get(number));
    }

    @Override
    public @Nullable INDArray inputOf(NetworkNode node) {
      return map.get(node.sourceName());
    }

    @Override
    public @Nullable INDArray outputOf(NetworkNode node) {
      return map.get(node.name());
    }
  }
}
