package io.github.implicitbias.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.init.GivenWeights;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.loss.HalfMeanSquareLoss;
import io.github.implicitbias.nn.loss.LogisticLoss;
import io.github.implicitbias.nn.loss.MeanSquareLoss;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Trajectories that were computed outside Deeplearning4j. */
class ReferenceRunTest {

  @Test
  void leakyReluWithFixedSigns_followsTheReferenceRun() {
    DataSet data = labelled("s2a_data.csv");
    MultiLayerNetwork net =
        network(
            0.1,
            new DenseLayer.Builder()
                .nIn(60)
                .nOut(20)
                .hasBias(false)
                .activation(new ExactLeakyReLU(0.5))
                .weightInit(new GivenWeights(Fixture.matrix("s2a_W0.csv")))
                .build(),
            new FixedSignOutputLayer.Builder(new LogisticLoss())
                .positive(12)
                .nIn(20)
                .nOut(1)
                .build());
    int step = 0;
    int compared = 0;
    for (String[] row : Fixture.rows("s2a_traj.csv")) {
      int until = Integer.parseInt(row[1]);
      if (!row[0].equals("plain") || until > 500) {
        continue;
      }
      for (; step < until; step++) {
        net.fit(data);
      }
      double loss = Double.parseDouble(row[2]);
      double norm = Double.parseDouble(row[3]);
      assertEquals(loss, net.score(data), 1e-12 * loss, "loss at step " + step);
      assertEquals(norm, net.getParam("0_W").norm2Number().doubleValue(), 1e-12 * norm);
      INDArray f = net.output(data.getFeatures());
      INDArray q = f.mul(data.getLabels());
      assertEquals(Double.parseDouble(row[6]), q.minNumber().doubleValue(), 1e-11);
      assertEquals(Double.parseDouble(row[7]), q.maxNumber().doubleValue(), 1e-11);
      compared++;
    }
    assertEquals(8, compared);
  }

  @Test
  void oneNeuron_followsTheReferenceRun_onTheMeanOfSquares() {
    follow("s1a_relu.csv", Activation.RELU.getActivationFunction(), new MeanSquareLoss(), 0.02);
    follow("s1a_linear.csv", new ExactLeakyReLU(1), new MeanSquareLoss(), 0.02);
  }

  @Test
  void oneNeuron_followsTheReferenceRun_onHalfOfItWithTwiceTheRate() {
    follow("s1a_relu.csv", new ExactLeakyReLU(0), new HalfMeanSquareLoss(), 0.04);
    follow(
        "s1a_linear.csv",
        Activation.IDENTITY.getActivationFunction(),
        new HalfMeanSquareLoss(),
        0.04);
  }

  private static void follow(String run, IActivation activation, ILossFunction loss, double rate) {
    DataSet data = labelled("s1a_data.csv");
    MultiLayerNetwork net =
        network(
            rate,
            new DenseLayer.Builder()
                .nIn(2)
                .nOut(1)
                .hasBias(false)
                .activation(activation)
                .weightInit(new GivenWeights(new double[][] {{-0.3, 0.2}}))
                .build(),
            new LossLayer.Builder(loss).build());
    int step = 0;
    for (String[] row : Fixture.rows(run)) {
      int until = Integer.parseInt(row[0]);
      if (until > 500) {
        break;
      }
      for (; step < until; step++) {
        net.fit(data);
      }
      double[] expected = {Double.parseDouble(row[1]), Double.parseDouble(row[2])};
      assertArrayEquals(expected, net.params().toDoubleVector(), 1e-12, run + " at " + step);
      double scale = loss instanceof HalfMeanSquareLoss ? 0.5 : 1;
      assertEquals(scale * Double.parseDouble(row[7]), net.score(data), 1e-12);
    }
    assertTrue(step >= 100);
  }

  private static MultiLayerNetwork network(
      double rate,
      org.deeplearning4j.nn.conf.layers.Layer hidden,
      org.deeplearning4j.nn.conf.layers.Layer output) {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(rate))
            .list()
            .layer(hidden)
            .layer(output)
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  /** Reads a table whose last column holds the labels. */
  private static DataSet labelled(String name) {
    double[][] table = Fixture.matrix(name);
    double[][] x = new double[table.length][];
    double[] y = new double[table.length];
    for (int i = 0; i < table.length; i++) {
      x[i] = Arrays.copyOf(table[i], table[i].length - 1);
      y[i] = table[i][table[i].length - 1];
    }
    return new DataSet(Nd4j.createFromArray(x), Samples.column(DataType.DOUBLE, y));
  }
}
