package io.github.implicitbias.listener;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The shadow of a {@code MultiLayerNetwork}. */
final class ShadowStack implements ShadowNetwork {

  private final StackNetwork network;
  private final MultiLayerNetwork shadow;
  private final ShadowMemory memory;
  private final List<INDArray> computed = new ArrayList<>();

  ShadowStack(StackNetwork network, MultiLayerNetwork net, INDArray parameters) {
    this.network = network;
    shadow = new MultiLayerNetwork(net.getLayerWiseConfigurations().clone());
    shadow.init(parameters, false);
    memory =
        new ShadowMemory(
            shadow.getLayerWiseConfigurations().getInferenceWorkspaceMode(), shadow.getnLayers());
  }

  @Override
  public Activations forward(INDArray[] features, @Nullable INDArray @Nullable [] masks) {
    memory.open();
    int samples = (int) features[0].size(0);
    shadow.setInput(features[0]);
    if (masks != null && masks[0] != null) {
      shadow.setLayerMaskArrays(masks[0], null);
    }
    computed.clear();
    computed.add(features[0]);
    INDArray x = features[0];
    for (int i = 0; i < shadow.getnLayers() - 1; i++) {
      try (MemoryWorkspace working = memory.layer()) {
        boolean overwrites = LayerTable.overwritesInput(network.nodes().get(i).layer());
        INDArray given = preProcessed(i, x, samples);
        INDArray own = overwrites ? memory.copy(given) : given;
        x = shadow.getLayer(i).activate(own, false, memory.manager());
      }
      computed.add(x);
    }
    return network.activations(computed);
  }

  private INDArray preProcessed(int layer, INDArray x, int samples) {
    InputPreProcessor pre = shadow.getLayerWiseConfigurations().getInputPreProcess(layer);
    if (pre == null) {
      return x;
    }
    INDArray safe = LayerReading.onlyReshapes(pre) ? x : x.dup();
    return pre.preProcess(safe, samples, memory.manager());
  }

  @Override
  public double loss(INDArray[] labels, @Nullable INDArray @Nullable [] masks) {
    int last = shadow.getnLayers() - 1;
    INDArray x = computed.get(last);
    Layer layer = NetworkNode.unwrapped(shadow.getLayer(last));
    try (MemoryWorkspace working = memory.layer()) {
      layer.setInput(preProcessed(last, x, (int) computed.get(0).size(0)), memory.manager());
      if (masks != null && masks[0] != null) {
        layer.setMaskArray(masks[0]);
      }
      IOutputLayer output = (IOutputLayer) layer;
      // There are losses that change the labels they are given.
      output.setLabels(labels[0].dup());
      return NetworkNode.meanLoss(output, (int) labels[0].size(0), memory.manager());
    }
  }

  @Override
  public void release() {
    computed.clear();
    memory.close();
    shadow.clear();
    shadow.setInput(null);
    shadow.clearLayerMaskArrays();
  }

  @Override
  public Map<String, INDArray> outputMasks(List<@Nullable INDArray> masks) {
    Map<String, INDArray> found = new HashMap<>();
    INDArray mask = masks.get(0);
    MaskState state = MaskState.Active;
    for (int i = 0; i < shadow.getnLayers() && mask != null; i++) {
      int samples = (int) masks.get(0).size(0);
      InputPreProcessor pre = shadow.getLayerWiseConfigurations().getInputPreProcess(i);
      Pair<INDArray, MaskState> next =
          pre == null ? new Pair<>(mask, state) : pre.feedForwardMaskArray(mask, state, samples);
      next =
          next == null || next.getFirst() == null
              ? null
              : shadow.getLayer(i).feedForwardMaskArray(next.getFirst(), next.getSecond(), samples);
      mask = next == null ? null : next.getFirst();
      state = next == null ? null : next.getSecond();
      if (mask != null) {
        found.put(network.nodes().get(i).name(), mask);
      }
    }
    shadow.clearLayerMaskArrays();
    return found;
  }
}
