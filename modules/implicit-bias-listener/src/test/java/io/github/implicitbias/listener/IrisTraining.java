package io.github.implicitbias.listener;

import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A classifier on the Iris data, as anybody would train it. */
final class IrisTraining {

  private IrisTraining() {}

  /** Returns the data, in an order in which every batch has all classes. */
  static DataSet data() {
    Iris iris = new Iris();
    double[][] x = new double[Iris.SAMPLES][];
    double[][] y = new double[Iris.SAMPLES][Iris.CLASSES];
    for (int i = 0; i < Iris.SAMPLES; i++) {
      int from = i * 7 % Iris.SAMPLES;
      x[i] = iris.x[from];
      y[i][iris.label[from]] = 1;
    }
    return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
  }

  static ListDataSetIterator<DataSet> batches(DataSet data, int size) {
    return new ListDataSetIterator<>(data.asList(), size);
  }

  /** Returns 4-16-3 with a softmax, in double. */
  static MultiLayerNetwork network(IUpdater updater, double dropout) {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder().seed(5).dataType(DataType.DOUBLE).updater(updater);
    if (dropout > 0) {
      builder.dropOut(dropout);
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            builder
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(16).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(16)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    return net;
  }
}
