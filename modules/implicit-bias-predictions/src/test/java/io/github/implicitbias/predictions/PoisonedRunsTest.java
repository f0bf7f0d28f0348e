package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.engine.Instruments;
import io.github.implicitbias.core.engine.Session;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A number that is not finite, anywhere, ends all judging: nothing succeeds on NaN. */
class PoisonedRunsTest {

  private static final int POISONED_AT = 3;
  private static final int STEPS = 6;
  private static final double[] POISONS = {
    Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e200
  };

  private static Run run(PlainStack net, Probe probe, PlainSource.Input input, double poison) {
    PlainSource source = new PlainSource(net);
    net.observe(true);
    Session session =
        Session.observing(probe)
            .instruments(new Instruments(List.of(), List.of(), Predictions.all()))
            .schedule(Schedule.everyStep())
            .start(source);
    for (int step = 0; step < STEPS; step++) {
      if (step == POISONED_AT && input != null) {
        source.poison(input, poison);
      }
      session.begin(step, 0);
      session.observe();
      net.descend();
      session.end(0.1, 1);
    }
    session.close();
    return session.run();
  }

  private static boolean isSuccess(double state) {
    return state == Verdict.State.HOLDS.ordinal() || state == Verdict.State.REACHED.ordinal();
  }

  private static List<Event> events(Run run, EventKind kind) {
    return run.events().stream().filter(e -> e.kind() == kind).collect(Collectors.toList());
  }

  private static void assertNothingSucceeds(Run run, int from, String where) {
    for (Prediction prediction : Predictions.all()) {
      String id = prediction.id();
      for (int record = from; record < run.size(); record++) {
        assertFalse(isSuccess(run.value(id + ".verdict", record)), where + ": " + id);
      }
    }
    for (RunVerdict verdict : run.verdicts()) {
      boolean violatedBefore = verdict.state() == Verdict.State.VIOLATED && verdict.step() < from;
      assertTrue(
          violatedBefore || verdict.state() == Verdict.State.NOT_APPLICABLE,
          where + ": " + verdict);
    }
    assertEquals(from, events(run, EventKind.NOT_FINITE).get(0).step(), where);
  }

  /** Returns a network of a family of which something is measured from the first record on. */
  private static PlainStack judged(Families family, SplittableRandom seeds) {
    while (true) {
      long seed = seeds.nextLong();
      PlainStack tried = family.net(new SplittableRandom(seed));
      Run healthy = run(tried, tried.probe(), null, 0);
      if (healthy.verdicts().stream().anyMatch(RunVerdict::hasApplied)) {
        return family.net(new SplittableRandom(seed));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsJudged_fromTheStepOnAtWhichANumberIsNotFinite(Families family) {
    SplittableRandom seeds = new SplittableRandom(5);
    for (PlainSource.Input input : PlainSource.Input.values()) {
      for (double poison : POISONS) {
        PlainStack net = judged(family, seeds);
        boolean isOdd =
            input != PlainSource.Input.PRE_ACTIVATIONS || poison != 1e200 && net.layers() > 0;
        Run run = run(net, net.probe(), input, poison);
        String where = family + ", " + input + " " + poison;
        if (isOdd) {
          assertNothingSucceeds(run, POISONED_AT, where);
          boolean some = false;
          for (RunVerdict verdict : run.verdicts()) {
            boolean ended = verdict.hasApplied() && verdict.step() == POISONED_AT;
            some |= ended && verdict.detail().startsWith("cannot be judged since step 3: ");
          }
          assertTrue(some, where + ": nothing was judged before");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsEverJudged_ifTheProbeIsNotFinite(Families family) {
    for (double poison : POISONS) {
      for (boolean ofLabels : new boolean[] {false, true}) {
        PlainStack net = family.net(new SplittableRandom(9));
        Probe clean = net.probe();
        double[] x = clean.features();
        double[] y = clean.labels();
        (ofLabels ? y : x)[0] = poison;
        Run run = run(net, new Probe(clean.samples(), x, y, null), null, 0);
        assertNothingSucceeds(run, 0, family + ", probe " + poison);
      }
    }
  }

  @Test
  void everyPrediction_isAmongThoseThatArePoisoned() {
    Set<String> live = new HashSet<>();
    SplittableRandom seeds = new SplittableRandom(11);
    for (Families family : Families.values()) {
      for (int k = 0; k < 25; k++) {
        PlainStack net = family.net(new SplittableRandom(seeds.nextLong()));
        net.observe(true);
        for (Prediction prediction : Predictions.all()) {
          Verdict first = prediction.start(net).judge(net);
          if (first.state() != Verdict.State.NOT_APPLICABLE) {
            live.add(prediction.id());
          }
        }
      }
    }
    List<String> all = new ArrayList<>();
    Predictions.all().forEach(prediction -> all.add(prediction.id()));
    all.removeAll(live);
    assertEquals(List.of(), all, "never applies in any family");
  }

  @Test
  void whatWasNeverMeasured_isNotSaidToHold() {
    PlainStack net = Families.NEURON.net(new SplittableRandom(1));
    Run run = run(net, net.probe(), null, 0);
    int held = 0;
    for (RunVerdict verdict : run.verdicts()) {
      boolean measured = false;
      for (int record = 0; record < run.size(); record++) {
        measured |= !Absent.is(run.value(verdict.id() + ".measured", record));
        if (run.value(verdict.id() + ".verdict", record) == Verdict.State.HOLDS.ordinal()) {
          assertTrue(measured, verdict.id() + " holds at " + record + ", and nothing was measured");
          held++;
        }
      }
    }
    assertTrue(held > 0);
    RunVerdict waiting =
        run.verdicts().stream()
            .filter(verdict -> verdict.id().equals("solutionFixedByActiveSupport"))
            .findAny()
            .orElseThrow();
    assertEquals("solutionFixedByActiveSupport: not judged", waiting.toString());
  }
}
