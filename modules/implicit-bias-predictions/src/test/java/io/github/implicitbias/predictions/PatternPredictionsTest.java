package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of samples that are switched on and off. */
class PatternPredictionsTest {

  private static void doesNotApply(String because, Verdict verdict) {
    assertEquals(Verdict.State.NOT_APPLICABLE, verdict.state(), because);
    assertEquals(because, verdict.detail());
  }

  private static Verdict firstVerdict(Prediction prediction, PlainStack net) {
    return Neuron.train(prediction, net, 0).get(0);
  }

  // noReactivationOrthogonal

  private static PlainStack s4b() {
    double[][] rows = Neuron.rows("s4b_lam1e-08_init.csv");
    double[] w = new double[rows.length * 6];
    double[] a = new double[rows.length];
    for (int j = 0; j < rows.length; j++) {
      System.arraycopy(rows[j], 0, w, j * 6, 6);
      a[j] = rows[j][6];
    }
    return PlainStack.builder(Neuron.reference("s4b_lam1e-08_data.csv"), new Neuron.Squared(2), .01)
        .hidden("hidden", rows.length, 0, w, null)
        .output(1, a, null)
        .build();
  }

  @Test
  void orthogonalSamples_areNeverSwitchedOn() {
    List<Verdict> verdicts = Neuron.train(new NoReactivationOrthogonal(), s4b(), 4000);
    assertEquals(-1, Neuron.first(verdicts, Verdict.State.VIOLATED));
    assertEquals(Verdict.State.HOLDS, Neuron.last(verdicts).state());
    assertEquals(0, Neuron.last(verdicts).measured());
  }

  /** Steps of any size: with rate 3 the weights jump about, and samples only go off. */
  @Test
  void orthogonalSamples_areNeverSwitchedOn_evenByHugeSteps() {
    PlainStack net = Neuron.reLu(Neuron.smallProbe(), 3, 1.5, .5);
    List<Verdict> verdicts = Neuron.train(new NoReactivationOrthogonal(), net, 50);
    assertEquals(-1, Neuron.first(verdicts, Verdict.State.VIOLATED));
    assertEquals(0, net.pattern(0).activeSamples(0));
  }

  @Test
  void orthogonalSamples_thatAreSwitchedOnByHand_violate() {
    PlainStack net = Neuron.reLu(Neuron.smallProbe(), .05, 1, -1);
    Verdict verdict = Neuron.afterSetting(new NoReactivationOrthogonal(), net, 1, 1);
    assertEquals(Verdict.State.VIOLATED, verdict.state());
    assertEquals(1, verdict.measured());
    assertEquals("entries switched on at step 1: 1", verdict.detail());
  }

  @Test
  void orthogonalSamples_thatComeBackWithinRounding_areLeftOut() {
    PlainStack net = Neuron.reLu(Neuron.smallProbe(), .05, 1, -1);
    Verdict verdict = Neuron.afterSetting(new NoReactivationOrthogonal(), net, 1, 1e-17);
    assertEquals(Verdict.State.HOLDS, verdict.state());
    assertEquals("ended within rounding of the boundary: 1", verdict.detail());
  }

  @Test
  void orthogonalSamples_withUnknownBoundary_areNotJudged() {
    PlainStack net = Neuron.reLu(Neuron.smallProbe(), .05, 1, -1);
    net.observe();
    Prediction.Check check = new NoReactivationOrthogonal().start(net);
    assertEquals(Verdict.State.HOLDS, check.judge(net).state());
    net.setWeights(0, new double[] {1, 1});
    net.countStep();
    net.observe();
    doesNotApply(
        "entries within rounding of the boundary are not known at step 1", check.judge(net));
  }

  /** Two samples that a rotation kept in floats makes orthogonal to 1e-8 only. */
  private static PlainStack floats(double rate, double w1, double w2) {
    double cosine = (float) Math.cos(0.7);
    double sine = (float) Math.sin(0.7);
    double[][] x = {{cosine, sine}, {-sine * 0.6f, cosine * 0.6f}};
    for (double[] row : x) {
      for (int k = 0; k < 2; k++) {
        row[k] = (float) row[k];
      }
    }
    return Neuron.reLu(Neuron.probe(x, 3, 1), rate, w1, w2);
  }

