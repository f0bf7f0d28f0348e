package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Run;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Convolutions of all dimensions and formats, per channel and position, and per channel. */
class ConvolutionTest {

  private static final int SAMPLES = 9;
  private static final int STEPS = 5;

  private static MultiLayerNetwork net(InputType type, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(0.5))
            .list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nOut(3)
            .activation(Activation.SOFTMAX)
            .build());
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(type).build());
    net.init();
    return net;
  }

  private static Run check(
      MultiLayerNetwork net, DataSet data, int layer, int[] axes, boolean inPlace) {
    String name = "layer" + layer;
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).layers(name).build();
    net.setListeners(bias);
    Run run =
        Followed.check(
            bias,
            name,
            STEPS,
            () -> net.fit(data),
            () -> Followed.rows(Followed.withIdentity(net, layer, data.getFeatures()), axes),
            5);
    assertEquals(inPlace ? STEPS : 0, run.recordsInPlace(), bias.route());
    for (long step = run.firstStep(); step < run.lastStep(); step++) {
      assertEquals(run.value("score", step), run.value("loss", step), 1e-12);
    }
    return run;
  }

  private static ConvolutionLayer conv2D(int out, Activation activation, CNN2DFormat format) {
    return new ConvolutionLayer.Builder(3, 2)
        .nOut(out)
        .stride(1, 2)
        .padding(1, 0)
        .dataFormat(format)
        .activation(activation)
        .build();
  }

  @Test
  void twoDimensions_channelsFirst_isInPlace_alsoBehindPoolingAndPreprocessors() {
    DataSet data = Followed.images(1, SAMPLES, 3, 2, 6, 8);
    MultiLayerNetwork net =
        net(
            InputType.convolutional(6, 8, 2),
            conv2D(4, Activation.RELU, CNN2DFormat.NCHW),
            new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                .kernelSize(2, 2)
                .stride(1, 1)
                .build(),
            conv2D(3, Activation.LEAKYRELU, CNN2DFormat.NCHW),
            new DenseLayer.Builder().nOut(7).activation(Activation.RELU).build());
    Run run = check(net, data, 0, new int[] {1, 2, 3}, true);
    assertEquals("channel,row,column", Followed.layer(run, "layer0").axes());
    assertArrayEquals(new int[] {4, 6, 4}, Followed.layer(run, "layer0").shape());
    check(net.clone(), data, 2, new int[] {1, 2, 3}, true);
    check(net.clone(), data, 3, new int[] {1}, true);
  }

  @Test
  void twoDimensions_channelsLast_hasTheSameOrderOfUnits() {
    DataSet data = Followed.images(1, SAMPLES, 3, 6, 8, 2);
    MultiLayerNetwork net =
        net(
            InputType.convolutional(6, 8, 2, CNN2DFormat.NHWC),
            conv2D(4, Activation.RELU, CNN2DFormat.NHWC),
            conv2D(3, Activation.RELU, CNN2DFormat.NHWC));
    Run run = check(net, data, 0, new int[] {3, 1, 2}, true);
    assertEquals("channel,row,column", Followed.layer(run, "layer0").axes());
    assertArrayEquals(new int[] {4, 6, 4}, Followed.layer(run, "layer0").shape());
    check(net.clone(), data, 1, new int[] {3, 1, 2}, true);
  }

  @Test
  void anOutputLayerBehindAConvolution_isTrackedByItsOwnPreActivations() {
    DataSet data = Followed.images(1, SAMPLES, 3, 2, 6, 8);
    MultiLayerNetwork net =
        net(InputType.convolutional(6, 8, 2), conv2D(4, Activation.RELU, CNN2DFormat.NCHW));
    Run run = check(net, data, 1, new int[] {1}, true);
    assertArrayEquals(new int[] {3}, Followed.layer(run, "layer1").shape());
  }

  @Test
  void activationsThatLoseTheSign_areReadFromATwinOnTheSameParameters() {
    DataSet data = Followed.images(1, SAMPLES, 3, 2, 6, 8);
    for (Activation activation : new Activation[] {Activation.SIGMOID, Activation.GELU}) {
      MultiLayerNetwork net =
          net(InputType.convolutional(6, 8, 2), conv2D(4, activation, CNN2DFormat.NCHW));
      check(net, data, 0, new int[] {1, 2, 3}, true);
    }
    DataSet last = Followed.images(1, SAMPLES, 3, 6, 8, 2);
    MultiLayerNetwork net =
        net(
            InputType.convolutional(6, 8, 2, CNN2DFormat.NHWC),
            conv2D(4, Activation.SOFTPLUS, CNN2DFormat.NHWC));
    check(net, last, 0, new int[] {3, 1, 2}, true);
  }

  private static Convolution1DLayer conv1D(RNNFormat format, Activation activation) {
    return new Convolution1DLayer.Builder(3)
        .nOut(5)
        .convolutionMode(ConvolutionMode.Same)
        .rnnDataFormat(format)
        .activation(activation)
        .build();
  }

  @Test
  void oneDimension_isReadPerChannelAndPosition() {
    DataSet data = Followed.images(4, SAMPLES, 3, 2, 10);
    for (Activation activation : new Activation[] {Activation.RELU, Activation.SIGMOID}) {
      MultiLayerNetwork net =
          net(
              InputType.recurrent(2, 10),
              conv1D(RNNFormat.NCW, activation),
              new GlobalPoolingLayer.Builder().build());
      Run run = check(net, data, 0, new int[] {1, 2}, true);
      assertEquals("channel,position", Followed.layer(run, "layer0").axes());
      assertArrayEquals(new int[] {5, 10}, Followed.layer(run, "layer0").shape());
    }
  }

  /** DL4J 1.0.0-M2.1 cannot train such a layer: its backward pass fails; but it can be frozen. */
  @Test
  void oneDimension_channelsLast_hasTheSameOrderOfUnits() {
    DataSet data = Followed.images(4, SAMPLES, 3, 10, 2);
    MultiLayerNetwork net =
        net(
            InputType.recurrent(2, 10, RNNFormat.NWC),
            new FrozenLayer(conv1D(RNNFormat.NWC, Activation.RELU)),
            new GlobalPoolingLayer.Builder().poolingDimensions(1).build());
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    Run run =
        Followed.check(
            bias,
            "layer0",
            2,
            () -> net.fit(data),
            () -> Followed.rows(net.feedForwardToLayer(0, data.getFeatures(), false).get(1), 2, 1),
            0);
    assertArrayEquals(new int[] {5, 10}, Followed.layer(run, "layer0").shape());
    assertEquals(2, run.recordsInPlace());
  }

  @Test
  void threeDimensions_bothFormats() {
    for (Convolution3D.DataFormat format : Convolution3D.DataFormat.values()) {
      boolean last = format == Convolution3D.DataFormat.NDHWC;
      DataSet data =
          last
              ? Followed.images(5, SAMPLES, 3, 4, 5, 3, 2)
              : Followed.images(5, SAMPLES, 3, 2, 4, 5, 3);
      MultiLayerNetwork net =
          net(
              InputType.convolutional3D(format, 4, 5, 3, 2),
              new Convolution3D.Builder(2, 3, 2)
                  .nOut(3)
                  .dataFormat(format)
                  .activation(Activation.RELU)
                  .build(),
              new GlobalPoolingLayer.Builder()
                  .poolingDimensions(last ? new int[] {1, 2, 3} : new int[] {2, 3, 4})
                  .build());
      int[] axes = last ? new int[] {4, 1, 2, 3} : new int[] {1, 2, 3, 4};
      Run run = check(net, data, 0, axes, true);
      assertEquals("channel,depth,row,column", Followed.layer(run, "layer0").axes());
      assertArrayEquals(new int[] {3, 3, 3, 2}, Followed.layer(run, "layer0").shape());
    }
  }

  @Test
  void transposedSeparableAndDepthwiseConvolutions() {
    DataSet data = Followed.images(6, SAMPLES, 3, 2, 5, 6);
    for (Activation activation : new Activation[] {Activation.RELU, Activation.SIGMOID}) {
      Layer[] layers = {
        new Deconvolution2D.Builder(2, 3).nOut(3).activation(activation).build(),
        new SeparableConvolution2D.Builder(2, 2)
            .nOut(4)
            .depthMultiplier(2)
            .activation(activation)
            .build(),
        new DepthwiseConvolution2D.Builder(2, 2)
            .nOut(4)
            .depthMultiplier(2)
            .activation(activation)
            .build()
      };
      for (Layer layer : layers) {
        MultiLayerNetwork net = net(InputType.convolutional(5, 6, 2), layer);
        check(net, data, 0, new int[] {1, 2, 3}, true);
      }
    }
    DataSet volumes = Followed.images(7, SAMPLES, 3, 2, 3, 4, 3);
    MultiLayerNetwork net =
        net(
            InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 3, 4, 3, 2),
            new Deconvolution3D.Builder()
                .kernelSize(2, 2, 2)
                .nOut(2)
                .activation(Activation.RELU)
                .build());
    check(net, volumes, 0, new int[] {1, 2, 3, 4}, true);
  }

  @Test
  void behindBatchNormalization_theShadowIsTaken_andPreluIsReadFromItsInput() {
    DataSet data = Followed.images(8, SAMPLES, 3, 2, 5, 6);
    MultiLayerNetwork net =
        net(
            InputType.convolutional(5, 6, 2),
            conv2D(3, Activation.IDENTITY, CNN2DFormat.NCHW),
            new BatchNormalization(),
            new PReLULayer.Builder().inputShape(3, 5, 3).build());
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    Run run =
        Followed.check(
            bias,
            "layer2",
            STEPS,
            () -> net.fit(data),
            () ->
                Followed.rows(net.feedForwardToLayer(1, data.getFeatures(), false).get(2), 1, 2, 3),
            5);
    assertEquals(0, run.recordsInPlace());
    assertEquals(1, run.header().layers().size());
    assertTrue(bias.route().contains("normalizes batches"), bias.route());
    assertArrayEquals(new int[] {3, 5, 3}, Followed.layer(run, "layer2").shape());
  }

  @Test
  void perChannel_aChannelIsOnWhereItIsOnAtOnePositionAtLeast() {
    for (CNN2DFormat format : CNN2DFormat.values()) {
      boolean last = format == CNN2DFormat.NHWC;
      DataSet data =
          last ? Followed.images(1, SAMPLES, 3, 4, 3, 2) : Followed.images(1, SAMPLES, 3, 2, 4, 3);
      MultiLayerNetwork net =
          net(
              InputType.convolutional(4, 3, 2, format),
              new ConvolutionLayer.Builder(3, 2)
                  .nOut(6)
                  .dataFormat(format)
                  .activation(Activation.RELU)
                  .build());
      ImplicitBiasListener bias =
          ImplicitBiasListener.builder(data)
              .schedule(Schedule.everyStep())
              .granularity(Granularity.PER_CHANNEL)
              .build();
      net.setListeners(bias);
      int[] axes = last ? new int[] {3, 1, 2} : new int[] {1, 2, 3};
      Run run =
          Followed.check(
              bias,
              "layer0",
              20,
              () -> net.fit(data),
              () -> {
                INDArray z = Followed.withIdentity(net, 0, data.getFeatures());
                return Followed.largest(Followed.rows(z, axes), 4);
              },
              3);
      assertEquals("channel (any position)", Followed.layer(run, "layer0").axes());
      assertArrayEquals(new int[] {6}, Followed.layer(run, "layer0").shape());
      assertTrue(Absent.is(run.latest("linearUnits[layer0]")));
      assertEquals(0, run.events().stream().filter(e -> e.kind() == EventKind.UNIT_LINEAR).count());
    }
  }

  /** Four nested loops, nothing of DL4J. */
  private static double[][] byLoops(double[][][][] x, INDArray w, INDArray b, int[] out) {
    double[][] z = new double[x.length][(int) w.size(0) * out[0] * out[1]];
    for (int i = 0; i < x.length; i++) {
      int at = 0;
      for (int channel = 0; channel < w.size(0); channel++) {
        for (int row = 0; row < out[0]; row++) {
          for (int column = 0; column < out[1]; column++) {
            double sum = b.getDouble(channel);
            for (int c = 0; c < w.size(1); c++) {
              for (int p = 0; p < w.size(2); p++) {
                for (int q = 0; q < w.size(3); q++) {
                  int r = row + p - 1;
                  int s = 2 * column + q;
                  if (r >= 0 && r < x[i][c].length && s < x[i][c][r].length) {
                    sum += x[i][c][r][s] * w.getDouble(channel, c, p, q);
                  }
                }
              }
            }
            z[i][at++] = sum;
          }
        }
      }
    }
    return z;
  }

  @Test
  void aConvolutionByNestedLoops_hasTheSamePattern() {
    DataSet data = Followed.images(1, SAMPLES, 3, 2, 6, 8);
    double[][][][] x = new double[SAMPLES][2][6][8];
    for (int i = 0; i < SAMPLES; i++) {
      for (int c = 0; c < 2; c++) {
        for (int r = 0; r < 6; r++) {
          for (int s = 0; s < 8; s++) {
            x[i][c][r][s] = data.getFeatures().getDouble(i, c, r, s);
          }
        }
      }
    }
    MultiLayerNetwork net =
        net(InputType.convolutional(6, 8, 2), conv2D(4, Activation.RELU, CNN2DFormat.NCHW));
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    Followed.check(
        bias,
        "layer0",
        STEPS,
        () -> net.fit(data),
        () -> byLoops(x, net.getParam("0_W"), net.getParam("0_b"), new int[] {6, 4}),
        5);
  }
}
