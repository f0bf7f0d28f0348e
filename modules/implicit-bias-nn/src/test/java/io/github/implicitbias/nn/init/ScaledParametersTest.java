package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class ScaledParametersTest {

  private static final IActivation RELU = Activation.RELU.getActivationFunction();

  @Test
  void everyParameter_isMultipliedInDouble_andRoundedOnce() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      for (double factor : new double[] {0.1, 1, 7, 1e-30}) {
        MultiLayerNetwork net = Chains.relu(type, true, 3, 4, 2);
        double[] before = Chains.parameters(net);
        new ScaledParameters(factor).apply(net);
        double[] after = Chains.parameters(net);
        for (int i = 0; i < before.length; i++) {
          assertEquals(Precision.of(type).round(before[i] * factor), after[i]);
        }
      }
    }
  }

  @Test
  void convolutionsAndRecurrentLayers_areScaled() {
    MultiLayerNetwork images =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .seed(1)
                .list()
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(3).biasInit(1).build())
                .layer(Chains.output(0, 2, true))
                .setInputType(InputType.convolutional(4, 4, 1))
                .build());
    images.init();
    assertScaled(images, 3);
    MultiLayerNetwork sequences =
        Chains.of(
            DataType.FLOAT,
            new Bidirectional(new LSTM.Builder().nIn(3).nOut(4).build()),
            new RnnOutputLayer.Builder(LossFunctions.LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .nIn(8)
                .nOut(1)
                .build());
    assertScaled(sequences, 0.25);
  }

  @Test
  void graphsThatAreNoChain_areScaled() {
    ComputationGraph graph = graph(new ElementWiseVertex(ElementWiseVertex.Op.Add));
    double[] before = Chains.parameters(graph);
    new ScaledParameters(3).apply(graph);
    double[] after = Chains.parameters(graph);
    for (int i = 0; i < before.length; i++) {
      assertEquals(3 * before[i], after[i]);
    }
  }

  @Test
  void fixedAndFrozenLayers_areLeftAsTheyAre() {
    MultiLayerNetwork net =
        Chains.of(
            DataType.DOUBLE,
            new FrozenLayerWithBackprop(Chains.dense(3, 4, true, RELU)),
            Chains.dense(4, 4, true, RELU),
            new FixedSignOutputLayer.Builder(Losses.meanSquare()).nIn(4).nOut(1).build());
    double[] before = Chains.parameters(net);
    new ScaledParameters(2).apply(net);
    double[] after = Chains.parameters(net);
    for (int i = 0; i < before.length; i++) {
      boolean trained = i >= 16 && i < 36;
      assertEquals(trained ? 2 * before[i] : before[i], after[i], "parameter " + i);
    }
  }

  @Test
  void normalization_isRefused_withTheNameOfTheLayer() {
    refused(
        "Layer 1 does batch normalization",
        Chains.of(
            DataType.DOUBLE,
            Chains.dense(3, 4, true, RELU),
            new BatchNormalization.Builder().nIn(4).nOut(4).build(),
            Chains.output(4, 1, true)));
    DenseLayer normalized = new DenseLayer.Builder().nIn(3).nOut(4).hasLayerNorm(true).build();
    refused(
        "Layer 0 does layer normalization",
        Chains.of(DataType.DOUBLE, normalized, Chains.output(4, 1, true)));
    refused(
        "Layer 0 does layer normalization",
        Chains.of(
            DataType.DOUBLE, new FrozenLayerWithBackprop(normalized), Chains.output(4, 1, true)));
    Layer rnn = new SimpleRnn.Builder().nIn(3).nOut(4).hasLayerNorm(true).build();
    refused(
        "Layer 0 does layer normalization",
        Chains.of(DataType.DOUBLE, new LastTimeStep(rnn), Chains.output(4, 1, true)));
    refused(
        "Layer 0 does layer normalization",
        Chains.of(
            DataType.DOUBLE, new LastTimeStep(new Bidirectional(rnn)), Chains.output(8, 1, true)));
    ComputationGraph graph = graph(new L2NormalizeVertex());
    double[] before = Chains.parameters(graph);
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> new ScaledParameters(2).apply(graph));
    assertTrue(e.getMessage().contains("\"middle\" does L2 normalization"), e.getMessage());
    assertArrayEquals(before, Chains.parameters(graph));
  }

  @Test
  void overflow_isRefused_andNothingIsWritten() {
    refused("FLOAT does not hold", 1e39, Chains.relu(DataType.FLOAT, true, 3, 4, 1));
    for (double factor : new double[] {0, -1, Double.NaN, 1 / 0.0}) {
      assertThrows(IllegalArgumentException.class, () -> new ScaledParameters(factor));
    }
  }

  private static void assertScaled(MultiLayerNetwork net, double factor) {
    double[] before = Chains.parameters(net);
    new ScaledParameters(factor).apply(net);
    double[] after = Chains.parameters(net);
    assertTrue(before.length > 20);
    for (int i = 0; i < before.length; i++) {
      assertEquals(Precision.of(net.params().dataType()).round(factor * before[i]), after[i]);
    }
  }

  private static void refused(String sentence, MultiLayerNetwork net) {
    refused(sentence, 2, net);
  }

  private static void refused(String sentence, double factor, MultiLayerNetwork net) {
    double[] before = Chains.parameters(net);
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> new ScaledParameters(factor).apply(net));
    assertTrue(e.getMessage().contains(sentence), e.getMessage());
    assertArrayEquals(before, Chains.parameters(net));
  }

  private static ComputationGraph graph(org.deeplearning4j.nn.conf.graph.GraphVertex middle) {
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.DOUBLE)
            .seed(1)
            .graphBuilder()
            .addInputs("in")
            .addLayer("left", Chains.dense(3, 4, true, RELU), "in")
            .addLayer("right", Chains.dense(3, 4, true, RELU), "in");
    if (middle instanceof ElementWiseVertex) {
      builder.addVertex("middle", middle, "left", "right");
    } else {
      builder
          .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "left", "right")
          .addVertex("middle", middle, "sum");
    }
    ComputationGraph graph =
        new ComputationGraph(
            builder.addLayer("out", Chains.output(4, 1, true), "middle").setOutputs("out").build());
    graph.init();
    return graph;
  }
}
