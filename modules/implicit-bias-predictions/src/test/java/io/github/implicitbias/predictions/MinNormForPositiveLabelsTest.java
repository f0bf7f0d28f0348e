package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MinNormForPositiveLabelsTest {

  private final Prediction prediction = new MinNormForPositiveLabels();

  @Test
  void theReferenceSamples_withPositiveLabels_areFittedByTheShortestWeights() {
    PlainStack net = new HighDimension().positiveLabels().build();
    List<Verdict> verdicts = HighDimension.judge(prediction, net, 100);
    assertEquals(Verdict.State.HOLDS, verdicts.get(0).state());
    Verdict last = HighDimension.last(verdicts);
    assertEquals(Verdict.State.REACHED, last.state(), last.toString());
    assertTrue(last.measured() < 1e-14, "" + last.measured());
  }

  @Test
  void aStartOutsideTheSpan_stays() {
    HighDimension run = new HighDimension().positiveLabels();
    PlainStack net = run.build();
    double[] w = net.network().layer(0).weights().clone();
    double[] outside = HighDimension.outsideSpan(run.x());
    for (int k = 0; k < w.length; k++) {
      w[k] += 5e-4 * outside[k];
    }
    net.setWeights(0, w);
    Verdict last = HighDimension.last(HighDimension.judge(prediction, net, 100));
    assertEquals(Verdict.State.REACHED, last.state(), last.toString());
  }

  @Test
  void aSampleThatIsSwitchedOff_endsTheJudging_withTheStep() {
    PlainStack net = new HighDimension().size(20, 25).step(0.3).positiveLabels().build();
    List<Verdict> verdicts = HighDimension.judge(prediction, net, 30);
    assertEquals(Verdict.State.HOLDS, verdicts.get(0).state(), verdicts.get(0).toString());
    int step = 0;
    while (verdicts.get(step).state() != Verdict.State.NOT_APPLICABLE) {
      step++;
    }
    assertTrue(
        verdicts.get(step).detail().matches("sample \\d+ is off at step " + step),
        verdicts.get(step).detail());
  }

  @Test
  void aSampleThatWasOffBetweenTwoJudgements_endsItToo() {
    PlainStack net = new HighDimension().positiveLabels().build();
    net.observe();
    Prediction.Check check = prediction.start(net);
    double[] w = net.network().layer(0).weights().clone();
    net.setWeights(0, new double[2000]);
    net.countStep();
    net.observe();
    net.setWeights(0, w);
    net.countStep();
    net.observe();
    assertEquals("some sample was off before it came back at step 2", check.judge(net).detail());
  }

  @Test
  void anotherSolution_isAViolation() {
    HighDimension run = new HighDimension().positiveLabels();
    PlainStack net = run.build();
    net.observe();
    Prediction.Check check = prediction.start(net);
    for (int t = 0; t < 100; t++) {
      net.descend();
    }
    net.observe();
    run.shift(net);
    Verdict verdict = check.judge(net);
    assertEquals(Verdict.State.VIOLATED, verdict.state(), verdict.toString());
    assertTrue(verdict.detail().startsWith("the gradient has vanished"), verdict.detail());
  }

  @Test
  void aLabelThatIsNotPositive_isNotJudged() {
    PlainStack net =
        new HighDimension()
            .data((x, y) -> Arrays.setAll(y, i -> i == 3 ? -1 : Math.abs(y[i])))
            .build();
    assertEquals(List.of("1 labels are 0 or below"), HighDimension.unmet(prediction, net));
  }

  @Test
  void aPair_isNotJudged() {
    assertEquals(
        List.of("stated of one neuron, not of a pair"),
        HighDimension.unmet(prediction, new HighDimension().positiveLabels().pair(1, -1).build()));
  }
}
