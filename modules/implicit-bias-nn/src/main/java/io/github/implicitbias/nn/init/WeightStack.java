package io.github.implicitbias.nn.init;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;

/**
 * The layers with weights of a network that is one chain of dense layers and an output layer, from
 * the input on.
 *
 * <p>Activation, dropout and loss layers have no weights and are passed over; their activation
 * functions count as those of the layer before them.
 */
final class WeightStack {

  private static final Set<String> DENSE_PARAMETERS = Set.of("W", "b");

  private final List<WeightLayer> layers = new ArrayList<>();

  private WeightStack() {}

  /**
   * Reads a network.
   *
   * @throws IllegalStateException if it is not initialised
   * @throws IllegalArgumentException if it has a layer of another kind, or none with weights
   */
  static WeightStack of(MultiLayerNetwork net) {
    requireInitialised(net);
    WeightStack stack = new WeightStack();
    for (int i = 0; i < net.getnLayers(); i++) {
      boolean preprocessed = net.getLayerWiseConfigurations().getInputPreProcess(i) != null;
      stack.add(net.getLayer(i), "layer " + i, preprocessed);
    }
    return stack.checked();
  }

  /**
   * Reads a network.
   *
   * @throws IllegalStateException if it is not initialised
   * @throws IllegalArgumentException if it is not one chain, has a layer of another kind, or none
   *     with weights
   */
  static WeightStack of(ComputationGraph net) {
    requireInitialised(net);
    WeightStack stack = new WeightStack();
    if (net.getNumInputArrays() != 1 || net.getNumOutputArrays() != 1) {
      throw new IllegalArgumentException(
          "The graph has "
              + net.getNumInputArrays()
              + " inputs and "
              + net.getNumOutputArrays()
              + " outputs; network initializers set graphs with one of each whose layers form one"
              + " chain.");
    }
    for (int index : net.topologicalSortOrder()) {
      GraphVertex vertex = net.getVertices()[index];
      requireChain(vertex);
      if (!vertex.isInputVertex()) {
        String name = "layer \"" + vertex.getVertexName() + "\"";
        if (!vertex.hasLayer()) {
          throw new IllegalArgumentException(
              "Vertex \""
                  + vertex.getVertexName()
                  + "\" is a "
                  + vertex.getClass().getSimpleName()
                  + "; network initializers set graphs whose layers form one chain.");
        }
        boolean preprocessed =
            vertex instanceof LayerVertex && ((LayerVertex) vertex).getLayerPreProcessor() != null;
        stack.add(vertex.getLayer(), name, preprocessed);
      }
    }
    return stack.checked();
  }

  static void requireInitialised(MultiLayerNetwork net) {
    if (!net.isInitCalled()) {
      throw new IllegalStateException("Call net.init() before giving parameters to its layers.");
    }
  }

  static void requireInitialised(ComputationGraph net) {
    if (net.getVertices() == null) {
      throw new IllegalStateException("Call net.init() before giving parameters to its layers.");
    }
  }

  private static void requireChain(GraphVertex vertex) {
    int inputs = vertex.isInputVertex() ? 0 : vertex.getNumInputArrays();
    int outputs = vertex.getNumOutputConnections();
    if (inputs > 1 || outputs > 1) {
      throw new IllegalArgumentException(
          "Vertex \""
              + vertex.getVertexName()
              + "\" has "
              + inputs
              + " inputs and "
              + outputs
              + " outputs; network initializers set graphs whose layers form one chain.");
    }
  }

  private void add(Layer layer, String name, boolean preprocessed) {
    org.deeplearning4j.nn.conf.layers.Layer conf = WeightLayer.unwrapped(layer).conf().getLayer();
    if (preprocessed && !layers.isEmpty()) {
      throw new IllegalArgumentException(
          WeightLayer.subject(name)
              + " has an input preprocessor; network initializers need every layer after the first"
              + " to take the output of the one before it as it is.");
    }
    if (conf instanceof ActivationLayer) {
      follow(((ActivationLayer) conf).getActivationFn());
      return;
    }
    if (conf instanceof LossLayer) {
      follow(((LossLayer) conf).getActivationFn());
      return;
    }
    if (conf instanceof DropoutLayer) {
      return;
    }
    if (conf instanceof DenseLayer && ((DenseLayer) conf).hasLayerNorm()) {
      throw new IllegalArgumentException(
          WeightLayer.subject(name)
              + " normalizes its pre-activations (hasLayerNorm), so that the size of its weights"
              + " has no effect; remove the layer normalization.");
    }
    boolean dense = conf instanceof DenseLayer || conf instanceof BaseOutputLayer;
    if (!dense
        || conf instanceof RnnOutputLayer
        || !DENSE_PARAMETERS.containsAll(layer.paramTable().keySet())) {
      throw new IllegalArgumentException(
          WeightLayer.subject(name)
              + " is a "
              + conf.getClass().getSimpleName()
              + "; network initializers set chains of dense layers and one output layer. Use"
              + " weightInit(...) in its configuration instead.");
    }
    WeightLayer weights = WeightLayer.of(layer, name);
    weights.activations().add(((BaseLayer) conf).getActivationFn());
    layers.add(weights);
  }

  private void follow(IActivation activation) {
    if (!layers.isEmpty()) {
      last().activations().add(activation);
    }
  }

  private WeightStack checked() {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException(
          "The network has no layer with weights; add a dense layer or an output layer.");
    }
    layers.get(0).precision();
    return this;
  }

  int size() {
    return layers.size();
  }

  /** Returns a layer, counted from the input. */
  WeightLayer layer(int index) {
    return layers.get(index);
  }

  WeightLayer first() {
    return layers.get(0);
  }

  WeightLayer last() {
    return layers.get(layers.size() - 1);
  }

  /** Writes what was set in the layers. */
  void write() {
    for (WeightLayer layer : layers) {
      layer.write();
    }
  }
}