  @Test
  void samplesOrthogonalAsFloats_areJudged_andReachEachOtherByWhatTheirCosineAllows() {
    // z of sample 1 is -1e-10: the other one, whose label is far away, can move it by 1e-9.
    double[] x = floats(.1, 0, 0).probe().features();
    double cosine = x[0] * x[2] + x[1] * x[3];
    assertTrue(Math.abs(cosine) > 1e-10 && Math.abs(cosine) < 1e-7, "cosine " + cosine);
    double norm = x[0] * x[0] + x[1] * x[1];
    PlainStack net = floats(.1, -0.5 * x[0] / norm, -0.5 * x[1] / norm);
    List<Verdict> verdicts = Neuron.train(new NoReactivationOrthogonal(), net, 200);
    assertEquals(-1, Neuron.first(verdicts, Verdict.State.VIOLATED));
    assertEquals(Verdict.State.HOLDS, Neuron.last(verdicts).state());
    // Set so that sample 1 is switched on by less, and by more, than the other can have moved it.
    double other = x[2] * x[2] + x[3] * x[3];
    for (boolean more : new boolean[] {false, true}) {
      PlainStack set = floats(.1, x[0] - x[2], x[1] - x[3]);
      double z = more ? 1e-3 : 1e-12;
      Verdict verdict =
          Neuron.afterSetting(
              new NoReactivationOrthogonal(),
              set,
              x[0] + (z - cosine) / other * x[2],
              x[1] + (z - cosine) / other * x[3]);
      assertEquals(more ? Verdict.State.VIOLATED : Verdict.State.HOLDS, verdict.state());
    }
  }

  @Test
  void samplesThatAreNotOrthogonal_areNotJudged() {
    Probe probe = Neuron.probe(new double[][] {{1, 0}, {1e-6, 1}}, 1, 2);
    doesNotApply(
        "the largest cosine between two samples is 1e-6, should be at most 1e-12",
        firstVerdict(new NoReactivationOrthogonal(), Neuron.reLu(probe, .05, 1, 1)));
  }

  /** (x, 1) of -0.5 and 2 are orthogonal, x itself is not; of (1, 0) and (0, 2) it is reverse. */
  @Test
  void orthogonality_isThatOfSamplesWithAnInputOneForTheBias() {
    Probe line = Neuron.probe(new double[][] {{-.5}, {2}}, -1, 1);
    NoReactivationOrthogonal prediction = new NoReactivationOrthogonal();
    PlainStack extended =
        PlainStack.builder(line, new Neuron.Squared(2), .05)
            .neurons(1, 0, new double[] {1}, new double[] {1})
            .build();
    assertEquals(Verdict.State.HOLDS, firstVerdict(prediction, extended).state());
    assertEquals(
        Verdict.State.NOT_APPLICABLE, firstVerdict(prediction, Neuron.reLu(line, .05, 1)).state());
    PlainStack biased =
        PlainStack.builder(Neuron.smallProbe(), new Neuron.Squared(2), .05)
            .neurons(1, 0, new double[] {1, 1}, new double[] {0})
            .build();
    doesNotApply(
        "the largest cosine between two samples is 0.316228, should be at most 2.38419e-7",
        firstVerdict(prediction, biased));
  }

  @Test
  void whatIsNoStack_isNotJudged() {
    PlainStack net = Neuron.small();
    net.observe(true);
    Prediction.Check check =
        new NoReactivationOrthogonal().start(Neuron.altered(net, "isStack", false));
    doesNotApply("the network is not a stack of dense layers", check.judge(net));
  }

  // noReactivation

  @Test
  void s1a_neverReactivates() {
    List<Verdict> verdicts = Neuron.train(new NoReactivation(), Neuron.s1a(), 4000);
    assertEquals(-1, Neuron.first(verdicts, Verdict.State.VIOLATED));
    assertEquals(0, Neuron.last(verdicts).measured());
  }

  @Test
  void s1e_reactivatesAtStep461() {
    List<Verdict> verdicts = Neuron.train(new NoReactivation(), Neuron.s1e(), 500);
    assertEquals(461, Neuron.first(verdicts, Verdict.State.VIOLATED));
    assertEquals(1, Neuron.last(verdicts).measured());
    assertEquals("sample 1 came back to neuron 0 at step 461", Neuron.last(verdicts).detail());
  }

  /** Finite steps: with rate 0.6 samples of S1a come back that never do with 0.02. */
  @Test
  void s1a_withLargeSteps_reactivates() {
    PlainStack net = Neuron.reLu(Neuron.reference("s1a_data.csv"), .6, -.3, .2);
    List<Verdict> verdicts = Neuron.train(new NoReactivation(), net, 5);
    assertEquals(2, Neuron.first(verdicts, Verdict.State.VIOLATED));
  }

  @Test
  void severalNeurons_areJudgedEach() {
    double[][] data = Neuron.rows("s1e_data.csv");
    double[] x = new double[6];
    double[] y = new double[6];
    for (int i = 0; i < 3; i++) {
      System.arraycopy(data[i], 0, x, 2 * i, 2);
      y[2 * i] = y[2 * i + 1] = data[i][2];
    }
    PlainStack net =
        PlainStack.builder(new Probe(3, x, y, null), new Neuron.Squared(2), .01)
            .neurons(2, 0, new double[] {2, 1, .06, .04}, null)
            .build();
    List<Verdict> verdicts = Neuron.train(new NoReactivation(), net, 500);
    assertEquals(461, Neuron.first(verdicts, Verdict.State.VIOLATED));
    assertEquals("sample 1 came back to neuron 1 at step 461", Neuron.last(verdicts).detail());
  }

