package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.TrackedLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
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

/** What masks hide of sequences is in no record. */
class MaskedSequencesTest extends Sequences {

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
}
