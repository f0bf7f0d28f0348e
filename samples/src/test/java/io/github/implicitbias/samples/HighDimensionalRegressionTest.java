package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.core.solution.ConstrainedMinimumNorm;
import io.github.implicitbias.core.solution.MinimumNorm;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * One ReLU neuron and a pair of them in 2000 dimensions, trained in DL4J, beside reference runs.
 */
class HighDimensionalRegressionTest {

  private static final int SAMPLES = 20;

  private final double[][] x;
  private final double[] y = new double[SAMPLES];
  private double rate = 0.0025;
  private MultiLayerNetwork net;

  HighDimensionalRegressionTest() {
    x = draw(2000);
  }

  private double[][] draw(int inputs) {
    SplittableRandom random = new SplittableRandom(2603);
    double[][] rows = new double[SAMPLES][inputs];
    for (double[] row : rows) {
      for (int k = 0; k < inputs; k++) {
        double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
        row[k] = radius * Math.cos(2 * Math.PI * random.nextDouble());
      }
    }
    for (int i = 0; i < SAMPLES; i++) {
      y[i] = (0.5 + random.nextDouble()) * (i % 2 == 0 ? 1 : -1);
    }
    return rows;
  }

  private Run train(double[][] rows, boolean pair, int steps) {
    double[] z = new double[SAMPLES];
    Arrays.fill(z, 1e-6);
    double[] w = MinimumNorm.of(rows, z).solution();
    DenseLayer neurons =
        new DenseLayer.Builder()
            .nIn(w.length)
            .nOut(pair ? 2 : 1)
            .hasBias(false)
            .activation(Activation.RELU)
            .weightInit(Weights.given(pair ? new double[][] {w, w} : new double[][] {w}))
            .build();
    Layer top =
        pair
            ? new FixedSignOutputLayer.Builder(new LossMSE()).weights(1, -1).nIn(2).nOut(1).build()
            : new LossLayer.Builder(new LossMSE()).activation(Activation.IDENTITY).build();
    net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(rate))
                .list()
                .layer(neurons)
                .layer(top)
                .build());
    net.init();
    DataSet data =
        new DataSet(Nd4j.createFromArray(rows), Nd4j.createFromArray(y).reshape(SAMPLES, 1));
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .preset(Preset.STANDARD)
            .schedule(Schedule.everyStep())
            .build();
    net.addListeners(bias);
    for (int t = 0; t < steps; t++) {
      net.fit(data);
    }
    bias.close();
    return bias.run();
  }

  private static RunVerdict verdict(Run run, String id) {
    return run.verdicts().stream().filter(v -> v.id().equals(id)).findFirst().orElseThrow();
  }

  private static void judged(Run run, Verdict.State state, String... ids) {
    for (String id : ids) {
      assertEquals(state, verdict(run, id).state(), id + ": " + verdict(run, id).detail());
    }
  }

  @Test
  void theNeuron_followsTheReferenceRun_andItsPredictions() {
    double[][] labels = ReferenceFile.rows("s5d_y.csv");
    for (int i = 0; i < SAMPLES; i++) {
      assertEquals(labels[i][0], y[i], 0);
    }
    Run run = train(x, false, 100);
    double[][] rows = ReferenceFile.rows("s5d_m1_traj.csv");
    for (double[] row : rows) {
      int step = (int) row[0];
      assertEquals((long) row[1], run.patternAt(step, "layer0").words()[0], "step " + step);
      // Recorded there is half the sum of squares.
      assertEquals(row[2], 10 * run.value("loss", step), 1e-9 * row[2], "loss at step " + step);
    }
    assertEquals(9, rows.length);
    assertEquals(100, run.lastStep());
    assertEquals(0.049315948, run.value("parameterNorm", 1), 1e-9);
    assertEquals(0.062640361, run.value("parameterNorm", 2), 1e-9);
    assertEquals(0.076065731, run.value("parameterNorm", 10), 1e-9);
    assertEquals(0.076116263, run.value("parameterNorm", 100), 1e-9);
    assertEquals(0.032636453, run.value("gapToMinNorm", 100), 1e-7);
    assertEquals(0.479440, run.value("relativeGapToMinNorm", 100), 1e-6);
    assertEquals(1, run.value("patternStableSince[layer0]", 100));
    double[] limit = ReferenceFile.rows("s5d_w_inf_first20.csv")[0];
    double[] shortest = ReferenceFile.rows("s5d_w_minnorm_first20.csv")[0];
    double[] w = net.getParam("0_W").data().asDouble();
    double[] solution = ConstrainedMinimumNorm.fittingPositive(x, y).solution();
    for (int k = 0; k < 20; k++) {
      assertEquals(limit[k], w[k], 1e-9);
      assertEquals(shortest[k], solution[k], 1e-9);
    }
    judged(run, Verdict.State.HOLDS, "patternFreezesEarly");
    judged(run, Verdict.State.REACHED, "limitClosedForm", "gapScaling", "lossFloor");
    judged(run, Verdict.State.NOT_APPLICABLE, "minNormForPositiveLabels");
    assertEquals(1, verdict(run, "patternFreezesEarly").measured());
    // At this size the gap is computed at every 25th record, distances in verdicts at every 5th.
    assertEquals(0.032636453, run.value("gapToMinNorm", 50), 1e-7);
    assertEquals(0.032636453, run.value("gapScaling.measured", 45), 1e-7);
    assertEquals(0.032636453, verdict(run, "gapScaling").measured(), 1e-7);
    assertEquals(0.4567774611915, verdict(run, "lossFloor").bound(), 1e-12);
    assertTrue(
        verdict(run, "minNormForPositiveLabels").detail().startsWith("10 labels are 0 or below"));
  }

  @Test
  void thePair_followsTheReferenceRun_andItsPredictions() {
    Run run = train(x, true, 100);
    double[][] rows = ReferenceFile.rows("s5d_m2_traj.csv");
    for (double[] row : rows) {
      int step = (int) row[0];
      assertEquals((long) row[1], run.patternAt(step, "layer0").words()[0], "step " + step);
      assertEquals((long) row[2], run.patternAt(step, "layer0").words()[1], "step " + step);
      double norm = Math.hypot(row[4], row[5]);
      assertEquals(norm, run.value("parameterNorm", step), 1e-9 * norm, "norm at step " + step);
      assertEquals(row[3], 10 * run.value("loss", step), 1e-9 * row[3] + 1e-28, "step " + step);
    }
    assertEquals(9, rows.length);
    assertEquals(0.107422278, run.value("parameterNorm", 100), 1e-9);
    assertEquals(0.047060980, run.value("gapToMinNorm", 100), 1e-7);
    assertEquals(0.492958, run.value("relativeGapToMinNorm", 100), 1e-6);
    judged(run, Verdict.State.HOLDS, "patternFreezesEarly");
    judged(run, Verdict.State.REACHED, "gapScaling", "lossFloor");
    judged(run, Verdict.State.NOT_APPLICABLE, "limitClosedForm", "minNormForPositiveLabels");
  }

  @Test
  void positiveLabels_areFittedByTheShortestWeights() {
    Arrays.setAll(y, i -> Math.abs(y[i]));
    Run run = train(x, false, 100);
    judged(run, Verdict.State.REACHED, "minNormForPositiveLabels", "lossFloor", "limitClosedForm");
    assertTrue(verdict(run, "minNormForPositiveLabels").measured() < 1e-13);
    double[] shortest = MinimumNorm.of(x, y).solution();
    double[] w = net.getParam("0_W").data().asDouble();
    for (int k = 0; k < w.length; k++) {
      assertEquals(shortest[k], w[k], 1e-15);
    }
    assertTrue(run.value("relativeGapToMinNorm", 100) < 1e-13);
  }

  @Test
  void withFewInputs_aPositiveSampleIsLost() {
    rate = 0.1;
    Run run = train(draw(50), false, 800);
    judged(run, Verdict.State.NOT_APPLICABLE, "lossFloor", "patternFreezesEarly", "gapScaling");
    String reason = verdict(run, "patternFreezesEarly").detail();
    assertTrue(reason.contains("inputs per sample is 2.5, should be at least 20"), reason);
  }

  @Test
  void withASmallStep_thePatternIsNotSaidToFreeze() {
    rate = 0.00005;
    Run run = train(x, false, 50);
    judged(run, Verdict.State.NOT_APPLICABLE, "patternFreezesEarly", "limitClosedForm");
    String reason = verdict(run, "patternFreezesEarly").detail();
    assertTrue(reason.contains("first step times trace (c) is 0.0"), reason);
    String frozen = verdict(run, "limitClosedForm").detail();
    assertTrue(frozen.contains("pattern"), frozen);
    assertNotEquals(1, run.value("patternStableSince[layer0]", 50));
    assertTrue(!Absent.is(run.value("gapToMinNorm", 50)));
  }
}
