package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.loss.Losses;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class WeightStackTest {

  private static final IActivation RELU = Activation.RELU.getActivationFunction();

  @Test
  void layersWithoutWeights_arePassedOver_andTheirActivationsKept() {
    WeightStack stack =
        WeightStack.of(
            Chains.of(
                DataType.DOUBLE,
                Chains.dense(3, 4, true, Activation.IDENTITY.getActivationFunction()),
                new ActivationLayer.Builder().activation(Activation.RELU).build(),
                new DropoutLayer.Builder(0.5).nIn(4).nOut(4).build(),
                Chains.dense(4, 2, false, RELU),
                new LossLayer.Builder(Losses.meanSquare())
                    .activation(Activation.IDENTITY)
                    .build()));
    assertEquals(2, stack.size());
    assertEquals("layer 0", stack.first().name());
    assertEquals("layer 3", stack.last().name());
    assertEquals("[identity, relu]", stack.first().activations().toString());
    assertEquals(4, stack.first().vectorLength());
    assertEquals(4, stack.last().vectorLength());
    assertEquals(2, stack.last().units());
  }

  @Test
  void vectors_areWeightsThenBias_unitByUnit_andWritingThemBackChangesNothing() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      MultiLayerNetwork net = Chains.relu(type, true, 2, 3, 1);
      WeightLayer layer = WeightStack.of(net).first();
      double[] vectors = layer.vectors();
      double[][] w = Chains.rows(net, "0_W");
      for (int j = 0; j < 3; j++) {
        assertEquals(w[j][0], vectors[3 * j]);
        assertEquals(w[j][1], vectors[3 * j + 1]);
        assertEquals(0.25, vectors[3 * j + 2]);
      }
      double[] before = Chains.parameters(net);
      layer.set(vectors);
      layer.write();
      assertArrayEquals(before, Chains.parameters(net));
    }
  }

  @Test
  void smallNumbers_areStoredAsJavaRoundsThem_subnormalOnesToo() {
    double[] values = {1.1e-40, 3e-45, 1e-46, Math.PI, 1e-38, -1e-42};
    MultiLayerNetwork net = Chains.relu(DataType.FLOAT, false, 6, 1);
    WeightStack stack = WeightStack.of(net);
    stack.first().set(values.clone());
    stack.write();
    double[] stored = Chains.rows(net, "0_W")[0];
    for (int i = 0; i < values.length; i++) {
      assertEquals((float) values[i], stored[i]);
    }
    double[] tiny = {1e-310, Double.MIN_VALUE, -3e-320, 1e-300, 1, 0};
    MultiLayerNetwork wide = Chains.relu(DataType.DOUBLE, false, 6, 1);
    stack = WeightStack.of(wide);
    stack.first().set(tiny.clone());
    stack.write();
    assertArrayEquals(tiny, Chains.rows(wide, "0_W")[0]);
  }

  @Test
  void graphThatIsAChain_isReadInItsOrder() {
    ComputationGraph graph =
        built(
            builder()
                .addLayer("zz", Chains.dense(3, 4, true, RELU), "in")
                .addLayer("drop", new DropoutLayer.Builder(0.5).nIn(4).nOut(4).build(), "zz")
                .addLayer("aa", Chains.output(4, 2, true), "drop")
                .setOutputs("aa"));
    WeightStack stack = WeightStack.of(graph);
    assertEquals(2, stack.size());
    assertEquals("layer \"zz\"", stack.first().name());
    assertEquals("layer \"aa\"", stack.last().name());
  }

  @Test
  void graphsThatAreNoChain_areRefused() {
    refused(
        "\"scale\" is a ScaleVertex",
        built(
            builder()
                .addLayer("hidden", Chains.dense(3, 4, true, RELU), "in")
                .addVertex("scale", new ScaleVertex(2), "hidden")
                .addLayer("out", Chains.output(4, 2, true), "scale")
                .setOutputs("out")));
    refused(
        "\"in\" has 0 inputs and 2 outputs",
        built(
            builder()
                .addLayer("left", Chains.dense(3, 4, true, RELU), "in")
                .addLayer("right", Chains.dense(3, 4, true, RELU), "in")
                .addLayer("out", Chains.output(8, 2, true), "left", "right")
                .setOutputs("out")));
    refused(
        "1 inputs and 2 outputs",
        built(
            builder()
                .addLayer("hidden", Chains.dense(3, 4, true, RELU), "in")
                .addLayer("one", Chains.output(4, 2, true), "hidden")
                .addLayer("two", Chains.output(4, 2, true), "hidden")
                .setOutputs("one", "two")));
  }

  @Test
  void otherKindsOfLayers_areRefused_withTheirName() {
    refused(
        "Layer 0 is a LSTM",
        Chains.of(
            DataType.DOUBLE,
            new LSTM.Builder().nIn(3).nOut(4).build(),
            new RnnOutputLayer.Builder(LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .nIn(4)
                .nOut(1)
                .build()));
    refused(
        "Layer 1 is a BatchNormalization",
        Chains.of(
            DataType.DOUBLE,
            Chains.dense(3, 4, true, RELU),
            new BatchNormalization.Builder().nIn(4).nOut(4).build(),
            Chains.output(4, 1, true)));
    refused(
        "Layer 0 normalizes",
        Chains.of(
            DataType.DOUBLE,
            new DenseLayer.Builder().nIn(3).nOut(4).hasLayerNorm(true).build(),
            Chains.output(4, 1, true)));
    refused(
        "Layer 0 is a EmbeddingLayer",
        Chains.of(
            DataType.DOUBLE,
            new EmbeddingLayer.Builder().nIn(3).nOut(4).build(),
            Chains.output(4, 1, true)));
    refused(
        "Layer 1 is a CenterLossOutputLayer",
        Chains.of(
            DataType.DOUBLE,
            Chains.dense(3, 4, true, RELU),
            new CenterLossOutputLayer.Builder(LossFunction.MSE).nIn(4).nOut(2).build()));
    refused(
        "no layer with weights",
        Chains.of(
            DataType.DOUBLE,
            new ActivationLayer.Builder().activation(Activation.RELU).build(),
            new LossLayer.Builder(Losses.meanSquare()).activation(Activation.IDENTITY).build()));
    MultiLayerNetwork images =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(3).build())
                .layer(Chains.output(0, 2, true))
                .setInputType(InputType.convolutional(4, 4, 1))
                .build());
    images.init();
    refused("Layer 0 is a ConvolutionLayer", images);
  }

  @Test
  void imagesIntoADenseLayer_areAccepted() {
    MultiLayerNetwork images =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nOut(3).activation(Activation.RELU).build())
                .layer(Chains.output(0, 2, true))
                .setInputType(InputType.convolutional(4, 4, 1))
                .build());
    images.init();
    assertEquals(16, WeightStack.of(images).first().inputs());
  }

  @Test
  @SuppressWarnings("deprecation") // the name of the type, not the type
  void otherDataTypes_areRefused() {
    refused("HALF", Chains.relu(DataType.HALF, true, 2, 3, 1));
  }

  @Test
  void frozenLayers_areRead_butNotWritten() {
    MultiLayerNetwork net =
        Chains.of(
            DataType.DOUBLE,
            new FrozenLayerWithBackprop(Chains.dense(3, 4, true, RELU)),
            Chains.output(4, 1, true));
    WeightLayer first = WeightStack.of(net).first();
    assertTrue(first.isFixed());
    double[] vectors = first.vectors();
    Exception e = assertThrows(IllegalArgumentException.class, () -> first.setTrained(vectors));
    assertTrue(e.getMessage().contains("Layer 0 is frozen"), e.getMessage());
  }

  @Test
  void networksThatWereNotInitialised_areRefused() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            Chains.relu(DataType.DOUBLE, true, 2, 3, 1).getLayerWiseConfigurations());
    NetworkInitializer init = new Balanced(GaussianWeights.ofScale(1));
    assertThrows(IllegalStateException.class, () -> init.apply(net));
    assertThrows(IllegalStateException.class, () -> new ScaledParameters(2).apply(net));
    ComputationGraph graph =
        new ComputationGraph(
            Chains.relu(DataType.DOUBLE, true, 2, 3, 1).toComputationGraph().getConfiguration());
    assertThrows(IllegalStateException.class, () -> init.apply(graph));
    assertThrows(IllegalStateException.class, () -> new ScaledParameters(2).apply(graph));
  }

  @Test
  void parameters_areWrittenInPlace() {
    MultiLayerNetwork net = Chains.relu(DataType.DOUBLE, true, 2, 3, 1);
    INDArray all = net.params();
    INDArray view = net.getParam("0_W");
    new Balanced(GaussianWeights.ofScale(1)).withSeed(1).apply(net);
    assertEquals(view.getDouble(0, 0), all.getDouble(0));
    assertEquals(view, net.getParam("0_W"));
    assertEquals(Nd4j.create(new double[1]), net.getParam("1_b").reshape(1));
  }

  private static void refused(String sentence, MultiLayerNetwork net) {
    INDArray before = net.params() == null ? null : net.params().dup();
    Exception e = assertThrows(IllegalArgumentException.class, () -> WeightStack.of(net));
    assertTrue(e.getMessage().contains(sentence), e.getMessage());
    assertEquals(before, net.params());
  }

  private static void refused(String sentence, ComputationGraph net) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> WeightStack.of(net));
    assertTrue(e.getMessage().contains(sentence), e.getMessage());
  }

  private static GraphBuilder builder() {
    return new NeuralNetConfiguration.Builder()
        .dataType(DataType.DOUBLE)
        .graphBuilder()
        .addInputs("in");
  }

  private static ComputationGraph built(GraphBuilder builder) {
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    return graph;
  }
}
