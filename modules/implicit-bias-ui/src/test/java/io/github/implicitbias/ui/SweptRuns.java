package io.github.implicitbias.ui;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.listener.ImplicitBiasListener;
import java.util.Random;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Trainings of one DL4J network that differ in rate, deviation of the start, and seed. */
final class SweptRuns {

  static final int STEPS = 150;

  private SweptRuns() {}

  /** Three overlapping classes in six dimensions. */
  private static DataSet samples(int count, long seed) {
    Random random = new Random(seed);
    INDArray features = Nd4j.zeros(DataType.DOUBLE, count, 6);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, count, 3);
    for (int i = 0; i < count; i++) {
      int c = random.nextInt(3);
      for (int k = 0; k < 6; k++) {
        features.putScalar(i, k, 0.9 * random.nextGaussian() + (k % 3 == c ? 1 : 0));
      }
      labels.putScalar(i, c, 1);
    }
    return new DataSet(features, labels);
  }

  /** Trains once. */
  static void train(StatsStorageRouter storage, double rate, double deviation, int seed) {
    DataSet training = samples(120, 1);
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(DataType.DOUBLE)
                .updater(new Nesterovs(rate, 0.9))
                .weightInit(new NormalDistribution(0, deviation))
                .list()
                .layer(new DenseLayer.Builder().nIn(6).nOut(20).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(20)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    try (ImplicitBiasListener bias =
        ImplicitBiasListener.builder(training)
            .schedule(Schedule.everyStep())
            .test(samples(300, 2))
            .name("rate " + rate + ", deviation " + deviation + ", seed " + seed)
            .sessionId("sweep")
            .storage(storage)
            .build()) {
      net.setListeners(bias);
      for (int step = 0; step < STEPS; step++) {
        net.fit(training);
      }
    }
  }

  /** Trains with every rate, deviation and seed. */
  static void grid(StatsStorageRouter storage, double[] rates, double[] deviations, int seeds) {
    for (int seed = 1; seed <= seeds; seed++) {
      for (double rate : rates) {
        for (double deviation : deviations) {
          train(storage, rate, deviation, seed);
        }
      }
    }
  }
}
