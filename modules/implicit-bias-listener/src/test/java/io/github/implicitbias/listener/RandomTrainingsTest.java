package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.predictions.Predictions;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Laws hold in random ordinary trainings: 20 in every build, 100 and 1,000 in the other tiers. */
class RandomTrainingsTest {

  @Test
  void twentyTrainings() {
    check(20, 1);
  }

  /** Behind one input that varies, normalization leaves rounding only of what comes back. */
  @Test
  void normalizationsThatTakeEverythingOut() {
    check(LongStream.of(2589457605730110989L));
  }

  @Test
  @Tag("thorough")
  void hundredTrainings() {
    check(100, 2);
  }

  @Test
  @Tag("soak")
  void thousandTrainings() {
    everyLawIsJudged(check(1_000, 3));
  }

  private static void everyLawIsJudged(Map<String, double[]> used) {
    for (Law law : Predictions.laws()) {
      assertTrue(used.containsKey(law.id()), law.id() + " was never judged");
    }
  }

  /** Returns, for each law, in how many runs it held, and the largest used share of its bound. */
  private static Map<String, double[]> check(int runs, long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    return check(LongStream.generate(seeds::nextLong).limit(runs));
  }

  private static Map<String, double[]> check(LongStream seeds) {
    long[] each = seeds.toArray();
    Map<String, double[]> used = new TreeMap<>();
    StringBuilder wrong = new StringBuilder();
    for (long seed : each) {
      RandomTrainings training = new RandomTrainings(seed);
      ImplicitBiasListener bias = ImplicitBiasListener.builder().lawsEvery(1).build();
      training.net.addListeners(bias);
      training.net.fit(new ListDataSetIterator<>(training.data.asList(), training.batch), 4);
      bias.close();
      assertEquals(Map.of(), bias.failures(), training.words);
      for (RunVerdict verdict : bias.run().verdicts()) {
        boolean isLaw = Predictions.laws().stream().anyMatch(law -> law.id().equals(verdict.id()));
        if (isLaw && verdict.state() == Verdict.State.VIOLATED) {
          wrong.append(verdict).append('\n').append(training.words).append("\n\n");
        } else if (isLaw && verdict.state() == Verdict.State.HOLDS) {
          double[] of = used.computeIfAbsent(verdict.id(), id -> new double[2]);
          of[0]++;
          double share = verdict.bound() > 0 ? verdict.measured() / verdict.bound() : 0;
          of[1] = Math.max(of[1], share);
        }
      }
    }
    used.forEach(
        (id, of) ->
            System.out.printf(
                "%s: held in %.0f of %d, used %.3f%n", id, of[0], each.length, of[1]));
    assertTrue(wrong.length() == 0, wrong::toString);
    return used;
  }
}
