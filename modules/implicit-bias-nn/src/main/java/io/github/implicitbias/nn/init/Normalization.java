package io.github.implicitbias.nn.init;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.L2NormalizeVertex;
import org.jspecify.annotations.Nullable;

/** Parts of a network whose output does not depend on the size of the parameters before them. */
final class Normalization {

  private Normalization() {}

  /**
   * Refuses a layer that normalizes.
   *
   * @throws IllegalArgumentException if it does
   */
  static void refuse(Layer layer, String name) {
    String kind = kind(WeightLayer.unwrapped(layer).conf().getLayer());
    if (kind != null) {
      throw new IllegalArgumentException(
          WeightLayer.subject(name) + " does " + kind + ", which undoes the scale; remove it.");
    }
  }

  /**
   * Refuses a vertex that normalizes.
   *
   * @throws IllegalArgumentException if it does
   */
  static void refuse(GraphVertex vertex) {
    if (vertex instanceof L2NormalizeVertex) {
      throw new IllegalArgumentException(
          "Vertex \""
              + vertex.getVertexName()
              + "\" does L2 normalization, which undoes the scale; remove it.");
    }
  }

  private static @Nullable String kind(org.deeplearning4j.nn.conf.layers.Layer conf) {
    if (conf instanceof BatchNormalization) {
      return "batch normalization";
    }
    if (conf instanceof FrozenLayer) {
      return kind(((FrozenLayer) conf).getLayer());
    }
    if (conf instanceof FrozenLayerWithBackprop) {
      return kind(((FrozenLayerWithBackprop) conf).getUnderlying());
    }
    if (conf instanceof BaseWrapperLayer) {
      return kind(((BaseWrapperLayer) conf).getUnderlying());
    }
    if (conf instanceof Bidirectional) {
      return kind(((Bidirectional) conf).getFwd());
    }
    boolean normalizes =
        (conf instanceof DenseLayer && ((DenseLayer) conf).hasLayerNorm())
            || (conf instanceof SimpleRnn && ((SimpleRnn) conf).hasLayerNorm());
    return normalizes ? "layer normalization" : null;
  }
}
