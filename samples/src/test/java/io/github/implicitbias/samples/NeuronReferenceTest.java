package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.lab.study.Trained;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.run.format.RecordVisitor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVRecord;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * One neuron trained in DL4J on the mean of squares against runs computed elsewhere: every recorded
 * number, every flip, and what the predictions say of them.
 */
class NeuronReferenceTest {

  private static final double TOLERANCE = 1e-12;

  /** A training run. */
  private static final class Trained {
    Run run;
    double[] weights;
    int gradients;

    RunVerdict verdict(String id) {
      return run.verdicts().stream()
          .filter(verdict -> verdict.id().equals(id))
          .findFirst()
          .orElseThrow(() -> new AssertionError(id + " has no verdict"));
    }
  }

  private static Trained train(String name, Activation activation, double rate, int steps)
      throws IOException {
    DataSet data = data(name + "_data.csv");
    boolean linear = activation == Activation.IDENTITY;
    List<CSVRecord> rows = Cli.referenceRows(name + (linear ? "_linear.csv" : "_relu.csv"));
    MultiLayerNetwork net = neuron(activation, rate, DataType.DOUBLE);
    net.setParam("0_W", Nd4j.createFromArray(new double[][] {weights(rows.get(0))}).transpose());
    ImplicitBiasListener bias = watch(net, data);
    Trained trained = new Trained();
    List<CSVRecord> within = new ArrayList<>();
    int step = 0;
    for (CSVRecord row : rows) {
      int until = Integer.parseInt(row.get("step"));
      if (until <= steps) {
        for (; step < until; step++) {
          net.fit(data);
        }
        double[] w = net.params().toDoubleVector();
        double[] expected = weights(row);
        for (int k = 0; k < w.length; k++) {
          assertEquals(expected[k], w[k], TOLERANCE, "w" + k + " at step " + until);
        }
        within.add(row);
      }
    }
    for (; step < steps; step++) {
      net.fit(data);
    }
    bias.close();
    trained.run = bias.run();
    trained.weights = net.params().toDoubleVector();
    assertEquals(steps + 1, trained.run.size());
    for (CSVRecord row : within) {
      recorded(trained, row);
    }
    assertTrue(trained.gradients > 1, trained.gradients + " gradients compared");
    return trained;
  }

  private static ImplicitBiasListener watch(MultiLayerNetwork net, DataSet data) {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .layers("0")
            .preset(Preset.STANDARD)
            .schedule(Schedule.everyStep())
            .build();
    net.addListeners(bias);
    return bias;
  }

  private static void recorded(Trained trained, CSVRecord row) {
    long step = Long.parseLong(row.get("step"));
    Run run = trained.run;
    assertEquals(
        Cli.number(row, "loss"), run.value("loss", step), TOLERANCE, "loss at step " + step);
    assertEquals(
        Cli.number(row, "norm"),
        run.value("parameterNorm", step),
        TOLERANCE,
        "norm at step " + step);
    if (!Absent.is(run.value("gradientNorm", step))) {
      trained.gradients++;
      assertEquals(
          Cli.number(row, "gradNorm"),
          run.value("gradientNorm", step),
          TOLERANCE,
          "norm of the gradient at step " + step);
    }
    assertEquals(row.get("pattern"), run.patternAt(step, "layer0").hex(0), "at step " + step);
  }

  private static double[] weights(CSVRecord row) {
    return new double[] {Cli.number(row, "w0"), Cli.number(row, "w1")};
  }

  private static DataSet data(String file) throws IOException {
    List<CSVRecord> rows = Cli.referenceRows(file);
    double[][] x = new double[rows.size()][];
    double[][] y = new double[rows.size()][];
    for (int i = 0; i < x.length; i++) {
      x[i] = new double[] {Cli.number(rows.get(i), "x0"), Cli.number(rows.get(i), "x1")};
      y[i] = new double[] {Cli.number(rows.get(i), "y")};
    }
    return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
  }

