package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.TrackedLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Recurrent layers: units at time steps, masks, truncated backpropagation. */
class RecurrentTest {

  private static final int SAMPLES = 7;
  private static final int INPUTS = 3;
  private static final int TIME = 6;
  private static final int UNITS = 4;
  private static final int STEPS = 6;

  private static NeuralNetConfiguration.ListBuilder list(Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(0.5))
            .list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    return list;
  }

  private static MultiLayerNetwork series(RNNFormat format, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        list(layers)
            .layer(
                new RnnOutputLayer.Builder(LossFunction.MSE)
                    .nOut(2)
                    .dataFormat(format)
                    .activation(Activation.TANH)
                    .build());
    return started(list.setInputType(InputType.recurrent(INPUTS, TIME, format)));
  }

  private static MultiLayerNetwork started(MultiLayerConfiguration.Builder list) {
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  private static DataSet data(RNNFormat format) {
    INDArray x = Followed.uniform(DataType.DOUBLE, 5, SAMPLES, INPUTS, TIME);
    INDArray y = Followed.uniform(DataType.DOUBLE, 6, SAMPLES, 2, TIME);
    return format == RNNFormat.NCW
        ? new DataSet(x, y)
        : new DataSet(x.permute(0, 2, 1).dup('c'), y.permute(0, 2, 1).dup('c'));
  }

  private static double[][][] inputs(INDArray series, boolean last) {
    double[][][] x = new double[SAMPLES][TIME][INPUTS];
    for (int i = 0; i < SAMPLES; i++) {
      for (int t = 0; t < TIME; t++) {
        for (int c = 0; c < INPUTS; c++) {
          x[i][t][c] = last ? series.getDouble(i, t, c) : series.getDouble(i, c, t);
        }
      }
    }
    return x;
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private static double act(Activation activation, double z) {
    switch (activation) {
      case RELU:
        return Math.max(z, 0);
      case SIGMOID:
        return sigmoid(z);
      default:
        return Math.tanh(z);
    }
  }

  /** Returns z of a simple recurrent layer, samples x (unit, time), by loops. */
  private static double[][] simple(
      INDArray w, INDArray r, INDArray b, double[][][] x, Activation activation) {
    double[][] z = new double[x.length][UNITS * TIME];
    for (int i = 0; i < x.length; i++) {
      double[] h = new double[UNITS];
      for (int t = 0; t < TIME; t++) {
        double[] next = new double[UNITS];
        for (int u = 0; u < UNITS; u++) {
          double sum = b.getDouble(u);
          for (int c = 0; c < INPUTS; c++) {
            sum += x[i][t][c] * w.getDouble(c, u);
          }
          for (int v = 0; v < UNITS; v++) {
            sum += h[v] * r.getDouble(v, u);
          }
          z[i][u * TIME + t] = sum;
          next[u] = act(activation, sum);
        }
        h = next;
      }
    }
    return z;
  }

  /** Returns the memory cells of an LSTM, samples x (unit, time), by loops. */
  private static double[][] cells(
      INDArray w, INDArray r, INDArray b, double[][][] x, Activation activation) {
    double[][] cells = new double[x.length][UNITS * TIME];
    for (int i = 0; i < x.length; i++) {
      double[] h = new double[UNITS];
      double[] c = new double[UNITS];
      for (int t = 0; t < TIME; t++) {
        double[] gates = new double[4 * UNITS];
        for (int g = 0; g < gates.length; g++) {
          gates[g] = b.getDouble(g);
          for (int k = 0; k < INPUTS; k++) {
            gates[g] += x[i][t][k] * w.getDouble(k, g);
          }
          for (int v = 0; v < UNITS; v++) {
            gates[g] += h[v] * r.getDouble(v, g);
          }
        }
        for (int u = 0; u < UNITS; u++) {
          double input = act(activation, gates[u]);
          double forget = sigmoid(gates[UNITS + u]);
          double output = sigmoid(gates[2 * UNITS + u]);
          double write = sigmoid(gates[3 * UNITS + u]);
          c[u] = forget * c[u] + write * input;
          h[u] = output * act(activation, c[u]);
          cells[i][u * TIME + t] = c[u];
        }
      }
    }
    return cells;
  }

  private static void lossIsScore(Run run) {
    for (long step = run.firstStep(); step < run.lastStep(); step++) {
      assertEquals(run.value("score", step), run.value("loss", step), 1e-12, "at " + step);
    }
  }

  private static void isUnitTime(Run run, String name) {
    TrackedLayer layer = Followed.layer(run, name);
    assertEquals("unit,time", layer.axes());
    assertArrayEquals(new int[] {UNITS, TIME}, layer.shape());
  }

  @Test
  void simpleRecurrentLayers_byTheSignOfTheirPreActivation_bothFormats() {
    for (RNNFormat format : RNNFormat.values()) {
      for (Activation activation : new Activation[] {Activation.RELU, Activation.SIGMOID}) {
        DataSet data = data(format);
        boolean last = format == RNNFormat.NWC;
        MultiLayerNetwork net =
            series(
                format,
                new SimpleRnn.Builder()
                    .nOut(UNITS)
                    .dataFormat(format)
                    .activation(activation)
                    .build());
        ImplicitBiasListener bias =
            ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).layers("0").build();
        net.setListeners(bias);
        double[][][] x = inputs(data.getFeatures(), last);
        Run run =
            Followed.check(
                bias,
                "layer0",
                STEPS,
                () -> net.fit(data),
                () ->
                    simple(
                        net.getParam("0_W"),
                        net.getParam("0_RW"),
                        net.getParam("0_b"),
                        x,
                        activation),
                3);
        isUnitTime(run, "layer0");
        assertTrue(bias.route().contains("computed by DL4J"), bias.route());
        lossIsScore(run);
      }
    }
  }

  @Test
  void lstm_isTrackedByTheSignOfItsMemoryCell_onRequest() {
    DataSet data = data(RNNFormat.NCW);
    for (Activation activation : new Activation[] {Activation.TANH, Activation.RELU}) {
      MultiLayerNetwork net =
          series(RNNFormat.NCW, new LSTM.Builder().nOut(UNITS).activation(activation).build());
      ImplicitBiasListener bias =
          ImplicitBiasListener.builder(data)
              .schedule(Schedule.everyStep())
              .layers("layer0")
              .build();
      net.setListeners(bias);
      double[][][] x = inputs(data.getFeatures(), false);
      Run run =
          Followed.check(
              bias,
              "layer0",
              25,
              () -> net.fit(data),
              () ->
                  cells(
                      net.getParam("0_W"),
                      net.getParam("0_RW"),
                      net.getParam("0_b"),
                      x,
                      activation),
              activation == Activation.TANH ? 3 : 0);
      isUnitTime(run, "layer0");
      lossIsScore(run);
    }
  }

  @Test
  void anOutputGateThatCanBeZero_isAnsweredWithASentence() {
    DataSet data = data(RNNFormat.NCW);
    MultiLayerNetwork net =
        series(
            RNNFormat.NCW,
            new LSTM.Builder()
                .nOut(UNITS)
                .activation(Activation.TANH)
                .gateActivationFunction(Activation.HARDSIGMOID)
                .build());
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).layers("layer0").build();
    net.setListeners(bias);
    net.fit(data);
    bias.close();
    assertEquals(0, bias.run().size());
    assertEquals(1, net.getIterationCount());
  }

  @Test
  void twoDirectionsSideBySide_areUnitsSideBySide_theLastStepIsAMatrix_inPlace() {
    INDArray x = Followed.uniform(DataType.DOUBLE, 5, SAMPLES, INPUTS, TIME);
    DataSet data = new DataSet(x, Followed.oneHot(DataType.DOUBLE, 2, SAMPLES, 3));
    NeuralNetConfiguration.ListBuilder list =
        list(
                new Bidirectional(
                    Bidirectional.Mode.CONCAT,
                    new SimpleRnn.Builder().nOut(UNITS).activation(Activation.RELU).build()),
                new LastTimeStep(
                    new SimpleRnn.Builder().nOut(5).activation(Activation.RELU).build()))
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build());
    MultiLayerNetwork net = started(list.setInputType(InputType.recurrent(INPUTS, TIME)));
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    double[][][] forward = inputs(x, false);
    double[][][] backward = new double[SAMPLES][TIME][];
    for (int i = 0; i < SAMPLES; i++) {
      for (int t = 0; t < TIME; t++) {
        backward[i][t] = forward[i][TIME - 1 - t];
      }
    }
    Run run =
        Followed.check(
            bias,
            "layer0",
            STEPS,
            () -> net.fit(data),
            () -> {
              double[][] f =
                  simple(
                      net.getParam("0_fW"),
                      net.getParam("0_fRW"),
                      net.getParam("0_fb"),
                      forward,
                      Activation.RELU);
              double[][] b =
                  simple(
                      net.getParam("0_bW"),
                      net.getParam("0_bRW"),
                      net.getParam("0_bb"),
                      backward,
                      Activation.RELU);
              double[][] both = new double[SAMPLES][2 * UNITS * TIME];
              for (int i = 0; i < SAMPLES; i++) {
                System.arraycopy(f[i], 0, both[i], 0, UNITS * TIME);
                for (int u = 0; u < UNITS; u++) {
                  for (int t = 0; t < TIME; t++) {
                    both[i][(UNITS + u) * TIME + t] = b[i][u * TIME + TIME - 1 - t];
                  }
                }
              }
              return both;
            },
            3);
    assertEquals(STEPS, run.recordsInPlace(), bias.route());
    assertEquals("unit,time", Followed.layer(run, "layer0").axes());
    assertEquals("unit", Followed.layer(run, "layer1").axes());
    assertEquals(0.5, run.value("learningRate", 0));
    assertArrayEquals(new int[] {5}, Followed.layer(run, "layer1").shape());
    lossIsScore(run);
    INDArray h = net.feedForward(x, false).get(2);
    ActivationPattern last = run.patternAt(STEPS, "layer1");
    for (int i = 0; i < SAMPLES; i++) {
      for (int u = 0; u < 5; u++) {
        assertEquals(h.getDouble(i, u) > 0, last.isOn(u, i));
      }
    }
  }

  @Test
  void aDenseLayerOnSequences_isReadStepByStep() {
    DataSet data = data(RNNFormat.NCW);
    MultiLayerNetwork net =
        series(
            RNNFormat.NCW,
            new SimpleRnn.Builder().nOut(UNITS).activation(Activation.TANH).build(),
            new DenseLayer.Builder().nOut(UNITS).activation(Activation.RELU).build());
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    Run run =
        Followed.check(
            bias,
            "layer1",
            STEPS,
            () -> net.fit(data),
            () -> {
              INDArray h = net.feedForward(data.getFeatures(), false).get(1);
              double[][] z = new double[SAMPLES][UNITS * TIME];
              for (int i = 0; i < SAMPLES; i++) {
                for (int t = 0; t < TIME; t++) {
                  for (int u = 0; u < UNITS; u++) {
                    double sum = net.getParam("1_b").getDouble(u);
                    for (int v = 0; v < UNITS; v++) {
                      sum += h.getDouble(i, v, t) * net.getParam("1_W").getDouble(v, u);
                    }
                    z[i][u * TIME + t] = sum;
                  }
                }
              }
              return z;
            },
            3);
    isUnitTime(run, "layer1");
    lossIsScore(run);
  }

  private static INDArray mask() {
    double[][] mask = new double[SAMPLES][TIME];
    for (int i = 0; i < SAMPLES; i++) {
      for (int t = 0; t < TIME - i % 3; t++) {
        mask[i][t] = 1;
      }
    }
    return Nd4j.createFromArray(mask);
  }

  @Test
  void maskedSteps_areNotEntries_andTheLossIsDl4js() {
    DataSet data = data(RNNFormat.NCW);
    data.setFeaturesMaskArray(mask());
    data.setLabelsMaskArray(mask());
    MultiLayerNetwork net =
        series(
            RNNFormat.NCW,
            new SimpleRnn.Builder().nOut(UNITS).biasInit(0.5).activation(Activation.RELU).build(),
            new DenseLayer.Builder().nOut(UNITS).activation(Activation.RELU).build());
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    for (int k = 0; k < STEPS; k++) {
      net.fit(data);
    }
    bias.close();
    Run run = bias.run();
    lossIsScore(run);
    assertEquals(0, run.recordsInPlace());
    long on = 0;
    for (TrackedLayer layer : run.header().layers()) {
      int possible = 0;
      int channels = layer.shape()[0];
      for (long step = 0; step <= STEPS; step++) {
        ActivationPattern pattern = run.patternAt(step, layer.name());
        possible = 0;
        for (int i = 0; i < SAMPLES; i++) {
          for (int u = 0; u < channels; u++) {
            for (int t = 0; t < TIME; t++) {
              boolean exists = t < TIME - i % 3;
              possible += exists ? 1 : 0;
              on += pattern.isOn(u * TIME + t, i) ? 1 : 0;
              assertTrue(exists || !pattern.isOn(u * TIME + t, i), layer + " " + i + " " + t);
            }
          }
        }
      }
      assertEquals(channels * (6 + 5 + 4 + 6 + 5 + 4 + 6), possible);
    }
    assertTrue(on > 0);
    // At a step that two samples of seven do not have, a unit is linear if it is on for five.
    assertTrue(run.latest("linearUnits[layer0]") > 0);
  }

  /** In float only: DL4J 1.0.0-M2.1 reduces masks with an operation that fails in double. */
  @Test
  void masksOfAConvolutionWithStride_areThoseOfItsOutput() {
    DataSet data =
        new DataSet(
            Followed.uniform(DataType.FLOAT, 5, SAMPLES, INPUTS, TIME),
            Followed.oneHot(DataType.FLOAT, 2, SAMPLES, 3),
            mask().castTo(DataType.FLOAT),
            null);
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .updater(new Sgd(0.1))
            .list()
            .layer(
                new Convolution1DLayer.Builder(2)
                    .nOut(UNITS)
                    .stride(2)
                    .biasInit(5)
                    .activation(Activation.RELU)
                    .build())
            .layer(new GlobalPoolingLayer.Builder().build())
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build());
    MultiLayerNetwork net = started(list.setInputType(InputType.recurrent(INPUTS, TIME)));
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    net.fit(data);
    bias.close();
    Run run = bias.run();
    assertArrayEquals(new int[] {UNITS, 3}, Followed.layer(run, "layer0").shape());
    ActivationPattern pattern = run.patternAt(0, "layer0");
    for (int i = 0; i < SAMPLES; i++) {
      for (int u = 0; u < UNITS; u++) {
        for (int p = 0; p < 3; p++) {
          // Position p is made of steps 2p and 2p + 1; the bias turns on every one that exists.
          assertEquals(2 * p < TIME - i % 3, pattern.isOn(u * 3 + p, i), i + " " + p);
        }
      }
    }
    assertEquals(run.value("score", 0), run.value("loss", 0), 1e-6);
  }

  @Test
  void aMaskThatMasksNothing_isNoMask() {
    DataSet data = data(RNNFormat.NCW);
    data.setFeaturesMaskArray(Nd4j.ones(DataType.DOUBLE, SAMPLES, TIME));
    assertFalse(Probes.of(data).hasMasks());
  }

  @Test
  void truncatedBackpropagation_isFollowedChunkByChunk_withStateUntouched() {
    DataSet data = data(RNNFormat.NCW);
    MultiLayerConfiguration.Builder list =
        list(new SimpleRnn.Builder().nOut(UNITS).activation(Activation.RELU).build())
            .layer(
                new RnnOutputLayer.Builder(LossFunction.MSE)
                    .nOut(2)
                    .activation(Activation.TANH)
                    .build())
            .backpropType(BackpropType.TruncatedBPTT)
            .tBPTTLength(2);
    list.setInputType(InputType.recurrent(INPUTS, TIME));
    MultiLayerNetwork net = started(list);
    MultiLayerNetwork bare = net.clone();
    net.rnnTimeStep(data.getFeatures());
    bare.rnnTimeStep(data.getFeatures());
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    for (int k = 0; k < 3; k++) {
      net.fit(data);
      bare.fit(data);
    }
    double[][] z =
        simple(
            net.getParam("0_W"),
            net.getParam("0_RW"),
            net.getParam("0_b"),
            inputs(data.getFeatures(), false),
            Activation.RELU);
    INDArray one = data.getFeatures().dup();
    assertEquals(bare.params(), net.params());
    assertEquals(bare.rnnTimeStep(one), net.rnnTimeStep(one));
    bias.close();
    assertEquals(bare.rnnTimeStep(one), net.rnnTimeStep(one));
    Run run = bias.run();
    assertEquals(10, run.size());
    assertTrue(bias.route().contains("truncated"), bias.route());
    ActivationPattern last = run.patternAt(9, "layer0");
    for (int i = 0; i < SAMPLES; i++) {
      for (int unit = 0; unit < UNITS * TIME; unit++) {
        assertEquals(z[i][unit] > 0, last.isOn(unit, i));
      }
    }
    assertFalse(Absent.is(run.value("loss", 9)));
  }
}
