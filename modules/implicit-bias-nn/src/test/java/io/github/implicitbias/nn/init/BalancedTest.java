package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import java.math.BigDecimal;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;

class BalancedTest {

  private static final int MANY = 10_000;

  /** Critical value of the Kolmogorov-Smirnov distance at 1 percent. */
  private static final double CRITICAL = 1.63 / Math.sqrt(MANY);

  @Test
  void balance_holdsToFourUlps_forTheStoredNumbers_inDouble() {
    double worst = 0;
    for (double scale : new double[] {1, 1e-3, 1e-8, 1e-75, 1e-150, 1e-300, 1e100}) {
      for (int[] widths : new int[][] {{1, 5, 1}, {2, 60, 1}, {7, 33, 3}, {5, 8, 6, 1}}) {
        for (boolean bias : new boolean[] {false, true}) {
          worst = Math.max(worst, imbalance(DataType.DOUBLE, scale, bias, widths));
        }
      }
    }
    assertTrue(worst <= 4, "off by ulps: " + worst);
  }

  @Test
  void balance_holdsToFourUlps_forTheStoredNumbers_inFloat() {
    double worst = 0;
    for (double scale : new double[] {1, 1e-3, 1e-8, 1e-20, 1e-30, 1e30}) {
      for (int[] widths : new int[][] {{1, 5, 1}, {2, 60, 1}, {7, 33, 3}, {5, 8, 6, 1}}) {
        for (boolean bias : new boolean[] {false, true}) {
          worst = Math.max(worst, imbalance(DataType.FLOAT, scale, bias, widths));
        }
      }
    }
    assertTrue(worst <= 4, "off by ulps: " + worst);
  }

