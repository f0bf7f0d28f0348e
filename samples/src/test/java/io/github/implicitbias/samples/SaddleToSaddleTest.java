package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Series;
import io.github.implicitbias.run.Verdict;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Two layers on orthogonal inputs, trained in DL4J and watched, against trajectories computed
 * outside: what was recorded at each row of them, and what the predictions say.
 */
class SaddleToSaddleTest {

  /** Trains from the weights of a file, times a factor, at a rate of the mean of squares. */
  private static Run train(
      double[][] data, double[][] start, double factor, double rate, int steps) {
    return train(DataType.DOUBLE, data, start, factor, rate, steps);
  }

  private static Run train(
      DataType type, double[][] data, double[][] start, double factor, double rate, int steps) {
    int d = data[0].length - 1;
    double[][] x = new double[data.length][d];
    double[][] y = new double[data.length][1];
    for (int i = 0; i < data.length; i++) {
      System.arraycopy(data[i], 0, x[i], 0, d);
      y[i][0] = data[i][d];
    }
    double[][] w = new double[start.length][d];
    double[][] a = new double[1][start.length];
    for (int j = 0; j < start.length; j++) {
      for (int k = 0; k < d; k++) {
        w[j][k] = factor * start[j][k];
      }
      a[0][j] = factor * start[j][d];
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(type)
                .updater(new Sgd(rate))
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(d)
                        .nOut(w.length)
                        .hasBias(false)
                        .activation(Activation.RELU)
                        .weightInit(Weights.given(w))
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(w.length)
                        .nOut(1)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .weightInit(Weights.given(a))
                        .build())
                .build());
    net.init();
    DataSet set =
        new DataSet(Nd4j.createFromArray(x).castTo(type), Nd4j.createFromArray(y).castTo(type));
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(set)
            .preset(Preset.STANDARD)
            .metric(Metrics.named("effectiveRank"))
            .metric(Metrics.named("liveUnits"))
            .schedule(Schedule.everyStep())
            .build();
    net.addListeners(bias);
    for (int step = 0; step < steps; step++) {
      net.fit(set);
    }
    bias.close();
    assertEquals(Map.of(), bias.failures());
    return bias.run();
  }

  private static final List<String> COLUMNS =
      List.of(
          "flowTime",
          "loss",
          "fittedPositive",
          "fittedNegative",
          "pathNorm",
          "parameterNorm",
          "balanceGap[layer0]",
          "alignmentPositive",
          "alignmentNegative",
          "stableRank[layer0]",
          "effectiveRank[layer0]",
          "distinctUnitPatterns[layer0]",
          "liveUnits[layer0]",
          "",
          "gradientNorm");

  /** Compares every column of every row; returns how many values of each were recorded. */
  private static int[] follow(Run run, String file) {
    int[] compared = new int[COLUMNS.size()];
    for (double[] row : ReferenceFile.rows(file)) {
      long step = (long) row[0];
      if (step > run.lastStep()) {
        continue;
      }
      for (int c = 0; c < COLUMNS.size(); c++) {
        String column = COLUMNS.get(c);
        double value = column.isEmpty() ? Absent.VALUE : run.value(column, step);
        if (Absent.is(value)) {
          continue;
        }
        double expected = row[c + 1];
        // The trained loss is twice (1/2n) sum r^2; a file has squared norms of parameters.
        expected *= column.equals("loss") || column.equals("gradientNorm") ? 2 : 1;
        expected = column.equals("parameterNorm") ? Math.sqrt(expected) : expected;
        double scale = Math.max(1e-4, Math.abs(expected));
        assertEquals(expected, value, 1e-9 * scale, column + " at step " + step);
        compared[c]++;
      }
    }
    return compared;
  }

  /** Some columns are computed at every 5th or 25th record only. */
  private static void compareMostOf(int[] compared, int rows) {
    for (int c = 0; c < compared.length; c++) {
      String column = COLUMNS.get(c);
      assertTrue(column.isEmpty() || compared[c] >= rows - 2, column + ": " + compared[c]);
    }
  }

  private static Map<String, RunVerdict> verdicts(Run run) {
    return run.verdicts().stream().collect(Collectors.toMap(RunVerdict::id, Function.identity()));
  }

  private static void is(Verdict.State state, Map<String, RunVerdict> verdicts, String... ids) {
    for (String id : ids) {
      assertEquals(state, verdicts.get(id).state(), verdicts.get(id).toString());
    }
  }

  private static void isReachedThroughout(Map<String, RunVerdict> verdicts) {
    is(
        Verdict.State.REACHED,
        verdicts,
        "earlyAlignment",
        "escapeTimePositive",
        "escapeTimeNegative",
        "positivesBeforeNegatives",
        "plateauLoss",
        "minimumVariationNorm",
        "finalDirections");
    is(Verdict.State.HOLDS, verdicts, "balanceDriftLaw", "outputSignsKept");
  }

  private static long firstAbove(Run run, String column, double level) {
    Series series = run.metric(column);
    int record = 0;
    while (!(series.value(record) >= level)) {
      record++;
    }
    return series.step(record);
  }

  @Test
  void twoSamples_followTheReference_andEveryPredictionComesTrue() {
    double[][] data = ReferenceFile.rows("s4a_fast_data.csv");
    Run run = train(data, ReferenceFile.rows("s4a_fast_init.csv"), 1, 0.005, 4000);
    int[] compared = follow(run, "s4a_fast_traj.csv");
    compareMostOf(compared, 19);
    assertEquals(1244, firstAbove(run, "fittedPositive", 0.5), 1);
    assertEquals(1448, firstAbove(run, "fittedPositive", 0.99), 1);
    assertEquals(2586, firstAbove(run, "fittedNegative", 0.5), 1);
    assertEquals(2995, firstAbove(run, "fittedNegative", 0.99), 1);
    Series loss = run.metric("loss");
    for (int step = 1600; step <= 1800; step++) {
      assertEquals(step, loss.step(step));
      assertEquals(0.25, loss.value(step) / 2, 1e-3);
    }
    assertEquals(1.341641, run.value("pathNorm", 4000), 1e-6);
    Map<String, RunVerdict> verdicts = verdicts(run);
    isReachedThroughout(verdicts);
    assertEquals(12.44, verdicts.get("escapeTimePositive").measured(), 1e-9);
    assertEquals(25.86, verdicts.get("escapeTimeNegative").measured(), 1e-9);
    assertEquals(2, verdicts.get("finalDirections").measured());
    assertEquals(1.341640786, verdicts.get("minimumVariationNorm").bound(), 1e-9);
  }

  @Test
  void fourSamples_followTheReference_andNoUnitTurnsOnAgain() {
    double[][] data = ReferenceFile.rows("s4b_lam1e-08_data.csv");
    Run run = train(data, ReferenceFile.rows("s4b_lam1e-08_init.csv"), 1, 0.01, 4000);
    int[] compared = follow(run, "s4b_lam1e-08_traj.csv");
    compareMostOf(compared, 17);
    assertEquals(0, run.flips("layer0", FlipKind.ACTIVATION));
    assertEquals(0, run.flips("layer0", FlipKind.REACTIVATION));
    assertEquals(95, run.flips("layer0", FlipKind.DEACTIVATION));
    Map<String, RunVerdict> verdicts = verdicts(run);
    isReachedThroughout(verdicts);
    assertEquals(38.26, verdicts.get("escapeTimePositive").measured(), 0.02);
    assertEquals(63.22, verdicts.get("escapeTimeNegative").measured(), 0.02);
  }

  @Test
  void largeWeights_andInputsThatAreNotOrthogonal_areNotJudged() {
    double[][] start = ReferenceFile.rows("s4b_lam1e-08_init.csv");
    Map<String, RunVerdict> large =
        verdicts(train(ReferenceFile.rows("s4b_lam1e-08_data.csv"), start, 1e8, 0.01, 300));
    String[] ids = {
      "earlyAlignment",
      "escapeTimePositive",
      "escapeTimeNegative",
      "positivesBeforeNegatives",
      "plateauLoss",
      "minimumVariationNorm",
      "finalDirections"
    };
    is(Verdict.State.NOT_APPLICABLE, large, ids);
    is(Verdict.State.HOLDS, large, "balanceDriftLaw", "outputSignsKept");
    for (String id : ids) {
      String text = large.get(id).toString();
      assertTrue(text.contains("largest norm(w_j) / root of N+ + N- is 0.106"), text);
    }
    Map<String, RunVerdict> single =
        verdicts(
            train(
                DataType.FLOAT,
                ReferenceFile.rows("s4b_lam1e-08_data.csv"),
                start,
                1e8,
                0.01,
                300));
    is(Verdict.State.NOT_APPLICABLE, single, ids);
    is(Verdict.State.HOLDS, single, "balanceDriftLaw", "outputSignsKept");
    // The authors' toy that is not orthogonal, its inputs with a last entry of 1.
    double[][] toy = {{-1.5, 1, .7}, {-1, 1, -.3}, {0, 1, -.3}, {.25, 1, .4}, {2, 1, .2}};
    Map<String, RunVerdict> other =
        verdicts(train(toy, ReferenceFile.rows("s4a_fast_init.csv"), 1, 0.005, 300));
    is(Verdict.State.NOT_APPLICABLE, other, ids);
    is(Verdict.State.HOLDS, other, "balanceDriftLaw", "outputSignsKept");
    for (String id : ids) {
      String text = other.get(id).toString();
      assertTrue(text.contains("largest cosine found between two samples is 0.9"), text);
    }
  }
}
