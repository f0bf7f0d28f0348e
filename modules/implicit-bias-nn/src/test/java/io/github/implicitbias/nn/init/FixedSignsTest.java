package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.math3.distribution.BinomialDistribution;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class FixedSignsTest {

  @Test
  void outputWeights_areOneOverTheRootOfTheWidth_withRandomSigns() {
    int units = 10_000;
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      MultiLayerNetwork net = Chains.relu(type, true, 2, units, 2);
      new FixedSigns(GaussianWeights.ofScale(1)).withSeed(6).apply(net);
      double[][] a = Chains.rows(net, "1_W");
      int equal = 0;
      for (double[] row : a) {
        int plus = 0;
        for (int j = 0; j < units; j++) {
          assertEquals(Precision.of(type).round(0.01), Math.abs(row[j]));
          plus += row[j] > 0 ? 1 : 0;
        }
        assertFair(plus, units);
      }
      for (int j = 0; j < units; j++) {
        equal += a[0][j] == a[1][j] ? 1 : 0;
      }
      assertFair(equal, units);
      assertArrayEquals(new double[2], Chains.vector(net, "1_b"));
    }
  }

  @Test
  void outputLayer_isTrained() {
    MultiLayerNetwork net = Chains.relu(DataType.DOUBLE, true, 2, 6, 1);
    new FixedSigns(GaussianWeights.ofScale(1)).withSeed(6).apply(net);
    double[][] before = Chains.rows(net, "1_W");
    net.fit(
        io.github.implicitbias.nn.Samples.array(DataType.DOUBLE, new double[][] {{1, 2}, {-2, 1}}),
        io.github.implicitbias.nn.Samples.column(DataType.DOUBLE, 3, -3));
    assertTrue(Math.abs(before[0][0]) == 1 / Math.sqrt(6));
    double moved = 0;
    for (int j = 0; j < 6; j++) {
      moved += Math.abs(before[0][j] - Chains.rows(net, "1_W")[0][j]);
    }
    assertTrue(moved > 1e-4, "moved " + moved);
  }

  @Test
  void deepNetworks_areRefused() {
    MultiLayerNetwork net = Chains.relu(DataType.DOUBLE, true, 2, 3, 3, 1);
    double[] before = Chains.parameters(net);
    assertThrows(
        IllegalArgumentException.class,
        () -> new FixedSigns(GaussianWeights.ofScale(1)).apply(net));
    assertThrows(IllegalArgumentException.class, () -> new FixedSigns(null));
    assertArrayEquals(before, Chains.parameters(net));
  }

  private static void assertFair(int heads, int tosses) {
    double p = new BinomialDistribution(tosses, 0.5).cumulativeProbability(heads);
    assertTrue(p > 0.005 && p < 0.995, heads + " of " + tosses);
  }
}
