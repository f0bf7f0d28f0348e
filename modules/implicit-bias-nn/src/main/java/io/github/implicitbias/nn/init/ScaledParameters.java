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

/** What {@link NetworkInitializer#scaledParameters} describes. */
final class ScaledParameters extends ConfiguredInitializer {

  private static final long serialVersionUID = 1L;

  @JsonProperty("factor")
  private final double factor;

  @JsonCreator
  ScaledParameters(@JsonProperty("factor") double factor) {
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
  public ScaledParameters withSeed(long seed) {
    return this;
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
