package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of the weights of a neuron: their norm, and where they come to rest. */
class WeightPredictionsTest {

  private static void doesNotApply(String because, Verdict verdict) {
    assertEquals(Verdict.State.NOT_APPLICABLE, verdict.state(), because);
    assertEquals(because, verdict.detail());
  }

  private static Verdict firstVerdict(Prediction prediction, PlainStack net) {
    return Neuron.train(prediction, net, 0).get(0);
  }

  // weightNormIncreases

  @Test
  void fromASmallStart_theNormGrows() {
    double[] w = {Neuron.rows("s1b_linear.csv")[0][1], Neuron.rows("s1b_linear.csv")[0][2]};
    PlainStack linear = Neuron.linear(Neuron.reference("s1b_data.csv"), .05, w);
    for (PlainStack net : new PlainStack[] {Neuron.s1b(), Neuron.small(), linear}) {
      List<Verdict> verdicts = Neuron.train(new WeightNormIncreases(), net, 2000);
      assertEquals(-1, Neuron.first(verdicts, Verdict.State.VIOLATED));
      assertEquals(Verdict.State.HOLDS, Neuron.last(verdicts).state());
      assertTrue(verdicts.get(1).measured() > 0);
    }
  }

  /** Overshoots shorten these weights a little, by less than the tolerance. */
  @Test
  void overshoots_areWithinTheTolerance_andTheDistanceFromTheLastFlipNeverFalls() {
    double[][] x = {{.3, .9}, {.8, -.7}, {-.5, 1.1}, {-.8, -.5}};
    Probe probe = Neuron.probe(x, 1.8, 2.8, 2.5, .8);
    for (Prediction prediction :
        List.of(new WeightNormIncreases(), new DistanceSinceFlipNeverFalls())) {
      PlainStack net = Neuron.reLu(probe, .34, -9e-4, 1e-4);
      List<Verdict> verdicts = Neuron.train(prediction, net, 300);
      assertEquals(-1, Neuron.first(verdicts, Verdict.State.VIOLATED), prediction.id());
      assertEquals(Verdict.State.HOLDS, verdicts.get(1).state(), prediction.id());
    }
  }

  @Test
  void aDistanceThatFalls_isAViolation() {
    PlainStack net = Neuron.reLu(Neuron.smallProbe(), .05, 1e-3, 1e-3);
    net.observe();
    Prediction.Check check = new DistanceSinceFlipNeverFalls().start(net);
    for (double entry : new double[] {1e-3, .5, .3}) {
      net.setWeights(0, new double[] {entry, entry});
      net.observe();
      Verdict verdict = check.judge(net);
      assertEquals(
          entry == .3 ? Verdict.State.VIOLATED : Verdict.State.HOLDS, verdict.state(), "" + entry);
      assertEquals(
          entry == 1e-3 ? Double.NaN : Math.sqrt(2) * (entry - 1e-3), verdict.measured(), 1e-15);
      net.countStep();
    }
  }

  @Test
  void startsThatAreNotSmall_andLargeSteps_areNotJudged() {
    Verdict s1a = firstVerdict(new WeightNormIncreases(), Neuron.s1a());
    assertEquals(Verdict.State.NOT_APPLICABLE, s1a.state());
    doesNotApply(
        "norm of the first weights / norm of the least-squares solution of the positive labels"
            + " is 0.02, should be at most 0.01",
        firstVerdict(new WeightNormIncreases(), Neuron.reLu(Neuron.smallProbe(), .05, .02, .02)));
    doesNotApply(
        "step times largest eigenvalue of X^T X / n is 1.04, should be at most 1",
        firstVerdict(new WeightNormIncreases(), Neuron.reLu(Neuron.smallProbe(), .26, 1e-3, 1e-3)));
  }

