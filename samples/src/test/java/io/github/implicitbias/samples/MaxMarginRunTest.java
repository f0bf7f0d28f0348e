package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.core.support.SupportMetrics;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;

/** Leaky ReLU networks trained in DL4J and watched, against the reference runs S2a and S2b. */
class MaxMarginRunTest {

  private static DataSet data(double[][] x, double[] y) {
    return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y).reshape('f', y.length, 1));
  }

  private static MultiLayerNetwork network(
      double[][] w, double slope, ILossFunction loss, double rate, Integer positive) {
    FixedSignOutputLayer.Builder output =
        new FixedSignOutputLayer.Builder(loss).nIn(w.length).nOut(1);
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(rate))
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(w[0].length)
                        .nOut(w.length)
                        .hasBias(false)
                        .activation(new ExactLeakyReLU(slope))
                        .weightInit(Weights.given(w))
                        .build())
                .layer((positive == null ? output : output.positive(positive)).build())
                .build());
    net.init();
    return net;
  }

  /** Trains up to the last of some steps; the records of all of them are complete. */
  private static Run watch(
      MultiLayerNetwork net, DataSet data, Preset preset, Schedule schedule, long... steps) {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .preset(preset)
            .metric(SupportMetrics.KKT_RESIDUAL)
            .schedule(schedule)
            .build();
    net.addListeners(bias);
    int next = 0;
    for (long step = 0; step < steps[steps.length - 1]; step++) {
      if (step == steps[next]) {
        bias.requestAll();
        next++;
      }
      net.fit(data);
    }
    bias.close();
    return bias.run();
  }

  private static Run s2a(ILossFunction loss, double rate, int steps) {
    double[][] table = ReferenceFile.rows("s2a_data.csv");
    double[][] x = Arrays.stream(table).map(r -> Arrays.copyOf(r, 60)).toArray(double[][]::new);
    double[] y = Arrays.stream(table).mapToDouble(row -> row[60]).toArray();
    MultiLayerNetwork net = network(ReferenceFile.rows("s2a_W0.csv"), 0.5, loss, rate, 12);
    long[] complete =
        ReferenceFile.fields("s2a_traj.csv").stream()
            .mapToLong(row -> Long.parseLong(row[1]))
            .filter(step -> step <= steps)
            .sorted()
            .distinct()
            .toArray();
    return watch(net, data(x, y), Preset.FULL, Schedule.everyStep(), complete);
  }

  private static void close(double expected, double value, double tolerance, String what) {
    assertEquals(expected, value, tolerance * Math.max(1, Math.abs(expected)), what);
  }

  /** Compares the rows of a schedule, and returns their number. */
  private static int follows(Run run, String schedule, int last, DoubleUnaryOperator loss) {
    int compared = 0;
    for (String[] words : ReferenceFile.fields("s2a_traj.csv")) {
      long step = Long.parseLong(words[1]);
      if (!words[0].equals(schedule) || step > last) {
        continue;
      }
      double[] row = Arrays.stream(words).skip(2).mapToDouble(Double::parseDouble).toArray();
      String at = " at step " + step + ", " + schedule;
      double value = loss.applyAsDouble(run.value("loss", step));
      assertEquals(row[0], value, 1e-11 * row[0], "loss" + at);
      close(row[1], run.value("frobeniusNorm[layer0]", step), 1e-11, "norm" + at);
      close(row[2], run.value("stableRank[layer0]", step), 1e-11, "stable rank" + at);
      close(row[3], run.value("rankTwoTail[layer0]", step), 1e-11, "tail" + at);
      close(row[4], run.value("minMargin", step), 1e-11, "margin" + at);
      close(row[6], run.value("normalizedMargin", step), 1e-11, "normalised margin" + at);
      close(row[7], run.value("kktResidual", step), 1e-11, "KKT residual" + at);
      close(row[8], run.value("gradientAlignment", step), 1e-11, "alignment" + at);
      close(1 - row[9], run.value("kktDirection.measured", step), 1e-11, "direction" + at);
      if (row[4] > 0) {
        close(row[5] / row[4] - 1, run.value("marginsEqual.measured", step), 1e-11, "q" + at);
      }
      compared++;
    }
    return compared;
  }

  private static RunVerdict verdict(Run run, String id) {
    return run.verdicts().stream().filter(v -> v.id().equals(id)).findAny().orElseThrow();
  }

  private static void says(Run run, String id, Verdict.State state, int from, int to) {
    RunVerdict verdict = verdict(run, id);
    assertEquals(state, verdict.state(), verdict.toString());
    assertTrue(verdict.step() >= from && verdict.step() <= to, verdict.toString());
  }

  @Test
  void s2a_onTheLogisticLoss_followsTheReference() {
    Run run = s2a(Losses.logistic(), 0.1, 1000);
    assertEquals(1001, run.size());
    assertEquals(9, follows(run, "plain", 1000, loss -> loss));
    says(run, "kktDirection", Verdict.State.HOLDS, -1, -1);
    says(run, "marginsEqual", Verdict.State.REACHED, 101, 500);
    says(run, "rankAtMostTwo", Verdict.State.REACHED, 101, 500);
    says(run, "stableRankCollapse", Verdict.State.REACHED, 1, 1);
    says(run, "stableRankAfterOneStep", Verdict.State.REACHED, 1, 1);
    says(run, "linearDecisionBoundary", Verdict.State.REACHED, 1, 1);
    assertTrue(
        verdict(run, "kktDirection").conditions().stream()
            .anyMatch(condition -> condition.text().equals("loss: logistic loss")));
  }

  @Test
  void s2a_onTheLogarithmOfTheLoss_followsTheLossNormalisedReference() {
    Run run = s2a(Losses.logOf(Losses.logistic(), 12), 0.05, 400);
    assertEquals(10, follows(run, "normalised", 400, Math::exp));
    says(run, "kktDirection", Verdict.State.REACHED, 21, 50);
    says(run, "marginsEqual", Verdict.State.REACHED, 21, 50);
    says(run, "rankAtMostTwo", Verdict.State.REACHED, 11, 20);
    says(run, "stableRankCollapse", Verdict.State.REACHED, 1, 1);
    says(run, "linearDecisionBoundary", Verdict.State.REACHED, 1, 1);
    assertTrue(
        verdict(run, "kktDirection").conditions().stream()
            .anyMatch(c -> c.text().equals("loss: logarithm of the mean logistic loss")));
  }

  /** Labels 0 and 1, cross entropy behind a sigmoid, output weights frozen by a rate of 0. */
  @Test
  void s2a_fromStockParts_isRecognised() {
    double[][] table = ReferenceFile.rows("s2a_data.csv");
    double[][] x = Arrays.stream(table).map(r -> Arrays.copyOf(r, 60)).toArray(double[][]::new);
    double[] y = Arrays.stream(table).mapToDouble(row -> (row[60] + 1) / 2).toArray();
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.1))
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(60)
                        .nOut(20)
                        .hasBias(false)
                        .activation(new ActivationLReLU(0.5))
                        .weightInit(Weights.given(ReferenceFile.rows("s2a_W0.csv")))
                        .build())
                .layer(
                    new OutputLayer.Builder(new LossBinaryXENT(0.0))
                        .activation(Activation.SIGMOID)
                        .nIn(20)
                        .nOut(1)
                        .hasBias(false)
                        .updater(new Sgd(0.0))
                        .build())
                .build());
    net.init();
    for (int j = 0; j < 20; j++) {
      net.getParam("1_W").putScalar(j, 0, (j < 12 ? 1 : -1) / Math.sqrt(20));
    }
    Run run = watch(net, data(x, y), Preset.FULL, Schedule.everyStep(), 0, 1, 100);
    assertEquals(1.203757328914, run.value("stableRank[layer0]", 1), 1e-9);
    assertEquals(1 - 0.998870992743123, run.value("kktDirection.measured", 100), 1e-9);
    says(run, "stableRankCollapse", Verdict.State.REACHED, 1, 1);
    says(run, "linearDecisionBoundary", Verdict.State.REACHED, 1, 1);
    says(run, "kktDirection", Verdict.State.HOLDS, -1, -1);
  }

  @Test
  void s2b_fromFourScales_hasTheStableRanksOfTheReference() {
    int compared = 0;
    for (double scale : new double[] {1, 0.1, 0.01, 0.001}) {
      Run run = s2b(scale);
      for (String[] row : ReferenceFile.fields("s2b_traj.csv")) {
        long step = Long.parseLong(row[1]);
        if (Double.parseDouble(row[0]) == scale && List.of(1L, 2L, 5L, 10L, 50L).contains(step)) {
          double expected = Double.parseDouble(row[4]);
          assertEquals(expected, run.value("stableRank[layer0]", step), 1e-6, scale + ", " + step);
          compared++;
        }
      }
      if (scale >= 0.1) {
        says(run, "stableRankCollapse", Verdict.State.NOT_APPLICABLE, 0, 0);
        String detail = verdict(run, "stableRankCollapse").detail();
        assertTrue(detail.startsWith("what norms of the first update allow"), detail);
      } else {
        says(run, "stableRankCollapse", Verdict.State.REACHED, 1, 1);
      }
      for (String id : new String[] {"kktDirection", "marginsEqual", "rankAtMostTwo"}) {
        says(run, id, Verdict.State.NOT_APPLICABLE, 0, 0);
        assertTrue(verdict(run, id).detail().startsWith("R_min^2 / (R^2 n max"));
      }
    }
    assertEquals(20, compared);
  }

  private static Run s2b(double scale) {
    int n = 60;
    int d = 1500;
    SplittableRandom random = new SplittableRandom(100);
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      y[i] = random.nextDouble() < 0.5 ? 1 : -1;
    }
    double[][] x = normal(random, n, d, 1);
    for (int i = 0; i < n; i++) {
      x[i][0] += y[i] * Math.pow(d, 0.26);
    }
    double[][] w = normal(random, 64, d, scale * Math.sqrt(2.0 / (d + 64)));
    MultiLayerNetwork net = network(w, 0.1, Losses.logistic(), 0.1, null);
    long[] steps = {1, 2, 5, 10, 50};
    return watch(net, data(x, y), Preset.STANDARD, Schedule.at(steps), steps);
  }

  private static double[][] normal(SplittableRandom random, int rows, int columns, double size) {
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      for (int k = 0; k < columns; k++) {
        double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
        row[k] = size * radius * Math.cos(2 * Math.PI * random.nextDouble());
      }
    }
    return values;
  }
}