  private static MultiLayerNetwork neuron(Activation activation, double rate, DataType type) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(type)
                .updater(new Sgd(rate))
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(2)
                        .nOut(1)
                        .hasBias(false)
                        .activation(activation)
                        .build())
                .layer(
                    new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build())
                .build());
    net.init();
    return net;
  }

  private static List<String> flips(Run run) {
    List<String> flips = new ArrayList<>();
    run.visit(
        new RecordVisitor() {
          private long step;

          @Override
          public void record(Record record) {
            step = record.step();
          }

          @Override
          public void flip(int layer, FlipKind kind, int unit, int sample) {
            flips.add(step + " " + kind.id() + " " + sample);
          }
        });
    return flips;
  }

  private static void states(Trained trained, Verdict.State state, String... ids) {
    for (String id : ids) {
      assertEquals(state, trained.verdict(id).state(), () -> trained.verdict(id).toString());
    }
  }

  private static void normNeverFalls(Trained trained) {
    double before = 0;
    for (long step = 0; step <= trained.run.lastStep(); step++) {
      double norm = trained.run.value("parameterNorm", step);
      assertTrue(norm >= before - 1e-14, "at step " + step);
      before = norm;
    }
  }

  @Test
  void s1aReLu_switchesSample1OffForGood_andEndsAtTheSolutionOfTheOthers() throws IOException {
    Trained s1a = train("s1a", Activation.RELU, .02, 4000);

    assertEquals(List.of("4 deactivation 1"), flips(s1a.run));
    assertEquals(-4.0 / 3, s1a.weights[0], TOLERANCE);
    assertEquals(2, s1a.weights[1], TOLERANCE);
    normNeverFalls(s1a);
    states(
        s1a,
        Verdict.State.HOLDS,
        "noReactivation",
        "noImmediateReactivation",
        "slidingNeedsOpposingPulls",
        "normRisesWithPositivePull");
    states(
        s1a,
        Verdict.State.NOT_APPLICABLE,
        "noReactivationOrthogonal",
        "deactivatedSamplesReturn",
        "weightNormIncreases");
    states(s1a, Verdict.State.REACHED, "solutionFixedByActiveSupport");
    assertTrue(s1a.verdict("solutionFixedByActiveSupport").measured() < 1e-12);

    assertTrue(s1a.run.value("gapToActiveSolution", 4000) < TOLERANCE);
  }

  @Test
  void s1aLinear_switchesSample1OnAgain_andEndsAtTheSolutionOfAll() throws IOException {
    Trained s1a = train("s1a", Activation.IDENTITY, .02, 4000);

    assertEquals(List.of("4 deactivation 1", "36 reactivation 1"), flips(s1a.run));
    normNeverFalls(s1a);
    states(s1a, Verdict.State.HOLDS, "normRisesWithPositivePull");
    states(
        s1a,
        Verdict.State.NOT_APPLICABLE,
        "noReactivation",
        "noImmediateReactivation",
        "weightNormIncreases",
        "solutionFixedByActiveSupport");
    assertTrue(s1a.run.value("gapToActiveSolution", 4000) < TOLERANCE);
  }

  @Test
  void s1b_fromATinyStart_growsUntilAllSamplesAreOn() throws IOException {
    for (Activation activation : new Activation[] {Activation.RELU, Activation.IDENTITY}) {
      Trained s1b = train("s1b", activation, .05, 1000);

      normNeverFalls(s1b);
      states(s1b, Verdict.State.HOLDS, "weightNormIncreases", "normRisesWithPositivePull");
      assertEquals("0xfff", s1b.run.patternAt(1000, "layer0").hex(0));
      if (activation == Activation.RELU) {
        assertEquals("0xea6", s1b.run.patternAt(0, "layer0").hex(0));
        states(s1b, Verdict.State.HOLDS, "noImmediateReactivation", "slidingNeedsOpposingPulls");
        states(
            s1b, Verdict.State.REACHED, "deactivatedSamplesReturn", "solutionFixedByActiveSupport");
      }
    }
  }

  @Test
  void s1eReLu_switchesSample1OnAgain_tenTimesAsLateAsTheLinearNeuron() throws IOException {
    Trained reLu = train("s1e", Activation.RELU, .01, 1000);

    assertEquals(List.of("1 deactivation 1", "461 reactivation 1"), flips(reLu.run));
    normNeverFalls(reLu);
    states(reLu, Verdict.State.VIOLATED, "noReactivation");
    assertEquals(461, reLu.verdict("noReactivation").step());
    assertEquals(1, reLu.verdict("noReactivation").measured());
    states(
        reLu,
        Verdict.State.HOLDS,
        "noImmediateReactivation",
        "slidingNeedsOpposingPulls",
        "normRisesWithPositivePull");
    states(reLu, Verdict.State.REACHED, "deactivatedSamplesReturn", "solutionFixedByActiveSupport");

    Trained linear = train("s1e", Activation.IDENTITY, .01, 1000);
    assertEquals(List.of("1 deactivation 1", "44 reactivation 1"), flips(linear.run));
    normNeverFalls(linear);
  }

  /** Rounding to 24 bits, 1500 steps of it: what is exact for gradient descent stays true. */
  @Test
  void s1eInFloats_violatesNoMoreThanInDoubles() throws IOException {
    DataSet data = data("s1e_data.csv");
    data.setFeatures(data.getFeatures().castTo(DataType.FLOAT));
    data.setLabels(data.getLabels().castTo(DataType.FLOAT));
    MultiLayerNetwork net = neuron(Activation.RELU, .01, DataType.FLOAT);
    net.setParam("0_W", Nd4j.createFromArray(new float[][] {{.06f}, {.04f}}));
    ImplicitBiasListener bias = watch(net, data);
    for (int step = 0; step < 1500; step++) {
      net.fit(data);
    }
    bias.close();
    Trained trained = new Trained();
    trained.run = bias.run();
    states(
        trained,
        Verdict.State.HOLDS,
        "noImmediateReactivation",
        "slidingNeedsOpposingPulls",
        "normRisesWithPositivePull");
    states(trained, Verdict.State.REACHED, "deactivatedSamplesReturn");
    states(trained, Verdict.State.VIOLATED, "noReactivation");
    assertEquals(461, trained.verdict("noReactivation").step(), 1);
  }
}
