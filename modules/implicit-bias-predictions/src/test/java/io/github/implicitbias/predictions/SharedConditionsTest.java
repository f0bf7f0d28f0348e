package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The conditions that all predictions of the package have in common. */
class SharedConditionsTest {

  static List<Prediction> all() {
    return Predictions.minNorm();
  }

  /** Returns a run to which a prediction applies. */
  private static HighDimension run(Prediction prediction) {
    HighDimension run = new HighDimension().size(10, 1000);
    return prediction instanceof MinNormForPositiveLabels ? run.positiveLabels() : run.unitLabels();
  }

  private static void without(
      Prediction prediction, HighDimension run, Consumer<PlainStack> change, String reason) {
    PlainStack net = run.build();
    change.accept(net);
    Verdict verdict = HighDimension.last(HighDimension.judge(prediction, net, 1));
    assertEquals(Verdict.State.NOT_APPLICABLE, verdict.state(), prediction.id());
    assertTrue(verdict.detail().contains(reason), verdict.detail());
  }

  private static void without(Prediction prediction, HighDimension run, String reason) {
    without(prediction, run, net -> {}, reason);
  }

  @ParameterizedTest
  @MethodSource("all")
  void itAppliesToTheRunThatIsChangedBelow(Prediction prediction) {
    PlainStack net = run(prediction).build();
    assertEquals(List.of(), HighDimension.unmet(prediction, net));
    assertTrue(
        HighDimension.last(HighDimension.judge(prediction, run(prediction).build(), 20)).state()
            != Verdict.State.VIOLATED);
    assertTrue(prediction.source().contains("reconstructed setting"));
  }

  @ParameterizedTest
  @MethodSource("all")
  void gradientDescentOnTheWholeProbe_isNeeded(Prediction p) {
    without(p, run(p), net -> net.setPlainSgd(false), "another updater");
    without(p, run(p), net -> net.setFullBatch(false), "other samples");
    without(p, run(p), net -> net.setRegularized(true), "regularization");
    without(p, run(p), net -> net.setDividesByBatch(false), "sums over the batch");
    without(p, run(p), PlainStack::countStep, "from step 1 on");
  }

  @ParameterizedTest
  @MethodSource("all")
  void theModel_isNeeded(Prediction p) {
    String other = "neither one ReLU neuron without bias";
    without(p, run(p).slope(0.1), other);
    without(p, run(p).bias(0), other);
    without(p, run(p).pair(1, -0.5), other);
    without(p, run(p).pair(1, 1), other);
    without(p, run(p).loss(new HighDimension.FourthPower()), "the loss is not the squared error");
  }

  @ParameterizedTest
  @MethodSource("all")
  void theData_areNeeded(Prediction p) {
    without(p, run(p).size(10, 10), "10 inputs, should be more than the 10 samples");
    without(p, run(p).size(230, 1000).data((x, y) -> {}), "too large for");
    without(
        p,
        run(p)
            .data(
                (x, y) -> {
                  Arrays.setAll(y, i -> 1);
                  x[3] = x[2].clone();
                }),
        "linearly dependent");
    if (!(p instanceof MinNormForPositiveLabels)) {
      without(
          p,
          run(p).data((x, y) -> Arrays.setAll(y, i -> -Math.abs(y[i]))),
          "no label is above 0, so there is nothing to fit");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void theStart_isNeeded(Prediction p) {
    without(p, run(p).start(-1e-6), "some unit is off for a sample at the start");
    without(p, run(p).start(0.01), "length of the first weights by that of the shortest");
    without(p, run(p).step(2.2), "first step times the largest eigenvalue");
  }

  @ParameterizedTest
  @MethodSource("all")
  void numbersThatOverflow_areNoViolation(Prediction p) {
    for (double broken : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e300}) {
      PlainStack net = run(p).build();
      net.observe();
      Prediction.Check check = p.start(net);
      check.judge(net);
      net.descend();
      double[] w = new double[1000];
      Arrays.fill(w, broken);
      net.setWeights(0, w);
      net.observe();
      assertTrue(check.judge(net).state() != Verdict.State.VIOLATED, p.id() + " " + broken);
    }
  }
}
