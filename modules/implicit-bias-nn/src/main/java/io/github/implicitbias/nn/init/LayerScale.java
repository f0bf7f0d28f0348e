package io.github.implicitbias.nn.init;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How large the weights of one layer of a network are, and those on the way to it. */
final class LayerScale {

  private final String name;
  private final @Nullable LayerScale before;
  private final Map<String, Double> sizes = new LinkedHashMap<>();

  /** Natural logarithm of the typical norm of an incoming vector; 0 where there is none. */
  private double logNorm;

  private LayerScale(String name, @Nullable LayerScale before) {
    this.name = name;
    this.before = before;
  }

  /** Returns the layers of a network, from the input on. */
  static List<LayerScale> of(MultiLayerNetwork net) {
    if (!net.isInitCalled()) {
      throw new IllegalStateException("Call net.init() before its weights are checked.");
    }
    List<LayerScale> layers = new ArrayList<>();
    LayerScale last = null;
    for (int i = 0; i < net.getnLayers(); i++) {
      last = new LayerScale(Integer.toString(i), last);
      last.read(net.getLayer(i));
      layers.add(last);
    }
    return layers;
  }

  /** Returns the vertices of a network, each after its inputs. */
  static List<LayerScale> of(ComputationGraph net) {
    if (net.getVertices() == null) {
      throw new IllegalStateException("Call net.init() before its weights are checked.");
    }
    LayerScale[] byIndex = new LayerScale[net.getVertices().length];
    List<LayerScale> layers = new ArrayList<>();
    for (int index : net.topologicalSortOrder()) {
      GraphVertex vertex = net.getVertices()[index];
      LayerScale largest = null;
      if (vertex.getInputVertices() != null) {
        for (VertexIndices input : vertex.getInputVertices()) {
          LayerScale arriving = byIndex[input.getVertexIndex()];
          if (largest == null || arriving.logScale() > largest.logScale()) {
            largest = arriving;
          }
        }
      }
      byIndex[index] = new LayerScale('"' + vertex.getVertexName() + '"', largest);
      if (vertex.hasLayer()) {
        byIndex[index].read(vertex.getLayer());
      }
      layers.add(byIndex[index]);
    }
    return layers;
  }

  private void read(org.deeplearning4j.nn.api.Layer layer) {
    Layer conf = unwrapped(layer.conf().getLayer());
    if (conf instanceof PReLULayer || layer.paramTable() == null) {
      return;
    }
    ParamInitializer initializer = conf.initializer();
    double norm = 0;
    for (Map.Entry<String, INDArray> entry : layer.paramTable().entrySet()) {
      String key = entry.getKey();
      if (!initializer.isWeightParam(conf, key) || DefaultParamInitializer.GAIN_KEY.equals(key)) {
        continue;
      }
      INDArray weights = entry.getValue();
      double size = UnderflowGuard.rootMeanSquare(UnderflowGuard.values(weights));
      if (size > 0 || !meantToBeConstant(conf)) {
        sizes.put("Layer " + name + ", " + key, size);
      }
      if (!key.contains("RW")) {
        norm = Math.max(norm, size * Math.sqrt(inputs(conf, key, weights)));
      }
    }
    logNorm = norm == 0 ? 0 : Math.log(norm);
  }

  private static Layer unwrapped(Layer conf) {
    Layer layer = conf;
    while (layer instanceof FrozenLayer || layer instanceof BaseWrapperLayer) {
      layer =
          layer instanceof FrozenLayer
              ? ((FrozenLayer) layer).getLayer()
              : ((BaseWrapperLayer) layer).getUnderlying();
    }
    return layer;
  }

  private static boolean meantToBeConstant(Layer conf) {
    return conf instanceof BaseLayer
        && ((BaseLayer) conf).getWeightInitFn() instanceof WeightInitConstant;
  }

  private static double inputs(Layer conf, String key, INDArray weights) {
    if (weights.rank() == 2) {
      return weights.size(0);
    }
    boolean channelwise =
        conf instanceof SeparableConvolution2D
            && SeparableConvolutionParamInitializer.DEPTH_WISE_WEIGHT_KEY.equals(key);
    if (channelwise) {
      return weights.size(2) * weights.size(3);
    }
    long outputs =
        conf instanceof FeedForwardLayer ? ((FeedForwardLayer) conf).getNOut() : weights.size(0);
    return (double) weights.length() / outputs;
  }

  /** Returns the root mean square of each weight array, by the name to give it in a sentence. */
  Map<String, Double> sizes() {
    return sizes;
  }

  /** Returns the logarithm of the product of the typical incoming norms from the input to here. */
  double logScale() {
    return before == null ? logNorm : logNorm + before.logScale();
  }

  /** Returns whether the product is already below a number at a layer on the way here. */
  boolean belowAnUnderflow(double smallest) {
    return before != null
        && (before.logScale() < Math.log(smallest) || before.belowAnUnderflow(smallest));
  }

  /** Names the layers with weights from the input to here. */
  String path() {
    List<String> names = new ArrayList<>();
    for (LayerScale layer = this; layer != null; layer = layer.before) {
      if (!layer.sizes.isEmpty()) {
        names.add(0, layer.name);
      }
    }
    return (names.size() == 1 ? "layer " : "layers ") + String.join(", ", names);
  }
}
