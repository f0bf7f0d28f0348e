package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatternFreezesEarlyTest {

  private final Prediction prediction = new PatternFreezesEarly();

  private void holds(PlainStack net) {
    List<Verdict> verdicts = HighDimension.judge(prediction, net, 60);
    for (Verdict verdict : verdicts) {
      assertEquals(Verdict.State.HOLDS, verdict.state(), verdict.toString());
      assertEquals(1, verdict.bound());
    }
    assertEquals(0, verdicts.get(0).measured());
    assertEquals(1, HighDimension.last(verdicts).measured(), "the step of the last flip");
  }

  @Test
  void afterTheFirstStep_theNeuronIsOnForPositiveLabels_andStays() {
    PlainStack net = new HighDimension().build();
    holds(net);
    assertEquals(0x55555, net.pattern(0).current()[0]);
  }

  @Test
  void thePairDividesTheLabels_whicheverUnitIsThePositiveOne() {
    PlainStack net = new HighDimension().pair(1, -1).build();
    holds(net);
    assertEquals(0x55555, net.pattern(0).current()[0]);
    assertEquals(0xaaaaa, net.pattern(0).current()[1]);
    PlainStack other =
        new HighDimension().pair(-Math.sqrt(0.5), Math.sqrt(0.5)).size(20, 2000).build();
    holds(other);
    assertEquals(0xaaaaa, other.pattern(0).current()[0]);
  }

  /** Sample 1, with a label below 0, is close to sample 0. */
  private static HighDimension close(double label, double other) {
    return new HighDimension()
        .size(20, 4000)
        .data(
            (x, y) -> {
              Arrays.setAll(y, i -> Math.signum(y[i]));
              y[0] = label;
              y[1] = other;
              for (int k = 0; k < x[0].length; k++) {
                x[1][k] = 0.9 * x[0][k] + Math.sqrt(0.19) * x[1][k];
              }
            });
  }

  @Test
  void aSampleThatGetsTheWrongSignInStepOne_isAViolation() {
    List<Verdict> verdicts = HighDimension.judge(prediction, close(1.4, -1).step(1).build(), 5);
    assertEquals(Verdict.State.HOLDS, verdicts.get(0).state());
    assertEquals(
        "violated: at step 1 unit 0 is on for sample 1, whose label is -1",
        verdicts.get(1).toString());
    assertEquals(verdicts.get(1), verdicts.get(5), "it stays");
  }

  @Test
  void aSampleThatIsTurnedOnLater_isAViolation_withTheStepOfItsFlip() {
    List<Verdict> verdicts = HighDimension.judge(prediction, close(1, -1).step(0.8).build(), 20);
    Verdict violated = HighDimension.last(verdicts);
    assertEquals(Verdict.State.VIOLATED, violated.state(), violated.toString());
    assertEquals(Verdict.State.HOLDS, verdicts.get(1).state(), verdicts.get(1).toString());
    assertTrue(violated.measured() > 1, "step " + violated.measured());
    int step = (int) violated.measured();
    assertEquals(Verdict.State.HOLDS, verdicts.get(step - 1).state());
    assertEquals(Verdict.State.VIOLATED, verdicts.get(step).state());
    assertTrue(violated.detail().startsWith("at step " + step + " unit 0 is "), violated.detail());
  }

  /** Four samples of length about 45, of which every condition is met by far. */
  private static HighDimension roomy() {
    return new HighDimension().size(4, 2000).unitLabels();
  }

  private void notApplicable(HighDimension changed, String reason) {
    assertEquals(List.of(), HighDimension.unmet(prediction, roomy().build()));
    List<String> unmet = HighDimension.unmet(prediction, changed.build());
    assertEquals(1, unmet.size(), unmet.toString());
    assertTrue(unmet.get(0).contains(reason), unmet.get(0));
    Verdict verdict = HighDimension.last(HighDimension.judge(prediction, changed.build(), 3));
    assertEquals(Verdict.State.NOT_APPLICABLE, verdict.state());
    assertTrue(verdict.detail().contains(reason), verdict.detail());
  }

  @Test
  void aSmallStep_isNotJudged() {
    notApplicable(roomy().step(0.2), "first step times trace (c) is 0.2, should");
  }

  @Test
  void aStepNearInstability_isNotJudged() {
    notApplicable(roomy().step(1.2), "first step times trace (c) is 1.2, should");
  }

  @Test
  void fewInputs_areNotJudged() {
    notApplicable(
        roomy().size(4, 60).step(1).unitLabels(), "inputs per sample is 15, should be at least 20");
  }

  @Test
  void aLabelThatDrownsInTheOthers_isNotJudged() {
    notApplicable(
        roomy()
            .data(
                (x, y) -> {
                  Arrays.setAll(y, i -> Math.signum(y[i]));
                  y[1] = -0.05;
                }),
        "c times the smallest label, by the noise of the others");
  }

  @Test
  void aStepThatGrowsLater_isNotJudgedAnyMore() {
    PlainStack net = roomy().build();
    net.observe();
    Prediction.Check check = prediction.start(net);
    assertEquals(Verdict.State.HOLDS, check.judge(net).state());
    net.descend();
    net.setLearningRate(0.004);
    net.observe();
    Verdict verdict = check.judge(net);
    assertEquals(Verdict.State.NOT_APPLICABLE, verdict.state());
    assertTrue(verdict.detail().contains("the step has grown to c = "), verdict.detail());
  }

  @Test
  void weightsThatAreNoNumbers_areNoViolation() {
    for (double broken : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e300}) {
      PlainStack net = roomy().build();
      net.observe();
      Prediction.Check check = prediction.start(net);
      net.descend();
      double[] w = new double[2000];
      Arrays.fill(w, broken);
      net.setWeights(0, w);
      net.observe();
      assertEquals(Verdict.State.NOT_APPLICABLE, check.judge(net).state(), "" + broken);
    }
  }

  @Test
  void recordsFarApart_areNotHeldAgainstIt() {
    PlainStack net = new HighDimension().build();
    net.observe();
    Prediction.Check check = prediction.start(net);
    check.judge(net);
    for (int t = 0; t < 10; t++) {
      net.descend();
    }
    net.observe();
    assertEquals(10, net.pattern(0).stableSince());
    Verdict verdict = check.judge(net);
    assertEquals(Verdict.State.HOLDS, verdict.state());
    assertEquals(1, verdict.measured());
  }
}
