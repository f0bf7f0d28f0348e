package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Verdict;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Runs in which each prediction holds, comes about, or is broken. */
class MaxMarginPredictionsTest {

  private static LeakyRun normalised() {
    LeakyRun run = LeakyRun.s2a();
    run.normalised = true;
    run.rate = 0.05;
    return run;
  }

  /** Verdicts are objects; texts, which are dear, are made when a state begins. */
  @Test
  void judging_allocatesVerdictsOnly() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    for (Prediction prediction : Predictions.maxMargin()) {
      LeakyRun run =
          prediction instanceof StableRankAfterOneStep ? LeakyRun.balanced() : normalised();
      run.build();
      run.net.observe();
      Prediction.Check check = prediction.start(run.net);
      long least = Long.MAX_VALUE;
      for (int step = 0; step < 400; step++) {
        long before = threads.getThreadAllocatedBytes(thread);
        check.judge(run.net);
        long bytes = threads.getThreadAllocatedBytes(thread) - before;
        least = step < 300 ? least : Math.min(least, bytes);
        run.step();
        run.net.observe();
      }
      // Verdict objects, and one number object per eigenvalue of a matrix of 20.
      assertTrue(
          least <= (prediction instanceof RankAtMostTwo ? 2000 : 200), prediction.id() + least);
    }
  }

  private static int firstReached(List<Verdict> verdicts) {
    for (int step = 0; step < verdicts.size(); step++) {
      if (verdicts.get(step).state() == Verdict.State.REACHED) {
        return step;
      }
    }
    return -1;
  }

  private static void neverViolated(List<Verdict> verdicts) {
    for (Verdict verdict : verdicts) {
      assertTrue(
          verdict.state() == Verdict.State.HOLDS || verdict.state() == Verdict.State.REACHED,
          verdict.toString());
    }
  }

  /** The rows of a schedule of s2a_traj.csv up to a step. */
  private static double[][] rows(boolean plain, int last) {
    List<double[]> rows = LeakyRun.rows("s2a_traj.csv");
    return rows.subList(plain ? 10 : 0, plain ? rows.size() : 10).stream()
        .filter(row -> row[1] <= last)
        .toArray(double[][]::new);
  }

  @Test
  void kktDirection_followsTheReference_andIsReachedWithNormalisedSteps() {
    List<Verdict> verdicts = normalised().judge(new KktDirection(), 400);
    neverViolated(verdicts);
    double[][] rows = rows(false, 400);
    assertEquals(10, rows.length);
    for (double[] row : rows) {
      Verdict verdict = verdicts.get((int) row[1]);
      assertEquals(1 - row[11], verdict.measured(), 1e-12);
      assertEquals(row[11] >= 1 - 1e-4, verdict.state() == Verdict.State.REACHED);
    }
    int reached = firstReached(verdicts);
    assertTrue(reached > 20 && reached <= 50, "" + reached);
  }

  @Test
  void kktDirection_holdsWithPlainSteps_whichTakeTooLong() {
    List<Verdict> verdicts = LeakyRun.s2a().judge(new KktDirection(), 1000);
    neverViolated(verdicts);
    assertEquals(-1, firstReached(verdicts));
    for (double[] row : rows(true, 1000)) {
      assertEquals(1 - row[11], verdicts.get((int) row[1]).measured(), 1e-12);
    }
  }

  @Test
  void kktDirection_isViolatedByWeightsThatTurnAway() {
    LeakyRun run = normalised();
    Verdict verdict = run.judgeAfterChange(new KktDirection(), 100, run.w);
    assertEquals(Verdict.State.VIOLATED, verdict.state());
    assertEquals(1.015823306, verdict.measured(), 1e-8);
    assertTrue(verdict.detail().contains("at step 101, although"), verdict.detail());
  }

  @Test
  void marginsEqual_isReachedWithPlainSteps() {
    List<Verdict> verdicts = LeakyRun.s2a().judge(new MarginsEqual(), 1000);
    neverViolated(verdicts);
    for (double[] row : rows(true, 1000)) {
      if (row[6] > 0) {
        assertEquals(row[7] / row[6] - 1, verdicts.get((int) row[1]).measured(), 1e-12);
      }
    }
    assertTrue(Double.isNaN(verdicts.get(0).measured()));
    int reached = firstReached(verdicts);
    assertTrue(reached > 100 && reached <= 500, "" + reached);
  }

  @Test
  void marginsEqual_isViolatedBySamplesThatGetAhead_orAreLost() {
    LeakyRun run = LeakyRun.s2a();
    run.judge(new MarginsEqual(), 500);
    double[] w = run.net.network().layer(0).weights().clone();
    double[] ahead = towards(run, w, 1, 0.2);
    Verdict verdict = LeakyRun.s2a().judgeAfterChange(new MarginsEqual(), 500, ahead);
    assertEquals(Verdict.State.VIOLATED, verdict.state());
    assertTrue(verdict.measured() > 0.5, verdict.toString());
    double[] lost = towards(run, w, 1, -0.3);
    verdict = LeakyRun.s2a().judgeAfterChange(new MarginsEqual(), 500, lost);
    assertEquals(Verdict.State.VIOLATED, verdict.state());
    assertTrue(verdict.measured() < 0, verdict.toString());
  }

  private static double[] towards(LeakyRun run, double[] w, int sample, double amount) {
    double[] changed = w.clone();
    for (int k = 0; k < changed.length; k++) {
      changed[k] += amount * Math.signum(run.a[k / 60]) * run.x[sample][k % 60];
    }
    return changed;
  }

  @Test
  void rankAtMostTwo_followsTheReference_andIsReached() {
    for (boolean plain : new boolean[] {true, false}) {
      LeakyRun run = plain ? LeakyRun.s2a() : normalised();
      List<Verdict> verdicts = run.judge(new RankAtMostTwo(), plain ? 1000 : 400);
      neverViolated(verdicts);
      for (double[] row : rows(plain, plain ? 1000 : 400)) {
        assertEquals(row[5], verdicts.get((int) row[1]).measured(), 1e-7);
      }
      int reached = firstReached(verdicts);
      assertTrue(plain ? reached > 100 && reached <= 500 : reached > 10 && reached <= 20);
    }
  }

  @Test
  void rankAtMostTwo_isViolatedByWeightsOfHighRank() {
    LeakyRun run = normalised();
    Verdict verdict = run.judgeAfterChange(new RankAtMostTwo(), 30, run.w);
    assertEquals(Verdict.State.VIOLATED, verdict.state());
    assertEquals(0.888388637, verdict.measured(), 1e-8);
  }

  @Test
  void tailBeyondTwo_isThatOfTheSingularValues_forWideAndTallMatrices() {
    double[] w = LeakyRun.normal(new SplittableRandom(3), 12, 1e-100);
    double expected = io.github.implicitbias.core.norm.SingularValues.of(w, 3, 4).tail(2);
    assertEquals(expected, new TailBeyondTwo(3, 4).of(w), 1e-8);
    double[] transposed = new double[12];
    for (int k = 0; k < 12; k++) {
      transposed[k % 4 * 3 + k / 4] = w[k];
    }
    assertEquals(expected, new TailBeyondTwo(4, 3).of(transposed), 1e-8);
    assertTrue(Double.isNaN(new TailBeyondTwo(4, 3).of(new double[12])));
    double[] identity = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    assertEquals(Math.sqrt(1.0 / 3), new TailBeyondTwo(3, 3).of(identity), 1e-12);
  }

  @Test
  void stableRankCollapse_isReachedAtStepOne() {
    List<Verdict> verdicts = LeakyRun.s2a().judge(new StableRankCollapse(), 1000);
    neverViolated(verdicts);
    assertEquals(1, firstReached(verdicts));
    assertEquals(1.203757328914, verdicts.get(1).measured(), 1e-9);
    assertEquals(8.969853636681819 / 2, verdicts.get(1).bound(), 1e-9);
    assertEquals(Verdict.State.REACHED, verdicts.get(1000).state());
    assertEquals(1.203757328914, verdicts.get(1000).measured(), 1e-9);
  }

  /** Samples that are far from orthogonal. */
  @Test
  void stableRankCollapse_onTheClustersOfS2b_appliesFromSmallStartsOnly() {
    double[] scales = {1, 0.1, 0.01, 0.001};
    List<double[]> rows = LeakyRun.rows("s2b_traj.csv");
    for (int s = 0; s < scales.length; s++) {
      List<Verdict> verdicts = LeakyRun.s2b(scales[s]).judge(new StableRankCollapse(), 2);
      if (s < 2) {
        assertEquals(Verdict.State.NOT_APPLICABLE, verdicts.get(0).state());
        assertTrue(
            verdicts.get(0).detail().startsWith("what norms of the first update allow"),
            verdicts.get(0).toString());
        continue;
      }
      neverViolated(verdicts);
      assertEquals(1, firstReached(verdicts));
      double scale = scales[s];
      double expected =
          rows.stream().filter(row -> row[0] == scale && row[1] == 1).findAny().get()[4];
      assertEquals(expected, verdicts.get(1).measured(), 1e-6);
      assertEquals(44.78896766891998 / 2, verdicts.get(1).bound(), 1e-6);
    }
  }

  @Test
  void stableRankCollapse_isViolatedByAStepThatLeavesItHigh_andByOneThatBringsItBack() {
    for (int before : new int[] {0, 1}) {
      LeakyRun run = LeakyRun.s2a();
      Prediction broken = before == 0 ? new StableRankCollapse() : new StableRankStaysLow();
      Verdict verdict = run.judgeAfterChange(broken, before, run.w);
      assertEquals(Verdict.State.VIOLATED, verdict.state());
      assertEquals(8.969853636681819, verdict.measured(), 1e-9);
      assertTrue(verdict.detail().endsWith("8.96985 at step " + (before + 1)), verdict.detail());
    }
  }

  /** 60 samples, not quite orthogonal, as in s2c_onestep.csv, whose draws are other ones. */
  @Test
  void stableRankAfterOneStep_isReachedForEverySlope() {
    for (double[] row : LeakyRun.rows("s2c_onestep.csv")) {
      if (row[0] == 1) {
        continue;
      }
      LeakyRun run = oneStep(row[0]);
      List<Verdict> verdicts = run.judge(new StableRankAfterOneStep(), 2);
      assertEquals("holds so far", verdicts.get(0).toString());
      assertEquals(Verdict.State.REACHED, verdicts.get(1).state(), verdicts.get(1).toString());
      assertEquals(bound(oneStep(row[0])), verdicts.get(1).bound(), 1e-9);
      assertEquals(1.02 * row[1], verdicts.get(1).bound(), 0.05 * row[1]);
      assertEquals(row[3], verdicts.get(1).measured(), 0.05 * row[3]);
      assertEquals(verdicts.get(1).measured(), verdicts.get(2).measured());
    }
  }

  /** Returns 1.02 norm(W_1)^2 norm(a)^2 / norm(W_1^T a)^2 after a step was made. */
  private static double bound(LeakyRun run) {
    run.build();
    run.net.observe();
    run.step();
    double[] w = run.net.network().layer(0).weights();
    int inputs = w.length / run.units;
    double all = 0;
    double ofA = 0;
    double[] along = new double[inputs];
    for (int j = 0; j < run.units; j++) {
      ofA += run.a[j] * run.a[j];
      for (int k = 0; k < inputs; k++) {
        all += w[j * inputs + k] * w[j * inputs + k];
        along[k] += run.a[j] * w[j * inputs + k];
      }
    }
    return 1.02 * all * ofA / Arrays.stream(along).map(v -> v * v).sum();
  }

  private static LeakyRun oneStep(double slope) {
    SplittableRandom random = new SplittableRandom(11);
    LeakyRun run = new LeakyRun();
    run.x = new double[60][];
    run.y = new double[60];
    for (int i = 0; i < 60; i++) {
      run.x[i] = LeakyRun.normal(random, 1500, 1);
      double norm = Math.sqrt(Arrays.stream(run.x[i]).map(v -> v * v).sum());
      run.x[i] = Arrays.stream(run.x[i]).map(v -> v * Math.sqrt(1500) / norm).toArray();
      run.y[i] = i % 2 == 0 ? 1 : -1;
    }
    run.units = 64;
    run.slope = slope;
    run.w = LeakyRun.normal(random, 64 * 1500, 1e-7);
    run.a = LeakyRun.alternating(64);
    return run;
  }

  @Test
  void stableRankAfterOneStep_isViolatedByAStepThatLeavesItHigh() {
    LeakyRun run = LeakyRun.balanced();
    Verdict verdict = run.judgeAfterChange(new StableRankAfterOneStep(), 0, run.w);
    assertEquals(Verdict.State.VIOLATED, verdict.state());
    assertTrue(verdict.measured() > 8, verdict.toString());
    assertEquals(1.02 * 10 / 9, verdict.bound(), 1e-3);
  }

  @Test
  void linearDecisionBoundary_isReachedOnceAllSamplesAreClassified() {
    List<Verdict> verdicts = LeakyRun.s2a().judge(new LinearDecisionBoundary(), 300);
    neverViolated(verdicts);
    assertEquals(1, firstReached(verdicts));
    assertEquals(Verdict.State.REACHED, verdicts.get(300).state());
  }

  @Test
  void linearDecisionBoundary_isViolatedByUnitsThatDifferWithinASign() {
    LeakyRun run = LeakyRun.s2a();
    double[] w = new double[20 * 60];
    // At sample 1 two units of a sign: phi(1) + phi(-1.5) > 0, but 1 - 1.5 < 0.
    w[1] = 0.1;
    w[60 + 1] = -0.15;
    Verdict verdict = run.judgeAfterChange(new LinearDecisionBoundary(), 10, w);
    assertEquals(Verdict.State.VIOLATED, verdict.state());
    assertTrue(verdict.measured() < 1, verdict.toString());
  }

  @Test
  void linearDecisionBoundary_isNotReachedByChance() {
    LeakyRun run = LeakyRun.s2a();
    // All units of a sign are equal, but wrong.
    for (int k = 0; k < run.w.length; k++) {
      run.w[k] = -Math.signum(run.a[k / 60]) * run.x[1][k % 60] * 1e-6;
    }
    Verdict verdict = run.judge(new LinearDecisionBoundary(), 0).get(0);
    assertEquals(Verdict.State.HOLDS, verdict.state());
    assertEquals(1, verdict.measured());
  }
}
