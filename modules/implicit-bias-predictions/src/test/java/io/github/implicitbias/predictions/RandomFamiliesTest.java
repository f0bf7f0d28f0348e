package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random runs of each family: what the conditions let pass is not violated, but for statements that
 * say of themselves that they are observations.
 */
class RandomFamiliesTest {

  private static final Set<String> ORDINARY =
      Predictions.ordinary().stream().map(Prediction::id).collect(Collectors.toSet());

  @ParameterizedTest
  @EnumSource
  void afew(Families family) {
    check(family, 6);
  }

  @Tag("thorough")
  @ParameterizedTest
  @EnumSource
  void aTenth(Families family) {
    check(family, 100);
  }

  @Tag("soak")
  @ParameterizedTest
  @EnumSource
  void all(Families family) {
    check(family, 1_000);
  }

  private static void check(Families family, int runs) {
    Map<String, int[]> counts = new LinkedHashMap<>();
    Map<String, double[]> shares = new LinkedHashMap<>();
    StringBuilder wrong = new StringBuilder();
    SplittableRandom seeds = new SplittableRandom(2024);
    for (int run = 0; run < runs; run++) {
      long seed = seeds.nextLong();
      judge(family, seed, counts, shares, wrong);
    }
    counts.values().removeIf(count -> count[0] == 0);
    shares.forEach(
        (id, share) ->
            System.out.printf(
                "%s %s: measured / bound from %.6g to %.6g%n", family, id, share[0], share[1]));
    counts.forEach(
        (id, count) ->
            System.out.printf(
                "%s %s: applied %d, reached %d, violated %d%n",
                family, id, count[0], count[1], count[2]));
    assertTrue(wrong.length() == 0, wrong::toString);
  }

  private static void judge(
      Families family,
      long seed,
      Map<String, int[]> counts,
      Map<String, double[]> shares,
      StringBuilder wrong) {
    PlainStack net = family.net(new SplittableRandom(seed));
    List<Prediction> predictions = Predictions.all();
    Prediction.Check[] checks = new Prediction.Check[predictions.size()];
    Verdict[] last = new Verdict[checks.length];
    boolean[] violated = new boolean[checks.length];
    boolean[] applied = new boolean[checks.length];
    for (int step = 0; step <= family.steps; step++) {
      net.observe(true);
      for (int k = 0; k < checks.length; k++) {
        checks[k] = step == 0 ? predictions.get(k).start(net) : checks[k];
        if (last[k] == null || last[k].state() != Verdict.State.NOT_APPLICABLE) {
          last[k] = checks[k].judge(net);
          note(predictions.get(k), last[k], shares);
          applied[k] |= last[k].state() != Verdict.State.NOT_APPLICABLE;
          if (last[k].state() == Verdict.State.VIOLATED && !violated[k]) {
            violated[k] = true;
            if (!predictions.get(k).isObservation()) {
              wrong
                  .append(predictions.get(k).id())
                  .append(" in ")
                  .append(family)
                  .append(" of seed ")
                  .append(seed)
                  .append(" at step ")
                  .append(step)
                  .append(": ")
                  .append(last[k])
                  .append('\n');
            }
          }
        }
      }
      net.descend();
    }
    for (int k = 0; k < checks.length; k++) {
      int[] count = counts.computeIfAbsent(predictions.get(k).id(), id -> new int[3]);
      count[0] += applied[k] ? 1 : 0;
      count[1] += last[k].state() == Verdict.State.REACHED ? 1 : 0;
      count[2] += violated[k] ? 1 : 0;
    }
  }

  /** Keeps how much of its bound a prediction of ordinary training uses, where that is a share. */
  private static void note(Prediction prediction, Verdict verdict, Map<String, double[]> shares) {
    double share = verdict.measured() / verdict.bound();
    if (ORDINARY.contains(prediction.id()) && verdict.bound() > 0 && Double.isFinite(share)) {
      double[] range = shares.computeIfAbsent(prediction.id(), id -> new double[] {share, share});
      range[0] = Math.min(range[0], share);
      range[1] = Math.max(range[1], share);
    }
  }
}
