package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.predictions.Preset;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMixtureDensity;
import org.nd4j.linalg.lossfunctions.impl.LossWasserstein;

/** Losses with labels of another width, and losses that change the labels they are given. */
class OddLossesTest {

  private static final int SAMPLES = 6;

  private static ImplicitBiasListener watching(DataSet data) {
    return ImplicitBiasListener.builder(data)
        .preset(Preset.FULL)
        .schedule(Schedule.everyStep())
        .build();
  }

  private static INDArray features(DataType type, long... shape) {
    return SequenceModels.numbers(3, shape).castTo(type);
  }

  @Test
  void aMixtureHasFewerLabelsThanOutputs_alsoInALossLayer() {
    for (DataType type : new DataType[] {DataType.FLOAT}) {
      INDArray labels = features(type, SAMPLES, 1);
      DataSet data = new DataSet(features(type, SAMPLES, 4), labels);
      Layer head =
          new LossLayer.Builder(LossMixtureDensity.builder().gaussians(1).labelWidth(1).build())
              .activation(Activation.IDENTITY)
              .build();
      MultiLayerNetwork net =
          Stacks.network(
              type,
              new Sgd(0.01),
              PlainModels.dense(4, 5, Activation.RELU),
              PlainModels.dense(5, 3, Activation.IDENTITY),
              head);
      ImplicitBiasListener bias = watching(data);
      net.addListeners(bias);
      for (int step = 0; step < 3; step++) {
        net.fit(data);
      }
      bias.close();
      assertEquals(Map.of(), bias.failures());
      assertEquals(4, bias.run().size());
      for (int step = 0; step < 3; step++) {
        double score = bias.run().value("score", step);
        assertEquals(score, bias.run().value("loss", step), 1e-5 * Math.abs(score));
      }
    }
  }

  /**
   * DL4J multiplies the labels of a Wasserstein loss by the mask, where they lie, at every call.
   */
  @Test
  void aLossThatChangesItsLabels_changesNeitherTheProbeNorTraining() {
    for (boolean sequences : new boolean[] {false, true}) {
      double[] parameters = null;
      double[] labels = null;
      for (boolean watched : new boolean[] {false, true}) {
        DataSet data = critics(sequences);
        MultiLayerNetwork net = critic(sequences);
        ImplicitBiasListener bias = watching(critics(sequences));
        if (watched) {
          net.addListeners(bias);
        }
        double first = net.score(critics(sequences));
        for (int step = 0; step < 3; step++) {
          net.fit(data);
        }
        bias.close();
        double[] after = net.params().dup().data().asDouble();
        double[] left = data.getLabels().dup('c').data().asDouble();
        if (!watched) {
          parameters = after;
          labels = left;
        } else {
          assertEquals(Map.of(), bias.failures());
          assertArrayEquals(parameters, after);
          assertArrayEquals(labels, left);
          assertEquals(first, bias.run().value("loss", 0), 1e-12 * Math.abs(first));
          double last = net.score(critics(sequences));
          assertEquals(last, bias.run().value("loss", 3), 1e-12 * Math.abs(last));
        }
      }
    }
  }

  private static DataSet critics(boolean sequences) {
    DataType type = DataType.DOUBLE;
    long[] shape = sequences ? new long[] {SAMPLES, 2, 3} : new long[] {SAMPLES, 2};
    INDArray features = sequences ? features(type, SAMPLES, 4, 3) : features(type, SAMPLES, 4);
    INDArray labels = Nd4j.ones(type, shape);
    INDArray mask = Nd4j.ones(type, shape);
    for (int i = 0; i < labels.length(); i++) {
      labels.data().put(i, i % 2 == 0 ? 1.0 : -1.0);
      mask.data().put(i, 0.5 + i % 3);
    }
    if (sequences) {
      mask = Nd4j.ones(type, SAMPLES, 3);
      mask.putScalar(0, 2, 0.5);
    }
    return new DataSet(features, labels, null, mask);
  }

  private static MultiLayerNetwork critic(boolean sequences) {
    if (sequences) {
      return PlainModels.stack(
          new org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn.Builder()
              .nIn(4)
              .nOut(5)
              .activation(Activation.RELU)
              .build(),
          new RnnOutputLayer.Builder(new LossWasserstein())
              .nIn(5)
              .nOut(2)
              .activation(Activation.IDENTITY)
              .build());
    }
    return PlainModels.stack(
        PlainModels.dense(4, 5, Activation.RELU),
        new OutputLayer.Builder(new LossWasserstein())
            .nIn(5)
            .nOut(2)
            .activation(Activation.IDENTITY)
            .build());
  }

  @Test
  void whatIsSaidOfAOneClassLayer_isTrue() {
    DataSet data =
        new DataSet(features(DataType.DOUBLE, SAMPLES, 4), Nd4j.ones(DataType.DOUBLE, SAMPLES, 1));
    MultiLayerNetwork net =
        PlainModels.stack(
            PlainModels.dense(4, 5, Activation.TANH),
            new OCNNOutputLayer.Builder()
                .nIn(5)
                .hiddenLayerSize(4)
                .nu(0.1)
                .activation(Activation.RELU)
                .build());
    ImplicitBiasListener bias = watching(data);
    net.addListeners(bias);
    net.fit(data);
    bias.close();
    assertTrue(
        bias.status()
            .contains(
                "no units, because layer1 (OCNNOutputLayer) cannot be tracked, because what its"
                    + " activation function is applied to stays inside the layer; no other layer"
                    + " has a kink at 0 (layer0: tanh); allLayers() tracks them by their signs"),
        bias.status());
    assertTrue(bias.run().size() > 1);
  }
}
