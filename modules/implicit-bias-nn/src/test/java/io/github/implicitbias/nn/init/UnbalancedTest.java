package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;

class UnbalancedTest {

  private static final int MANY = 10_000;
  private static final double DEVIATION = 3e-4;

  @Test
  void outputWeights_areNormal_withTheGivenDeviation_andAMutantIsNoticed() {
    MultiLayerNetwork net = drawn(1);
    double[] a = Chains.rows(net, "1_W")[0];
    double square = 0;
    for (double value : a) {
      square += value * value / (DEVIATION * DEVIATION);
    }
    KolmogorovSmirnovTest test = new KolmogorovSmirnovTest();
    double critical = 1.63 / Math.sqrt(MANY);
    assertTrue(test.kolmogorovSmirnovStatistic(new NormalDistribution(0, DEVIATION), a) < critical);
    ChiSquaredDistribution law = new ChiSquaredDistribution(MANY);
    double p = law.cumulativeProbability(square);
    assertTrue(p > 0.005 && p < 0.995, "chi-square " + square);
    double wider = law.cumulativeProbability(square * 1.05 * 1.05);
    assertTrue(wider > 0.995, "a deviation that is off by a twentieth would be noticed");
  }

  @Test
  void outputWeights_doNotDependOnHiddenOnes() {
    MultiLayerNetwork net = drawn(2);
    double[][] w = Chains.rows(net, "0_W");
    double[] norms = new double[MANY];
    double[] first = new double[MANY];
    for (int j = 0; j < MANY; j++) {
      norms[j] = Math.hypot(w[j][0], w[j][1]);
      first[j] = w[j][0];
    }
    PearsonsCorrelation correlation = new PearsonsCorrelation();
    double[][] a = Chains.rows(net, "1_W");
    double[] magnitudes = new double[MANY];
    for (int j = 0; j < MANY; j++) {
      magnitudes[j] = Math.abs(a[0][j]);
    }
    double critical = 2.6 / Math.sqrt(MANY);
    assertEquals(0, correlation.correlation(norms, magnitudes), critical);
    assertEquals(0, correlation.correlation(first, a[0]), critical);
    assertEquals(0, correlation.correlation(a[0], a[1]), critical);
  }

  @Test
  void hiddenLayer_isDrawnFirst_andOutputBiasesAreZero() {
    MultiLayerNetwork net =
        Chains.of(DataType.DOUBLE, true, Activation.TANH.getActivationFunction(), 2, 3, 2);
    new Unbalanced(GaussianWeights.ofScale(1), 0.5).withSeed(4).apply(net);
    Draws draws = Draws.from(4L);
    double[] hidden = GaussianWeights.ofScale(1).rows(draws, 3, 3);
    double[][] a = Chains.rows(net, "1_W");
    for (int j = 0; j < 3; j++) {
      assertArrayEquals(
          new double[] {hidden[3 * j], hidden[3 * j + 1]}, Chains.rows(net, "0_W")[j]);
      assertEquals(hidden[3 * j + 2], Chains.vector(net, "0_b")[j]);
      assertEquals(0.5 * draws.gaussian(), a[0][j]);
      assertEquals(0.5 * draws.gaussian(), a[1][j]);
    }
    assertArrayEquals(new double[2], Chains.vector(net, "1_b"));
  }

  @Test
  void whatDoesNotFit_isRefused() {
    for (double deviation : new double[] {0, -1, Double.NaN, 1 / 0.0}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new Unbalanced(GaussianWeights.ofScale(1), deviation));
    }
    MultiLayerNetwork deep = Chains.relu(DataType.DOUBLE, true, 2, 3, 3, 1);
    double[] before = Chains.parameters(deep);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Unbalanced(GaussianWeights.ofScale(1), 1).apply(deep));
    assertTrue(e.getMessage().contains("3 layers"), e.getMessage());
    assertArrayEquals(before, Chains.parameters(deep));
  }

  private static MultiLayerNetwork drawn(int outputs) {
    MultiLayerNetwork net = Chains.relu(DataType.DOUBLE, false, 2, MANY, outputs);
    new Unbalanced(GaussianWeights.ofScale(1), DEVIATION).withSeed(3).apply(net);
    return net;
  }
}