  /** Weights that are floats lose up to a unit in the last place when they have converged. */
  @Test
  void floats_mayFallByTheirRounding() {
    float w = .5f;
    PlainStack net = Neuron.reLu(Neuron.smallProbe(), .05, 1e-3f, 1e-3f);
    net.observe();
    Prediction.Check check = new WeightNormIncreases().start(net);
    check.judge(net);
    for (float entry : new float[] {w, Math.nextDown(w)}) {
      net.setWeights(0, new double[] {entry, entry});
      net.countStep();
      net.observe();
      assertEquals(Verdict.State.HOLDS, check.judge(net).state());
    }
    net.setWeights(0, new double[] {.4, .4});
    net.countStep();
    net.observe();
    assertEquals(Verdict.State.VIOLATED, check.judge(net).state());
  }

  // normRisesWithPositivePull

  @Test
  void positivePull_neverShortensTheWeights() {
    Probe s1a = Neuron.reference("s1a_data.csv");
    PlainStack[] nets = {
      Neuron.s1a(),
      Neuron.s1b(),
      Neuron.s1e(),
      Neuron.reLu(s1a, .6, -.3, .2),
      Neuron.linear(s1a, .02, -.3, .2),
      Neuron.linear(s1a, .4, -3, 2)
    };
    for (PlainStack net : nets) {
      List<Verdict> verdicts = Neuron.train(new NormRisesWithPositivePull(), net, 1000);
      assertEquals(-1, Neuron.first(verdicts, Verdict.State.VIOLATED));
      int compared = 0;
      for (Verdict verdict : verdicts) {
        assertEquals(Verdict.State.HOLDS, verdict.state());
        compared += Absent.is(verdict.bound()) ? 0 : 1;
      }
      assertTrue(compared > 3 && compared < 1001, compared + " records compared");
    }
  }

  @Test
  void normThatFallsAgainstThePull_isAViolation() {
    PlainStack net = Neuron.reLu(Neuron.smallProbe(), .05, .5, .5);
    Verdict verdict = Neuron.afterSetting(new NormRisesWithPositivePull(), net, .5, .499);
    assertEquals(Verdict.State.VIOLATED, verdict.state());
    assertEquals(Math.sqrt(.5), verdict.bound());
    assertTrue(verdict.measured() < verdict.bound());
    assertEquals(
        "the norm has fallen at step 1 although the pull outwards was 0.625", verdict.detail());
  }

  @Test
  void recordsFurtherApart_areNotCompared() {
    PlainStack net = Neuron.reLu(Neuron.smallProbe(), .05, .5, .5);
    net.observe();
    Prediction.Check rises = new NormRisesWithPositivePull().start(net);
    Prediction.Check slides = new SlidingNeedsOpposingPulls().start(net);
    assertEquals(Verdict.State.HOLDS, rises.judge(net).state());
    assertEquals(Verdict.State.HOLDS, slides.judge(net).state());
    net.setWeights(0, new double[] {.4, -.1});
    net.countStep();
    net.countStep();
    net.observe();
    assertEquals(Verdict.State.HOLDS, rises.judge(net).state());
    assertEquals(Verdict.State.HOLDS, slides.judge(net).state());
    net.setWeights(0, new double[] {.3, -.1});
    net.countStep();
    net.observe();
    assertEquals(Verdict.State.VIOLATED, rises.judge(net).state());
    assertEquals(Verdict.State.HOLDS, slides.judge(net).state());
  }

  /** At (2, 2) the residuals -1 and -2 pull inwards: whatever the norm does is allowed. */
  @Test
  void negativePull_allowsTheNormToFall() {
    PlainStack net = Neuron.reLu(Neuron.smallProbe(), .05, 2, 2);
    Verdict verdict = Neuron.afterSetting(new NormRisesWithPositivePull(), net, 1, 1);
    assertEquals(Verdict.State.HOLDS, verdict.state());
    assertTrue(Absent.is(verdict.bound()));
  }

  // solutionFixedByActiveSupport

