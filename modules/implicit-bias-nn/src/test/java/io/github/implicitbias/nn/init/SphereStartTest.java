package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.loss.Losses;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;

class SphereStartTest {

  @Test
  void weights_lieOnTheSphere_withoutTheBias() {
    for (double radius : new double[] {1, 1e-2, 1e-150, 1e-300}) {
      MultiLayerNetwork net = neurons(DataType.DOUBLE, 5, 100);
      SphereStart.withPositiveBias(radius).withSeed(1).apply(net);
      for (double[] w : Chains.rows(net, "0_W")) {
        assertEquals(radius, SumOfSquares.of(w, 0, 5).root(), 4 * Math.ulp(radius));
      }
      for (double b : Chains.vector(net, "0_b")) {
        assertEquals(radius, b);
      }
      SphereStart.withZeroBias(radius).withSeed(1).apply(net);
      assertArrayEquals(new double[100], Chains.vector(net, "0_b"));
    }
    MultiLayerNetwork net = neurons(DataType.FLOAT, 5, 100);
    SphereStart.withPositiveBias(0.1).withSeed(1).apply(net);
    for (double[] w : Chains.rows(net, "0_W")) {
      assertEquals(0.1, SumOfSquares.of(w, 0, 5).root(), 1e-8);
    }
    assertEquals((float) 0.1, Chains.vector(net, "0_b")[0]);
  }

  @Test
  void directions_areUniform_andAMutantIsNoticed() {
    int many = 10_000;
    MultiLayerNetwork net = neurons(DataType.DOUBLE, 5, many);
    SphereStart.withZeroBias(2).withSeed(1).apply(net);
    double[][] w = Chains.rows(net, "0_W");
    double[] squares = new double[many];
    double[] wrong = new double[many];
    double mean = 0;
    for (int j = 0; j < many; j++) {
      squares[j] = w[j][2] * w[j][2] / 4;
      wrong[j] = (w[j][2] * w[j][2] + w[j][3] * w[j][3]) / 8;
      mean += w[j][0] / 2 / many;
    }
    KolmogorovSmirnovTest test = new KolmogorovSmirnovTest();
    // The square of a coordinate of a uniform direction in 5 dimensions.
    BetaDistribution law = new BetaDistribution(0.5, 2);
    double critical = 1.63 / Math.sqrt(many);
    assertTrue(test.kolmogorovSmirnovStatistic(law, squares) < critical);
    assertTrue(test.kolmogorovSmirnovStatistic(law, wrong) > critical);
    assertEquals(0, mean, 2.6 * Math.sqrt(0.2) / Math.sqrt(many));
  }

  @Test
  void laterLayers_stayAsTheyAre_andMayHaveAnyActivation() {
    MultiLayerNetwork net =
        Chains.of(DataType.DOUBLE, true, Activation.TANH.getActivationFunction(), 3, 4, 5, 1);
    double[] before = Chains.parameters(net);
    SphereStart.withZeroBias(1).withSeed(1).apply(net);
    double[] after = Chains.parameters(net);
    int first = 3 * 4 + 4;
    for (int i = 0; i < before.length; i++) {
      assertEquals(i >= first, before[i] == after[i], "parameter " + i);
    }
  }

  @Test
  void layerWithoutBias_orWrongRadius_isRefused() {
    MultiLayerNetwork net = Chains.relu(DataType.DOUBLE, false, 3, 4, 1);
    double[] before = Chains.parameters(net);
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> SphereStart.withZeroBias(1).apply(net));
    assertTrue(e.getMessage().contains("hasBias(true)"), e.getMessage());
    assertArrayEquals(before, Chains.parameters(net));
    for (double radius : new double[] {0, -1, Double.NaN, 1 / 0.0}) {
      assertThrows(IllegalArgumentException.class, () -> SphereStart.withZeroBias(radius));
      assertThrows(IllegalArgumentException.class, () -> SphereStart.withPositiveBias(radius));
    }
  }

  private static MultiLayerNetwork neurons(DataType type, int inputs, int units) {
    return Chains.of(
        type,
        Chains.dense(inputs, units, true, Activation.RELU.getActivationFunction()),
        new LossLayer.Builder(Losses.meanSquare()).activation(Activation.IDENTITY).build());
  }
}
