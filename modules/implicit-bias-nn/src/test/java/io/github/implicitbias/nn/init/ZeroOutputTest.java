package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.implicitbias.nn.Samples;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ZeroOutputTest {

  @Test
  void neighbours_areAPair_thatCancelsExactly() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      MultiLayerNetwork net = started(type, 5, 1000, 3, Activation.TANH);
      double[][] w = Chains.rows(net, "0_W");
      double[] b = Chains.vector(net, "0_b");
      for (int j = 0; j < 1000; j += 2) {
        assertArrayEquals(w[j], w[j + 1]);
        assertEquals(b[j], b[j + 1]);
        assertTrue(w[j][0] != 0 && b[j] != 0);
      }
      for (double[] a : Chains.rows(net, "1_W")) {
        int plus = 0;
        for (int j = 0; j < 1000; j += 2) {
          assertEquals(0.25, Math.abs(a[j]));
          assertEquals(-a[j], a[j + 1]);
          plus += a[j] > 0 ? 1 : 0;
        }
        double p = new BinomialDistribution(500, 0.5).cumulativeProbability(plus);
        assertTrue(p > 0.005 && p < 0.995, plus + " of 500 pairs start with plus");
      }
      assertArrayEquals(new double[3], Chains.vector(net, "1_b"));
    }
  }

  @Test
  void magnitude_isRoundedToTheNearestPowerOfTwo_inRatio() {
    double[][] expected = {
      {1, 1},
      {0.3, 0.25},
      {1.4, 1},
      {1.42, 2},
      {3, 4},
      {0.75, 1},
      {1e-10, 0x1p-33},
      {5e100, 0x1p335}
    };
    for (double[] pair : expected) {
      ZeroOutput init = new ZeroOutput(GaussianWeights.ofScale(1), pair[0]);
      assertEquals(pair[1], init.outputMagnitude());
      assertTrue(Math.abs(Math.log(pair[0] / pair[1])) <= Math.log(2) / 2 + 1e-15);
    }
  }

  @Test
  void onThisMachine_theOutputIsZero_upToTheRoundingOfTheSum() {
    ZeroOutputSweep sweep =
        new ZeroOutputSweep(new ZeroOutput(GaussianWeights.ofScale(1), 0.3).withSeed(1)::apply);
    sweep.few(DataType.FLOAT);
    sweep.few(DataType.DOUBLE);
    assertTrue(sweep.outputs() > 100_000, sweep.outputs() + " outputs");
    assertTrue(sweep.largest() <= 1, () -> sweep.toString());
  }

  @Test
  void twoUnits_giveExactlyZero() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      MultiLayerNetwork net = started(type, 4, 2, 1, Activation.RELU);
      INDArray x = Samples.array(type, Samples.uniform(1, 50, 4));
      for (double f : net.output(x).data().asDouble()) {
        assertEquals(0, Math.abs(f));
      }
    }
  }

  /** Kernels without fused multiply-add; they run on every processor with AVX. */
  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "4"})
  void kernelsThatKeepNeighboursTogether_giveExactlyZero_withAnyNumberOfThreads(String threads)
      throws Exception {
    assumeProcessorHas("avx");
    String widths = threads.equals("1") ? "all" : "few";
    String report = sweep("SANDYBRIDGE", threads, "pairs", widths, "FLOAT", "DOUBLE");
    assertTrue(report.startsWith("sweep: 0 shapes not zero"), report);
  }

  /** Kernels with fused multiply-add. */
  @Test
  void fusedMultiplyAddInFloat_givesExactlyZero_onOneThread() throws Exception {
    assumeProcessorHas("avx2");
    String report = sweep("HASWELL", "1", "pairs", "few", "FLOAT");
    assertTrue(report.startsWith("sweep: 0 shapes not zero"), report);
  }

  @Test
  void pairsThatAreNoNeighbours_orNoPowersOfTwo_wouldBeNoticed() throws Exception {
    assumeProcessorHas("avx2");
    for (String mutant : new String[] {"halves", "noPowerOfTwo"}) {
      String report = sweep("HASWELL", "1", mutant, "few", "FLOAT");
      assertTrue(report.startsWith("sweep: "), report);
      assertFalse(report.startsWith("sweep: 0 "), mutant);
    }
  }

  @Test
  void aStep_separatesThePairs() {
    MultiLayerNetwork net = started(DataType.DOUBLE, 3, 8, 2, Activation.RELU);
    INDArray x = Samples.array(DataType.DOUBLE, Samples.uniform(1, 6, 3));
    net.fit(x, Samples.array(DataType.DOUBLE, Samples.signs(2, 6, 2)));
    assertTrue(net.output(x).amaxNumber().doubleValue() > 1e-4);
  }

  @Test
  void inDeepNetworks_onlyTheLastHiddenLayerIsPaired() {
    MultiLayerNetwork net = Chains.relu(DataType.DOUBLE, true, 3, 5, 6, 1);
    double[][] first = Chains.rows(net, "0_W");
    double[] bias = Chains.vector(net, "0_b");
    new ZeroOutput(GaussianWeights.ofScale(1), 1).withSeed(1).apply(net);
    assertArrayEquals(first, Chains.rows(net, "0_W"));
    assertArrayEquals(bias, Chains.vector(net, "0_b"));
    assertArrayEquals(Chains.rows(net, "1_W")[2], Chains.rows(net, "1_W")[3]);
    INDArray f = net.output(Samples.array(DataType.DOUBLE, Samples.uniform(1, 3, 3)));
    assertEquals(0, f.amaxNumber().doubleValue(), 1e-15);
  }

  @Test
  void whatCannotBePaired_isRefused_andStaysAsItIs() {
    refused("an even number", 1, Chains.relu(DataType.DOUBLE, true, 3, 5, 1));
    refused("output layer", 1, Chains.relu(DataType.DOUBLE, true, 3, 2));
    refused("FLOAT does not hold", 1e-60, Chains.relu(DataType.FLOAT, true, 3, 4, 1));
    for (double magnitude : new double[] {0, -1, Double.NaN, 1 / 0.0, 1e-320}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new ZeroOutput(GaussianWeights.ofScale(1), magnitude));
    }
    assertThrows(IllegalArgumentException.class, () -> new ZeroOutput(null, 1));
  }

  private static void refused(String sentence, double magnitude, MultiLayerNetwork net) {
    double[] before = Chains.parameters(net);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new ZeroOutput(GaussianWeights.ofScale(1), magnitude).apply(net));
    assertTrue(e.getMessage().contains(sentence), e.getMessage());
    assertArrayEquals(before, Chains.parameters(net));
  }

  private static MultiLayerNetwork started(
      DataType type, int inputs, int units, int outputs, Activation activation) {
    MultiLayerNetwork net =
        Chains.of(type, true, activation.getActivationFunction(), inputs, units, outputs);
    new ZeroOutput(GaussianWeights.ofScale(1), 0.3).withSeed(2).apply(net);
    return net;
  }

  /** Sweeps in a JVM that takes the matrix kernels of a given processor. */
  private static String sweep(String kernels, String threads, String... args) throws Exception {
    String out;
    Map<String, String> environment =
        Map.of("OPENBLAS_CORETYPE", kernels, "OMP_NUM_THREADS", threads);
    try (Jvm jvm = Jvm.start(List.of("-Xmx1g"), environment, ZeroOutputSweep.class, args)) {
      out = jvm.printed(300);
    }
    int start = out.indexOf("sweep: ");
    return start < 0 ? out : out.substring(start, Math.min(out.length(), start + 1000));
  }

  private static void assumeProcessorHas(String feature) throws Exception {
    Path info = Path.of("/proc/cpuinfo");
    assumeTrue(
        Files.isReadable(info)
            && Files.readString(info, StandardCharsets.UTF_8).contains(" " + feature + " "),
        "the kernels are for processors with " + feature);
  }
}
