package io.github.implicitbias.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.network.FixedParameters;
import io.github.implicitbias.nn.Samples;
import io.github.implicitbias.nn.loss.Losses;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;

class FixedSignOutputLayerTest {

  private static final int UNITS = 5;
  private static final DataSet DATA =
      new DataSet(
          Samples.array(DataType.DOUBLE, Samples.uniform(1, 7, 3)),
          Samples.array(DataType.DOUBLE, Samples.signs(2, 7, 1)));

  @Test
  void signs_alternateByDefault_startingWithPlus() {
    double a = 1 / Math.sqrt(5);
    assertArrayEquals(new double[] {a, -a, a, -a, a}, weights(layer()));
  }

  @Test
  void positive_countsTheUnitsWithPlus() {
    double a = 1 / Math.sqrt(5);
    assertArrayEquals(new double[] {a, a, -a, -a, -a}, weights(layer().positive(2)));
    assertArrayEquals(new double[] {-a, -a, -a, -a, -a}, weights(layer().positive(0)));
    assertArrayEquals(new double[] {a, a, a, a, a}, weights(layer().positive(5)));
  }

  @Test
  void seed_drawsTheDocumentedSigns() {
    SplittableRandom random = new SplittableRandom(42);
    double[] expected = new double[UNITS];
    for (int i = 0; i < UNITS; i++) {
      expected[i] = (random.nextDouble() < 0.5 ? 1 : -1) / Math.sqrt(5);
    }
    assertArrayEquals(expected, weights(layer().seed(42)));
  }

