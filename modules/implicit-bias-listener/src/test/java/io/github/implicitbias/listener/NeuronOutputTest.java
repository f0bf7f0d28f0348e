package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.nn.layer.NeuronOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Networks that are one layer of neurons, against the reference runs and against each other. */
class NeuronOutputTest {

  private static final double[] START = {-0.3, 0.2};

  private static Run train(
      String name, NeuronOutputLayer.Builder layer, double rate, int steps, double[]... start) {
    DataSet data = Networks.reference(name + "_data.csv");
    return train(data, DataType.DOUBLE, layer, rate, steps, start);
  }

  private static Run train(
      DataSet data,
      DataType type,
      NeuronOutputLayer.Builder layer,
      double rate,
      int steps,
      double[]... start) {
    MultiLayerNetwork net =
        Stacks.network(
            type,
            new Sgd(rate),
            layer
                .nIn(start[0].length)
                .neurons(start.length)
                .weightInit(Weights.given(start))
                .build());
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).build();
    net.addListeners(bias);
    for (int i = 0; i < steps; i++) {
      net.fit(data);
    }
    bias.close();
    assertEquals(steps, net.getIterationCount());
    return bias.run();
  }

  private static NeuronOutputLayer.Builder neuron(ILossFunction loss) {
    return new NeuronOutputLayer.Builder(loss);
  }

  private static void followsReference(Run run, String file, double scale) {
    for (double[] row : Networks.rows(file)) {
      int step = (int) row[0];
      if (step >= run.size()) {
        return;
      }
      assertEquals(scale * row[7], run.value("loss", step), 1e-12, "loss at step " + step);
      assertEquals(row[8], run.value("parameterNorm", step), 1e-12, "norm at step " + step);
      long pattern = Long.decode(run.patternAt(step, "layer0").hex(0));
      assertEquals((long) row[6], pattern, "pattern at step " + step);
    }
  }

  @Test
  void aReLuNeuronAsOnlyLayer_isTrackedByDefault_andGivesTheEventsOfS1a() {
    Run run = train("s1a", neuron(new LossMSE()), 0.02, 500, START);
    assertEquals(List.of("4 deactivation 1"), Networks.flips(run, 0));
    followsReference(run, "s1a_relu.csv", 1);
    lossIsScore(run, 500);
    assertEquals(500, run.recordsInPlace());
  }

  @Test
  void anIdentityNeuronAsOnlyLayer_isTrackedByDefault_andGivesTheEventsOfS1a() {
    NeuronOutputLayer.Builder identity = neuron(Losses.halfMeanSquare());
    Run run = train("s1a", identity.activation(Activation.IDENTITY), 0.04, 500, START);
    assertEquals(List.of("4 deactivation 1", "36 reactivation 1"), Networks.flips(run, 0));
    followsReference(run, "s1a_linear.csv", 0.5);
    lossIsScore(run, 500);
    assertEquals(500, run.recordsInPlace());
  }

  @Test
  void aReLuNeuronAsOnlyLayer_givesTheEventsOfS1e() {
    Run run = train("s1e", neuron(Losses.meanSquare()), 0.01, 1200, new double[] {0.06, 0.04});
    assertEquals(List.of("1 deactivation 1", "461 reactivation 1"), Networks.flips(run, 0));
    lossIsScore(run, 1200);
  }

  @Test
  void neuronsSideBySide_withOneColumnOfLabels_giveTheEventsOfEachAlone() {
    double[][] starts = {START, {0.3, 0.2}, {-0.1, -0.4}};
    Run together = train("s1a", neuron(Losses.meanSquare()), 0.02, 300, starts);
    assertEquals(3, together.header().layers().get(0).units());
    assertEquals(300, together.recordsInPlace());
    lossIsScore(together, 300);
    Run[] alone = new Run[3];
    for (int k = 0; k < 3; k++) {
      alone[k] = train("s1a", neuron(Losses.meanSquare()), 0.02, 300, starts[k]);
      assertEquals(Networks.flips(alone[k], 0), Networks.flips(together, k));
      assertEquals(
          alone[k].patternAt(300, "layer0").hex(0), together.patternAt(300, "layer0").hex(k));
    }
    assertTrue(Networks.flips(together, 0).size() + Networks.flips(together, 2).size() > 1);
    for (long step = 0; step <= 300; step++) {
      double sum = 0;
      for (Run run : alone) {
        sum += run.value("loss", step);
      }
      assertEquals(sum, together.value("loss", step), 1e-12);
      assertEquals(0.04 * step, together.value("flowTime", step), 1e-12);
    }
  }

  @Test
  void withBias_theSignsAreThoseOfThePreActivations_inFloatAndDouble() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      DataSet data = Stacks.classes(type, 70, 2, 1, 5);
      NeuronOutputLayer.Builder layer = neuron(Losses.meanSquare()).hasBias(true).biasInit(-0.1);
      double[][] starts = {START, {0.3, 0.2}, {-0.1, -0.4}};
      Run run = train(data, type, layer, 0.1, 40, starts);
      MultiLayerNetwork again =
          Stacks.network(type, new Sgd(0.1), layer.weightInit(Weights.given(starts)).build());
      for (int step = 0; step < 40; step++) {
        again.fit(data);
      }
      INDArray z = data.getFeatures().mmul(again.getParam("0_W"));
      z.addiRowVector(again.getParam("0_b"));
      for (int k = 0; k < 3; k++) {
        for (int i = 0; i < 70; i++) {
          assertEquals(z.getDouble(i, k) > 0, run.patternAt(40, "layer0").isOn(k, i));
        }
      }
      for (long step = 0; step < 40; step++) {
        double score = run.value("score", step);
        assertEquals(score, run.value("loss", step), (type == DataType.FLOAT ? 1e-6 : 1e-12));
      }
    }
  }

  @Test
  void aProbeWithLabelsOfAnotherWidth_isAnsweredWithASentence_andTrainingGoesOn() {
    DataSet data = Stacks.classes(DataType.DOUBLE, 10, 2, 3, 5);
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE, new Sgd(0.1), neuron(Losses.meanSquare()).nIn(2).neurons(3).build());
    INDArray two = Stacks.classes(DataType.DOUBLE, 10, 2, 2, 5).getLabels();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data.getFeatures(), two).build();
    net.addListeners(bias);
    net.fit(data);
    net.fit(data);
    bias.close();
    assertEquals(0, bias.run().size());
    assertEquals(2, net.getIterationCount());
    Probe probe = new Probe(10, new double[20], new double[20], null);
    Exception sentence =
        assertThrows(
            IllegalArgumentException.class,
            () -> OutputHead.of(Network.of(net), probe, java.util.Set.of(), new NativeReader()));
    assertTrue(sentence.getMessage().contains("3 outputs"), sentence.getMessage());
  }

  private static void lossIsScore(Run run, int steps) {
    for (long step = 0; step < steps; step++) {
      assertEquals(run.value("score", step), run.value("loss", step), 1e-12, "at " + step);
    }
    assertTrue(Absent.is(run.value("score", steps)));
  }
}
