package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitClosedFormTest {

  private final Prediction prediction = new LimitClosedForm();

  @Test
  void theReferenceNeuron_comesToTheLimit() {
    List<Verdict> verdicts = HighDimension.judge(prediction, new HighDimension().build(), 100);
    assertEquals(Verdict.State.HOLDS, verdicts.get(0).state());
    assertEquals(1, verdicts.get(0).measured(), 1e-4);
    Verdict last = HighDimension.last(verdicts);
    assertEquals(Verdict.State.REACHED, last.state(), last.toString());
    assertTrue(last.measured() < 1e-13, "" + last.measured());
    assertEquals(1e-8, last.bound());
  }

  @Test
  void aLargerStart_isPartOfTheLimit() {
    // 0.7 of what is allowed; without it in the formula the limit would be missed by as much.
    PlainStack net = new HighDimension().start(5e-4).build();
    Verdict last = HighDimension.last(HighDimension.judge(prediction, net, 100));
    assertEquals(Verdict.State.REACHED, last.state(), last.toString());
    assertTrue(last.measured() < 1e-13, "" + last.measured());
  }

  @Test
  void aRateThatFallsLater_leadsToTheSameLimit() {
    PlainStack net = new HighDimension().build();
    net.observe();
    Prediction.Check check = prediction.start(net);
    net.descend();
    net.setLearningRate(0.002);
    for (int t = 0; t < 100; t++) {
      net.observe();
      check.judge(net);
      net.descend();
    }
    net.observe();
    assertEquals(Verdict.State.REACHED, check.judge(net).state());
  }

  @Test
  void anotherSolutionOfTheSameLabels_isAViolation() {
    HighDimension run = new HighDimension();
    PlainStack net = run.build();
    net.observe();
    Prediction.Check check = prediction.start(net);
    for (int t = 0; t < 100; t++) {
      net.descend();
      net.observe();
      check.judge(net);
    }
    run.shift(net);
    Verdict verdict = check.judge(net);
    assertEquals(Verdict.State.VIOLATED, verdict.state(), verdict.toString());
    assertEquals(0.1 / 0.0761, verdict.measured(), 0.02);
  }

  @Test
  void onTheWay_elsewhereIsNoViolation() {
    HighDimension run = new HighDimension();
    PlainStack net = run.build();
    HighDimension.judge(prediction, net, 0);
    Prediction.Check check = prediction.start(net);
    net.descend();
    net.observe();
    run.shift(net);
    assertEquals(Verdict.State.HOLDS, check.judge(net).state());
  }

  @Test
  void flipsAfterTheFirstStep_endTheJudgement() {
    PlainStack net = new HighDimension().size(20, 400).step(0.1).build();
    List<Verdict> verdicts = HighDimension.judge(prediction, net, 60);
    assertEquals(Verdict.State.HOLDS, verdicts.get(0).state());
    Verdict last = HighDimension.last(verdicts);
    assertEquals(Verdict.State.NOT_APPLICABLE, last.state(), last.toString());
  }

  @Test
  void flipsBetweenTwoJudgements_endItToo() {
    PlainStack net = new HighDimension().build();
    net.observe();
    Prediction.Check check = prediction.start(net);
    net.descend();
    net.observe();
    assertEquals(Verdict.State.HOLDS, check.judge(net).state());
    double[] w = net.network().layer(0).weights().clone();
    net.setWeights(0, new double[2000]);
    net.countStep();
    net.observe();
    net.setWeights(0, w);
    net.countStep();
    net.observe();
    assertEquals(
        "not applicable: the pattern has not been frozen since step 1: a flip was seen at step 3",
        check.judge(net).toString());
  }

  @Test
  void aPatternThatIsNotThatOfTheLabels_isNotJudged() {
    PlainStack net =
        new HighDimension()
            .size(4, 400)
            .data(
                (x, y) -> {
                  Arrays.setAll(y, i -> Math.signum(y[i]));
                  y[0] = 2;
                  for (int k = 0; k < x[0].length; k++) {
                    x[1][k] = 0.9 * x[0][k] + Math.sqrt(0.19) * x[1][k];
                  }
                })
            .build();
    List<Verdict> verdicts = HighDimension.judge(prediction, net, 1);
    assertEquals(Verdict.State.HOLDS, verdicts.get(0).state());
    assertTrue(
        verdicts.get(1).detail().startsWith("the pattern after step 1 is not that of the labels"),
        verdicts.get(1).toString());
  }

  @Test
  void aPair_isNotJudged() {
    assertEquals(
        List.of("stated of one neuron, not of a pair"),
        HighDimension.unmet(prediction, new HighDimension().pair(1, -1).build()));
  }
}
