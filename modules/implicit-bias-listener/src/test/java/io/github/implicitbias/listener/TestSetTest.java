package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Run;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A test set is looked at while training goes on, and training does not notice. */
class TestSetTest {

  private static final int TEST = 610; // three parts, the last one smaller
  private static final int CLASSES = 3;
  private static final int EPOCHS = 4;

  private static DataSet data(int samples, long seed) {
    Random random = new Random(seed);
    double[][] x = new double[samples][4];
    double[][] y = new double[samples][CLASSES];
    for (int i = 0; i < samples; i++) {
      int label = random.nextInt(CLASSES);
      for (int k = 0; k < 4; k++) {
        x[i][k] = random.nextGaussian() + (k == label ? 1 : 0);
      }
      y[i][label] = 1;
    }
    return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
  }

  private static MultiLayerNetwork net() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new Adam(0.01))
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(9).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .dropOut(0.7)
                        .nOut(CLASSES)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static ListDataSetIterator<DataSet> batches(DataSet all) {
    return new ListDataSetIterator<>(all.asList(), 20);
  }

  private final DataSet training = data(90, 1);
  private final DataSet test = data(TEST, 2);

  private void requireRight(ListenerBuilder builder) {
    MultiLayerNetwork bare = net();
    bare.fit(batches(training), EPOCHS);
    MultiLayerNetwork net = net();
    ImplicitBiasListener bias =
        builder.visits(true).schedule(Schedule.everyStep()).test(test).build();
    net.addListeners(bias);
    net.fit(batches(training), EPOCHS);
    bias.close();
    assertArrayEquals(
        bare.params().toDoubleVector(), net.params().toDoubleVector(), "bit for bit the same");
    Run run = bias.run();
    long last = run.lastStep();
    double loss = bare.score(test, false);
    assertEquals(loss, run.value("testLoss", last), 1e-12);
    List<INDArray> all = bare.feedForward(test.getFeatures(), false);
    INDArray z =
        all.get(1)
            .mmul(bare.getOutputLayer().getParam("W"))
            .addRowVector(bare.getOutputLayer().getParam("b"));
    double sum = 0;
    double smallest = Double.POSITIVE_INFINITY;
    int correct = 0;
    for (int i = 0; i < TEST; i++) {
      int label = test.getLabels().getRow(i).argMax().getInt(0);
      double other = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < CLASSES; k++) {
        other = k == label ? other : Math.max(other, z.getDouble(i, k));
      }
      double margin = z.getDouble(i, label) - other;
      sum += margin;
      smallest = Math.min(smallest, margin);
      correct += margin > 0 ? 1 : 0;
    }
    assertEquals((double) correct / TEST, run.value("testAccuracy", last), 1e-15);
    assertEquals(smallest, run.value("testSmallestMargin", last), 1e-12);
    assertEquals(sum / TEST, run.value("testMeanMargin", last), 1e-12);
    double trained = bias.visits().epoch(EPOCHS - 1).meanLoss();
    assertEquals(loss - trained, run.value("testGap", last), 1e-12);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      assertTrue(
          Double.isFinite(run.value("testLoss", epoch * 5L)), "at the first step of " + epoch);
    }
    assertEquals(run.value("testLoss", 0) - run.value("loss", 0), run.value("testGap", 0), 1e-12);
  }

  @Test
  void lossAccuracyAndMargins_areThoseOfAPassOfItsOwn_andTrainingIsUnchanged() {
    requireRight(ImplicitBiasListener.builder(training));
  }

  @Test
  void anIteratorIsReadWhenTheListenerIsBuilt_andSampledIfItIsLong() {
    DataSet many = data(2_500, 4);
    ListDataSetIterator<DataSet> iterator = new ListDataSetIterator<>(many.asList(), 100);
    MultiLayerNetwork net = net();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(training).test(iterator).build();
    assertTrue(iterator.hasNext());
    net.addListeners(bias);
    net.fit(batches(training), 1);
    bias.close();
    double accuracy = bias.run().value("testAccuracy", bias.run().lastStep());
    assertTrue(accuracy > 0 && accuracy < 1, "accuracy " + accuracy);
    assertEquals(0, accuracy * 2_000 % 1, 1e-6, "a share of 2,000 samples");
    assertThrows(
        IllegalArgumentException.class,
        () -> ImplicitBiasListener.builder(training).test((DataSet) null));
  }
}
