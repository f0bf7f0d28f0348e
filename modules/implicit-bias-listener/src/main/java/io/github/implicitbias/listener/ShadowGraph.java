package io.github.implicitbias.listener;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The shadow of a {@code ComputationGraph}. */
final class ShadowGraph implements ShadowNetwork {

  private final GraphNetwork network;
  private final ComputationGraph shadow;
  private final ShadowMemory memory;
  private final List<String> outputs;
  private final boolean[] overwritesInput;
  private final boolean[] isOutput;
  private final Map<String, INDArray> computed = new HashMap<>();

  ShadowGraph(GraphNetwork network, ComputationGraph graph, INDArray parameters) {
    this.network = network;
    shadow = new ComputationGraph(graph.getConfiguration().clone());
    shadow.init(parameters, false);
    memory =
        new ShadowMemory(
            shadow.getConfiguration().getInferenceWorkspaceMode(), shadow.getVertices().length);
    outputs = shadow.getConfiguration().getNetworkOutputs();
    overwritesInput = new boolean[shadow.getVertices().length];
    isOutput = new boolean[shadow.getVertices().length];
    Map<String, NetworkNode> nodes = new HashMap<>();
    for (NetworkNode node : network.nodes()) {
      nodes.put(node.name(), node);
    }
    for (GraphVertex vertex : shadow.getVertices()) {
      NetworkNode node = nodes.get(vertex.getVertexName());
      int number = vertex.getVertexIndex();
      isOutput[number] = outputs.contains(vertex.getVertexName());
      overwritesInput[number] = node != null && node.mayOverwriteInput();
    }
  }

  @Override
  public Activations forward(INDArray[] features, @Nullable INDArray @Nullable [] masks) {
    memory.open();
    computed.clear();
    shadow.setInputs(features);
    if (masks != null) {
      shadow.setLayerMaskArrays(masks, null);
    }
    for (int number : shadow.topologicalSortOrder()) {
      GraphVertex vertex = shadow.getVertices()[number];
      if (!isOutput[number]) {
        try (MemoryWorkspace working = memory.layer()) {
          INDArray out =
              vertex.isInputVertex() ? features[number] : vertex.doForward(false, memory.manager());
          computed.put(vertex.getVertexName(), out);
          handOn(vertex, out);
        }
      }
    }
    return network.activations(computed);
  }

  private void handOn(GraphVertex from, INDArray out) {
    VertexIndices[] to = from.getOutputVertices();
    for (int k = 0; to != null && k < to.length; k++) {
      int number = to[k].getVertexIndex();
      INDArray given = overwritesInput[number] ? memory.copy(out) : out;
      shadow.getVertices()[number].setInput(to[k].getVertexEdgeNumber(), given, memory.manager());
    }
  }

  @Override
  public double loss(INDArray[] labels, @Nullable INDArray @Nullable [] masks) {
    double sum = 0;
    for (int k = 0; k < labels.length; k++) {
      LayerVertex vertex = (LayerVertex) shadow.getVertex(outputs.get(k));
      Layer layer = NetworkNode.unwrapped(vertex.getLayer());
      try (MemoryWorkspace working = memory.layer()) {
        if (masks != null && masks[k] != null) {
          layer.setMaskArray(masks[k]);
        }
        IOutputLayer output = (IOutputLayer) layer;
        output.setLabels(labels[k].dup());
        sum += NetworkNode.meanLoss(output, (int) labels[k].size(0), memory.manager());
      }
    }
    return sum;
  }

  @Override
  public void release() {
    computed.clear();
    memory.close();
    for (GraphVertex vertex : shadow.getVertices()) {
      vertex.clear();
    }
    shadow.clear();
    shadow.clearLayerMaskArrays();
  }

  @Override
  public Map<String, INDArray> outputMasks(List<@Nullable INDArray> masks) {
    Map<String, INDArray> found = new HashMap<>();
    Map<Integer, Pair<INDArray, MaskState>> byVertex = new HashMap<>();
    int samples = 0;
    for (INDArray mask : masks) {
      samples = mask == null ? samples : (int) mask.size(0);
    }
    for (int number : shadow.topologicalSortOrder()) {
      GraphVertex vertex = shadow.getVertices()[number];
      if (vertex.isInputVertex()) {
        byVertex.put(number, new Pair<>(masks.get(number), MaskState.Active));
        continue;
      }
      VertexIndices[] from = vertex.getInputVertices();
      INDArray[] given = null;
      MaskState state = null;
      for (int k = 0; k < from.length; k++) {
        Pair<INDArray, MaskState> one = byVertex.get(from[k].getVertexIndex());
        if (one != null) {
          given = given == null ? new INDArray[from.length] : given;
          given[k] = one.getFirst();
          state = state == null || state == MaskState.Passthrough ? one.getSecond() : state;
        }
      }
      Pair<INDArray, MaskState> next = vertex.feedForwardMaskArrays(given, state, samples);
      byVertex.put(number, next);
      if (next != null && next.getFirst() != null) {
        found.put(vertex.getVertexName(), next.getFirst());
      }
    }
    shadow.clearLayerMaskArrays();
    return found;
  }
}
