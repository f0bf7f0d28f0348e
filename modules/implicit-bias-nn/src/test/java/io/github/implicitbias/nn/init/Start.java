package io.github.implicitbias.nn.init;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Weights as initializers leave them. */
final class Start {

  static final List<IWeightInit> INITIALIZERS =
      List.of(
          GaussianWeights.ofScale(0.1),
          GaussianWeights.ofStandardDeviation(0.1).withSeed(3),
          new SphereWeights(0.1),
          new OrthonormalWeights(0.1),
          new ScaledWeights(org.deeplearning4j.nn.weights.WeightInit.XAVIER, 0.1),
          new ScaledWeights(new OrthonormalWeights(2).withSeed(5), -0.1));

  private Start() {}

  /** Returns the incoming vectors of a dense layer in a network of type double. */
  static double[][] rows(IWeightInit init, int units, int inputs) {
    INDArray view = Nd4j.zeros(DataType.DOUBLE, (long) units * inputs);
    init.init(inputs, units, new long[] {inputs, units}, 'f', view);
    return split(view.toDoubleVector(), inputs);
  }

  /** Cuts an array into rows. */
  static double[][] split(double[] values, int length) {
    double[][] rows = new double[values.length / length][length];
    for (int i = 0; i < values.length; i++) {
      rows[i / length][i % length] = values[i];
    }
    return rows;
  }

  static double[] flat(double[][] rows) {
    return java.util.Arrays.stream(rows).flatMapToDouble(java.util.Arrays::stream).toArray();
  }

  /** Returns an initialised network of two dense layers that start alike. */
  static MultiLayerNetwork dense(DataType type, long seed, IWeightInit init) {
    return net(
        type,
        seed,
        InputType.feedForward(4),
        new DenseLayer.Builder().nOut(4).weightInit(init).build(),
        new DenseLayer.Builder().nOut(4).weightInit(init).build());
  }

  /** Returns an initialised network; the input type may be null if the layers know their sizes. */
  static MultiLayerNetwork net(DataType type, long seed, InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(seed).dataType(type).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    if (input != null) {
      list.setInputType(input);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }
}