  @Test
  void s1a_restsAtTheSolutionOfTheTwoActiveSamples() {
    PlainStack net = Neuron.s1a();
    List<Verdict> verdicts = Neuron.train(new SolutionFixedByActiveSupport(), net, 4000);
    int reached = Neuron.first(verdicts, Verdict.State.REACHED);
    assertTrue(reached > 300 && reached < 1500, "at " + reached);
    assertEquals(
        "at step " + reached + " the weights are the solution of the 2 samples that are on",
        Neuron.last(verdicts).detail());
    assertTrue(Neuron.last(verdicts).measured() < 1e-13, "" + Neuron.last(verdicts).measured());
    assertArrayEquals(new double[] {-4.0 / 3, 2}, net.network().layer(0).weights(), 1e-12);
    assertEquals(-1, Neuron.first(verdicts, Verdict.State.VIOLATED));
    assertEquals(0, Metrics.named("gapToActiveSolution").evaluate(net, -1), 1e-12);
  }

  @Test
  void gapToActiveSolution_isTheDistance_andAbsentWhereItIsNotUnique() {
    Metric gap = Metrics.named("gapToActiveSolution");
    PlainStack net = Neuron.reLu(Neuron.smallProbe(), .05, 4, 5);
    net.observe();
    assertEquals(5, gap.evaluate(net, -1));
    PlainStack one = Neuron.reLu(Neuron.smallProbe(), .05, 4, -5);
    one.observe();
    assertTrue(Absent.is(gap.evaluate(one, -1)));
    PlainStack linear = Neuron.linear(Neuron.smallProbe(), .05, 1, -5);
    linear.observe();
    assertEquals(6, gap.evaluate(linear, -1));
    PlainStack two =
        PlainStack.builder(Neuron.smallProbe(), new Neuron.Squared(2), .05)
            .hidden("hidden", 1, 0, new double[] {4, 5}, null)
            .output(1, new double[] {1}, null)
            .build();
    two.observe();
    assertTrue(Absent.is(gap.evaluate(two, -1)));
  }

  @Test
  void tooFewActiveSamples_leaveDirectionsFree() {
    PlainStack net = Neuron.reLu(Neuron.smallProbe(), .05, .5, -1);
    List<Verdict> verdicts = Neuron.train(new SolutionFixedByActiveSupport(), net, 500);
    assertEquals(-1, Neuron.first(verdicts, Verdict.State.REACHED));
    assertEquals("the active samples leave 1 directions free", Neuron.last(verdicts).detail());
    PlainStack dead = Neuron.reLu(Neuron.smallProbe(), .05, -1, -1);
    verdicts = Neuron.train(new SolutionFixedByActiveSupport(), dead, 5);
    assertEquals(Verdict.State.HOLDS, Neuron.last(verdicts).state());
  }

  /** The outputs, and with them the gradient, are those of the weights before. */
  @Test
  void vanishedGradient_farFromTheSolution_isAViolation() {
    PlainStack net = Neuron.reLu(Neuron.smallProbe(), .05, .5, .5);
    net.observe();
    Prediction.Check check = new SolutionFixedByActiveSupport().start(net);
    assertEquals(Verdict.State.HOLDS, check.judge(net).state());
    net.setWeights(0, new double[] {1, 1});
    net.countStep();
    net.observe();
    net.setWeights(0, new double[] {1, 1.01});
    Verdict verdict = check.judge(net);
    assertEquals(Verdict.State.VIOLATED, verdict.state());
    assertEquals(.01 / Math.sqrt(2), verdict.measured(), 1e-12);
  }

  /** The gradient along the second input is 1e-8 of that along the first from the start. */
  @Test
  void smallGradient_ofIllConditionedSamples_isNoViolation() {
    Probe probe = Neuron.probe(new double[][] {{1, 0}, {1, 1e-5}}, 1, 1 + 1e-5);
    PlainStack net = Neuron.reLu(probe, .45, .5, .5);
    List<Verdict> verdicts = Neuron.train(new SolutionFixedByActiveSupport(), net, 3000);
    assertEquals(-1, Neuron.first(verdicts, Verdict.State.VIOLATED));
    assertEquals(-1, Neuron.first(verdicts, Verdict.State.REACHED));
    assertTrue(Neuron.last(verdicts).measured() > .1, "" + Neuron.last(verdicts).measured());
    assertFalse(Absent.is(Neuron.last(verdicts).bound()));
  }
}
