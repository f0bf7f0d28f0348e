package io.github.implicitbias.nn.init;

import io.github.implicitbias.nn.layer.DoubledDenseLayer;
import io.github.implicitbias.nn.layer.DoubledOutputLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Networks of dense layers and one output layer. */
final class Chains {

  private Chains() {}

  /** Returns an initialised ReLU network with these widths, inputs first. */
  static MultiLayerNetwork relu(DataType type, boolean bias, int... widths) {
    return of(type, bias, Activation.RELU.getActivationFunction(), widths);
  }

  static MultiLayerNetwork of(DataType type, boolean bias, IActivation hidden, int... widths) {
    Layer[] layers = new Layer[widths.length - 1];
    for (int l = 0; l < layers.length; l++) {
      layers[l] =
          l < layers.length - 1
              ? dense(widths[l], widths[l + 1], bias, hidden)
              : output(widths[l], widths[l + 1], bias);
    }
    return of(type, layers);
  }

  /** Returns a network of these widths whose two halves are computed alike in every layer. */
  static MultiLayerNetwork doubled(DataType type, boolean bias, IActivation hidden, int... widths) {
    Layer[] layers = new Layer[widths.length - 1];
    for (int l = 0; l < layers.length; l++) {
      layers[l] =
          l < layers.length - 1
              ? doubledDense(widths[l], widths[l + 1], bias, hidden)
              : doubledOutput(widths[l], widths[l + 1], bias);
    }
    return of(type, layers);
  }

  static DenseLayer doubledDense(int inputs, int units, boolean bias, IActivation activation) {
    return new DoubledDenseLayer.Builder()
        .nIn(inputs)
        .nOut(units)
        .hasBias(bias)
        .biasInit(bias ? 0.25 : 0)
        .activation(activation)
        .build();
  }

  static DoubledOutputLayer doubledOutput(int inputs, int outputs, boolean bias) {
    return new DoubledOutputLayer.Builder(new LossMSE())
        .nIn(inputs)
        .nOut(outputs)
        .hasBias(bias)
        .biasInit(bias ? 0.25 : 0)
        .build();
  }

  static DenseLayer dense(int inputs, int units, boolean bias, IActivation activation) {
    return new DenseLayer.Builder()
        .nIn(inputs)
        .nOut(units)
        .hasBias(bias)
        .biasInit(bias ? 0.25 : 0)
        .activation(activation)
        .build();
  }

  static OutputLayer output(int inputs, int outputs, boolean bias) {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
        .nIn(inputs)
        .nOut(outputs)
        .hasBias(bias)
        .biasInit(bias ? 0.25 : 0)
        .activation(Activation.IDENTITY)
        .build();
  }

  /** Returns an initialised network. */
  static MultiLayerNetwork of(DataType type, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(12345)
            .dataType(type)
            .updater(new Sgd(0.01))
            .list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  /** Returns the parameters as they lie in memory, as double. */
  static double[] parameters(org.deeplearning4j.nn.api.Model net) {
    return net.params().dup().data().asDouble();
  }

  /** Returns a parameter by name, one row per unit. */
  static double[][] rows(MultiLayerNetwork net, String name) {
    return net.getParam(name).castTo(DataType.DOUBLE).transpose().toDoubleMatrix();
  }

  static double[] vector(MultiLayerNetwork net, String name) {
    return net.getParam(name).castTo(DataType.DOUBLE).toDoubleVector();
  }
}
