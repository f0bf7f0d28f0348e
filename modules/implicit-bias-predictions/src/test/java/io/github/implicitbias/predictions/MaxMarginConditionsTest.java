package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every condition: a run that differs in it alone. */
class MaxMarginConditionsTest {

  static List<Prediction> all() {
    return Predictions.maxMargin();
  }

  private static Prediction.Check start(Prediction prediction, LeakyRun run) {
    run.build();
    run.net.observe();
    return prediction.start(run.net);
  }

  /** Returns the one condition that is not met after a change of the run. */
  private static String whyNot(Prediction prediction, Consumer<LeakyRun> change) {
    LeakyRun run = LeakyRun.balanced();
    change.accept(run);
    Prediction.Check check = start(prediction, run);
    assertEquals(Verdict.State.NOT_APPLICABLE, check.judge(run.net).state(), prediction.id());
    List<String> unmet =
        check.conditions().stream()
            .filter(condition -> !condition.isMet())
            .map(Condition::text)
            .collect(Collectors.toList());
    assertEquals(1, unmet.size(), prediction.id() + unmet);
    return unmet.get(0);
  }

  private static void needs(Prediction prediction, String why, Consumer<LeakyRun> change) {
    String text = whyNot(prediction, change);
    assertTrue(text.contains(why), prediction.id() + ": " + text);
  }

  @ParameterizedTest
  @MethodSource("all")
  void theRunThatEachTestChanges_meetsAllConditions(Prediction prediction) {
    LeakyRun run = LeakyRun.balanced();
    Prediction.Check check = start(prediction, run);
    assertNotEquals(Verdict.State.NOT_APPLICABLE, check.judge(run.net).state(), prediction.id());
    assertTrue(
        check.conditions().stream().anyMatch(c -> c.text().equals("loss: logistic loss")),
        check.conditions().toString());
  }

