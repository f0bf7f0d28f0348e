package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.Samples;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GivenWeightsTest {

  private static final double[][] ROWS = {{1, 2, 3}, {4, 5, 1.0 / 3}};
  private static final double[] BIAS = {0.5, -0.1};

  @Test
  void unit_computesTheInnerProductWithItsRow() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      MultiLayerNetwork net = net(type, new GivenWeights(ROWS));
      INDArray x = Samples.array(type, new double[][] {{1, 10, 100}});
      INDArray hidden = net.feedForward(x).get(1);
      assertEquals(321, hidden.getDouble(0, 0), 1e-4);
      assertEquals(
          4 + 50 + 100.0 / 3, hidden.getDouble(0, 1), type == DataType.DOUBLE ? 1e-13 : 1e-5);
      assertEquals(type, net.getParam("0_W").dataType());
    }
  }

  @Test
  void parameter_isTheTranspose_exactInDouble_roundedOnceInFloat() {
    INDArray inDouble = net(DataType.DOUBLE, new GivenWeights(ROWS)).getParam("0_W");
    INDArray inFloat = net(DataType.FLOAT, new GivenWeights(ROWS)).getParam("0_W");
    for (int unit = 0; unit < 2; unit++) {
      for (int input = 0; input < 3; input++) {
        assertEquals(ROWS[unit][input], inDouble.getDouble(input, unit));
        assertEquals((float) ROWS[unit][input], inFloat.getFloat(input, unit));
      }
    }
  }

  @Test
  void bothOrders_giveTheSameMatrix() {
    GivenWeights init = new GivenWeights(ROWS);
    for (char order : new char[] {'c', 'f'}) {
      INDArray view = Nd4j.zeros(DataType.DOUBLE, 6);
      INDArray weights = init.init(3, 2, new long[] {3, 2}, order, view);
      assertEquals(Samples.array(DataType.DOUBLE, ROWS).transpose(), weights);
      weights.putScalar(0, 0, 77);
      assertEquals(77, view.getDouble(0), "the matrix is a view of the parameters");
    }
  }

  @Test
  void shapeMismatch_namesBothShapesAndTheCure() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> net(DataType.DOUBLE, new GivenWeights(new double[][] {{1, 2}, {3, 4}, {5, 6}})));
    String message = e.getMessage();
    assertTrue(message.contains("3 units with 2 inputs"), message);
    assertTrue(message.contains("[3, 2]"), message);
    assertTrue(message.contains("nIn(2)") && message.contains("nOut(3)"), message);
  }

  @Test
  void convolution_takesOneFilterPerRow_channelByChannel() {
    double[][] rows = Samples.uniform(5, 3, 2 * 2 * 3);
    MultiLayerNetwork net =
        Start.net(
            DataType.DOUBLE,
            1,
            InputType.convolutional(2, 3, 2),
            new ConvolutionLayer.Builder(2, 3)
                .nOut(3)
                .activation(Activation.IDENTITY)
                .weightInit(new GivenWeights(rows))
                .build());
    double[][] image = Samples.uniform(6, 1, 12);
    INDArray output = net.output(Nd4j.create(image[0], new long[] {1, 2, 2, 3}, DataType.DOUBLE));
    for (int filter = 0; filter < 3; filter++) {
      double product = 0;
      for (int i = 0; i < 12; i++) {
        product += rows[filter][i] * image[0][i];
      }
      assertEquals(product, output.getDouble(0, filter, 0, 0), 1e-15);
    }
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Start.net(
                    DataType.DOUBLE,
                    1,
                    InputType.convolutional(5, 5, 2),
                    new ConvolutionLayer.Builder(2, 2)
                        .nOut(3)
                        .weightInit(new GivenWeights(rows))
                        .build()));
    assertEquals(
        "GivenWeights holds 3 units with 12 inputs, but the layer has 3 units with 8 inputs"
            + " (weights [3, 2, 2, 2]); give one row per unit with one entry per input.",
        e.getMessage());
  }

  @Test
  void recurrentLayers_takeOneRowPerColumn_inputAndRecurrentWeightsApart() {
    double[][] input = Samples.uniform(7, 8, 3);
    double[][] recurrent = Samples.uniform(8, 8, 2);
    MultiLayerNetwork lstm =
        Start.net(
            DataType.DOUBLE,
            1,
            InputType.recurrent(3),
            new LSTM.Builder()
                .nOut(2)
                .weightInit(new GivenWeights(input))
                .weightInitRecurrent(new GivenWeights(recurrent))
                .build());
    assertEquals(Samples.array(DataType.DOUBLE, input).transpose(), lstm.getParam("0_W"));
    assertEquals(Samples.array(DataType.DOUBLE, recurrent).transpose(), lstm.getParam("0_RW"));
    double[][] rows = Samples.uniform(9, 3, 3);
    MultiLayerNetwork simple =
        Start.net(
            DataType.FLOAT,
            1,
            InputType.recurrent(3),
            new SimpleRnn.Builder().nOut(3).weightInit(new GivenWeights(rows)).build());
    assertEquals(Samples.array(DataType.FLOAT, rows).transpose(), simple.getParam("0_W"));
    assertEquals(simple.getParam("0_W"), simple.getParam("0_RW"));
  }

  @Test
  void raggedEmptyOrInfiniteWeights_areRefused() {
    double[][][] bad = {
      null, {}, {{}}, {null}, {{1, 2}, {3}}, {{1, 2}, null}, {{1, Double.NaN}}, {{1 / 0.0}}
    };
    for (double[][] rows : bad) {
      assertThrows(IllegalArgumentException.class, () -> new GivenWeights(rows));
    }
  }

  @Test
  void laterChangesOfTheArray_doNotReachTheInitializer() {
    double[][] rows = {{1, 2, 3}, {4, 5, 6}};
    GivenWeights init = new GivenWeights(rows);
    rows[0][0] = 99;
    assertEquals(1, net(DataType.DOUBLE, init).getParam("0_W").getDouble(0, 0));
  }

  @Test
  void equality_isThatOfTheNumbers() {
    assertEquals(new GivenWeights(ROWS), new GivenWeights(ROWS));
    assertEquals(new GivenWeights(ROWS).hashCode(), new GivenWeights(ROWS).hashCode());
    assertNotEquals(new GivenWeights(ROWS), new GivenWeights(new double[][] {{1}}));
    assertEquals("GivenWeights(2 units with 3 inputs)", new GivenWeights(ROWS).toString());
  }

  @Test
  void givenParameters_setWeightsAndBias_ofAnyLayer_inPlace() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      MultiLayerNetwork net = net(type, new WeightInitXavier());
      INDArray all = net.params();
      GivenParameters.apply(net, 0, ROWS, BIAS);
      GivenParameters.apply(net, 1, new double[][] {{7, 8}}, new double[] {9});
      double[] expected = {1, 2, 3, 4, 5, 1.0 / 3, 0.5, -0.1, 7, 8, 9};
      assertArrayEquals(expected, all.toDoubleVector(), type == DataType.DOUBLE ? 0 : 1e-7);
      INDArray x = Samples.array(type, new double[][] {{1, 0, 0}});
      assertEquals(7 * 1.5 + 8 * 3.9 + 9, net.output(x).getDouble(0, 0), 1e-5);
    }
  }

  @Test
  void givenParameters_workInAGraph() {
    ComputationGraph graph = net(DataType.DOUBLE, new WeightInitXavier()).toComputationGraph();
    GivenParameters.apply(graph, "0", ROWS, BIAS);
    assertEquals(Samples.array(DataType.DOUBLE, ROWS).transpose(), graph.getParam("0_W"));
    assertArrayEquals(BIAS, graph.getParam("0_b").toDoubleVector());
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> GivenParameters.apply(graph, "nowhere", ROWS, BIAS));
    assertTrue(e.getMessage().contains("nowhere"));
  }

  @Test
  void givenParametersThatDoNotFit_areRefused_andNothingIsWritten() {
    MultiLayerNetwork net = net(DataType.DOUBLE, new WeightInitXavier());
    INDArray before = net.params().dup();
    refused("[3, 2]", () -> GivenParameters.apply(net, 0, new double[][] {{1}}, BIAS));
    refused("2 biases", () -> GivenParameters.apply(net, 0, ROWS, new double[] {1}));
    refused("2 biases", () -> GivenParameters.apply(net, 0, ROWS, null));
    refused("finite", () -> GivenParameters.apply(net, 0, ROWS, new double[] {1, 0.0 / 0}));
    refused("from 0 to 1", () -> GivenParameters.apply(net, 2, ROWS, BIAS));
    refused("from 0 to 1", () -> GivenParameters.apply(net, -1, ROWS, BIAS));
    assertEquals(before, net.params());
  }

  @Test
  void layersWithoutBiasOrWithFixedParameters_sayWhatToGiveInstead() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(2).hasBias(false).build())
                .layer(new FixedSignOutputLayer.Builder(Losses.meanSquare()).nIn(2).nOut(1).build())
                .build());
    Exception early =
        assertThrows(IllegalStateException.class, () -> GivenParameters.apply(net, 0, ROWS, null));
    assertTrue(early.getMessage().contains("net.init()"));
    net.init();
    GivenParameters.apply(net, 0, ROWS, null);
    assertEquals(5, net.getParam("0_W").getDouble(1, 1));
    refused("no bias", () -> GivenParameters.apply(net, 0, ROWS, BIAS));
    refused("fixed", () -> GivenParameters.apply(net, 1, new double[][] {{1, 1}}, null));
  }

  private static void refused(String sentence, org.junit.jupiter.api.function.Executable attempt) {
    Exception e = assertThrows(IllegalArgumentException.class, attempt);
    assertTrue(e.getMessage().contains(sentence), e.getMessage());
  }

  private static MultiLayerNetwork net(DataType type, IWeightInit init) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(type)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(3)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .weightInit(init)
                        .build())
                .layer(
                    new OutputLayer.Builder(Losses.meanSquare())
                        .activation(Activation.IDENTITY)
                        .weightInit(new WeightInitXavier())
                        .nIn(2)
                        .nOut(1)
                        .build())
                .build());
    net.init();
    return net;
  }
}