  // deactivatedSamplesReturn

  @Test
  void s1e_andS1b_haveAllSamplesBack() {
    List<Verdict> verdicts = Neuron.train(new DeactivatedSamplesReturn(), Neuron.s1e(), 1500);
    int reached = Neuron.first(verdicts, Verdict.State.REACHED);
    assertTrue(reached > 461, "at " + reached);
    assertEquals(1, verdicts.get(460).measured());
    assertEquals(0, verdicts.get(461).measured());
    assertEquals(
        "all samples are on at step " + reached + ", 1 that were off before",
        Neuron.last(verdicts).detail());
    assertEquals(-1, Neuron.first(verdicts, Verdict.State.VIOLATED));

    verdicts = Neuron.train(new DeactivatedSamplesReturn(), Neuron.s1b(), 2000);
    assertEquals(5, verdicts.get(0).measured());
    assertEquals(Verdict.State.REACHED, Neuron.last(verdicts).state());
  }

  /** The pattern is that of the weights before, so a sample is off although they fit it. */
  @Test
  void fittingWeights_withASampleOff_violate() {
    PlainStack net = Neuron.reLu(Neuron.smallProbe(), .05, 1, -1);
    net.observe();
    Prediction.Check check = new DeactivatedSamplesReturn().start(net);
    assertEquals(1, check.judge(net).measured());
    net.setWeights(0, new double[] {1, 1});
    Verdict verdict = check.judge(net);
    assertEquals(Verdict.State.VIOLATED, verdict.state());
    assertEquals(1, verdict.measured());
  }

  @Test
  void labelsThatNoNeuronFits_areNotJudged() {
    DeactivatedSamplesReturn prediction = new DeactivatedSamplesReturn();
    doesNotApply(
        "the smallest label is -2, should be positive",
        firstVerdict(
            prediction,
            Neuron.reLu(Neuron.probe(new double[][] {{1, 0}, {0, 2}}, 1, -2), .05, 1, 1)));
    doesNotApply(
        "the relative residual of the best fit is 0.1, should be at most 1e-9",
        firstVerdict(
            prediction,
            Neuron.reLu(
                Neuron.probe(new double[][] {{1, 0}, {1, 0}, {0, 1}}, 3, 4, 5), .05, 1, 1)));
    doesNotApply(
        "the rank of the samples is 2, should be at least 3",
        firstVerdict(
            prediction,
            Neuron.reLu(Neuron.probe(new double[][] {{1, 0, 0}, {0, 2, 0}}, 1, 2), .05, 1, 1, 1)));
    doesNotApply(
        "the smallest cosine of a sample and the fit is 1e-6, should be at least 2e-6",
        firstVerdict(
            prediction,
            Neuron.reLu(Neuron.probe(new double[][] {{1, 0}, {0, 2}}, 1, 2e-6), .05, 1, 1)));
  }

  // noImmediateReactivation

  @Test
  void s1e_reactivatesLate() {
    List<Verdict> verdicts = Neuron.train(new NoImmediateReactivation(), Neuron.s1e(), 1200);
    assertEquals(-1, Neuron.first(verdicts, Verdict.State.VIOLATED));
    assertEquals(Verdict.State.HOLDS, Neuron.last(verdicts).state());
  }

  private static PlainStack turning(double... labels) {
    double[][] x = {{.6, -2.4}, {-.9, -1.6}, {1.6, -1.1}};
    return Neuron.reLu(Neuron.probe(x, labels), .145, -.6, -3.6);
  }

  /** The step is below the limit, and yet the pull of the other samples turns within one step. */
  @Test
  void sampleWhosePullTurnsWithinAStep_comesBackAtOnce() {
    List<Verdict> verdicts = Neuron.train(new NoImmediateReactivation(), turning(2.4, .2, .8), 12);
    assertEquals(2, Neuron.first(verdicts, Verdict.State.VIOLATED));
    assertEquals(
        "sample 2 was switched off at step 1 and came back at step 2", verdicts.get(2).detail());
  }

  @Test
  void samplesWithOtherLabels_mayComeBackAtOnce() {
    assertEquals(Verdict.State.HOLDS, offAndOnAgain(-2).state());
    assertEquals(Verdict.State.HOLDS, offAndOnAgain(0).state());
    assertEquals(Verdict.State.VIOLATED, offAndOnAgain(2).state());
  }

