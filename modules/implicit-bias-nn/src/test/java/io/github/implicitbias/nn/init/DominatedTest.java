package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;

class DominatedTest {

  @Test
  void outputWeight_isNeverSmallerThanTheIncomingNorm_exactly() {
    int rounded = 0;
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      for (double scale : new double[] {1, 1e-8, type == DataType.DOUBLE ? 1e-150 : 1e-30, 1e20}) {
        for (int outputs : new int[] {1, 3}) {
          for (boolean bias : new boolean[] {false, true}) {
            rounded += check(type, scale, 1, outputs, bias);
            rounded += check(type, scale, 1 + 0x1p-50, outputs, bias);
            rounded += check(type, scale, 3, outputs, bias);
          }
        }
      }
    }
    assertTrue(rounded > 100, "the nearest number would have been too small " + rounded + " times");
  }

  @Test
  void oneInputAndRatioOne_giveTheWeightItself() {
    MultiLayerNetwork net = Chains.relu(DataType.FLOAT, false, 1, 50, 1);
    new Dominated(GaussianWeights.ofScale(1), 1).withSeed(2).apply(net);
    double[][] w = Chains.rows(net, "0_W");
    double[] a = Chains.rows(net, "1_W")[0];
    for (int j = 0; j < 50; j++) {
      assertEquals(Math.abs(w[j][0]), Math.abs(a[j]));
    }
  }

  @Test
  void signs_areRandom() {
    MultiLayerNetwork net = Chains.relu(DataType.DOUBLE, false, 2, 10_000, 1);
    new Dominated(GaussianWeights.ofScale(1), 2).withSeed(2).apply(net);
    int plus = 0;
    for (double a : Chains.rows(net, "1_W")[0]) {
      plus += a > 0 ? 1 : 0;
    }
    double p = new BinomialDistribution(10_000, 0.5).cumulativeProbability(plus);
    assertTrue(p > 0.005 && p < 0.995, plus + " positive signs");
  }

  @Test
  void whatCannotDominate_isRefused() {
    for (double ratio : new double[] {0.999, 0, -1, Double.NaN, 1 / 0.0}) {
      assertThrows(
          IllegalArgumentException.class, () -> new Dominated(GaussianWeights.ofScale(1), ratio));
    }
    assertThrows(IllegalArgumentException.class, () -> new Dominated(null, 1));
    MultiLayerNetwork[] nets = {
      Chains.relu(DataType.DOUBLE, true, 2, 3, 3, 1),
      Chains.relu(DataType.DOUBLE, true, 2, 1),
      Chains.of(DataType.DOUBLE, true, Activation.TANH.getActivationFunction(), 2, 3, 1)
    };
    for (MultiLayerNetwork net : nets) {
      double[] before = Chains.parameters(net);
      assertThrows(
          IllegalArgumentException.class,
          () -> new Dominated(GaussianWeights.ofScale(1), 1).apply(net));
      assertArrayEquals(before, Chains.parameters(net));
    }
  }

  /** Returns how often rounding to nearest would have given too small a number. */
  private static int check(DataType type, double scale, double ratio, int outputs, boolean bias) {
    int units = 40;
    MultiLayerNetwork net = Chains.relu(type, bias, 6, units, outputs);
    new Dominated(GaussianWeights.ofScale(scale), ratio).withSeed(9).apply(net);
    double[][] w = Chains.rows(net, "0_W");
    double[][] a = Chains.rows(net, "1_W");
    int rounded = 0;
    for (int j = 0; j < units; j++) {
      BigDecimal in = bias ? new BigDecimal(Chains.vector(net, "0_b")[j]).pow(2) : BigDecimal.ZERO;
      for (double entry : w[j]) {
        in = in.add(new BigDecimal(entry).pow(2));
      }
      BigDecimal out = BigDecimal.ZERO;
      for (double[] row : a) {
        out = out.add(new BigDecimal(row[j]).pow(2));
      }
      assertTrue(out.compareTo(in) >= 0, "unit " + j + " is dominated by its inputs");
      BigDecimal norm = in.sqrt(new MathContext(40));
      double measured =
          out.sqrt(new MathContext(40)).divide(norm, new MathContext(40)).doubleValue();
      assertEquals(ratio, measured, 4 * Precision.of(type).epsilon() * ratio);
      double nearest = Precision.of(type).round(norm.doubleValue());
      rounded += new BigDecimal(nearest).compareTo(norm) < 0 && ratio < 2 ? 1 : 0;
    }
    return rounded;
  }
}
