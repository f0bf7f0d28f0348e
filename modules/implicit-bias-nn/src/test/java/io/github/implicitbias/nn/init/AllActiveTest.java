package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.Samples;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class AllActiveTest {

  private static final IActivation RELU = Activation.RELU.getActivationFunction();

  @Test
  void everySample_startsWithTheScaleAsPreActivation_inTheReferenceSetting() {
    double[][] x = gaussian(2603, 20, 2000);
    MultiLayerNetwork net = neurons(DataType.DOUBLE, 2000, 1, false);
    new AllActive(x, 1e-6).apply(net);
    double[] w = Chains.rows(net, "0_W")[0];
    double square = 0;
    for (double value : w) {
      square += value * value;
    }
    assertEquals(9.969332834754343e-08, Math.sqrt(square), 1e-12 * 9.97e-08);
    for (double[] row : x) {
      double z = 0;
      for (int j = 0; j < w.length; j++) {
        z += row[j] * w[j];
      }
      assertEquals(1e-6, z, 1e-18);
    }
    INDArray z = net.output(Samples.array(DataType.DOUBLE, x));
    assertEquals(1e-6, z.minNumber().doubleValue(), 1e-18);
    assertEquals(1e-6, z.maxNumber().doubleValue(), 1e-18);
  }

  @Test
  void theFirstStep_isThatOfTheReferenceRun() {
    SplittableRandom random = new SplittableRandom(2603);
    double[][] x = gaussian(random, 20, 2000);
    double[] y = new double[20];
    for (int i = 0; i < 20; i++) {
      y[i] = (0.5 + random.nextDouble()) * (i % 2 == 0 ? 1 : -1);
    }
    MultiLayerNetwork net = neurons(DataType.DOUBLE, 2000, 1, false);
    net.setLearningRate(0.0025);
    new AllActive(x, 1e-6).apply(net);
    INDArray features = Samples.array(DataType.DOUBLE, x);
    double[] norms = {9.969332834754343e-08, 0.049315948, 0.062640361};
    for (int t = 0; t < 3; t++) {
      assertEquals(norms[t], net.getParam("0_W").norm2Number().doubleValue(), 1e-9);
      net.fit(features, Samples.column(DataType.DOUBLE, y));
    }
  }

  @Test
  void everyUnit_startsAtTheSameVector_andBiasesAtZero() {
    double[][] x = {{1, 1, 0}, {0, 1, 1}};
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      MultiLayerNetwork net = Chains.relu(type, true, 3, 4, 2);
      double[][] output = Chains.rows(net, "1_W");
      new AllActive(x, 3).apply(net);
      for (double[] w : Chains.rows(net, "0_W")) {
        assertArrayEquals(new double[] {1, 2, 1}, w, 1e-6);
      }
      assertArrayEquals(new double[4], Chains.vector(net, "0_b"));
      assertArrayEquals(output, Chains.rows(net, "1_W"));
      assertArrayEquals(new double[] {0.25, 0.25}, Chains.vector(net, "1_b"));
    }
  }

  @Test
  void fixedOutputLayer_staysAsItIs() {
    MultiLayerNetwork net =
        Chains.of(
            DataType.DOUBLE,
            Chains.dense(3, 2, false, RELU),
            new FixedSignOutputLayer.Builder(Losses.meanSquare()).nIn(2).nOut(1).build());
    new AllActive(new double[][] {{1, 1, 0}, {0, 1, 1}}, 1e-3).apply(net);
    INDArray h = net.feedForward(Samples.array(DataType.DOUBLE, new double[][] {{1, 1, 0}})).get(1);
    assertArrayEquals(new double[] {1e-3, 1e-3}, h.toDoubleVector(), 1e-18);
  }

  @Test
  void floatNetwork_isOnForEverySample_orRefused() {
    double[][] x = gaussian(3, 20, 400);
    MultiLayerNetwork net = neurons(DataType.FLOAT, 400, 1, false);
    new AllActive(x, 1e-6).apply(net);
    assertTrue(net.output(Samples.array(DataType.FLOAT, x)).minNumber().doubleValue() > 0);
    // Nearly opposite samples: the sum that gives 1 has terms of 1e7, which float does not hold.
    double[][] hard = {{1, 1e-7}, {-1, 1e-7}};
    MultiLayerNetwork wide = neurons(DataType.DOUBLE, 2, 1, false);
    new AllActive(hard, 1).apply(wide);
    assertEquals(
        1, wide.output(Samples.array(DataType.DOUBLE, hard)).minNumber().doubleValue(), 1e-8);
    MultiLayerNetwork refused = neurons(DataType.FLOAT, 2, 1, false);
    double[] before = Chains.parameters(refused);
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> new AllActive(hard, 1).apply(refused));
    assertTrue(e.getMessage().contains("not positive beyond rounding"), e.getMessage());
    assertArrayEquals(before, Chains.parameters(refused));
  }

  @Test
  void scaleThatUnderflows_isRefused_inFloat_andWorksInDouble() {
    double[][] x = {{1, 1, 0}, {0, 1, 1}};
    MultiLayerNetwork net = neurons(DataType.DOUBLE, 3, 1, true);
    new AllActive(x, 1e-300).apply(net);
    assertEquals(1e-300, net.output(Samples.array(DataType.DOUBLE, x)).getDouble(0), 1e-312);
    assertThrows(
        IllegalArgumentException.class,
        () -> new AllActive(x, 1e-60).apply(neurons(DataType.FLOAT, 3, 1, true)));
  }

  @Test
  void dependentSamples_orAnotherNumberOfInputs_areRefused() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new AllActive(new double[][] {{1, 2}, {2, 4}}, 1));
    assertTrue(e.getMessage().contains("rank is 1"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new AllActive(null, 1));
    assertThrows(IllegalArgumentException.class, () -> new AllActive(new double[][] {{1}}, 0));
    MultiLayerNetwork net = Chains.relu(DataType.DOUBLE, true, 3, 4, 2);
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new AllActive(new double[][] {{1, 2}}, 1).apply(net));
    assertTrue(e.getMessage().contains("3 inputs"), e.getMessage());
  }

  @Test
  void laterChangesOfTheArray_doNotReachTheInitializer() {
    double[][] x = {{1, 1, 0}, {0, 1, 1}};
    AllActive init = new AllActive(x, 3);
    String json = init.toJson();
    x[0][0] = 99;
    assertEquals(json, init.toJson());
  }

  private static MultiLayerNetwork neurons(DataType type, int inputs, int units, boolean bias) {
    return Chains.of(
        type,
        Chains.dense(inputs, units, bias, RELU),
        new LossLayer.Builder(Losses.meanSquare()).activation(Activation.IDENTITY).build());
  }

  private static double[][] gaussian(long seed, int rows, int columns) {
    return gaussian(new SplittableRandom(seed), rows, columns);
  }

  private static double[][] gaussian(SplittableRandom random, int rows, int columns) {
    double[][] x = new double[rows][columns];
    for (double[] row : x) {
      for (int j = 0; j < columns; j++) {
        double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
        row[j] = radius * Math.cos(2 * Math.PI * random.nextDouble());
      }
    }
    return x;
  }
}
