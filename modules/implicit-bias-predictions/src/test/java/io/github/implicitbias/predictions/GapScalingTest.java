package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GapScalingTest {

  private final Prediction prediction = new GapScaling();

  private Verdict end(HighDimension run, int steps) {
    return HighDimension.last(HighDimension.judge(prediction, run.build(), steps));
  }

  @Test
  void theReferenceRuns_endAtTheirGaps_nearTheEstimate() {
    Verdict neuron = end(new HighDimension(), 100);
    assertEquals(Verdict.State.REACHED, neuron.state(), neuron.toString());
    assertEquals(0.032636453, neuron.measured(), 1e-9);
    assertEquals(neuron.measured(), neuron.bound(), 0.2 * neuron.bound());
    Verdict pair = end(new HighDimension().pair(1, -1), 100);
    assertEquals(Verdict.State.REACHED, pair.state(), pair.toString());
    assertEquals(0.047060980, pair.measured(), 1e-9);
    assertEquals(pair.measured(), pair.bound(), 0.2 * pair.bound());
  }

  @Test
  void outputWeights_scaleGapAndEstimateAlike() {
    Verdict one = end(new HighDimension().pair(1, -1).size(20, 2000), 100);
    Verdict half = end(new HighDimension().pair(0.5, -0.5).size(20, 2000), 100);
    assertEquals(Verdict.State.REACHED, half.state(), half.toString());
    assertEquals(2 * one.measured(), half.measured(), 1e-5);
    assertEquals(2 * one.bound(), half.bound(), 1e-12);
  }

  @Test
  void aSmallStep_leadsToASmallGap_throughManyFlips() {
    Verdict end = end(new HighDimension().size(20, 800).step(0.05), 3000);
    assertEquals(Verdict.State.REACHED, end.state(), end.toString());
    assertTrue(end.measured() < 0.01, "" + end.measured());
  }

  @Test
  void beforeTheGradientHasVanished_nothingIsSaid() {
    List<Verdict> verdicts = HighDimension.judge(prediction, new HighDimension().build(), 5);
    assertEquals(Verdict.State.HOLDS, HighDimension.last(verdicts).state());
  }

  @Test
  void aSolutionFarFromTheShortest_isAViolation() {
    HighDimension run = new HighDimension();
    PlainStack net = run.build();
    net.observe();
    Prediction.Check check = prediction.start(net);
    for (int t = 0; t < 100; t++) {
      net.descend();
    }
    net.observe();
    assertEquals(Verdict.State.REACHED, check.judge(net).state());
    run.shift(net);
    Verdict verdict = check.judge(net);
    assertEquals(Verdict.State.VIOLATED, verdict.state(), verdict.toString());
    assertTrue(verdict.detail().endsWith(" times the estimate"), verdict.detail());
  }

  @Test
  void labelsThatAreNotFitted_leaveNoGapToJudge() {
    PlainStack net = new HighDimension().build();
    net.observe();
    Prediction.Check check = prediction.start(net);
    net.descend();
    net.setWeights(0, new double[2000]);
    net.observe();
    Verdict verdict = check.judge(net);
    assertEquals(Verdict.State.NOT_APPLICABLE, verdict.state());
    assertTrue(verdict.detail().contains("above the lowest loss"), verdict.detail());
  }

  private void notApplicable(HighDimension changed, String reason) {
    List<String> unmet = HighDimension.unmet(prediction, changed.build());
    assertEquals(1, unmet.size(), unmet.toString());
    assertTrue(unmet.get(0).contains(reason), unmet.get(0));
  }

  @Test
  void eachConditionOfItsOwn_isNeeded() {
    HighDimension met = new HighDimension().size(10, 300);
    assertEquals(List.of(), HighDimension.unmet(prediction, met.build()));
    notApplicable(new HighDimension().size(10, 150), "inputs per sample is 15");
    notApplicable(new HighDimension().size(10, 300).step(0.005), "first step times trace (c)");
    notApplicable(new HighDimension().size(10, 300).step(1.1), "first step times trace (c)");
    notApplicable(
        new HighDimension()
            .size(10, 300)
            .data((x, y) -> Arrays.setAll(y, i -> i == 1 ? Math.abs(y[i]) : y[i])),
        "number of samples that a unit is not to fit is 4");
    notApplicable(new HighDimension().size(60, 10000), "too large for the shortest solution");
  }
}
