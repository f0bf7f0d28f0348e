package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The last statements of the papers: where a neuron rests, its rate, an approximate margin. */
class PapersCompleteTest {

  private static double gaussian(SplittableRandom random) {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    return radius * Math.cos(2 * Math.PI * random.nextDouble());
  }

  /** Two inputs, labels of a neuron that is on for all samples. */
  private static PlainStack plane(SplittableRandom random, int n, double start) {
    double[] x = new double[2 * n];
    double[] y = new double[n];
    double[] v = {gaussian(random), gaussian(random)};
    double trace = 0;
    for (int i = 0; i < n; i++) {
      double a = gaussian(random);
      double b = gaussian(random);
      double sign = v[0] * a + v[1] * b < 0 ? -1 : 1;
      x[2 * i] = sign * a;
      x[2 * i + 1] = sign * b;
      y[i] = sign * (v[0] * a + v[1] * b);
      trace += (a * a + b * b) / n;
    }
    double[] w = {gaussian(random), gaussian(random)};
    double norm = Math.hypot(w[0], w[1]);
    w[0] *= start / norm;
    w[1] *= start / norm;
    return PlainStack.builder(new Probe(n, x, y, null), new Families.Squares(1), 0.9 / trace)
        .neurons(1, 0, w, null)
        .build();
  }

  /** How many of some problems rest at the neuron that made the labels, on one ray, elsewhere. */
  private static int[] table(long seed, int n, double start, int problems) {
    SplittableRandom random = new SplittableRandom(seed);
    Prediction prediction = new RestsAtFitOrOneRay();
    int[] counts = new int[4];
    for (int k = 0; k < problems; ) {
      PlainStack net = plane(random, n, start);
      net.observe();
      Prediction.Check check = prediction.start(net);
      Verdict verdict = check.judge(net);
      if (verdict.state() == Verdict.State.NOT_APPLICABLE) {
        assertTrue(verdict.detail().contains("does not start below"), verdict.detail());
        continue;
      }
      k++;
      for (int step = 0; step < 40_000 && verdict.state() == Verdict.State.HOLDS; step++) {
        net.descend();
        net.observe();
        verdict = check.judge(net);
      }
      boolean fit = verdict.detail().startsWith("at the neuron");
      boolean reached = verdict.state() == Verdict.State.REACHED;
      counts[reached ? fit ? 0 : 1 : verdict.state() == Verdict.State.HOLDS ? 2 : 3]++;
    }
    System.out.printf(
        "two inputs, n %d, start %s: at v %d, on one ray %d, still moving %d, elsewhere %d%n",
        n, start, counts[0], counts[1], counts[2], counts[3]);
    return counts;
  }

  @Test
  void aNeuronWithTwoInputs_restsAtTheFit_orOnOneRay() {
    int[] few = table(1, 3, 1e-3, 30);
    assertEquals(0, few[3]);
    assertTrue(few[0] >= 15 && few[1] >= 1, few[0] + ", " + few[1]);
    int[] many = table(2, 8, 1, 20);
    assertEquals(0, many[3]);
    assertTrue(many[0] >= 15, "" + many[0]);
  }

  @Tag("soak")
  @Test
  void theTableOfTwoInputs() {
    for (double start : new double[] {1e-3, 1}) {
      for (int n : new int[] {3, 5, 8, 20}) {
        assertEquals(0, table(3, n, start, 200)[3]);
      }
    }
  }

  @Test
  void aNeuronOfThreeInputs_orWithLabelsOfNone_isNotJudged() {
    SplittableRandom random = new SplittableRandom(4);
    PlainStack net = plane(random, 4, 1e-3);
    Prediction prediction = new RestsAtFitOrOneRay();
    double[] y = net.probe().labels();
    y[0] += 0.5;
    Probe other = new Probe(4, net.probe().features(), y, null);
    PlainStack noisy =
        PlainStack.builder(other, new Families.Squares(1), 0.1)
            .neurons(1, 0, new double[] {1e-3, 1e-3}, null)
            .build();
    String said = Sphere.first(prediction, noisy).detail();
    assertTrue(said.contains("not realizable by one neuron"), said);
    PlainStack wide =
        PlainStack.builder(
                new Probe(1, new double[3], new double[] {1}, null), new Families.Squares(1), 1)
            .neurons(1, 0, new double[] {1, 1, 1}, null)
            .build();
    said = Sphere.first(prediction, wide).detail();
    assertTrue(said.contains("needs two inputs"), said);
  }

