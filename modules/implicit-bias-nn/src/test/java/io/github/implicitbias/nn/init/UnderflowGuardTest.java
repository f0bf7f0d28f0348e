package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.Samples;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class UnderflowGuardTest {

  private static final InputType FOUR = InputType.feedForward(4);

  @ParameterizedTest
  @CsvSource({
    "FLOAT, 1.2e-19, none",
    "FLOAT, 1.0e-19, square",
    "FLOAT, 1.2e-38, square",
    "FLOAT, 1.0e-38, lose digits or are 0",
    "FLOAT, 1e-60, lose digits or are 0",
    "BFLOAT16, 1.2e-19, none",
    "BFLOAT16, 1.0e-19, square",
    "HALF, 8e-3, none",
    "HALF, 7e-3, square",
    "HALF, 6e-5, lose digits or are 0",
    "DOUBLE, 1e-150, none",
    "DOUBLE, 1.6e-154, none",
    "DOUBLE, 1.4e-154, square",
    "DOUBLE, 1e-310, lose digits or are 0"
  })
  void layer_warnsWhereTheWeightsOrTheirSquaresUnderflow(
      DataType type, double size, String expected) {
    double[] weights = {size, -size, size};
    String said = logged(() -> UnderflowGuard.warnOfLayer(new SphereWeights(size), weights, type));
    if (expected.equals("none")) {
      assertEquals("", said);
    } else {
      assertTrue(said.contains(expected), said);
      assertTrue(said.contains("WARN") && said.contains("SphereWeights(radius"), said);
      assertTrue(said.contains("underflows in type " + type), said);
      assertEquals(1, said.lines().count(), said);
      assertEquals(type != DataType.DOUBLE, said.contains("use dataType(DataType.DOUBLE), or"));
    }
  }

  @Test
  void everyInitializer_warnsOnceForItsLayer_andNamesTheCure() {
    for (IWeightInit init :
        List.of(
            GaussianWeights.ofScale(1e-25),
            GaussianWeights.ofStandardDeviation(1e-25),
            new SphereWeights(1e-25),
            new OrthonormalWeights(1e-25),
            new ScaledWeights(WeightInit.XAVIER, 1e-25),
            new GivenWeights(
                new double[][] {{1e-25, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}}))) {
      String said =
          logged(
              () ->
                  Start.net(
                      DataType.FLOAT,
                      1,
                      FOUR,
                      new DenseLayer.Builder().nOut(4).weightInit(init).build()));
      assertEquals(1, said.lines().count(), said);
      assertTrue(said.contains(init.toString()), said);
      assertTrue(said.contains("weights of size at least 1.1e-19"), said);
    }
  }

  @Test
  void weightsOfUsualSize_andZerosThatWereGiven_warnOfNothing() {
    String said =
        logged(
            () -> {
              for (IWeightInit init : Start.INITIALIZERS) {
                Start.dense(DataType.FLOAT, 1, init);
                Start.dense(DataType.DOUBLE, 1, init);
              }
              Start.rows(new GivenWeights(new double[][] {{0, 0}}), 1, 2);
            });
    assertEquals("", said);
  }

  @Test
  void check_namesLayersWhoseWeights_orTheirSquares_underflow() {
    MultiLayerNetwork net =
        Start.net(
            DataType.FLOAT,
            1,
            FOUR,
            new DenseLayer.Builder().nOut(4).weightInit(WeightInit.XAVIER).build(),
            new DenseLayer.Builder().nOut(4).weightInit(WeightInit.XAVIER).build());
    assertEquals(List.of(), UnderflowGuard.check(net));
    net.getParam("1_W").assign(1e-20f);
    List<String> square = UnderflowGuard.check(net);
    assertEquals(1, square.size(), square::toString);
    assertTrue(square.get(0).startsWith("Layer 1, W: a typical weight is 1.0e-20, whose square"));
    net.getParam("1_W").assign(1e-40f);
    assertTrue(
        UnderflowGuard.check(net).get(0).contains("lose digits or are 0"),
        () -> UnderflowGuard.check(net).toString());
    net.getParam("1_W").assign(0);
    List<String> zero = UnderflowGuard.check(net);
    assertEquals(1, zero.size(), zero::toString);
    assertTrue(zero.get(0).startsWith("Layer 1, W: all weights are 0"), zero.get(0));
  }

  @Test
  void check_followsTheProductOfTheNorms_throughTheLayers() {
    Layer layer =
        new DenseLayer.Builder()
            .nOut(4)
            .weightInit(new SphereWeights(1e-15))
            .activation(Activation.RELU)
            .build();
    MultiLayerNetwork net = Start.net(DataType.FLOAT, 1, FOUR, layer, layer, layer, layer);
    List<String> said = UnderflowGuard.check(net);
    assertEquals(1, said.size(), said::toString);
    assertTrue(
        said.get(0)
            .startsWith(
                "The typical incoming norms of layers 0, 1, 2 have the product 1.0e-45, which"
                    + " underflows in type FLOAT"),
        said.get(0));
    assertEquals(
        List.of(),
        UnderflowGuard.check(Start.net(DataType.DOUBLE, 1, FOUR, layer, layer, layer, layer)));
    assertEquals(List.of(), UnderflowGuard.check(Start.net(DataType.FLOAT, 1, FOUR, layer, layer)));
  }

  @Test
  void check_isNotItselfBlind_toNumbersWhoseSquaresAreZero() {
    for (double size : new double[] {1e-150, 1e-300}) {
      MultiLayerNetwork net = Start.net(DataType.DOUBLE, 1, FOUR, dense(WeightInit.XAVIER));
      net.getParam("0_W").assign(size);
      List<String> said = UnderflowGuard.check(net);
      assertEquals(size == 1e-150 ? 0 : 1, said.size(), said::toString);
      if (size == 1e-300) {
        assertTrue(said.get(0).contains("a typical weight is 1.0e-300, whose square"), said.get(0));
      }
      double[] values = {3 * size, -4 * size};
      assertEquals(size * Math.sqrt(12.5), UnderflowGuard.rootMeanSquare(values), size * 1e-15);
    }
    Layer tiny = dense(new SphereWeights(1e-150));
    List<String> product =
        UnderflowGuard.check(Start.net(DataType.DOUBLE, 1, FOUR, tiny, tiny, tiny));
    assertEquals(1, product.size(), product::toString);
    assertTrue(product.get(0).contains("of layers 0, 1, 2 have the product 1.0e-450"));
  }

  @Test
  void check_ofAGraph_followsThePathThatKeepsMost() {
    ComputationGraph two = skipping("a", "b");
    assertThrows(IllegalStateException.class, () -> UnderflowGuard.check(two));
    two.init();
    assertEquals(List.of(), UnderflowGuard.check(two));
    ComputationGraph three = skipping("a", "c");
    three.init();
    List<String> said = UnderflowGuard.check(three);
    assertEquals(1, said.size(), said::toString);
    assertTrue(
        said.get(0).contains("norms of layers \"a\", \"b\", \"c\" have the product 1.0e-45"),
        said.get(0));
    three.getLayer("a").getParam("W").assign(0);
    assertTrue(UnderflowGuard.check(three).get(0).startsWith("Layer \"a\", W: all weights are 0"));
  }

  /** Layers a, b and c in a chain, each of norm 1e-15, two of which are added and enter d. */
  private static ComputationGraph skipping(String one, String other) {
    Layer tiny = dense(new SphereWeights(1e-15));
    return new ComputationGraph(
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .dataType(DataType.FLOAT)
            .graphBuilder()
            .addInputs("in")
            .addLayer("a", tiny.clone(), "in")
            .addLayer("b", tiny.clone(), "a")
            .addLayer("c", other.equals("c") ? tiny.clone() : dense(WeightInit.ONES), "b")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), one, other)
            .addLayer("d", tiny.clone(), "sum")
            .setInputTypes(FOUR)
            .setOutputs("d", "c")
            .build());
  }

  @Test
  void check_readsEveryKindOfLayer() {
    List<MultiLayerNetwork> nets =
        List.of(
            Start.net(
                DataType.FLOAT,
                1,
                InputType.convolutional(8, 8, 3),
                new ConvolutionLayer.Builder(3, 3)
                    .nOut(2)
                    .weightInit(new SphereWeights(1e-15))
                    .build(),
                new BatchNormalization(),
                new PReLULayer.Builder().inputShape(2, 6, 6).build(),
                new SeparableConvolution2D.Builder(2, 2)
                    .nOut(2)
                    .weightInit(new ScaledWeights(WeightInit.NORMAL, 1e-15))
                    .build(),
                dense(new SphereWeights(1e-15))),
            Start.net(
                DataType.FLOAT,
                1,
                InputType.recurrent(3),
                new LSTM.Builder()
                    .nOut(4)
                    .weightInit(new SphereWeights(1e-15))
                    .weightInitRecurrent(WeightInit.XAVIER)
                    .build(),
                new Bidirectional(
                    Bidirectional.Mode.ADD,
                    new SimpleRnn.Builder().nOut(3).weightInit(new SphereWeights(1e-15)).build()),
                new SimpleRnn.Builder().nOut(3).weightInit(new SphereWeights(1e-15)).build()),
            Start.net(
                DataType.FLOAT,
                1,
                FOUR,
                new FrozenLayer(dense(new SphereWeights(1e-15))),
                new FrozenLayerWithBackprop(dense(new SphereWeights(1e-15))),
                dense(new SphereWeights(1e-15)),
                new FixedSignOutputLayer.Builder(Losses.meanSquare()).nOut(1).build()));
    for (MultiLayerNetwork net : nets) {
      List<String> said = UnderflowGuard.check(net);
      assertEquals(1, said.size(), said::toString);
      assertTrue(said.get(0).startsWith("The typical incoming norms of layers 0, "), said.get(0));
    }
  }

  @Test
  void check_readsNetworksOfHalfPrecision() {
    for (IWeightInit init : Start.INITIALIZERS) {
      MultiLayerNetwork half = Start.net(DataType.FLOAT16, 1, FOUR, dense(init));
      MultiLayerNetwork full = Start.net(DataType.DOUBLE, 1, FOUR, dense(init));
      assertEquals(List.of(), UnderflowGuard.check(half));
      if (!init.toString().contains("Xavier")) { // draws in the type of the network
        assertTrue(
            half.params().castTo(DataType.DOUBLE).equalsWithEps(full.params(), 2e-4),
            () -> init + ": " + half.params() + " and " + full.params());
      }
    }
    MultiLayerNetwork small = Start.net(DataType.FLOAT16, 1, FOUR, dense(new SphereWeights(0.1)));
    small.getParam("0_W").divi(100);
    List<String> said = UnderflowGuard.check(small);
    assertEquals(1, said.size(), said::toString);
    assertTrue(said.get(0).contains("whose square underflows in type HALF"), said.get(0));
  }

  @Test
  void check_takesConstantZeros_forMeant() {
    assertEquals(
        List.of(),
        UnderflowGuard.check(Start.net(DataType.FLOAT, 1, FOUR, dense(WeightInit.ZERO))));
  }

  @Test
  void check_needsAnInitialisedNetwork() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(2).nOut(2).build())
                .build());
    Exception e = assertThrows(IllegalStateException.class, () -> UnderflowGuard.check(net));
    assertTrue(e.getMessage().contains("net.init()"));
  }

  /** In double a start of size 1e-150 is an ordinary one. */
  @ParameterizedTest
  @EnumSource(Tiny.class)
  void scale1em150_worksInDouble(Tiny init) {
    MultiLayerNetwork[] nets = new MultiLayerNetwork[2];
    String said =
        logged(
            () -> {
              for (int i = 0; i < 2; i++) {
                nets[i] = trainable(init.of(i == 0 ? 1e-150 : 1));
              }
            });
    assertEquals("", said);
    assertEquals(List.of(), UnderflowGuard.check(nets[0]));
    double[] tiny = nets[0].getParam("0_W").dup('f').data().asDouble();
    double[] usual = nets[1].getParam("0_W").dup('f').data().asDouble();
    for (int i = 0; i < tiny.length; i++) {
      assertEquals(usual[i], tiny[i] / 1e-150, 1e-15 * Math.abs(usual[i]));
    }
    double[][] rows = Start.split(tiny, 5);
    for (double[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] /= 1e-150;
      }
      if (init != Tiny.GAUSSIAN) {
        assertEquals(1, Law.norm(row), 1e-12);
      }
    }
    INDArray x = Samples.array(DataType.DOUBLE, Samples.uniform(1, 6, 5));
    INDArray y = Samples.array(DataType.DOUBLE, Samples.signs(2, 6, 1));
    INDArray expected = nets[1].output(x).mul(1e-150);
    INDArray output = nets[0].output(x);
    for (int i = 0; i < 6; i++) {
      double exact = expected.getDouble(i);
      assertEquals(exact, output.getDouble(i), 1e-13 * Math.abs(exact) + Double.MIN_VALUE);
    }
    assertTrue(output.amaxNumber().doubleValue() > 0);
    nets[0].fit(x, y);
    for (double value : nets[0].params().toDoubleVector()) {
      assertTrue(Double.isFinite(value));
    }
    assertTrue(Double.isFinite(nets[0].score()));
    assertTrue(nets[0].getParam("1_W").amaxNumber().doubleValue() > 0);
  }

  private enum Tiny {
    GAUSSIAN,
    SPHERE,
    ORTHONORMAL,
    SCALED;

    IWeightInit of(double scale) {
      switch (this) {
        case GAUSSIAN:
          return GaussianWeights.ofScale(scale);
        case SPHERE:
          return new SphereWeights(scale);
        case ORTHONORMAL:
          return new OrthonormalWeights(scale);
        default:
          return new ScaledWeights(new SphereWeights(1), scale);
      }
    }
  }

  private static MultiLayerNetwork trainable(IWeightInit init) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.1))
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(5)
                        .nOut(4)
                        .activation(Activation.RELU)
                        .hasBias(false)
                        .weightInit(init)
                        .build())
                .layer(
                    new OutputLayer.Builder(Losses.meanSquare())
                        .nIn(4)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .weightInit(WeightInit.ONES)
                        .hasBias(false)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static DenseLayer dense(IWeightInit init) {
    return new DenseLayer.Builder().nOut(4).weightInit(init).build();
  }

  private static DenseLayer dense(WeightInit init) {
    return dense(init.getWeightInitFunction());
  }

  /** Returns what was logged meanwhile by this package. */
  private static String logged(Runnable action) {
    Nd4j.create(1); // ND4J logs when it starts
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      action.run();
    } finally {
      System.setErr(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
