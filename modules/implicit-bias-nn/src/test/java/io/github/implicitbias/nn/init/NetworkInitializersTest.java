package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.Gradients;
import io.github.implicitbias.nn.Samples;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.lang3.SerializationUtils;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What holds for every network initializer. */
class NetworkInitializersTest {

  private static final GaussianWeights HIDDEN = GaussianWeights.ofScale(0.5);

  private static final double[][][] TEACHER = {Samples.uniform(1, 2, 3), Samples.uniform(2, 2, 2)};

  /** Without seeds, on a network 3-4-2 with biases. */
  static List<NetworkInitializer> all() {
    return List.of(
        new Balanced(HIDDEN),
        new Balanced(HIDDEN.withSeed(77)),
        Balanced.ofPresentWeights(),
        new Unbalanced(HIDDEN, 0.25),
        new Dominated(HIDDEN, 1.5),
        new ZeroOutput(HIDDEN, 0.5),
        new FixedSigns(GaussianWeights.ofStandardDeviation(1e-3)),
        new AllActive(new double[][] {{1, 1, 0}, {0, 1 / 3.0, 1}}, 1e-3),
        SphereStart.withZeroBias(1),
        SphereStart.withPositiveBias(1),
        new TeacherStudent(
            TEACHER,
            new double[][] {Samples.uniform(3, 1, 2)[0], Samples.uniform(4, 1, 2)[0]},
            0.125),
        new TeacherStudent(TEACHER, new double[][] {null, null}, 0.125),
        new ScaledParameters(1e-3));
  }

  /** The same, seeded where possible. */
  static List<NetworkInitializer> seeded() {
    return seeded(1);
  }

  static List<NetworkInitializer> seeded(long seed) {
    return all().stream().map(init -> seeded(init, seed)).collect(Collectors.toList());
  }

  static Stream<NetworkInitializer> both() {
    return Stream.concat(all().stream(), seeded().stream()).distinct();
  }

  @ParameterizedTest
  @MethodSource("both")
  void initializer_survivesJsonYamlAndSerialization(NetworkInitializer init) {
    List<NetworkInitializer> copies =
        List.of(
            NetworkInitializer.fromJson(init.toJson()),
            NetworkInitializer.fromYaml(init.toYaml()),
            (NetworkInitializer) SerializationUtils.clone((java.io.Serializable) init));
    for (NetworkInitializer copy : copies) {
      assertEquals(init, copy);
      assertEquals(init.hashCode(), copy.hashCode());
      assertEquals(init.toString(), copy.toString());
      assertEquals(init.toJson(), copy.toJson());
      assertArrayEquals(started(DataType.DOUBLE, init), started(DataType.DOUBLE, copy));
    }
    String name = init.getClass().getSimpleName();
    assertTrue(init.toJson().contains("\"type\" : \"" + name + "\""), init.toJson());
    assertTrue(init.toString().startsWith(name + "("), init.toString());
  }

  @Test
  void differentInitializers_areDifferent() {
    List<NetworkInitializer> every = both().collect(Collectors.toList());
    for (int i = 0; i < every.size(); i++) {
      for (int j = 0; j < every.size(); j++) {
        assertEquals(i == j, every.get(i).equals(every.get(j)), every.get(i) + " " + every.get(j));
      }
      assertNotEquals(every.get(i), null);
      assertNotEquals(every.get(i), "text");
    }
    assertNotEquals(new ScaledParameters(2), new ScaledParameters(3));
    assertNotEquals(SphereStart.withZeroBias(2), SphereStart.withZeroBias(3));
    assertNotEquals(new Unbalanced(HIDDEN, 2), new Unbalanced(HIDDEN, 3));
    assertNotEquals(new Dominated(HIDDEN, 2), new Dominated(HIDDEN, 3));
    assertNotEquals(new ZeroOutput(HIDDEN, 2), new ZeroOutput(HIDDEN, 4));
    double[][] x = {{1, 2}};
    double[][] other = {{1, 3}};
    assertNotEquals(new AllActive(x, 1), new AllActive(x, 2));
    assertNotEquals(new AllActive(x, 1), new AllActive(other, 1));
    assertEquals(new AllActive(x, 1), new AllActive(x.clone(), 1));
  }

