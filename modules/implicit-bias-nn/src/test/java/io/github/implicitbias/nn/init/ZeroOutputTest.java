package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.implicitbias.nn.Samples;
import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.activation.SmoothLeakyReLU;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class ZeroOutputTest {

  private static final DataType[] TYPES = {DataType.DOUBLE, DataType.FLOAT};

  @Test
  void onDoubledLayers_unitsOfBothHalvesAreAPair_withTheGivenWeights() {
    for (DataType type : TYPES) {
      MultiLayerNetwork net = doubled(type, Activation.TANH.getActivationFunction(), 5, 1000, 3);
      arePairs(net, 500, 1, Precision.of(type).round(0.3));
    }
  }

  @Test
  void onStockLayers_neighboursAreAPair_withPowersOfTwo() {
    for (DataType type : TYPES) {
      arePairs(stock(type, Activation.TANH, 5, 1000, 3), 1, 2, 0.25);
    }
  }

  /** Unit k step, for each k below 500, and the unit a distance from it are a pair. */
  private static void arePairs(MultiLayerNetwork net, int distance, int step, double magnitude) {
    double[][] w = Chains.rows(net, "0_W");
    double[] b = Chains.vector(net, "0_b");
    for (int pair = 0; pair < 500; pair++) {
      int j = pair * step;
      assertArrayEquals(w[j], w[j + distance]);
      assertEquals(b[j], b[j + distance]);
      assertTrue(w[j][0] != 0 && b[j] != 0);
    }
    for (double[] a : Chains.rows(net, "1_W")) {
      int plus = 0;
      for (int pair = 0; pair < 500; pair++) {
        int j = pair * step;
        assertEquals(magnitude, Math.abs(a[j]));
        assertEquals(-a[j], a[j + distance]);
        plus += a[j] > 0 ? 1 : 0;
      }
      double p = new BinomialDistribution(500, 0.5).cumulativeProbability(plus);
      assertTrue(p > 0.005 && p < 0.995, plus + " of 500 pairs start with plus");
    }
    assertArrayEquals(new double[3], Chains.vector(net, "1_b"));
  }

  @Test
  void onStockLayers_theMagnitudeIsRoundedToTheNearestPowerOfTwo_inRatio() {
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
      MultiLayerNetwork net = Chains.relu(DataType.DOUBLE, true, 3, 2, 1);
      new ZeroOutput(GaussianWeights.ofScale(1), pair[0]).apply(net);
      assertEquals(pair[1], Math.abs(net.getParam("1_W").getDouble(0)));
      assertTrue(Math.abs(Math.log(pair[0] / pair[1])) <= Math.log(2) / 2 + 1e-15);
    }
  }

  @Test
  void onDoubledLayers_theOutputIsZero_withTheKernelsOfThisMachine() {
    ZeroOutputSweep sweep = swept(ZeroOutputSweep.Kind.DOUBLED);
    assertEquals(List.of(), sweep.failures(), () -> sweep.toString());
  }

  @Test
  void onStockLayers_theOutputIsZero_upToTheRoundingOfTheSum() {
    ZeroOutputSweep sweep = swept(ZeroOutputSweep.Kind.STOCK);
    assertTrue(sweep.largest() <= 1, () -> sweep.toString());
  }

  @Test
  void theParametersOfDoubledLayersInStockLayers_wouldBeNoticed() {
    ZeroOutputSweep sweep = new ZeroOutputSweep(ZeroOutputSweep.Kind.MUTANT);
    sweep.few(DataType.DOUBLE, 10);
    assertFalse(sweep.failures().isEmpty(), () -> sweep.toString());
  }

  private static ZeroOutputSweep swept(ZeroOutputSweep.Kind kind) {
    ZeroOutputSweep sweep = new ZeroOutputSweep(kind);
    for (DataType type : TYPES) {
      sweep.few(type);
    }
    assertTrue(sweep.outputs() > 100_000, sweep.outputs() + " outputs");
    return sweep;
  }

  /** Stock layers give exactly zero where neighbours stay together in the sum. */
  @ParameterizedTest
  @CsvSource({"HASWELL, avx2, 4, DOUBLED", "SANDYBRIDGE, avx, 1, DOUBLED STOCK"})
  void withOtherKernelsAndThreads_theOutputIsZero(
      String kernels, String feature, String threads, String kinds) throws Exception {
    isZeroWith(kernels, feature, threads, kinds);
  }

  @ParameterizedTest
  @Tag("thorough")
  @CsvSource({"SKYLAKEX, avx512f, 2, DOUBLED", "NEHALEM, sse4_2, 2, DOUBLED"})
  void withTheNewestAndTheOldestKernels_theOutputIsZero(
      String kernels, String feature, String threads, String kinds) throws Exception {
    isZeroWith(kernels, feature, threads, kinds);
  }

  private static void isZeroWith(String kernels, String feature, String threads, String kinds)
      throws Exception {
    assumeProcessorHas(feature);
    String[] args = ("few " + kinds).split(" ");
    Map<String, String> environment =
        Map.of("OPENBLAS_CORETYPE", kernels, "OMP_NUM_THREADS", threads);
    try (Jvm jvm = Jvm.start(List.of("-Xmx1g"), environment, ZeroOutputSweep.class, args)) {
      String[] lines = jvm.printed(120).trim().split("\\R");
      assertEquals(args.length - 1, lines.length);
      for (String line : lines) {
        assertTrue(line.matches("sweep \\w+: 0 shapes not zero, .*"), line);
      }
    }
  }

  private static void assumeProcessorHas(String feature) throws Exception {
    Path info = Path.of("/proc/cpuinfo");
    assumeTrue(
        Files.isReadable(info)
            && Files.readString(info, StandardCharsets.UTF_8).contains(" " + feature + " "),
        "the kernels are for processors with " + feature);
  }

  static Stream<IActivation> activations() {
    return Stream.concat(
        Arrays.stream(Activation.values())
            .filter(activation -> activation != Activation.RRELU) // draws random slopes
            .map(Activation::getActivationFunction),
        Stream.of(new ExactLeakyReLU(0.3), new SmoothLeakyReLU(0.3)));
  }

  @ParameterizedTest
  @MethodSource("activations")
  void onDoubledLayers_theOutputIsZero_whateverTheActivation(IActivation activation) {
    for (DataType type : TYPES) {
      for (int units : new int[] {2, 6, 22, 46, 70}) {
        MultiLayerNetwork net = doubled(type, activation, 4, units, 1);
        for (int samples : new int[] {1, 3, 64}) {
          isZero(net.output(Samples.array(type, Samples.uniform(units, samples, 4)).mul(4)));
        }
      }
    }
  }

  @Test
  void onDoubledLayers_theOutputIsZero_inEveryWayANetworkComputesIt() throws Exception {
    for (DataType type : TYPES) {
      INDArray x = Samples.array(type, Samples.uniform(1, 33, 7));
      MultiLayerNetwork net = doubled(type, Activation.RELU.getActivationFunction(), 7, 46, 3);
      for (boolean training : new boolean[] {true, false}) {
        isZero(net.output(x, training));
        isZero(net.feedForward(x, training).get(2));
      }
      isZero(net.output(x.dup('f')));
      ComputationGraph graph = net.toComputationGraph();
      isZero(graph.outputSingle(x));
      isZero(graph.outputSingle(true, x));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ModelSerializer.writeModel(net, out, true);
      isZero(
          ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(out.toByteArray()))
              .output(x));
      isZero(net.clone().output(x));
    }
  }

  @Test
  void onDoubledLayers_theFirstScore_isThatOfTheZeroFunction() {
    for (DataType type : TYPES) {
      INDArray x = Samples.array(type, Samples.uniform(1, 33, 7));
      DataSet data = new DataSet(x, Samples.array(type, Samples.uniform(2, 33, 3)));
      MultiLayerNetwork net = doubled(type, Activation.RELU.getActivationFunction(), 7, 46, 3);
      MultiLayerNetwork zero = net.clone();
      zero.params().assign(0);
      ComputationGraph graph = net.toComputationGraph();
      assertEquals(zero.score(data), net.score(data));
      zero.fit(data);
      net.fit(data);
      graph.fit(data);
      assertEquals(zero.score(), net.score());
      assertEquals(zero.score(), graph.score());
      assertTrue(net.output(x).amaxNumber().doubleValue() > 1e-4, "a step separates the pairs");
    }
  }

  @Test
  void onStockLayers_twoUnitsGiveExactlyZero() {
    for (DataType type : TYPES) {
      MultiLayerNetwork net = stock(type, Activation.RELU, 4, 2, 1);
      isZero(net.output(Samples.array(type, Samples.uniform(1, 50, 4))));
    }
  }

  @Test
  void onStockLayers_aStepSeparatesThePairs() {
    MultiLayerNetwork net = stock(DataType.DOUBLE, Activation.RELU, 3, 8, 2);
    INDArray x = Samples.array(DataType.DOUBLE, Samples.uniform(1, 6, 3));
    net.fit(x, Samples.array(DataType.DOUBLE, Samples.signs(2, 6, 2)));
    assertTrue(net.output(x).amaxNumber().doubleValue() > 1e-4);
  }

  @Test
  void inDeepNetworks_onlyTheLastHiddenLayerIsPaired() {
    for (boolean doubled : new boolean[] {true, false}) {
      IActivation relu = Activation.RELU.getActivationFunction();
      Layer hidden =
          doubled ? Chains.doubledDense(5, 6, true, relu) : Chains.dense(5, 6, true, relu);
      Layer output = doubled ? Chains.doubledOutput(6, 1, true) : Chains.output(6, 1, true);
      MultiLayerNetwork net =
          Chains.of(DataType.DOUBLE, Chains.dense(3, 5, true, relu), hidden, output);
      double[][] first = Chains.rows(net, "0_W");
      double[] bias = Chains.vector(net, "0_b");
      new ZeroOutput(GaussianWeights.ofScale(1), 1).withSeed(1).apply(net);
      assertArrayEquals(first, Chains.rows(net, "0_W"));
      assertArrayEquals(bias, Chains.vector(net, "0_b"));
      assertArrayEquals(Chains.rows(net, "1_W")[2], Chains.rows(net, "1_W")[doubled ? 5 : 3]);
      INDArray f = net.output(Samples.array(DataType.DOUBLE, Samples.uniform(1, 3, 3)));
      assertEquals(0, f.amaxNumber().doubleValue(), doubled ? Double.MIN_VALUE : 1e-15);
    }
  }

  @Test
  void whatCannotBePaired_isRefused_andStaysAsItIs() {
    refused("an even number", 1, Chains.relu(DataType.DOUBLE, true, 3, 5, 1));
    refused("output layer", 1, Chains.relu(DataType.DOUBLE, true, 3, 2));
    IActivation relu = Activation.RELU.getActivationFunction();
    for (double magnitude : new double[] {1e-60, 1e-40, 1e40}) {
      refused("FLOAT does not hold", magnitude, Chains.relu(DataType.FLOAT, true, 3, 4, 1));
      MultiLayerNetwork doubled = Chains.doubled(DataType.FLOAT, true, relu, 3, 4, 1);
      refused("FLOAT does not hold", magnitude, doubled);
    }
    refused("DOUBLE does not hold", 1e-320, Chains.relu(DataType.DOUBLE, true, 3, 4, 1));
    for (double magnitude : new double[] {0, -1, Double.NaN, 1 / 0.0}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new ZeroOutput(GaussianWeights.ofScale(1), magnitude));
    }
    assertThrows(IllegalArgumentException.class, () -> new ZeroOutput(null, 1));
  }

  @Test
  void oneDoubledLayerWithoutTheOther_isRefused_andStaysAsItIs() {
    IActivation relu = Activation.RELU.getActivationFunction();
    refused(
        "Layer 0 is a DoubledDenseLayer, but layer 1 is no DoubledOutputLayer",
        1,
        Chains.of(
            DataType.DOUBLE, Chains.doubledDense(3, 4, true, relu), Chains.output(4, 1, true)));
    MultiLayerNetwork net =
        Chains.of(
            DataType.DOUBLE,
            Chains.doubledDense(3, 4, true, relu),
            Chains.dense(4, 4, true, relu),
            Chains.doubledOutput(4, 1, true));
    refused("Layer 2 is a DoubledOutputLayer, but layer 1 is no DoubledDenseLayer", 1, net);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new ZeroOutput(GaussianWeights.ofScale(1), 1).apply(net.toComputationGraph()));
    assertTrue(e.getMessage().contains("\"2\" is a DoubledOutputLayer"), e.getMessage());
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

  private static void isZero(INDArray f) {
    assertTrue(f.length() > 0 && ZeroOutputSweep.isZero(f.dup().data().asDouble()), f::toString);
  }

  private static MultiLayerNetwork doubled(DataType type, IActivation activation, int... widths) {
    return started(Chains.doubled(type, true, activation, widths));
  }

  private static MultiLayerNetwork stock(DataType type, Activation activation, int... widths) {
    return started(Chains.of(type, true, activation.getActivationFunction(), widths));
  }

  private static MultiLayerNetwork started(MultiLayerNetwork net) {
    new ZeroOutput(GaussianWeights.ofScale(1), 0.3).withSeed(2).apply(net);
    return net;
  }
}