  private static Verdict offAndOnAgain(double label) {
    Probe probe = Neuron.probe(new double[][] {{1, 0}, {0, 2}}, 1, label);
    PlainStack net = Neuron.reLu(probe, .05, .5, .5);
    net.observe();
    Prediction.Check check = new NoImmediateReactivation().start(net);
    Verdict verdict = check.judge(net);
    for (double w : new double[] {-.5, .5}) {
      net.setWeights(0, new double[] {.5, w});
      net.countStep();
      net.observe();
      verdict = check.judge(net);
    }
    return verdict;
  }

  @Test
  void recordsFurtherApart_areNotCompared() {
    PlainStack net = turning(2.4, .2, .8);
    net.observe();
    Prediction.Check check = new NoImmediateReactivation().start(net);
    check.judge(net);
    net.descend();
    net.observe();
    check.judge(net);
    net.descend();
    net.countStep();
    net.observe();
    assertEquals(Verdict.State.HOLDS, check.judge(net).state());
  }

  @Test
  void stepsThatAreTooLarge_areNotJudged() {
    PlainStack net = Neuron.reLu(Neuron.smallProbe(), .26, 1e-3, 1e-3);
    String because = "step times largest eigenvalue of X^T X / n is 1.04";
    doesNotApply(
        because + ", should be at most 1", firstVerdict(new NoImmediateReactivation(), net));
    PlainStack later = Neuron.small();
    later.observe();
    Prediction.Check check = new NoImmediateReactivation().start(later);
    assertEquals(Verdict.State.HOLDS, check.judge(later).state());
    later.descend();
    later.setLearningRate(.26);
    later.observe();
    doesNotApply(because + " at step 1, should be at most 1", check.judge(later));
    later.setLearningRate(.05);
    later.observe();
    assertEquals(Verdict.State.NOT_APPLICABLE, check.judge(later).state());
  }

  // slidingNeedsOpposingPulls

  @Test
  void flips_agreeWithThePullsOfTheRecordBefore() {
    for (PlainStack net : new PlainStack[] {Neuron.s1a(), Neuron.s1b(), Neuron.s1e()}) {
      List<Verdict> verdicts = Neuron.train(new SlidingNeedsOpposingPulls(), net, 1200);
      assertEquals(-1, Neuron.first(verdicts, Verdict.State.VIOLATED));
      assertEquals(Verdict.State.HOLDS, Neuron.last(verdicts).state());
      assertEquals("", Neuron.last(verdicts).detail());
    }
  }

  /** With any rate: the same data with the spurious flips of rate 0.6. */
  @Test
  void flips_agreeWithThePulls_evenForLargeSteps() {
    PlainStack net = Neuron.reLu(Neuron.reference("s1a_data.csv"), .6, -.3, .2);
    List<Verdict> verdicts = Neuron.train(new SlidingNeedsOpposingPulls(), net, 50);
    assertEquals(-1, Neuron.first(verdicts, Verdict.State.VIOLATED));
  }

  @Test
  void neuronThatSlides_isToldWithItsSample() {
    double[][] x = {{2.4, -.4}, {-1.1, .4}, {.4, .1}};
    PlainStack net = Neuron.reLu(Neuron.probe(x, 1.5, -3.2, 1.9), .1, .8, .4);
    List<Verdict> verdicts = Neuron.train(new SlidingNeedsOpposingPulls(), net, 300);
    assertEquals(-1, Neuron.first(verdicts, Verdict.State.VIOLATED));
    String detail = Neuron.last(verdicts).detail();
    assertTrue(detail.startsWith("slides on the boundary of sample 1, which has"), detail);
  }

  @Test
  void sampleThatFlipsAgainstThePulls_violates() {
    // At (1, -1) nothing pulls sample 1, at (1, 1) its residual of 0 does not either.
    PlainStack net = Neuron.reLu(Neuron.smallProbe(), .05, .5, -1);
    Verdict on = Neuron.afterSetting(new SlidingNeedsOpposingPulls(), net, .5, 1);
    assertEquals(Verdict.State.HOLDS, on.state(), "a pull of exactly 0 is within rounding");
    double[][] x = {{1, 0}, {-1, .5}};
    PlainStack pulled = Neuron.reLu(Neuron.probe(x, 1, 1), .05, .5, .2);
    on = Neuron.afterSetting(new SlidingNeedsOpposingPulls(), pulled, .2, 1);
    assertEquals(Verdict.State.VIOLATED, on.state());
    assertEquals(1, on.measured());
    assertEquals(
        "sample 1 was switched on at step 1, but the step moves it by -0.025", on.detail());
    PlainStack up = Neuron.reLu(Neuron.smallProbe(), .05, .5, .5);
    Verdict off = Neuron.afterSetting(new SlidingNeedsOpposingPulls(), up, .5, -.1);
    assertEquals("sample 1 was switched off at step 1, but the step moves it by 0.2", off.detail());
  }
}
