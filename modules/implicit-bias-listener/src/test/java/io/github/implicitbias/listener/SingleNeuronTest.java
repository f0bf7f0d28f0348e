package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.support.SpanCoefficients;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.Series;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;

/** One neuron trained in DL4J against independent reference runs (theory sheet, S1a and S1e). */
class SingleNeuronTest {

  private static Run train(
      String name, Activation activation, double rate, double[] start, int steps) {
    return watch(name, activation, rate, start, steps).run();
  }

  private static ImplicitBiasListener watch(
      String name, Activation activation, double rate, double[] start, int steps) {
    DataSet data = Networks.reference(name + "_data.csv");
    MultiLayerNetwork net = Networks.neuron(activation, rate, start);
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).layers("0").build();
    net.addListeners(bias);
    for (int i = 0; i < steps; i++) {
      net.fit(data);
    }
    bias.close();
    return bias;
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

  /** Theory sheet, 1.5: beta_relu, and the sample that is no support vector. */
  @Test
  void spanCoefficients_areThoseOfTheReference_addedUpAlongTheTraining() {
    ImplicitBiasListener bias = watch("s1a", Activation.RELU, 0.02, new double[] {-0.3, 0.2}, 4000);
    SpanCoefficients span = bias.result(SpanCoefficients.class);
    assertTrue(span.isAccumulated(), span.whyNotAccumulated());
    double[] expected = {.771713, .131805, .644954};
    for (int i = 0; i < 3; i++) {
      assertEquals(expected[i], span.coefficients()[i], 1e-6);
      assertEquals(
          span.coefficients()[i], bias.run().sampleValues("spanCoefficients", 4000)[i], 1e-15);
    }
    Run run = bias.run();
    assertEquals(1, run.value("spanAccumulated", 4000));
    assertTrue(run.value("spanResidual", 4000) < 1e-12, "" + run.value("spanResidual", 4000));
    // Sample 1 is off from step 4 on: its coefficient is what the first steps have given it.
    Series second = run.sampleSeries("spanCoefficients", 1);
    int late = 0;
    for (int i = 0; i < second.size(); i++) {
      if (second.step(i) >= 4) {
        assertEquals(span.coefficients()[1], second.value(i), "step " + second.step(i));
        late++;
      }
    }
    assertTrue(late > 10, "only " + late + " records");
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
