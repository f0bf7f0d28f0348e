package io.github.implicitbias.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.activation.SmoothLeakyReLU;
import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.nn.layer.DoubledDenseLayer;
import io.github.implicitbias.nn.layer.DoubledOutputLayer;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.layer.NeuronOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.commons.lang3.SerializationUtils;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossL2;

/** Every piece, in a network that is written, read, copied and trained on. */
class RoundTripTest {

  private static final int INPUTS = 3;
  private static final int UNITS = 6;
  private static final int SAMPLES = 8;
  private static final double[][] GIVEN = Samples.uniform(11, UNITS, INPUTS);

  private static final Function<ILossFunction, FixedSignOutputLayer.Builder> SIGNS =
      FixedSignOutputLayer.Builder::new;

  static Stream<Layer> outputs() {
    return Stream.of(
        SIGNS.apply(Losses.logistic()).nIn(UNITS).nOut(2).build(),
        SIGNS.apply(Losses.logistic()).positive(2).nIn(UNITS).nOut(2).build(),
        SIGNS.apply(Losses.halfMeanSquare()).seed(7).nIn(UNITS).nOut(2).build(),
        SIGNS
            .apply(Losses.meanSquare())
            .activation(Activation.TANH)
            .weights(.1, -.2, 1 / 3., -4, 5, 6, 1, 2, -3, 4, -5, 1e-3)
            .nIn(UNITS)
            .nOut(2)
            .build(),
        trained(Losses.meanSquare(), Activation.IDENTITY),
        trained(Losses.halfMeanSquare(), Activation.SOFTMAX),
        trained(Losses.logistic(), Activation.IDENTITY),
        neurons(Losses.meanSquare()).build(),
        neurons(new LossL2()).hasBias(true).activation(new ExactLeakyReLU(0.1)).build(),
        neurons(Losses.logistic()).activation(Activation.IDENTITY).build(),
        neurons(Losses.halfMeanSquare()).activation(new SmoothLeakyReLU(0.3)).build(),
        trained(Losses.exponential(), Activation.IDENTITY),
        SIGNS.apply(Losses.logOf(Losses.logistic(), SAMPLES)).nIn(UNITS).nOut(2).build(),
        trained(Losses.logOf(Losses.exponential(), SAMPLES), Activation.IDENTITY),
        doubled(Losses.meanSquare()).build(),
        doubled(Losses.logistic()).hasBias(false).build(),
        doubled(Losses.halfMeanSquare()).activation(Activation.TANH).l2(0.1).build());
  }

  static Stream<IActivation> activations() {
    return Stream.of(new SmoothLeakyReLU(0), new SmoothLeakyReLU(0.3), new SmoothLeakyReLU(1));
  }

  /** Every output layer and every activation function, each in a network of two layers. */
  static Stream<Stack> stacks() {
    return Stream.concat(
        outputs().map(output -> new Stack(new ExactLeakyReLU(0.3), output)),
        activations()
            .map(phi -> new Stack(phi, trained(Losses.meanSquare(), Activation.IDENTITY))));
  }

  static Stream<Arguments> stacksInEveryType() {
    return Stream.of(DataType.DOUBLE, DataType.FLOAT)
        .flatMap(type -> stacks().map(stack -> Arguments.of(type, stack)));
  }

  static final class Stack {
    final IActivation hidden;
    final IWeightInit init;
    final Layer output;

    Stack(IActivation hidden, Layer output) {
      this(hidden, Weights.given(GIVEN), output);
    }

    Stack(IActivation hidden, IWeightInit init, Layer output) {
      this.hidden = hidden;
      this.init = init;
      this.output = output;
    }

    @Override
    public String toString() {
      return hidden + ", " + init + ", " + output;
    }
  }

  private static NeuronOutputLayer.Builder neurons(ILossFunction loss) {
    return new NeuronOutputLayer.Builder(loss).nIn(UNITS).neurons(2);
  }

  private static DoubledOutputLayer.Builder doubled(ILossFunction loss) {
    return new DoubledOutputLayer.Builder(loss).nIn(UNITS).nOut(2);
  }

  private static OutputLayer trained(ILossFunction loss, Activation activation) {
    return new OutputLayer.Builder(loss).activation(activation).nIn(UNITS).nOut(2).build();
  }