  @Test
  void balance_holdsInLargeAndDeepNetworks() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      double scale = type == DataType.DOUBLE ? 1e-150 : 1e-15;
      double worst = imbalance(type, scale, true, 784, 1024, 1);
      worst = Math.max(worst, imbalance(type, scale, false, 20, 30, 20, 10, 3));
      worst = Math.max(worst, imbalance(type, 1, true, 10, 64, 64, 64, 1));
      assertTrue(worst <= 4, "off by ulps: " + worst);
    }
  }

  @Test
  void plainSquareRootOfDoubles_wouldNotDo() {
    // What the check above would say of sqrt(sum w^2) in double, where squares underflow.
    MultiLayerNetwork net = balanced(DataType.DOUBLE, 1e-170, false, 50, 20, 1);
    double[][] w = Chains.rows(net, "0_W");
    for (int j = 0; j < 20; j++) {
      double square = 0;
      for (double entry : w[j]) {
        square += entry * entry;
      }
      net.getParam("1_W").putScalar(j, 0, Math.sqrt(square));
    }
    assertTrue(imbalance(net) > 4);
  }

  @Test
  void signs_areRandom() {
    MultiLayerNetwork net = balanced(DataType.DOUBLE, 1, false, 2, MANY, 1);
    int plus = 0;
    for (double a : Chains.rows(net, "1_W")[0]) {
      plus += a > 0 ? 1 : 0;
    }
    double p = new BinomialDistribution(MANY, 0.5).cumulativeProbability(plus);
    assertTrue(p > 0.005 && p < 0.995, plus + " positive signs");
  }

  @Test
  void severalOutputs_haveAUniformDirection_andAMutantIsNoticed() {
    int outputs = 3;
    double[][] w = Chains.rows(balanced(DataType.DOUBLE, 1, false, 2, MANY, outputs), "1_W");
    double[] first = new double[MANY];
    double[] cube = new double[MANY];
    for (int j = 0; j < MANY; j++) {
      double square = 0;
      for (int k = 0; k < outputs; k++) {
        square += w[k][j] * w[k][j];
      }
      first[j] = w[0][j] * w[0][j] / square;
      cube[j] = Math.pow(2 * ((j + 0.5) / MANY) - 1, 2);
    }
    // The square of a coordinate of a uniform direction in 3 dimensions is Beta(1/2, 1).
    KolmogorovSmirnovTest test = new KolmogorovSmirnovTest();
    BetaDistribution law = new BetaDistribution(0.5, (outputs - 1) / 2.0);
    assertTrue(test.kolmogorovSmirnovStatistic(law, first) < CRITICAL);
    assertTrue(
        test.kolmogorovSmirnovStatistic(new BetaDistribution(0.5, 1.1), cube) > CRITICAL,
        "a law that is off by a tenth would be noticed");
    double mean = 0;
    for (int j = 0; j < MANY; j++) {
      mean += Math.signum(w[1][j]) / MANY;
    }
    assertEquals(0, mean, 2.6 / Math.sqrt(MANY));
  }

  @Test
  void hiddenLayer_isDrawnWithTheBiasAsItsLastInput() {
    MultiLayerNetwork net = Chains.relu(DataType.DOUBLE, true, 3, 4, 1);
    new Balanced(GaussianWeights.ofScale(2)).withSeed(7).apply(net);
    double[] expected = new double[16];
    GaussianWeights.ofScale(2).draw(Draws.from(7L), expected, 4, 4, 4);
    for (int j = 0; j < 4; j++) {
      double[] w = Chains.rows(net, "0_W")[j];
      assertArrayEquals(
          new double[] {expected[4 * j], expected[4 * j + 1], expected[4 * j + 2]}, w);
      assertEquals(expected[4 * j + 3], Chains.vector(net, "0_b")[j]);
    }
    assertArrayEquals(new double[] {0}, Chains.vector(net, "1_b"));
  }

  @Test
  void presentWeights_stay_andTheRestIsBalanced() {
    MultiLayerNetwork net = Chains.relu(DataType.FLOAT, true, 3, 8, 5, 1);
    double[][] w = Chains.rows(net, "0_W");
    double[] b = Chains.vector(net, "0_b");
    Balanced.ofPresentWeights().withSeed(3).apply(net);
    assertArrayEquals(w, Chains.rows(net, "0_W"));
    assertArrayEquals(b, Chains.vector(net, "0_b"));
    assertTrue(imbalance(net) <= 4);
    assertArrayEquals(new double[5], Chains.vector(net, "1_b"));
  }

  @Test
  void balance_isConservedByTraining() {
    MultiLayerNetwork net = Chains.relu(DataType.DOUBLE, true, 3, 20, 1);
    new Balanced(GaussianWeights.ofScale(0.1)).withSeed(3).apply(net);
    net.getParam("1_b").assign(0);
    net.setLearningRate(1e-4);
    org.nd4j.linalg.dataset.DataSet data =
        new org.nd4j.linalg.dataset.DataSet(
            io.github.implicitbias.nn.Samples.array(
                DataType.DOUBLE, io.github.implicitbias.nn.Samples.uniform(1, 10, 3)),
            io.github.implicitbias.nn.Samples.array(
                DataType.DOUBLE, io.github.implicitbias.nn.Samples.signs(2, 10, 1)));
    double[] before = Chains.parameters(net);
    for (int i = 0; i < 200; i++) {
      net.fit(data);
    }
    double moved = 0;
    double[] after = Chains.parameters(net);
    for (int i = 0; i < after.length; i++) {
      moved = Math.max(moved, Math.abs(after[i] - before[i]));
    }
    double gap = 0;
    for (int j = 0; j < 20; j++) {
      double square = Math.pow(Chains.vector(net, "0_b")[j], 2);
      for (double w : Chains.rows(net, "0_W")[j]) {
        square += w * w;
      }
      gap = Math.max(gap, Math.abs(Math.pow(Chains.rows(net, "1_W")[0][j], 2) - square));
    }
    assertTrue(moved > 1e-3, "moved " + moved);
    assertTrue(gap < 1e-6, "gap " + gap);
  }

  @Test
  void homogeneousActivations_areAccepted_othersRefused() {
    IActivation[] good = {
      Activation.RELU.getActivationFunction(),
      Activation.LEAKYRELU.getActivationFunction(),
      Activation.IDENTITY.getActivationFunction(),
      new ActivationReLU(null, 0.0, 0.2),
      new ExactLeakyReLU(0.3)
    };
    for (IActivation activation : good) {
      new Balanced(GaussianWeights.ofScale(1))
          .apply(Chains.of(DataType.DOUBLE, true, activation, 2, 3, 1));
    }
    IActivation[] bad = {
      Activation.TANH.getActivationFunction(),
      Activation.SOFTPLUS.getActivationFunction(),
      Activation.RELU6.getActivationFunction(),
      new ActivationReLU(6.0, null, null),
      new ActivationReLU(null, 0.5, null)
    };
    for (IActivation activation : bad) {
      refused("layer 0", Chains.of(DataType.DOUBLE, true, activation, 2, 3, 1));
    }
  }

  @Test
  void activationLayerAfterTheWeights_countsAsTheirActivation() {
    IActivation identity = Activation.IDENTITY.getActivationFunction();
    refused(
        "homogeneous",
        Chains.of(
            DataType.DOUBLE,
            Chains.dense(2, 3, true, identity),
            new ActivationLayer.Builder().activation(Activation.TANH).build(),
            Chains.output(3, 1, true)));
    new Balanced(GaussianWeights.ofScale(1))
        .apply(
            Chains.of(
                DataType.DOUBLE,
                Chains.dense(2, 3, true, identity),
                new ActivationLayer.Builder().activation(Activation.RELU).build(),
                Chains.output(3, 1, true)));
  }

  @Test
  void networksThatCannotBeBalanced_areRefused_andStayAsTheyAre() {
    refused("output layer", Chains.relu(DataType.DOUBLE, true, 2, 1));
    refused(
        "Layer 1 has fixed parameters",
        Chains.of(
            DataType.DOUBLE,
            Chains.dense(2, 4, true, Activation.RELU.getActivationFunction()),
            new FixedSignOutputLayer.Builder(Losses.meanSquare()).nIn(4).nOut(1).build()));
    MultiLayerNetwork net = Chains.relu(DataType.FLOAT, false, 2, 4, 1);
    double[] before = Chains.parameters(net);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Balanced(GaussianWeights.ofScale(1e60)).apply(net));
    assertTrue(e.getMessage().contains("FLOAT does not hold"), e.getMessage());
    assertArrayEquals(before, Chains.parameters(net));
    assertThrows(IllegalArgumentException.class, () -> new Balanced(null));
  }

  private static void refused(String sentence, MultiLayerNetwork net) {
    double[] before = Chains.parameters(net);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Balanced(GaussianWeights.ofScale(1)).apply(net));
    assertTrue(e.getMessage().contains(sentence), e.getMessage());
    assertArrayEquals(before, Chains.parameters(net));
  }

  private static MultiLayerNetwork balanced(
      DataType type, double scale, boolean bias, int... widths) {
    MultiLayerNetwork net = Chains.relu(type, bias, widths);
    new Balanced(GaussianWeights.ofScale(scale)).withSeed(5).apply(net);
    return net;
  }

  private static double imbalance(DataType type, double scale, boolean bias, int... widths) {
    return imbalance(balanced(type, scale, bias, widths));
  }

  /** Returns the largest | ||a_j||^2 - ||w_j||^2 | in ulps of ||w_j||^2, with exact arithmetic. */
  private static double imbalance(MultiLayerNetwork net) {
    DataType type = net.params().dataType();
    double worst = 0;
    for (int l = 0; l < net.getnLayers() - 1; l++) {
      double[][] w = Chains.rows(net, l + "_W");
      double[][] a = Chains.rows(net, (l + 1) + "_W");
      boolean bias = net.getLayer(l).paramTable().containsKey("b");
      double[] b = bias ? Chains.vector(net, l + "_b") : new double[w.length];
      for (int j = 0; j < w.length; j++) {
        double largest = Math.abs(b[j]);
        for (double entry : w[j]) {
          largest = Math.max(largest, Math.abs(entry));
        }
        // A power of two brings the numbers to about 1 and changes no digit.
        int power = -Math.getExponent(largest);
        BigDecimal in = square(b[j], power);
        for (double entry : w[j]) {
          in = in.add(square(entry, power));
        }
        BigDecimal out = BigDecimal.ZERO;
        for (double[] row : a) {
          out = out.add(square(row[j], power));
        }
        double ulp = Math.scalb(Precision.of(type).epsilon(), Math.getExponent(in.doubleValue()));
        worst = Math.max(worst, out.subtract(in).abs().doubleValue() / ulp);
      }
    }
    return worst;
  }

  private static BigDecimal square(double value, int power) {
    return new BigDecimal(Math.scalb(value, power)).pow(2);
  }
}
