package io.github.implicitbias.benchmarks;

import io.github.implicitbias.listener.ImplicitBiasListener;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** A deep perceptron on MNIST, watched with its visits: 784, thirty times 64, 10. */
public final class DeepMnist {

  /** Hidden layers. */
  public static final int LAYERS = 30;

  private static final int WIDTH = 64;
  private static final int BATCH = 250;
  private static final int PROBE = 1000;

  private DeepMnist() {}

  /** Trains for some epochs and records into a storage; the variable of MNIST names the files. */
  public static void record(StatsStorageRouter storage, int epochs) {
    MnistRows rows = MnistRows.read();
    int[] order = MnistRows.shuffled(MnistRows.SAMPLES, 1);
    List<DataSet> batches = new ArrayList<>();
    for (int from = 0; from < MnistRows.SAMPLES; from += BATCH) {
      batches.add(rows.batch(order, from, from + BATCH));
    }
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(3e-4))
            .weightInit(WeightInit.RELU)
            .list();
    for (int k = 0; k < LAYERS; k++) {
      layers.layer(
          new DenseLayer.Builder()
              .nIn(k == 0 ? 784 : WIDTH)
              .nOut(WIDTH)
              .activation(Activation.RELU)
              .build());
    }
    layers.layer(
        new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
            .nIn(WIDTH)
            .nOut(10)
            .activation(Activation.SOFTMAX)
            .build());
    MultiLayerNetwork net = new MultiLayerNetwork(layers.build());
    net.init();
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(rows.batch(order, 0, PROBE))
            .sessionId("deep")
            .storage(storage)
            .build();
    net.setListeners(bias);
    DataSetIterator data = new ExistingDataSetIterator(batches);
    for (int epoch = 0; epoch < epochs; epoch++) {
      net.fit(data);
    }
    bias.close();
  }
}
