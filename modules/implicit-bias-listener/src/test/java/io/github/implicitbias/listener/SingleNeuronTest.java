package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.Absent;
import io.github.implicitbias.core.run.Run;
import io.github.implicitbias.core.run.Series;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;

/** One neuron trained in DL4J against independent reference runs (theory sheet, S1a and S1e). */
class SingleNeuronTest {

  private static Run train(
      String name, Activation activation, double rate, double[] start, int steps) {
    DataSet data = Networks.reference(name + "_data.csv");
    MultiLayerNetwork net = Networks.neuron(activation, rate, start);
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).layers("0").build();
    net.addListeners(bias);
    for (int i = 0; i < steps; i++) {
      net.fit(data);
    }
    bias.close();
    return bias.run();
  }

  private static void followsReference(Run run, String file) {
    double[][] rows = Networks.rows(file);
    Series loss = run.metric("loss");
    Series norm = run.metric("parameterNorm");
    for (double[] row : rows) {
      int step = (int) row[0];
      assertEquals(step, loss.step(step));
      assertEquals(row[7], loss.value(step), 1e-12, "loss at step " + step);
      assertEquals(row[8], norm.value(step), 1e-12, "norm at step " + step);
    }
  }

  @Test
  void reLuNeuron_onS1a_deactivatesOneSampleAndNeverReactivatesIt() {
    Run run = train("s1a", Activation.RELU, 0.02, new double[] {-0.3, 0.2}, 4000);
    assertEquals(List.of("4 deactivation 1"), Networks.flips(run, 0));
    assertEquals(4001, run.size());
    assertEquals("0x5", run.patternAt(4, "layer0").hex(0));
    assertEquals("0x7", run.patternAt(3, "layer0").hex(0));
    followsReference(run, "s1a_relu.csv");
  }

  @Test
  void linearNeuron_onS1a_reactivatesTheSample() {
    Run run = train("s1a", Activation.IDENTITY, 0.02, new double[] {-0.3, 0.2}, 4000);
    assertEquals(List.of("4 deactivation 1", "36 reactivation 1"), Networks.flips(run, 0));
    followsReference(run, "s1a_linear.csv");
  }

  @Test
  void reLuNeuron_onS1e_reactivatesTheSampleLate() {
    Run run = train("s1e", Activation.RELU, 0.01, new double[] {0.06, 0.04}, 1200);
    assertEquals(List.of("1 deactivation 1", "461 reactivation 1"), Networks.flips(run, 0));
  }

  @Test
  void everyRecord_hasLossEqualToScore_andTheLastHasNoScore() {
    Run run = train("s1a", Activation.RELU, 0.02, new double[] {-0.3, 0.2}, 50);
    for (long step = 0; step < 50; step++) {
      assertEquals(run.value("score", step), run.value("loss", step), 1e-12);
      assertEquals(0.02, run.value("learningRate", step));
      assertEquals(0.02 * step, run.value("time", step), 1e-12);
      assertEquals(0.04 * step, run.value("flowTime", step), 1e-12);
    }
    assertTrue(Absent.is(run.value("score", 50)));
    assertTrue(Absent.is(run.value("learningRate", 50)));
    assertTrue(Absent.is(run.value("updateNorm", 0)));
    assertEquals(50, run.recordsInPlace());
  }
}