  @ParameterizedTest
  @MethodSource("stacksInEveryType")
  void configuration_survivesJsonAndYaml(DataType type, Stack stack) {
    MultiLayerConfiguration conf = configuration(type, stack, new Adam(0.01));
    MultiLayerConfiguration json = MultiLayerConfiguration.fromJson(conf.toJson());
    MultiLayerConfiguration yaml = MultiLayerConfiguration.fromYaml(conf.toYaml());
    assertEquals(conf, json);
    assertEquals(conf, yaml);
    assertEquals(conf, SerializationUtils.clone(conf));
    assertEquals(conf.hashCode(), json.hashCode());
    assertEquals(conf.toJson(), json.toJson());
    assertEquals(conf.toString(), yaml.toString());
    assertEquals(initialised(conf).params(), initialised(json).params());
    assertEquals(initialised(conf).params(), initialised(yaml).params());
    ComputationGraphConfiguration graph = graph(type, stack, new Adam(0.01));
    assertEquals(graph, ComputationGraphConfiguration.fromJson(graph.toJson()));
    assertEquals(graph, ComputationGraphConfiguration.fromYaml(graph.toYaml()));
  }

  @ParameterizedTest
  @MethodSource("stacksInEveryType")
  void trainingAfterRestoreOrClone_isTheUninterruptedTraining(DataType type, Stack stack)
      throws IOException {
    DataSet data = data(type);
    MultiLayerNetwork net = initialised(configuration(type, stack, new Adam(0.01)));
    INDArray start = net.params().dup();
    fit(net, data, 5);
    assertNotEquals(start, net.params());
    MultiLayerNetwork restored =
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(written(net)), true);
    MultiLayerNetwork clone = net.clone();
    assertEquals(net.getLayerWiseConfigurations(), restored.getLayerWiseConfigurations());
    assertBitEqual(net.params(), restored.params());
    fit(net, data, 5);
    fit(restored, data, 5);
    fit(clone, data, 5);
    assertBitEqual(net.params(), restored.params());
    assertBitEqual(net.params(), clone.params());
    assertEquals(net.score(), restored.score());
  }

  @ParameterizedTest
  @MethodSource("stacksInEveryType")
  void computationGraph_trainsLikeTheMultiLayerNetwork_andIsRestored(DataType type, Stack stack)
      throws IOException {
    DataSet data = data(type);
    MultiLayerNetwork net = initialised(configuration(type, stack, new Adam(0.01)));
    ComputationGraph graph = new ComputationGraph(graph(type, stack, new Adam(0.01)));
    graph.init();
    graph.setParams(net.params());
    for (int i = 0; i < 5; i++) {
      graph.fit(data);
    }
    ComputationGraph restored =
        ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(written(graph)), true);
    for (int i = 0; i < 5; i++) {
      graph.fit(data);
      restored.fit(data);
    }
    fit(net, data, 10);
    assertBitEqual(net.params(), graph.params());
    assertBitEqual(graph.params(), restored.params());
    assertBitEqual(graph.params(), graph.clone().params());
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void gradients_areThoseOfTheScore(Stack stack) {
    DataSet data = data(DataType.DOUBLE);
    Set<String> fixed = stack.output instanceof FixedSignOutputLayer ? Set.of("1_W") : Set.of();
    MultiLayerNetwork net = initialised(configuration(DataType.DOUBLE, stack, new Sgd(1)));
    Gradients.check(net, data.getFeatures(), data.getLabels(), null, fixed);
    INDArray mask = Samples.column(DataType.DOUBLE, 1, 0, 1, 1, 0, 1, 1, 1);
    Gradients.check(net, data.getFeatures(), data.getLabels(), mask, fixed);
    Gradients.check(
        net,
        data.getFeatures(),
        data.getLabels(),
        Samples.array(DataType.DOUBLE, Samples.signs(3, SAMPLES, 2)).gt(0).castTo(DataType.DOUBLE),
        fixed);
    ComputationGraph graph = new ComputationGraph(graph(DataType.DOUBLE, stack, new Sgd(1)));
    graph.init();
    Set<String> fixedInGraph = fixed.isEmpty() ? Set.of() : Set.of("out_W");
    Gradients.check(graph, data.getFeatures(), data.getLabels(), fixedInGraph);
  }

  static MultiLayerConfiguration configuration(DataType type, Stack stack, IUpdater updater) {
    return base(type, updater).list().layer(hidden(stack)).layer(stack.output.clone()).build();
  }

  static ComputationGraphConfiguration graph(DataType type, Stack stack, IUpdater updater) {
    return base(type, updater)
        .graphBuilder()
        .addInputs("in")
        .addLayer("hidden", hidden(stack), "in")
        .addLayer("out", stack.output.clone(), "hidden")
        .setOutputs("out")
        .build();
  }

  private static NeuralNetConfiguration.Builder base(DataType type, IUpdater updater) {
    return new NeuralNetConfiguration.Builder().seed(1).dataType(type).updater(updater);
  }

  private static DenseLayer hidden(Stack stack) {
    boolean doubled = stack.output instanceof DoubledOutputLayer;
    return (doubled ? new DoubledDenseLayer.Builder() : new DenseLayer.Builder())
        .nIn(INPUTS)
        .nOut(UNITS)
        .activation(stack.hidden)
        .weightInit(stack.init)
        .build();
  }

  private static MultiLayerNetwork initialised(MultiLayerConfiguration conf) {
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  static DataSet data(DataType type) {
    return new DataSet(
        Samples.array(type, Samples.uniform(21, SAMPLES, INPUTS)),
        Samples.array(type, Samples.signs(22, SAMPLES, 2)));
  }

  private static void fit(MultiLayerNetwork net, DataSet data, int steps) {
    for (int i = 0; i < steps; i++) {
      net.fit(data);
    }
  }

  private static byte[] written(Model model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ModelSerializer.writeModel(model, out, true);
    return out.toByteArray();
  }

  private static void assertBitEqual(INDArray expected, INDArray actual) {
    assertEquals(expected.dataType(), actual.dataType());
    assertTrue(
        java.util.Arrays.equals(expected.dup().data().asDouble(), actual.dup().data().asDouble()),
        () -> expected + " differs from " + actual);
  }

  static Stream<Arguments> startsInEveryType() {
    return Stream.of(DataType.DOUBLE, DataType.FLOAT)
        .flatMap(type -> starts().map(stack -> Arguments.of(type, stack)));
  }

  /** Every initializer of one layer, in a network of two layers. */
  static Stream<Stack> starts() {
    Layer output = trained(Losses.meanSquare(), Activation.IDENTITY);
    return initializers().map(init -> new Stack(new ExactLeakyReLU(0), init, output));
  }

  private static Stream<IWeightInit> initializers() {
    return Stream.of(
        Weights.gaussian(1 / 3.0),
        Weights.gaussianOfDeviation(1e-5).withSeed(Long.MIN_VALUE),
        Weights.sphere(1e-7),
        Weights.sphere(0.1).withSeed(-1),
        Weights.orthonormal(1 / 7.0),
        Weights.orthonormal(2).withSeed(5),
        Weights.scaled(WeightInit.XAVIER, 0.01),
        Weights.scaled(new WeightInitDistribution(new UniformDistribution(-1, 1)), -1 / 3.0, 6),
        Weights.scaled(Weights.scaled(Weights.sphere(1).withSeed(7), 2), 1e-3),
        Weights.given(GIVEN));
  }

  @ParameterizedTest
  @MethodSource("startsInEveryType")
  void initializer_survivesEveryWayOfWriting_andStartsTheSameNetwork(DataType type, Stack stack)
      throws IOException {
    MultiLayerConfiguration conf = configuration(type, stack, new Adam(0.01));
    ComputationGraphConfiguration graph = graph(type, stack, new Adam(0.01));
    MultiLayerNetwork net = initialised(conf);
    INDArray start = net.params().dup();
    for (MultiLayerConfiguration copy :
        new MultiLayerConfiguration[] {
          MultiLayerConfiguration.fromJson(conf.toJson()),
          MultiLayerConfiguration.fromYaml(conf.toYaml()),
          SerializationUtils.clone(conf),
          conf.clone()
        }) {
      assertEquals(conf, copy);
      assertEquals(conf.hashCode(), copy.hashCode());
      assertEquals(conf.toJson(), copy.toJson());
      IWeightInit read = ((DenseLayer) copy.getConf(0).getLayer()).getWeightInitFn();
      assertEquals(stack.init, read);
      assertEquals(stack.init.toString(), read.toString());
      assertBitEqual(start, initialised(copy).params());
    }
    assertEquals(graph, ComputationGraphConfiguration.fromJson(graph.toJson()));
    assertEquals(graph, ComputationGraphConfiguration.fromYaml(graph.toYaml()));
    ComputationGraph graphNet = new ComputationGraph(graph);
    graphNet.init();
    assertBitEqual(start, graphNet.params());

    fit(net, data(type), 3);
    MultiLayerNetwork restored =
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(written(net)), true);
    assertEquals(conf, restored.getLayerWiseConfigurations());
    assertBitEqual(net.params(), restored.params());
    MultiLayerNetwork clone = net.clone();
    fit(net, data(type), 3);
    fit(restored, data(type), 3);
    fit(clone, data(type), 3);
    assertBitEqual(net.params(), restored.params());
    assertBitEqual(net.params(), clone.params());
  }
}
