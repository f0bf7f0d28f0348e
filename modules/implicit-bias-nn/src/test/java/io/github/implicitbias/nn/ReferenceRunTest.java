package io.github.implicitbias.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.init.GivenWeights;
import io.github.implicitbias.nn.loss.HalfMeanSquareLoss;
import io.github.implicitbias.nn.loss.LogOf;
import io.github.implicitbias.nn.loss.LogisticLoss;
import io.github.implicitbias.nn.loss.MeanSquareLoss;
import java.util.function.DoubleUnaryOperator;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Trajectories that were computed outside Deeplearning4j. */
class ReferenceRunTest {

  @Test
  void leakyReluWithFixedSigns_followsTheReferenceRun() {
    assertEquals(8, followLeakyRelu("plain", new LogisticLoss(), 0.1, 500, loss -> loss, 1e-12));
  }

  @Test
  void leakyReluWithFixedSigns_onTheLogarithmOfTheLoss_followsTheLossNormalisedReferenceRun() {
    LogOf logOf = new LogOf(new LogisticLoss(), 12);
    assertEquals(10, followLeakyRelu("normalised", logOf, 0.05, 400, Math::exp, 1e-9));
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

  private static int followLeakyRelu(
      String schedule,
      ILossFunction lossFunction,
      double rate,
      int lastStep,
      DoubleUnaryOperator lossOfScore,
      double tolerance) {
    DataSet data = Fixture.labelled("s2a_data.csv");
    MultiLayerNetwork net = ReferenceNetworks.leakyRelu(lossFunction, rate);
    int step = 0;
    int compared = 0;
    for (String[] row : Fixture.rows("s2a_traj.csv")) {
      int until = Integer.parseInt(row[1]);
      if (!row[0].equals(schedule) || until > lastStep) {
        continue;
      }
      for (; step < until; step++) {
        net.fit(data);
      }
      double loss = Double.parseDouble(row[2]);
      double norm = Double.parseDouble(row[3]);
      double score = net.score(data);
      assertEquals(
          loss, lossOfScore.applyAsDouble(score), tolerance * loss, "loss at step " + step);
      assertEquals(norm, net.getParam("0_W").norm2Number().doubleValue(), tolerance * norm);
      INDArray q = net.output(data.getFeatures()).mul(data.getLabels());
      double smallest = Double.parseDouble(row[6]);
      double largest = Double.parseDouble(row[7]);
      double scale = Math.max(1, Math.abs(largest));
      assertEquals(smallest, q.minNumber().doubleValue(), tolerance * scale);
      assertEquals(largest, q.maxNumber().doubleValue(), tolerance * scale);
      compared++;
    }
    return compared;
  }

  private static void follow(String run, IActivation activation, ILossFunction loss, double rate) {
    DataSet data = Fixture.labelled("s1a_data.csv");
    MultiLayerNetwork net =
        ReferenceNetworks.network(
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
}