  @Test
  void weights_lieInTheParameterWithTheFirstOutputFirst() {
    MultiLayerNetwork net =
        net(
            new FixedSignOutputLayer.Builder(Losses.meanSquare())
                .nIn(UNITS)
                .nOut(2)
                .weights(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
            b -> b);
    double[][] expected = {{1, 6}, {2, 7}, {3, 8}, {4, 9}, {5, 10}};
    assertEquals(Samples.array(DataType.DOUBLE, expected), net.getParam("1_W"));
  }

  @Test
  void withSeveralOutputs_everyOutputHasTheSameAlternatingSigns() {
    MultiLayerNetwork net =
        net(new FixedSignOutputLayer.Builder(Losses.meanSquare()).nIn(UNITS).nOut(3), b -> b);
    for (int k = 0; k < 3; k++) {
      assertArrayEquals(weights(layer()), net.getParam("1_W").getColumn(k).toDoubleVector());
    }
  }

  @Test
  void theLayer_isAnOutputLayerWithOneParameterAndNoBias() {
    MultiLayerNetwork net = net(layer(), b -> b);
    Object conf = net.getLayer(1).conf().getLayer();
    assertTrue(conf instanceof BaseOutputLayer && conf instanceof FixedParameters);
    assertEquals(Map.of("W", net.getParam("1_W")), net.getLayer(1).paramTable());
    assertFalse(((BaseOutputLayer) conf).hasBias());
    assertEquals(3 * UNITS + UNITS + UNITS, net.numParams());
    assertTrue(net.summary().contains("FixedSignOutput"));
    assertTrue(
        net.getLayerWiseConfigurations()
                .getMemoryReport(InputType.feedForward(3))
                .getTotalMemoryBytes(
                    8,
                    org.deeplearning4j.nn.conf.memory.MemoryUseMode.TRAINING,
                    org.deeplearning4j.nn.conf.CacheMode.NONE,
                    DataType.DOUBLE)
            > 0);
  }

  @Test
  void inputSize_isInferredFromTheNetwork() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .list()
                .layer(new DenseLayer.Builder().nOut(4).build())
                .layer(
                    new FixedSignOutputLayer.Builder(Losses.logistic())
                        .weights(1, 2, 3, 4)
                        .nOut(1)
                        .build())
                .setInputType(InputType.feedForward(3))
                .build());
    net.init();
    assertArrayEquals(new double[] {1, 2, 3, 4}, net.getParam("1_W").toDoubleVector());
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        arguments("plain descent", b -> b.updater(new Sgd(0.1))),
        arguments("momentum", b -> b.updater(new Nesterovs(0.1, 0.9))),
        arguments("Adam", b -> b.updater(new Adam(0.1))),
        arguments("NoOp, which adds the raw gradient", b -> b.updater(new NoOp())),
        arguments("l1 and l2", b -> b.updater(new Sgd(0.1)).l1(0.1).l2(0.1)),
        arguments("weight decay", b -> b.updater(new Sgd(0.1)).weightDecay(0.1)),
        arguments("weight decay without rate", b -> b.updater(new Adam()).weightDecay(0.1, false)),
        arguments("unit norm", b -> b.constrainAllParameters(new UnitNormConstraint(1))),
        arguments("max norm", b -> b.constrainWeights(new MaxNormConstraint(0.1, 1))),
        arguments("clipping", b -> normalised(b, GradientNormalization.ClipL2PerLayer)),
        arguments("l2 per layer", b -> normalised(b, GradientNormalization.RenormalizeL2PerLayer)),
        arguments(
            "l2 per type", b -> normalised(b, GradientNormalization.RenormalizeL2PerParamType)),
        arguments(
            "L-BFGS",
            b -> b.optimizationAlgo(OptimizationAlgorithm.LBFGS).maxNumLineSearchIterations(3)),
        arguments("no division by the batch", b -> b.updater(new Sgd(0.1)).miniBatch(false)),
        arguments("dropout", b -> b.updater(new Sgd(0.1)).dropOut(0.8)));
  }

  private static Arguments arguments(
      String name, UnaryOperator<NeuralNetConfiguration.Builder> setting) {
    return Arguments.of(name, setting);
  }

  private static NeuralNetConfiguration.Builder normalised(
      NeuralNetConfiguration.Builder builder, GradientNormalization normalization) {
    return builder
        .updater(new Sgd(0.1))
        .gradientNormalization(normalization)
        .gradientNormalizationThreshold(0.01);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("settings")
  void noSettingOfTheNetwork_movesTheWeights(
      String name, UnaryOperator<NeuralNetConfiguration.Builder> setting) {
    MultiLayerNetwork net = net(layer().positive(3), setting);
    INDArray before = net.getParam("1_W").dup();
    INDArray hidden = net.getParam("0_W").dup();
    for (int i = 0; i < 20; i++) {
      net.fit(DATA);
    }
    assertEquals(0, before.sub(net.getParam("1_W")).normmaxNumber().doubleValue());
    assertNotEquals(hidden, net.getParam("0_W"));
  }

  @Test
  void noSettingOfTheLayer_movesTheWeights() {
    FixedSignOutputLayer.Builder stubborn = layer().updater(new NoOp()).l2(0.5).l1(0.5);
    stubborn.weightDecay(0.5);
    stubborn.constrainAllParameters(new UnitNormConstraint(1));
    MultiLayerNetwork net = net(stubborn, b -> b.updater(new Sgd(0.1)));
    INDArray before = net.getParam("1_W").dup();
    net.fit(DATA);
    net.fit(DATA);
    assertEquals(0, before.sub(net.getParam("1_W")).normmaxNumber().doubleValue());
    MultiLayerNetwork without = net(layer(), b -> b.updater(new Sgd(0.1)));
    without.setParams(net.params());
    assertEquals(without.score(DATA), net.score(DATA));
  }

  @Test
  void settingTheLearningRateLater_doesNotMoveTheWeights() {
    MultiLayerNetwork net = net(layer(), b -> b.updater(new Adam(0.1)));
    INDArray before = net.getParam("1_W").dup();
    net.fit(DATA);
    net.setLearningRate(0.5);
    net.fit(DATA);
    net.setLearningRate(1, 3.0);
    net.fit(DATA);
    net.setLearningRate(new org.nd4j.linalg.schedule.FixedSchedule(2.0));
    net.fit(DATA);
    assertEquals(0, before.sub(net.getParam("1_W")).normmaxNumber().doubleValue());

    ComputationGraph graph = net(layer(), b -> b.updater(new Sgd(0.1))).toComputationGraph();
    graph.setLearningRate(0.5);
    graph.fit(DATA);
    assertEquals(0, before.sub(graph.getParam("1_W")).normmaxNumber().doubleValue());
  }

  @Test
  void training_isThatOfAStockLayerWithRateZero() {
    MultiLayerNetwork ours = net(layer(), b -> b.updater(new Sgd(0.1)));
    OutputLayer frozen =
        new OutputLayer.Builder(Losses.logistic())
            .activation(Activation.IDENTITY)
            .hasBias(false)
            .updater(new Sgd(0.0))
            .nIn(UNITS)
            .nOut(1)
            .build();
    MultiLayerNetwork stock =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.1))
                .list()
                .layer(hidden())
                .layer(frozen)
                .build());
    stock.init();
    stock.setParams(ours.params());
    for (int i = 0; i < 10; i++) {
      ours.fit(DATA);
      stock.fit(DATA);
      assertEquals(stock.score(), ours.score());
    }
    assertArrayEquals(stock.params().toDoubleVector(), ours.params().toDoubleVector());
    assertEquals(stock.scoreExamples(DATA, false), ours.scoreExamples(DATA, false));
  }

  @Test
  void gradientOfTheWeights_isZero_evenIfTheViewHeldSomething() {
    MultiLayerNetwork net = net(layer(), b -> b.updater(new Sgd(0.1)));
    net.initGradientsView();
    net.getFlattenedGradients().assign(Double.NaN);
    net.setInput(DATA.getFeatures());
    net.setLabels(DATA.getLabels());
    net.computeGradientAndScore();
    assertEquals(0, net.gradient().getGradientFor("1_W").normmaxNumber().doubleValue());
    assertTrue(net.gradient().getGradientFor("0_W").normmaxNumber().doubleValue() > 0);
  }

  @Test
  void updater_keepsNoStateForTheWeights_andTurnsAnyGradientIntoZero() {
    MultiLayerNetwork net = net(layer(), b -> b.updater(new Adam(0.1)));
    net.fit(DATA);
    long trained = net.numParams() - UNITS;
    assertEquals(2 * trained, net.getUpdater().getStateViewArray().length());
    TrainingConfig conf = net.getLayer(1).getConfig();
    assertEquals(new Sgd(0.0), conf.getUpdaterByParam("W"));
    net.getFlattenedGradients().assign(1);
    net.getUpdater().update(net, net.gradient(), 1, 0, 7, LayerWorkspaceMgr.noWorkspaces());
    assertEquals(0, net.gradient().getGradientFor("1_W").normmaxNumber().doubleValue());
    assertTrue(net.gradient().getGradientFor("0_W").normmaxNumber().doubleValue() > 0);
  }

  @Test
  void transferLearning_keepsTheWeights() {
    MultiLayerNetwork net = net(layer().seed(3), b -> b.updater(new Sgd(0.1)));
    MultiLayerNetwork tuned =
        new TransferLearning.Builder(net)
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder()
                    .updater(new Sgd(0.5))
                    .weightInit(WeightInit.ONES)
                    .l2(0.1)
                    .build())
            .build();
    tuned.fit(DATA);
    assertEquals(net.getParam("1_W"), tuned.getParam("1_W"));
    assertNotEquals(net.getParam("0_W"), tuned.getParam("0_W"));
  }

  @Test
  void inFloat_theWeightsAreRoundedOnce_andStay() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .updater(new Sgd(0.1))
                .list()
                .layer(hidden())
                .layer(layer().build())
                .build());
    net.init();
    net.fit(DATA);
    float a = (float) (1 / Math.sqrt(5));
    assertArrayEquals(new float[] {a, -a, a, -a, a}, net.getParam("1_W").toFloatVector());
  }

  @Test
  void equality_includesTheWeights() {
    assertEquals(layer().seed(1).build(), layer().seed(1).build());
    assertEquals(layer().seed(1).build().hashCode(), layer().seed(1).build().hashCode());
    assertNotEquals(layer().seed(1).build(), layer().seed(2).build());
    assertNotEquals(layer().positive(1).build(), layer().build());
    assertNotEquals(layer().weights(1, 2, 3, 4, 5).build(), layer().build());
    assertEquals(layer().positive(1).build(), layer().positive(1).build().clone());
    assertTrue(layer().positive(2).build().toString().contains("first 2 positive"));
  }

  @Test
  void contradictoryOrUnfitSettings_areRefusedWithTheCure() {
    refused("one of positive", () -> layer().positive(1).seed(2).build());
    refused("nIn x nOut = 5 x 1", () -> layer().weights(1, 2).build());
    refused("from 0 to 5", () -> layer().positive(6).build());
    refused("number from 0", () -> layer().positive(-1));
    refused("finite", () -> layer().weights(1, Double.NaN));
    refused("finite", () -> layer().weights());
    refused("no bias", () -> layer().hasBias(true));
    refused("remove it", () -> layer().weightInit(WeightInit.ONES).build());
  }

  private static void refused(String sentence, org.junit.jupiter.api.function.Executable attempt) {
    Exception e = assertThrows(IllegalArgumentException.class, attempt);
    assertTrue(e.getMessage().contains(sentence), e.getMessage());
  }

  private static FixedSignOutputLayer.Builder layer() {
    return new FixedSignOutputLayer.Builder(Losses.logistic()).nIn(UNITS).nOut(1);
  }

  private static double[] weights(FixedSignOutputLayer.Builder layer) {
    return net(layer, b -> b).getParam("1_W").toDoubleVector();
  }

  private static DenseLayer hidden() {
    return new DenseLayer.Builder().nIn(3).nOut(UNITS).activation(Activation.TANH).build();
  }

  private static MultiLayerNetwork net(
      FixedSignOutputLayer.Builder output, UnaryOperator<NeuralNetConfiguration.Builder> setting) {
    NeuralNetConfiguration.Builder builder =
        setting.apply(
            new NeuralNetConfiguration.Builder()
                .seed(9)
                .dataType(DataType.DOUBLE)
                .weightInit(WeightInit.XAVIER));
    MultiLayerNetwork net =
        new MultiLayerNetwork(builder.list().layer(hidden()).layer(output.build()).build());
    net.init();
    assertTrue(Arrays.stream(net.params().toDoubleVector()).allMatch(Double::isFinite));
    return net;
  }
}
