package io.github.implicitbias.nn.init;

import io.github.implicitbias.core.network.FixedParameters;
import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Gives a layer of an initialised network its weights and biases.
 *
 * <p>Row j of the given matrix is the incoming vector of unit j, entry j of the bias its bias. The
 * values are written into the parameters of the network in place and rounded to its data type; a
 * value that does not fit the layer throws before anything is written.
 */
public final class GivenParameters {

  private GivenParameters() {}

  /**
   * Writes the parameters of one layer of a {@link MultiLayerNetwork}.
   *
   * @param net network on which {@code init()} was called
   * @param layer index of the layer, from 0
   * @param rowsPerUnit one row per unit, one column per input
   * @param bias one entry per unit; null exactly if the layer has no bias
   * @throws IllegalArgumentException if the layer does not exist, has no such parameters, has fixed
   *     ones, or has another shape, or if a value is not finite
   * @throws IllegalStateException if the network is not initialised
   */
  public static void apply(
      MultiLayerNetwork net, int layer, double[][] rowsPerUnit, double[] bias) {
    if (!net.isInitCalled()) {
      throw new IllegalStateException("Call net.init() before giving parameters to its layers.");
    }
    if (layer < 0 || layer >= net.getnLayers()) {
      throw new IllegalArgumentException(
          "There is no layer "
              + layer
              + "; give an index from 0 to "
              + (net.getnLayers() - 1)
              + ".");
    }
    write(net.getLayer(layer), "Layer " + layer, rowsPerUnit, bias);
  }

  /**
   * Writes the parameters of one layer of a {@link ComputationGraph}.
   *
   * @param net network on which {@code init()} was called
   * @param layer name of the layer
   * @param rowsPerUnit one row per unit, one column per input
   * @param bias one entry per unit; null exactly if the layer has no bias
   * @throws IllegalArgumentException if the layer does not exist, has no such parameters, has fixed
   *     ones, or has another shape, or if a value is not finite
   * @throws IllegalStateException if the network is not initialised
   */
  public static void apply(
      ComputationGraph net, String layer, double[][] rowsPerUnit, double[] bias) {
    if (net.getVertices() == null) {
      throw new IllegalStateException("Call net.init() before giving parameters to its layers.");
    }
    if (net.getVertex(layer) == null || net.getVertex(layer).getLayer() == null) {
      throw new IllegalArgumentException(
          "There is no layer \""
              + layer
              + "\"; the vertices of the network are "
              + net.getConfiguration().getVertices().keySet()
              + ".");
    }
    write(net.getLayer(layer), "Layer \"" + layer + "\"", rowsPerUnit, bias);
  }

  private static void write(Layer layer, String name, double[][] rowsPerUnit, double[] bias) {
    double[][] rows = UnitRows.checkedCopy(rowsPerUnit);
    if (layer.getConfig() instanceof FixedParameters) {
      throw new IllegalArgumentException(
          name + " has fixed parameters; give them in its configuration instead.");
    }
    INDArray weight = layer.paramTable().get(DefaultParamInitializer.WEIGHT_KEY);
    INDArray biases = layer.paramTable().get(DefaultParamInitializer.BIAS_KEY);
    if (weight == null || weight.rank() != 2) {
      throw new IllegalArgumentException(
          name + " has no weight matrix; name a dense layer or an output layer.");
    }
    if (weight.size(0) != rows[0].length || weight.size(1) != rows.length) {
      throw new IllegalArgumentException(
          name
              + " has weights of shape [nIn, nOut] = "
              + Arrays.toString(weight.shape())
              + ", but "
              + UnitRows.describe(rows)
              + " were given. Give one row per unit with one entry per input.");
    }
    checkBias(name, biases, bias);
    weight.assign(Nd4j.create(UnitRows.flatten(rows, 'c'), weight.shape(), weight.dataType()));
    if (biases != null) {
      biases.assign(Nd4j.create(bias, biases.shape(), biases.dataType()));
    }
  }

  private static void checkBias(String name, INDArray biases, double[] bias) {
    if (biases == null && bias != null) {
      throw new IllegalArgumentException(
          name + " has no bias; give null, or set hasBias(true) on the layer.");
    }
    if (biases != null && (bias == null || bias.length != biases.length())) {
      throw new IllegalArgumentException(
          name
              + " has "
              + biases.length()
              + " biases, but "
              + (bias == null ? "none" : bias.length)
              + " were given. Give one per unit, or set hasBias(false) on the layer.");
    }
    if (bias != null && !Arrays.stream(bias).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          "The biases given to " + name + " are not all finite: " + Arrays.toString(bias) + ".");
    }
  }
}
