package io.github.implicitbias.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.nn.layer.NeuronOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Trajectories that were computed outside Deeplearning4j. */
class ReferenceRunTest {

  @Test
  void leakyReluWithFixedSigns_followsTheReferenceRun() {
    assertEquals(8, followLeakyRelu("plain", Losses.logistic(), 0.1, 500, loss -> loss, 1e-12));
  }

  @Test
  void leakyReluWithFixedSigns_onTheLogarithmOfTheLoss_followsTheLossNormalisedReferenceRun() {
    ILossFunction logOf = Losses.logOf(Losses.logistic(), 12);
    assertEquals(10, followLeakyRelu("normalised", logOf, 0.05, 400, Math::exp, 1e-9));
  }

  @Test
  void oneNeuron_followsTheReferenceRun_onTheMeanOfSquares() {
    follow("s1a_relu.csv", Activation.RELU.getActivationFunction(), Losses.meanSquare(), 0.02);
    follow("s1a_linear.csv", new ExactLeakyReLU(1), Losses.meanSquare(), 0.02);
  }

  @Test
  void oneNeuron_followsTheReferenceRun_onHalfOfItWithTwiceTheRate() {
    follow("s1a_relu.csv", new ExactLeakyReLU(0), Losses.halfMeanSquare(), 0.04);
    follow(
        "s1a_linear.csv",
        Activation.IDENTITY.getActivationFunction(),
        Losses.halfMeanSquare(),
        0.04);
  }

  @Test
  void twentyFourNeuronsWithBias_succeedAndFailAsInTheReferenceRun() {
    succeed("unit,b=0", 1, 0, 11, Losses.meanSquare(), 0.25);
  }

  @Test
  @Tag("thorough")
  void twentyFourNeuronsFromSmallStarts_succeedAndFailAsInTheReferenceRun() {
    succeed("small,b=0", 1e-2, 0, 22, new LossL2(), 0.25);
    succeed("small,b=+rho", 1e-2, 1e-2, 24, Losses.halfMeanSquare(), 0.5);
  }

  /**
   * Trains 24 neurons with bias side by side, with labels of a neuron with weights (1, 0, 0, 0, 0)
   * and bias -0.3, and compares each at the end with its reference run.
   */
  private static void succeed(
      String start, double scale, double bias, int expected, ILossFunction loss, double rate) {
    double[][] x = Fixture.matrix("s3_data.csv");
    double[] y = Arrays.stream(x).mapToDouble(row -> Math.max(0, row[0] - 0.3)).toArray();
    double[][] directions = Fixture.matrix("s3_dirs.csv");
    for (double[] w : directions) {
      for (int j = 0; j < w.length; j++) {
        w[j] *= scale;
      }
    }
    MultiLayerNetwork net =
        ReferenceNetworks.network(
            rate,
            new NeuronOutputLayer.Builder(loss)
                .neurons(directions.length)
                .hasBias(true)
                .biasInit(bias)
                .nIn(5)
                .weightInit(Weights.given(directions))
                .build());
    DataSet data = new DataSet(Nd4j.createFromArray(x), Samples.column(DataType.DOUBLE, y));
    double atZero = Arrays.stream(y).map(label -> label * label).sum() / (2 * y.length);
    List<String[]> reference =
        Fixture.rows("s3_sample.csv").stream()
            .filter(row -> (row[0] + "," + row[1]).equals('"' + start + '"'))
            .collect(Collectors.toList());
    assertEquals(directions.length, reference.size());
    for (int k = 0; k < reference.size(); k++) {
      double initial = Double.parseDouble(reference.get(k)[3]);
      assertEquals(initial, halfMeanSquare(net, x, y, k) / atZero, 1e-12 * initial);
    }
    for (int step = 0; step < 1000; step++) {
      net.fit(data);
    }
    int successes = 0;
    for (int k = 0; k < reference.size(); k++) {
      String[] row = reference.get(k);
      double fraction = halfMeanSquare(net, x, y, k) / atZero;
      double distance = Math.pow(net.getParam("0_b").getDouble(k) + 0.3, 2);
      for (int j = 0; j < 5; j++) {
        distance += Math.pow(net.getParam("0_W").getDouble(j, k) - (j == 0 ? 1 : 0), 2);
      }
      successes += fraction < 0.1 ? 1 : 0;
      assertEquals(row[5].equals("1"), fraction < 0.1, start + ", neuron " + k);
      assertEquals(Double.parseDouble(row[4]), fraction, 1e-12, start + ", neuron " + k);
      assertEquals(Double.parseDouble(row[6]), Math.sqrt(distance), 1e-12);
    }
    assertEquals(expected, successes);
  }

  /** Returns (1/2n) sum (f_k(x) - y)^2, in Java. */
  private static double halfMeanSquare(MultiLayerNetwork net, double[][] x, double[] y, int k) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      double z = net.getParam("0_b").getDouble(k);
      for (int j = 0; j < 5; j++) {
        z += x[i][j] * net.getParam("0_W").getDouble(j, k);
      }
      sum += Math.pow(Math.max(0, z) - y[i], 2);
    }
    return sum / (2 * x.length);
  }

  @Test
  void oneNeuronAsOnlyLayer_followsTheReferenceRun() {
    for (String run : new String[] {"s1a_relu.csv", "s1a_linear.csv"}) {
      boolean linear = run.contains("linear");
      follow(
          run,
          1,
          ReferenceNetworks.network(
              0.02,
              new NeuronOutputLayer.Builder(new LossMSE())
                  .activation(linear ? Activation.IDENTITY : Activation.RELU)
                  .nIn(2)
                  .weightInit(Weights.given(new double[][] {{-0.3, 0.2}}))
                  .build()));
    }
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
                .weightInit(Weights.given(new double[][] {{-0.3, 0.2}}))
                .build(),
            new LossLayer.Builder(loss).build());
    follow(run, loss.equals(Losses.halfMeanSquare()) ? 0.5 : 1, net);
  }

  /** Compares a network of one neuron with its reference run; {@code scale} is that of its loss. */
  private static void follow(String run, double scale, MultiLayerNetwork net) {
    DataSet data = Fixture.labelled("s1a_data.csv");
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
      assertEquals(scale * Double.parseDouble(row[7]), net.score(data), 1e-12);
    }
    assertTrue(step >= 100);
  }
}
