package io.github.implicitbias.nn.init;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Multiplies every trainable parameter of a network by a factor.
 *
 * <p>theta = factor theta_present, biases included. It is the global scale of studies of lazy and
 * rich training (after Chizat, Oyallon and Bach 2019): large factors give lazy training, in which
 * parameters hardly move relative to their size, small ones rich training. Parameters are
 * multiplied in double and rounded once.
 *
 * <p>It works on networks of any layers, and on graphs that are no chain. Layers with fixed or
 * frozen parameters are left as they are. Networks with batch normalization, layer normalization or
 * L2 normalization are refused, because normalization undoes the scale.
 *
 * <p>Nothing is drawn; applied twice, the factor counts twice. Cost: O(parameters).
 */
public final class ScaledParameters extends ConfiguredInitializer {

  private static final long serialVersionUID = 1L;

  @JsonProperty("factor")
  private final double factor;

  /**
   * Creates the initializer.
   *
   * @throws IllegalArgumentException if the factor is not positive and finite
   */
  @JsonCreator
  public ScaledParameters(@JsonProperty("factor") double factor) {
    this.factor = positive("The factor of ScaledParameters", factor);
  }

  @Override
  public void apply(MultiLayerNetwork net) {
    WeightStack.requireInitialised(net);
    List<INDArray[]> pairs = new ArrayList<>();
    for (int i = 0; i < net.getnLayers(); i++) {
      scale(net.getLayer(i), "layer " + i, pairs);
    }
    write(pairs);
    UnderflowGuard.warnOf(net);
  }

  /** Sets the parameters of a network of any shape. */
  @Override
  public void apply(ComputationGraph net) {
    WeightStack.requireInitialised(net);
    List<INDArray[]> pairs = new ArrayList<>();
    for (GraphVertex vertex : net.getVertices()) {
      Normalization.refuse(vertex);
      if (vertex.hasLayer()) {
        scale(vertex.getLayer(), "layer \"" + vertex.getVertexName() + "\"", pairs);
      } else if (vertex.numParams() > 0) {
        throw new IllegalArgumentException(
            "Vertex \""
                + vertex.getVertexName()
                + "\" has parameters that are in no layer; replace it with a layer.");
      }
    }
    write(pairs);
    UnderflowGuard.warnOf(net);
  }

  private void scale(Layer layer, String name, List<INDArray[]> pairs) {
    Normalization.refuse(layer, name);
    if (WeightLayer.isFixed(layer)) {
      return;
    }
    for (INDArray parameter : layer.paramTable().values()) {
      double[] values = parameter.dup('c').data().asDouble();
      for (int i = 0; i < values.length; i++) {
        values[i] *= factor;
      }
      INDArray scaled = Nd4j.create(values, parameter.shape(), parameter.dataType());
      if (!Arrays.stream(scaled.data().asDouble()).allMatch(Double::isFinite)) {
        throw new IllegalArgumentException(
            WeightLayer.subject(name)
                + " would have parameters that its data type "
                + parameter.dataType()
                + " does not hold; use a smaller factor.");
      }
      pairs.add(new INDArray[] {parameter, scaled});
    }
  }

  private static void write(List<INDArray[]> pairs) {
    for (INDArray[] pair : pairs) {
      pair[0].assign(pair[1]);
    }
  }

  @Override
  Object[] settings() {
    return new Object[] {factor};
  }

  @Override
  String describe() {
    return "factor " + factor;
  }
}
