package io.github.implicitbias.listener;

import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;

/** Networks and data of given shape for tests. */
final class Stacks {

  private Stacks() {}

  /** Returns a network of the given layers. */
  static MultiLayerNetwork network(DataType type, IUpdater updater, Layer... layers) {
    return network(new NeuralNetConfiguration.Builder(), type, updater, layers);
  }

  static MultiLayerNetwork network(
      NeuralNetConfiguration.Builder conf, DataType type, IUpdater updater, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = conf.seed(42).dataType(type).updater(updater).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  /** Returns samples with one-hot labels, without touching ND4J's random numbers. */
  static DataSet classes(DataType type, int samples, int inputs, int outputs, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] x = new double[samples][inputs];
    double[][] y = new double[samples][outputs];
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < inputs; j++) {
        x[i][j] = 2 * random.nextDouble() - 1;
      }
      y[i][outputs == 1 ? 0 : random.nextInt(outputs)] = 1;
    }
    return new DataSet(Nd4j.createFromArray(x).castTo(type), Nd4j.createFromArray(y).castTo(type));
  }

  /** Returns the same samples in reverse order. */
  static DataSet reversed(DataSet data) {
    return new DataSet(reversed(data.getFeatures()), reversed(data.getLabels()));
  }

  private static INDArray reversed(INDArray rows) {
    INDArray result = rows.dup();
    for (long i = 0; i < rows.size(0); i++) {
      result.slice(i).assign(rows.slice(rows.size(0) - 1 - i));
    }
    return result;
  }
}