  @ParameterizedTest
  @MethodSource("all")
  void gradientDescentOnTheProbe_isNeeded(Prediction prediction) {
    List<Consumer<PlainStack>> changes =
        List.of(
            net -> net.setPlainSgd(false),
            net -> net.setFullBatch(false),
            net -> net.setRegularized(true),
            net -> net.setDividesByBatch(false),
            PlainStack::countStep);
    for (Consumer<PlainStack> change : changes) {
      LeakyRun run = LeakyRun.balanced().build();
      change.accept(run.net);
      run.net.observe();
      Prediction.Check check = prediction.start(run.net);
      assertEquals(Verdict.State.NOT_APPLICABLE, check.judge(run.net).state());
      assertEquals(1, check.conditions().stream().filter(c -> !c.isMet()).count());
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void theSettingOfThePaper_isNeeded(Prediction prediction) {
    needs(prediction, "3 layers and 1 outputs", run -> run.third = true);
    needs(prediction, "2 outputs", MaxMarginConditionsTest::twoOutputs);
    needs(prediction, "there are biases", run -> run.biases = new double[run.units]);
    needs(prediction, "slope below 0 is 0,", run -> run.slope = 0);
    needs(prediction, "slope below 0 is 1,", run -> run.slope = 1);
    needs(prediction, "first layer only", run -> run.trainsOutput = true);
    needs(
        prediction,
        "40 positive and 0 negative",
        run -> run.a = Arrays.stream(run.a).map(Math::abs).toArray());
    needs(
        prediction,
        "all samples are of one class",
        run -> run.y = new double[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
    needs(prediction, "not those of two classes", run -> run.y[3] = 0.5);
  }

  private static void twoOutputs(LeakyRun run) {
    run.outputs = 2;
    run.y = Arrays.stream(run.y).flatMap(v -> Arrays.stream(new double[] {v, v})).toArray();
    double[] a = Arrays.copyOf(run.a, 80);
    System.arraycopy(run.a, 0, a, 40, 40);
    run.a = a;
  }

  @ParameterizedTest
  @MethodSource("all")
  void aLossWithAnExponentialTail_isNeeded(Prediction prediction) {
    String why = "not those of the logistic or exponential loss";
    needs(prediction, why, run -> run.loss = new LeakyRun.Square(1));
    needs(prediction, why, run -> run.loss = new LeakyRun.Square(0.5));
    for (boolean logistic : new boolean[] {true, false}) {
      for (double factor : new double[] {1, 3}) {
        LeakyRun run = LeakyRun.balanced();
        run.loss = new LeakyRun.Tail(logistic, factor);
        Prediction.Check check = start(prediction, run);
        assertNotEquals(Verdict.State.NOT_APPLICABLE, check.judge(run.net).state());
        String name = (factor == 1 ? "" : "3 times the ") + (logistic ? "logistic" : "exponential");
        assertTrue(
            check.conditions().stream().anyMatch(c -> c.text().equals("loss: " + name + " loss")),
            check.conditions().toString());
      }
    }
  }

  @Test
  void outputWeightsOfEqualMagnitude_areNeededExceptForTheCollapse() {
    for (Prediction prediction : all()) {
      if (!isOfStableRank(prediction)) {
        needs(prediction, "should be equal", run -> run.a[0] *= 1.01);
      }
    }
    LeakyRun run = LeakyRun.balanced();
    run.a[0] *= 1.01;
    assertEquals(Verdict.State.REACHED, run.judge(new StableRankCollapse(), 1).get(1).state());
  }

  private static boolean isOfStableRank(Prediction prediction) {
    return prediction instanceof StableRankCollapse
        || prediction instanceof StableRankStaysLow
        || prediction instanceof StableRankAfterOneStep;
  }

  private static void correlated(LeakyRun run) {
    for (double[] row : run.x) {
      row[59] += 4;
    }
  }

  @Test
  void nearlyOrthogonalSamples_areNeeded_exceptForTheCollapse() {
    for (Prediction prediction : all()) {
      if (!isOfStableRank(prediction)) {
        needs(prediction, "should be at least 24", MaxMarginConditionsTest::correlated);
      }
    }
    LeakyRun run = LeakyRun.balanced();
    correlated(run);
    assertEquals(Verdict.State.REACHED, run.judge(new StableRankCollapse(), 1).get(1).state());
  }

  @Test
  void whatTakesTooLong_isSaid() {
    for (Prediction prediction : all()) {
      if (!isOfStableRank(prediction)) {
        needs(prediction, "too large", MaxMarginConditionsTest::manySamples);
      }
    }
  }

  private static void manySamples(LeakyRun run) {
    int n = 800;
    run.x = new double[n][n];
    run.y = new double[n];
    for (int i = 0; i < n; i++) {
      run.x[i][i] = 10;
      run.y[i] = i % 2 == 0 ? 1 : -1;
    }
    run.units = 40;
    run.w = LeakyRun.normal(new SplittableRandom(1), 40 * n, 1e-6);
  }

  @Test
  void rankTwo_isNotTrivial() {
    needs(
        new RankAtMostTwo(),
        "the smaller of units and inputs is 2",
        run -> {
          run.units = 2;
          run.a = new double[] {1, -1};
          run.w = Arrays.copyOf(run.w, 120);
        });
  }

  @Test
  void aSmallStart_isNeededForTheCollapse() {
    needs(
        new StableRankCollapse(),
        "what norms of the first update allow for the stable rank at step 1 is",
        run -> run.w = LeakyRun.normal(new SplittableRandom(5), 40 * 60, 1e-2));
    needs(new StableRankCollapse(), "the first stable rank is", run -> run.w = repeated(run.w));
  }

  private static double[] repeated(double[] w) {
    double[] same = w.clone();
    for (int j = 1; j < 40; j++) {
      System.arraycopy(w, 0, same, j * 60, 60);
    }
    return same;
  }

  @Test
  void stepOne_isNeededByLawsAboutIt() {
    for (Prediction prediction : List.of(new StableRankCollapse(), new StableRankAfterOneStep())) {
      LeakyRun run = LeakyRun.balanced();
      Prediction.Check check = start(prediction, run);
      assertEquals(Verdict.State.HOLDS, check.judge(run.net).state());
      run.net.descend();
      run.net.descend();
      run.net.observe();
      assertTrue(check.judge(run.net).detail().contains("second record is of step 2"));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void weightsThatAreNotNumbers_violateNothing(Prediction prediction) {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e200}) {
      LeakyRun run = LeakyRun.balanced();
      run.normalised = true;
      run.rate = 0.05;
      double[] weights = run.w.clone();
      weights[7] = bad;
      Verdict verdict = run.judgeAfterChange(prediction, bad == 1e200 ? 0 : 150, weights);
      assertNotEquals(Verdict.State.VIOLATED, verdict.state(), prediction.id() + bad + verdict);
    }
  }
}