  @ParameterizedTest
  @MethodSource("both")
  void bothKindsOfNetwork_getTheSameParameters(NetworkInitializer init) {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      for (boolean bias : new boolean[] {true, false}) {
        if (!bias && needsBias(init)) {
          continue;
        }
        MultiLayerNetwork net = Chains.relu(type, bias, 3, 4, 2);
        ComputationGraph graph = net.toComputationGraph();
        double[] before = Chains.parameters(net);
        Nd4j.getRandom().setSeed(5);
        init.apply(net);
        Nd4j.getRandom().setSeed(5);
        init.apply(graph);
        assertArrayEquals(Chains.parameters(net), Chains.parameters(graph));
        assertFalse(Arrays.equals(before, Chains.parameters(net)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeded")
  void layersThatComputeTheirHalvesAlike_getTheParametersOfStockLayers(NetworkInitializer init) {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      MultiLayerNetwork doubled =
          Chains.doubled(type, true, Activation.RELU.getActivationFunction(), 3, 4, 2);
      init.apply(doubled);
      double[] stock = started(type, init);
      double[] found = Chains.parameters(doubled);
      if (init instanceof ZeroOutput) { // which pairs other units there
        Arrays.sort(stock);
        Arrays.sort(found);
      }
      assertArrayEquals(stock, found);
    }
  }

  @ParameterizedTest
  @MethodSource("seeded")
  void aSeed_givesTheSameNetwork_whateverNd4jsGenerator(NetworkInitializer init) {
    Nd4j.getRandom().setSeed(1);
    double[] once = started(DataType.DOUBLE, init);
    Nd4j.getRandom().setSeed(2);
    assertArrayEquals(once, started(DataType.DOUBLE, init));
    double[] inFloat = started(DataType.FLOAT, init);
    for (int i = 0; i < once.length; i++) {
      assertEquals(once[i], inFloat[i], 1e-6 * (1 + Math.abs(once[i])));
    }
    if (init instanceof RandomInitializer) {
      assertFalse(Arrays.equals(once, started(DataType.DOUBLE, seeded(init, 2))));
      assertEquals(1L, ((RandomInitializer) init).seed());
    }
  }

  @Test
  void aSeed_leavesNd4jsGeneratorAlone() {
    for (NetworkInitializer init : seeded()) {
      MultiLayerNetwork net = Chains.relu(DataType.DOUBLE, true, 3, 4, 2);
      Nd4j.getRandom().setSeed(9);
      long expected = Nd4j.getRandom().nextLong();
      Nd4j.getRandom().setSeed(9);
      init.apply(net);
      assertEquals(expected, Nd4j.getRandom().nextLong(), init.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void withoutASeed_theDrawsFollowTheSeedOfTheNetwork(NetworkInitializer init) {
    // init() of the network has just set ND4J's generator to its seed.
    assertArrayEquals(started(DataType.DOUBLE, init), started(DataType.DOUBLE, init));
    if (init instanceof RandomInitializer) {
      MultiLayerNetwork net = Chains.relu(DataType.DOUBLE, true, 3, 4, 2);
      Nd4j.getRandom().setSeed(4321);
      init.apply(net);
      assertFalse(Arrays.equals(started(DataType.DOUBLE, init), Chains.parameters(net)));
    }
  }

  @Test
  void firstValues_areTheRecordedOnes() {
    StringBuilder found = new StringBuilder();
    for (NetworkInitializer init : seeded()) {
      MultiLayerNetwork net = Chains.relu(DataType.DOUBLE, true, 3, 4, 2);
      net.params().assign(0.5);
      init.apply(net);
      double[] theta = Chains.parameters(net);
      // The first two weights of the first unit, and the last output weight.
      found.append(init.getClass().getSimpleName());
      for (double value : new double[] {theta[0], theta[1], theta[theta.length - 3]}) {
        found.append(' ').append(Double.toHexString(value));
      }
      found.append('\n');
    }
    assertEquals(String.join("\n", RECORDED) + "\n", found.toString());
  }

  @ParameterizedTest
  @MethodSource("seeded")
  void startedNetwork_isRestored_cloned_andTrainsOn(NetworkInitializer init) throws Exception {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      MultiLayerNetwork net = Chains.relu(type, true, 3, 4, 2);
      init.apply(net);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ModelSerializer.writeModel(net, out, true);
      MultiLayerNetwork restored =
          ModelSerializer.restoreMultiLayerNetwork(
              new ByteArrayInputStream(out.toByteArray()), true);
      MultiLayerNetwork clone = net.clone();
      double[] start = Chains.parameters(net);
      assertArrayEquals(start, Chains.parameters(restored));
      assertArrayEquals(start, Chains.parameters(clone));
      INDArray x = Samples.array(type, Samples.uniform(1, 6, 3));
      INDArray y = Samples.array(type, Samples.signs(2, 6, 2));
      for (int i = 0; i < 5; i++) {
        net.fit(x, y);
        restored.fit(x, y);
        clone.fit(x, y);
      }
      assertFalse(Arrays.equals(start, Chains.parameters(net)));
      assertArrayEquals(Chains.parameters(net), Chains.parameters(restored));
      assertArrayEquals(Chains.parameters(net), Chains.parameters(clone));
      ComputationGraph graph = Chains.relu(type, true, 3, 4, 2).toComputationGraph();
      init.apply(graph);
      out = new ByteArrayOutputStream();
      ModelSerializer.writeModel(graph, out, true);
      ComputationGraph graphRestored =
          ModelSerializer.restoreComputationGraph(
              new ByteArrayInputStream(out.toByteArray()), true);
      assertArrayEquals(Chains.parameters(graph), Chains.parameters(graphRestored));
    }
  }

  @Test
  void gradientsOfAStartedNetwork_areThoseOfTheScore() {
    MultiLayerNetwork net = Chains.relu(DataType.DOUBLE, true, 3, 4, 2);
    new Balanced(GaussianWeights.ofScale(1)).withSeed(3).apply(net);
    net.setLearningRate(1);
    Gradients.check(
        net,
        Samples.array(DataType.DOUBLE, Samples.uniform(1, 6, 3)),
        Samples.array(DataType.DOUBLE, Samples.signs(2, 6, 2)),
        null,
        Set.of());
  }

  @ParameterizedTest
  @MethodSource("seeded")
  void whatDoesNotFit_isRefused_andEveryBitStays(NetworkInitializer init) {
    if (init instanceof ScaledParameters) {
      return; // fits every chain; its refusals are in its own test
    }
    MultiLayerNetwork net =
        Chains.of(
            DataType.FLOAT,
            new org.deeplearning4j.nn.conf.layers.LSTM.Builder().nIn(3).nOut(4).build(),
            new org.deeplearning4j.nn.conf.layers.RnnOutputLayer.Builder(
                    org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction.MSE)
                .activation(org.nd4j.linalg.activations.Activation.IDENTITY)
                .nIn(4)
                .nOut(2)
                .build());
    double[] before = Chains.parameters(net);
    Exception e = assertThrows(IllegalArgumentException.class, () -> init.apply(net));
    assertTrue(e.getMessage().startsWith("Layer 0 is a LSTM"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> init.apply(net.toComputationGraph()));
    assertArrayEquals(before, Chains.parameters(net));
  }

  @Test
  void textThatIsNoInitializer_isRefused() {
    String[] texts = {
      "",
      "null",
      "{}",
      "[]",
      "nonsense",
      "{\"type\":\"Nowhere\"}",
      "{\"type\":\"ScaledParameters\"}",
      "{\"type\":\"ScaledParameters\",\"factor\":null}",
      "{\"type\":\"ScaledParameters\",\"factor\":-1}",
      "{\"type\":\"ScaledParameters\",\"factor\":1,\"more\":2}",
      "{\"type\":\"Unbalanced\",\"hidden\":null,\"outputDeviation\":1,\"seed\":null}"
    };
    for (String text : texts) {
      assertThrows(IllegalArgumentException.class, () -> NetworkInitializer.fromJson(text), text);
      assertThrows(IllegalArgumentException.class, () -> NetworkInitializer.fromYaml(text), text);
    }
  }

  @Test
  void textFromElsewhere_loadsNoOtherClasses() {
    String json = new Balanced(HIDDEN).toJson();
    String name = GaussianWeights.class.getName();
    assertTrue(json.contains(name), json);
    for (String other :
        new String[] {
          "io.github.implicitbias.nn.Trap", "java.util.ArrayList", "java.lang.Runtime"
        }) {
      String foreign = json.replace(name, other);
      Exception e =
          assertThrows(IllegalArgumentException.class, () -> NetworkInitializer.fromJson(foreign));
      assertTrue(e.getMessage().startsWith("This is not the JSON"), e.getMessage());
      assertThrows(
          IllegalArgumentException.class,
          () -> NetworkInitializer.fromYaml(new Balanced(HIDDEN).toYaml().replace(name, other)));
    }
    assertEquals(null, System.getProperty("trap"), "a class was loaded by its name in the text");
  }

  private static boolean needsBias(NetworkInitializer init) {
    return init instanceof SphereStart
        || init.equals(all().get(10))
        || init.equals(seeded().get(10));
  }

  private static NetworkInitializer seeded(NetworkInitializer init, long seed) {
    return init instanceof RandomInitializer ? ((RandomInitializer) init).withSeed(seed) : init;
  }

  private static double[] started(DataType type, NetworkInitializer init) {
    MultiLayerNetwork net = Chains.relu(type, true, 3, 4, 2);
    init.apply(net);
    return Chains.parameters(net);
  }

  private static final String[] RECORDED = {
    "Balanced -0x1.18b7c84d5c3b6p-7 -0x1.4002362ce87bdp-1 0x1.2f22bb8293e9p-3",
    "Balanced -0x1.f7b95f308a489p-3 0x1.a62f57b017c16p-4 0x1.bee8fd67fe073p-4",
    "Balanced 0x1.0p-1 0x1.0p-1 0x1.c4714c5231662p-2",
    "Unbalanced -0x1.18b7c84d5c3b6p-7 -0x1.4002362ce87bdp-1 0x1.e9e555d6d564dp-4",
    "Dominated -0x1.18b7c84d5c3b6p-7 -0x1.4002362ce87bdp-1 0x1.c6b41943dddd8p-3",
    "ZeroOutput -0x1.18b7c84d5c3b6p-7 -0x1.4002362ce87bdp-1 0x1.0p-1",
    "FixedSigns -0x1.1f748361a6202p-15 -0x1.47b0583e5eb41p-9 -0x1.0p-1",
    "AllActive 0x1.825145f493064p-12 0x1.4b211763ebbc6p-11 0x1.0p-1",
    "SphereStart -0x1.c0d17460d9452p-7 -0x1.ffa319c324161p-1 0x1.0p-1",
    "SphereStart -0x1.c0d17460d9452p-7 -0x1.ffa319c324161p-1 0x1.0p-1",
    "TeacherStudent 0x1.0edf1190f8e41p-3 0x1.b6fb349dad9cdp-2 0x1.745e36d0a8cbep-5",
    "TeacherStudent 0x1.0edf1190f8e41p-3 0x1.b6fb349dad9cdp-2 0x1.745e36d0a8cbep-5",
    "ScaledParameters 0x1.0624dd2f1a9fcp-11 0x1.0624dd2f1a9fcp-11 0x1.0624dd2f1a9fcp-11"
  };
}
