package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Incoming vectors in every kind of layer that Deeplearning4j has. */
class UnitLayoutTest {

  private static final InputType VECTOR = InputType.feedForward(5);
  private static final InputType SERIES = InputType.recurrent(3, 9);
  private static final InputType IMAGE = InputType.convolutional(9, 8, 3);
  private static final InputType VOLUME =
      InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 6, 6, 6, 2);

  /** How to find input i of unit u in a weight array of a layer. */
  interface Place {
    long[] of(int unit, int input);
  }

  private static Arguments kind(
      InputType input, BaseLayer.Builder<?> layer, String key, int units, int inputs, Place place) {
    return Arguments.of(input, layer, key, units, inputs, place);
  }

  @SuppressWarnings("deprecation") // GravesLSTM is deprecated, not gone
  static Stream<Arguments> layers() {
    Place matrix = (u, i) -> new long[] {i, u};
    Place image = (u, i) -> new long[] {u, i / 6, i / 2 % 3, i % 2};
    return Stream.of(
        kind(VECTOR, new DenseLayer.Builder().nOut(4), "W", 4, 5, matrix),
        kind(
            VECTOR,
            new OutputLayer.Builder(LossFunction.MSE).nOut(2).activation(Activation.IDENTITY),
            "W",
            2,
            5,
            matrix),
        kind(
            VECTOR, new CenterLossOutputLayer.Builder(LossFunction.MSE).nOut(2), "W", 2, 5, matrix),
        kind(VECTOR, new EmbeddingLayer.Builder().nIn(5).nOut(4), "W", 4, 5, matrix),
        kind(null, new EmbeddingSequenceLayer.Builder().nIn(5).nOut(4), "W", 4, 5, matrix),
        kind(
            VECTOR, new ElementWiseMultiplicationLayer.Builder().nIn(5).nOut(5), "W", 5, 1, matrix),
        kind(
            VECTOR,
            new OCNNOutputLayer.Builder()
                .nIn(5)
                .hiddenLayerSize(3)
                .nu(0.1)
                .activation(Activation.SIGMOID)
                .lossFunction(LossFunction.MSE),
            "v",
            3,
            5,
            matrix),
        kind(SERIES, new LSTM.Builder().nOut(4), "W", 16, 3, matrix),
        kind(SERIES, new LSTM.Builder().nOut(4), "RW", 16, 4, matrix),
        kind(SERIES, new GravesLSTM.Builder().nOut(4), "RW", 19, 4, matrix),
        kind(SERIES, new SimpleRnn.Builder().nOut(4), "W", 4, 3, matrix),
        kind(SERIES, new SimpleRnn.Builder().nOut(4), "RW", 4, 4, matrix),
        kind(SERIES, new RnnOutputLayer.Builder(LossFunction.MSE).nOut(2), "W", 2, 3, matrix),
        kind(IMAGE, new ConvolutionLayer.Builder(3, 2).nOut(4).stride(2, 1), "W", 4, 18, image),
        kind(IMAGE, new ConvolutionLayer.Builder(3, 2).nOut(3), "W", 3, 18, image),
        kind(
            SERIES,
            new Convolution1DLayer.Builder(3).nOut(4).stride(2),
            "W",
            4,
            9,
            (u, i) -> new long[] {u, i / 3, i % 3, 0}),
        // as many units out as a deconvolution, or a depthwise convolution, would have fan-in
        kind(
            SERIES,
            new Convolution1DLayer.Builder(2).nOut(6).stride(2),
            "W",
            6,
            6,
            (u, i) -> new long[] {u, i / 2, i % 2, 0}),
        kind(
            InputType.recurrent(9, 9),
            new Convolution1DLayer.Builder(3).nOut(3),
            "W",
            3,
            27,
            (u, i) -> new long[] {u, i / 3, i % 3, 0}),
        kind(
            VOLUME,
            new Convolution3D.Builder(3, 2, 2).nOut(4),
            "W",
            4,
            24,
            (u, i) -> new long[] {u, i / 12, i / 4 % 3, i / 2 % 2, i % 2}),
        kind(
            IMAGE,
            new Deconvolution2D.Builder(3, 2).nOut(4).stride(2, 2),
            "W",
            4,
            18,
            (u, i) -> new long[] {i / 6, u, i / 2 % 3, i % 2}),
        kind(
            VOLUME,
            new Deconvolution3D.Builder().kernelSize(3, 2, 2).nOut(4),
            "W",
            4,
            24,
            (u, i) -> new long[] {i / 4 % 3, i / 2 % 2, i % 2, u, i / 12}),
        kind(
            IMAGE,
            new DepthwiseConvolution2D.Builder(3, 2).depthMultiplier(4),
            "W",
            12,
            6,
            (u, i) -> new long[] {i / 2, i % 2, u / 4, u % 4}),
        kind(
            IMAGE,
            new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(1),
            "W",
            3,
            9,
            (u, i) -> new long[] {i / 3, i % 3, u, 0}),
        kind(
            InputType.convolutional(9, 8, 8),
            new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(3).stride(2, 2),
            "W",
            24,
            9,
            (u, i) -> new long[] {i / 3, i % 3, u / 3, u % 3}),
        kind(
            IMAGE,
            new SeparableConvolution2D.Builder(3, 2).depthMultiplier(2).nOut(4),
            "W",
            2,
            18,
            image),
        kind(
            IMAGE,
            new SeparableConvolution2D.Builder(3, 2).depthMultiplier(2).nOut(4),
            "pW",
            4,
            6,
            (u, i) -> new long[] {u, i, 0, 0}),
        kind(VECTOR, new PReLULayer.Builder().inputShape(5), "W", 5, 1, (u, i) -> new long[] {u}),
        kind(
            InputType.convolutional(4, 2, 3),
            new PReLULayer.Builder().inputShape(3, 4, 2),
            "W",
            24,
            1,
            (u, i) -> new long[] {u / 8, u / 2 % 4, u % 2}),
        kind(
            VOLUME,
            new PReLULayer.Builder().inputShape(2, 6, 6, 6).sharedAxes(2, 3),
            "W",
            12,
            1,
            (u, i) -> new long[] {u / 6, 0, 0, u % 6}));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void givenRows_lieWhereTheLayerReadsThem(
      InputType input, BaseLayer.Builder<?> layer, String key, int units, int inputs, Place place) {
    double[] numbers = new double[units * inputs];
    Arrays.setAll(numbers, i -> i + 1);
    double[][] rows = Start.split(numbers, inputs);
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      layer.weightInit(new OnlyFor(rows));
      INDArray weights = Start.net(type, 1, input, layer.build()).getParam("0_" + key);
      assertEquals(units * inputs, weights.length());
      for (int u = 0; u < units; u++) {
        for (int i = 0; i < inputs; i++) {
          assertEquals(rows[u][i], weights.getDouble(place.of(u, i)), "unit " + u + " input " + i);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void sphere_givesEveryUnitTheSameNorm(
      InputType input, BaseLayer.Builder<?> layer, String key, int units, int inputs, Place place) {
    layer.weightInit(new SphereWeights(0.5));
    INDArray weights = Start.net(DataType.DOUBLE, 1, input, layer.build()).getParam("0_" + key);
    double[] first = null;
    for (int u = 0; u < units; u++) {
      double[] row = new double[inputs];
      for (int i = 0; i < inputs; i++) {
        row[i] = weights.getDouble(place.of(u, i));
      }
      assertEquals(0.5, Law.norm(row), 1e-15);
      if (first != null && inputs > 1) {
        assertNotEquals(first[0], row[0]);
      }
      first = row;
    }
  }

  /** Gives rows to the array they fit and lets Deeplearning4j start any other of the layer. */
  private static final class OnlyFor implements org.deeplearning4j.nn.weights.IWeightInit {

    private static final long serialVersionUID = 1L;
    private final double[][] rows;

    OnlyFor(double[][] rows) {
      this.rows = rows;
    }

    @Override
    public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray view) {
      UnitLayout layout = UnitLayout.of(fanIn, fanOut, shape, order);
      if (layout.units() == rows.length && layout.inputs() == rows[0].length) {
        return new GivenWeights(rows).init(fanIn, fanOut, shape, order, view);
      }
      return new org.deeplearning4j.nn.weights.WeightInitXavier()
          .init(fanIn, fanOut, shape, order, view);
    }
  }

  static Stream<Arguments> channelwiseLayers() {
    return Stream.of(
        Arguments.of(IMAGE, new ConvolutionLayer.Builder(3, 2).nOut(4), 6, 4),
        Arguments.of(IMAGE, new Deconvolution2D.Builder(3, 2).nOut(4), 6, 4),
        Arguments.of(VOLUME, new Convolution3D.Builder(3, 2, 2).nOut(4), 12, 4),
        Arguments.of(VOLUME, new Deconvolution3D.Builder().kernelSize(3, 2, 2).nOut(4), 12, 4),
        Arguments.of(IMAGE, new DepthwiseConvolution2D.Builder(3, 2).depthMultiplier(4), 6, 12));
  }

  /** The output of a unit is its filter summed over an input of ones, channel by channel. */
  @ParameterizedTest
  @MethodSource("channelwiseLayers")
  void outputChannel_isTheUnit_andItsRowGoesChannelByChannel(
      InputType input, BaseLayer.Builder<?> layer, int kernel, int units) {
    boolean depthwise = layer instanceof DepthwiseConvolution2D.Builder;
    int channels = input == IMAGE ? 3 : 2;
    double[] numbers = new double[units * kernel * (depthwise ? 1 : channels)];
    Arrays.setAll(numbers, i -> Math.sqrt(i + 2));
    double[][] rows = Start.split(numbers, numbers.length / units);
    layer.weightInit(new GivenWeights(rows)).activation(Activation.IDENTITY);
    MultiLayerNetwork net = Start.net(DataType.DOUBLE, 1, input, layer.build());
    long[] shape = input.getShape(true);
    shape[0] = 1;
    for (int c = 0; c < channels; c++) {
      INDArray x = Nd4j.zeros(DataType.DOUBLE, shape);
      x.tensorAlongDimension(c, range(2, shape.length)).assign(1);
      INDArray y = net.output(x);
      for (int u = 0; u < units; u++) {
        double sum = 0;
        for (int k = 0; k < kernel; k++) {
          sum += depthwise ? (u / 4 == c ? rows[u][k] : 0) : rows[u][c * kernel + k];
        }
        long[] middle = y.shape().clone();
        Arrays.setAll(middle, axis -> y.size(axis) / 2);
        middle[0] = 0;
        middle[1] = u;
        assertEquals(sum, y.getDouble(middle), 1e-12, "unit " + u + " channel " + c);
      }
    }
  }

  private static int[] range(int from, int to) {
    return java.util.stream.IntStream.range(from, to).toArray();
  }

  @Test
  void shapesOfTwoKinds_areTakenForAConvolution_elseForADeconvolution() {
    assertUnits(4, 24, UnitLayout.of(24, 24, new long[] {4, 4, 3, 2}, 'c'));
    assertUnits(3, 27, UnitLayout.of(27, 27, new long[] {3, 3, 3, 3}, 'c'));
    assertUnits(4, 16, UnitLayout.of(64, 16, new long[] {4, 4, 4, 1}, 'c'));
    assertUnits(2, 18, UnitLayout.of(18, 12, new long[] {3, 2, 3, 2}, 'c'));
    assertUnits(3, 72, UnitLayout.of(72, 27, new long[] {8, 3, 3, 3}, 'c'));
    assertUnits(3, 12, UnitLayout.of(12, 18, new long[] {3, 2, 1, 3, 2}, 'c'));
  }

  private static void assertUnits(int units, int inputs, UnitLayout layout) {
    assertArrayEquals(new int[] {units, inputs}, new int[] {layout.units(), layout.inputs()});
  }

  @Test
  void weightsOfAnyRank_areWrittenInMemoryOrder() {
    for (char order : new char[] {'c', 'f'}) {
      INDArray view = Nd4j.zeros(DataType.DOUBLE, 24);
      double[] rows = new double[24];
      Arrays.setAll(rows, i -> i);
      INDArray weights = UnitLayout.of(12, 2, new long[] {2, 3, 4}, 'c').write(rows, order, view);
      weights.putScalar(new long[] {1, 2, 3}, 99);
      assertEquals(99, view.getDouble(23), "the array is a view of the parameters");
      assertEquals(order == 'c' ? 1 : 12, view.getDouble(1));
    }
  }

  @Test
  void layersLargerThanAnArray_areRefused() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> UnitLayout.of(1 << 16, 1 << 16, new long[] {1 << 16, 1 << 16}, 'f'));
    assertTrue(e.getMessage().contains("fewer than 2^31"), e.getMessage());
  }
}
