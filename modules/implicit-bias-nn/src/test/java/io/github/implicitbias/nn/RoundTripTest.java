package io.github.implicitbias.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.init.GivenWeights;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.loss.ExponentialLoss;
import io.github.implicitbias.nn.loss.HalfMeanSquareLoss;
import io.github.implicitbias.nn.loss.LogOf;
import io.github.implicitbias.nn.loss.LogisticLoss;
import io.github.implicitbias.nn.loss.MeanSquareLoss;
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
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;

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
        SIGNS.apply(new LogisticLoss()).nIn(UNITS).nOut(2).build(),
        SIGNS.apply(new LogisticLoss()).positive(2).nIn(UNITS).nOut(2).build(),
        SIGNS.apply(new HalfMeanSquareLoss()).seed(7).nIn(UNITS).nOut(2).build(),
        SIGNS
            .apply(new MeanSquareLoss())
            .activation(Activation.TANH)
            .weights(.1, -.2, 1 / 3., -4, 5, 6, 1, 2, -3, 4, -5, 1e-3)
            .nIn(UNITS)
            .nOut(2)
            .build(),
        trained(new MeanSquareLoss(), Activation.IDENTITY),
        trained(new HalfMeanSquareLoss(), Activation.SOFTMAX),
        trained(new LogisticLoss(), Activation.IDENTITY),
        trained(new ExponentialLoss(), Activation.IDENTITY),
        SIGNS.apply(new LogOf(new LogisticLoss(), SAMPLES)).nIn(UNITS).nOut(2).build(),
        trained(new LogOf(new ExponentialLoss(), SAMPLES), Activation.IDENTITY));
  }

  static Stream<Arguments> outputsInEveryType() {
    return Stream.of(DataType.DOUBLE, DataType.FLOAT)
        .flatMap(type -> outputs().map(layer -> Arguments.of(type, layer)));
  }

  private static OutputLayer trained(ILossFunction loss, Activation activation) {
    return new OutputLayer.Builder(loss).activation(activation).nIn(UNITS).nOut(2).build();
  }

  @ParameterizedTest
  @MethodSource("outputsInEveryType")
  void configuration_survivesJsonAndYaml(DataType type, Layer output) {
    MultiLayerConfiguration conf = configuration(type, output, new Adam(0.01));
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
    ComputationGraphConfiguration graph = graph(type, output, new Adam(0.01));
    assertEquals(graph, ComputationGraphConfiguration.fromJson(graph.toJson()));
    assertEquals(graph, ComputationGraphConfiguration.fromYaml(graph.toYaml()));
  }

  @ParameterizedTest
  @MethodSource("outputsInEveryType")
  void trainingAfterRestoreOrClone_isTheUninterruptedTraining(DataType type, Layer output)
      throws IOException {
    DataSet data = data(type);
    MultiLayerNetwork net = initialised(configuration(type, output, new Adam(0.01)));
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
  @MethodSource("outputsInEveryType")
  void computationGraph_trainsLikeTheMultiLayerNetwork_andIsRestored(DataType type, Layer output)
      throws IOException {
    DataSet data = data(type);
    MultiLayerNetwork net = initialised(configuration(type, output, new Adam(0.01)));
    ComputationGraph graph = new ComputationGraph(graph(type, output, new Adam(0.01)));
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
  @MethodSource("outputs")
  void gradients_areThoseOfTheScore(Layer output) {
    DataSet data = data(DataType.DOUBLE);
    Set<String> fixed = output instanceof FixedSignOutputLayer ? Set.of("1_W") : Set.of();
    MultiLayerNetwork net = initialised(configuration(DataType.DOUBLE, output, new Sgd(1)));
    Gradients.check(net, data.getFeatures(), data.getLabels(), null, fixed);
    INDArray mask = Samples.column(DataType.DOUBLE, 1, 0, 1, 1, 0, 1, 1, 1);
    Gradients.check(net, data.getFeatures(), data.getLabels(), mask, fixed);
    Gradients.check(
        net,
        data.getFeatures(),
        data.getLabels(),
        Samples.array(DataType.DOUBLE, Samples.signs(3, SAMPLES, 2)).gt(0).castTo(DataType.DOUBLE),
        fixed);
    ComputationGraph graph = new ComputationGraph(graph(DataType.DOUBLE, output, new Sgd(1)));
    graph.init();
    Set<String> fixedInGraph = fixed.isEmpty() ? Set.of() : Set.of("out_W");
    Gradients.check(graph, data.getFeatures(), data.getLabels(), fixedInGraph);
  }

  private static MultiLayerConfiguration configuration(
      DataType type, Layer output, IUpdater updater) {
    return base(type, updater).list().layer(hidden()).layer(output.clone()).build();
  }

  private static ComputationGraphConfiguration graph(
      DataType type, Layer output, IUpdater updater) {
    return base(type, updater)
        .graphBuilder()
        .addInputs("in")
        .addLayer("hidden", hidden(), "in")
        .addLayer("out", output.clone(), "hidden")
        .setOutputs("out")
        .build();
  }

  private static NeuralNetConfiguration.Builder base(DataType type, IUpdater updater) {
    return new NeuralNetConfiguration.Builder().seed(1).dataType(type).updater(updater);
  }

  private static DenseLayer hidden() {
    return new DenseLayer.Builder()
        .nIn(INPUTS)
        .nOut(UNITS)
        .activation(new ExactLeakyReLU(0.3))
        .weightInit(new GivenWeights(GIVEN))
        .build();
  }

  private static MultiLayerNetwork initialised(MultiLayerConfiguration conf) {
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  private static DataSet data(DataType type) {
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
}