  @Test
  void everyStep_bringsNeuronsNearer_asItPromises() {
    Prediction prediction = new LinearRate();
    Sphere sphere = new Sphere();
    PlainStack net = sphere.build();
    Prediction.Check check = prediction.start(net);
    Verdict verdict = check.judge(net);
    assertTrue(Absent.is(verdict.measured()));
    int measured = 0;
    for (int step = 0; step < 400; step++) {
      net.descend();
      net.observe();
      verdict = check.judge(net);
      assertEquals(Verdict.State.HOLDS, verdict.state(), verdict.toString());
      if (!Absent.is(verdict.measured())) {
        measured++;
        assertTrue(verdict.measured() <= verdict.bound() + 1e-5, "" + verdict.measured());
      }
    }
    assertTrue(measured > 100, "" + measured);
  }

  @Test
  void aStepAgainstTheGradient_isFound_byTheRate() {
    Sphere sphere = new Sphere();
    PlainStack net = sphere.build();
    Prediction.Check check = new LinearRate().start(net);
    check.judge(net);
    net.setLearningRate(-0.1);
    net.descend();
    net.setLearningRate(sphere.rate);
    net.observe();
    assertEquals(Verdict.State.VIOLATED, check.judge(net).state());
    Sphere fourth = new Sphere();
    fourth.loss = new Sphere.Fourth();
    assertEquals(
        Verdict.State.NOT_APPLICABLE, Sphere.first(new LinearRate(), fourth.build()).state());
  }

  @Test
  void theMargin_isAFixedShareOfTheLargest() {
    LeakyRun run = LeakyRun.s2a();
    run.normalised = true;
    run.rate = 0.05;
    List<Verdict> verdicts = run.judge(new ApproximateMaxMargin(), 400);
    Verdict last = verdicts.get(verdicts.size() - 1);
    assertEquals(Verdict.State.REACHED, last.state(), last.toString());
    assertEquals((Math.sqrt(8.0 / 12) + 0.5) / 2, last.bound(), 1e-12);
    assertTrue(last.measured() > last.bound() && last.measured() <= 1 + 1e-9, "" + last.measured());
    for (Verdict each : verdicts) {
      assertNotEquals(Verdict.State.VIOLATED, each.state(), each.toString());
    }
  }

  @Test
  void aMapThatTurnsAway_losesItsShare() {
    LeakyRun run = LeakyRun.s2a();
    run.normalised = true;
    run.rate = 0.05;
    run.build();
    run.net.observe();
    Prediction.Check check = new ApproximateMaxMargin().start(run.net);
    Verdict verdict = check.judge(run.net);
    for (int step = 0; step < 400 && verdict.state() == Verdict.State.HOLDS; step++) {
      run.step();
      run.net.observe();
      verdict = check.judge(run.net);
    }
    assertEquals(Verdict.State.REACHED, verdict.state(), verdict.toString());
    double[] w = run.net.network().layer(0).weights().clone();
    for (int k = 0; k < w.length; k += 60) {
      w[k] += 10;
    }
    run.net.setWeights(0, w);
    run.net.countStep();
    run.net.observe();
    verdict = check.judge(run.net);
    assertEquals(Verdict.State.VIOLATED, verdict.state(), verdict.toString());
    run.slope = 1;
    assertEquals(
        Verdict.State.NOT_APPLICABLE, run.judge(new ApproximateMaxMargin(), 1).get(0).state());
  }
}
