package io.github.implicitbias.samples;

import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.layer.NeuronOutputLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** The networks of the papers as DL4J configurations, in double precision, by plain SGD. */
final class PaperNetworks {

  private PaperNetworks() {}

  /** Returns samples with one label each. */
  static DataSet data(double[][] x, double[] y) {
    return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y).reshape(y.length, 1));
  }

  /**
   * Returns neurons side by side, each with the labels and as if alone.
   *
   * @param starts one row of weights per neuron
   */
  static MultiLayerNetwork neurons(
      Activation activation, double[][] starts, ILossFunction loss, double rate) {
    return network(
        rate,
        new NeuronOutputLayer.Builder(loss)
            .nIn(starts[0].length)
            .neurons(starts.length)
            .activation(activation)
            .weightInit(Weights.given(starts))
            .build());
  }

  /**
   * Returns a hidden layer without biases and one output whose weights are fixed.
   *
   * @param start one row of weights per unit
   * @param output weights, one per unit; null for 1 / sqrt(units) with signs in turn
   */
  static MultiLayerNetwork fixedOutput(
      IActivation activation,
      double[][] start,
      double @Nullable [] output,
      ILossFunction loss,
      double rate) {
    FixedSignOutputLayer.Builder last =
        new FixedSignOutputLayer.Builder(loss).nIn(start.length).nOut(1);
    return network(
        rate, hidden(activation, start), (output == null ? last : last.weights(output)).build());
  }

  /**
   * Returns a hidden layer and a linear output without biases, both trained.
   *
   * @param start one row of weights per unit
   * @param output weights, one per unit
   */
  static MultiLayerNetwork twoLayers(
      double[][] start, double[] output, ILossFunction loss, double rate) {
    return network(
        rate,
        hidden(Activation.RELU.getActivationFunction(), start),
        new OutputLayer.Builder(loss)
            .nIn(start.length)
            .nOut(1)
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .weightInit(Weights.given(new double[][] {output}))
            .build());
  }

  private static DenseLayer hidden(IActivation activation, double[][] start) {
    return new DenseLayer.Builder()
        .nIn(start[0].length)
        .nOut(start.length)
        .hasBias(false)
        .activation(activation)
        .weightInit(Weights.given(start))
        .build();
  }

  private static MultiLayerNetwork network(double rate, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(rate))
            .list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  /** Returns the weights of a layer, one row per unit. */
  static double[][] rows(MultiLayerNetwork net, int layer) {
    return net.getParam(layer + "_W").transpose().toDoubleMatrix();
  }
}
