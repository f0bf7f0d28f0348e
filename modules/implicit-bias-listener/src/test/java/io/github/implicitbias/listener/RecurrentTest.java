package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
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
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Recurrent layers: units at time steps, masks, truncated backpropagation. */
class RecurrentTest extends Sequences {

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
