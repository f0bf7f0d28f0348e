package io.github.implicitbias.nn.init;

import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;

/**
 * Gives a layer of an initialised network its weights and biases.
 *
 * <p>Row j of the given matrix is the incoming vector of unit j, entry j of the bias its bias. The
 * values are written into the parameters of the network in place and rounded to its data type; a
 * value that does not fit the layer throws before anything is written.
 */
final class GivenParameters {

  private GivenParameters() {}

  /**
   * Writes the parameters of one layer of a {@link MultiLayerNetwork}.
   *
   * @param net network on which {@code init()} was called
   * @param layer index of the layer, from 0
   * @param rowsPerUnit one row per unit, one column per input
   * @param bias one entry per unit; null for a layer without bias
   * @throws IllegalArgumentException if the layer does not exist, has no such parameters, has fixed
   *     ones, or has another shape, or if a value is not finite
   * @throws IllegalStateException if the network is not initialised
   */
  public static void apply(
      MultiLayerNetwork net, int layer, double[][] rowsPerUnit, double @Nullable [] bias) {
    WeightStack.requireInitialised(net);
    if (layer < 0 || layer >= net.getnLayers()) {
      throw new IllegalArgumentException(
          "There is no layer "
              + layer
              + "; give an index from 0 to "
              + (net.getnLayers() - 1)
              + ".");
    }
    write(net.getLayer(layer), "layer " + layer, rowsPerUnit, bias);
  }

  /**
   * Writes the parameters of one layer of a {@link ComputationGraph}.
   *
   * @param net network on which {@code init()} was called
   * @param layer name of the layer
   * @param rowsPerUnit one row per unit, one column per input
   * @param bias one entry per unit; null for a layer without bias
   * @throws IllegalArgumentException if the layer does not exist, has no such parameters, has fixed
   *     ones, or has another shape, or if a value is not finite
   * @throws IllegalStateException if the network is not initialised
   */
  public static void apply(
      ComputationGraph net, String layer, double[][] rowsPerUnit, double @Nullable [] bias) {
    WeightStack.requireInitialised(net);
    if (net.getVertex(layer) == null || net.getVertex(layer).getLayer() == null) {
      throw new IllegalArgumentException(
          "There is no layer \""
              + layer
              + "\"; the vertices of the network are "
              + net.getConfiguration().getVertices().keySet()
              + ".");
    }
    write(net.getLayer(layer), "layer \"" + layer + "\"", rowsPerUnit, bias);
  }

  private static void write(
      Layer layer, String name, double[][] rowsPerUnit, double @Nullable [] bias) {
    double[][] rows = UnitRows.checkedCopy(rowsPerUnit);
    WeightLayer weights = WeightLayer.of(layer, name);
    if (weights.isGiven()) {
      throw new IllegalArgumentException(
          weights.subject() + " has fixed parameters; give them in its configuration instead.");
    }
    if (weights.inputs() != rows[0].length || weights.units() != rows.length) {
      throw new IllegalArgumentException(
          weights.subject()
              + " has "
              + weights.shape()
              + ", but "
              + UnitRows.describe(rows)
              + " were given. Give one row per unit with one entry per input.");
    }
    checkBias(weights, bias);
    int length = weights.vectorLength();
    double[] vectors = new double[rows.length * length];
    for (int unit = 0; unit < rows.length; unit++) {
      System.arraycopy(rows[unit], 0, vectors, unit * length, rows[unit].length);
      if (bias != null) {
        vectors[unit * length + rows[unit].length] = bias[unit];
      }
    }
    weights.set(vectors);
    weights.write();
  }

  private static void checkBias(WeightLayer layer, double @Nullable [] bias) {
    if (!layer.hasBias() && bias != null) {
      throw new IllegalArgumentException(
          layer.subject() + " has no bias; give null, or set hasBias(true) on the layer.");
    }
    if (layer.hasBias() && (bias == null || bias.length != layer.units())) {
      throw new IllegalArgumentException(
          layer.subject()
              + " has "
              + layer.units()
              + " biases, but "
              + (bias == null ? "none" : bias.length)
              + " were given. Give one per unit, or set hasBias(false) on the layer.");
    }
    if (bias != null && !Arrays.stream(bias).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          "The biases given to "
              + layer.name()
              + " are not all finite: "
              + Arrays.toString(bias)
              + ".");
    }
  }
}
