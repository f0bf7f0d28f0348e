package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The observations that the default schedule makes whatever they cost, on clocks of the test. */
class FloorTest {

  private static final long MILLIS = 1_000_000;
  private static final long STEP = 10 * MILLIS;

  /** A training on mini-batches, each observation of which costs some steps. */
  private static final class Training {
    private final CostMeter meter;
    private final Pacer pacer;
    private final List<Long> observed = new ArrayList<>();
    private long cpu;

    Training(double stepsPerObservation, long startNanos, long stepsPerEpoch, long steps) {
      meter = new CostMeter(() -> cpu, () -> cpu, () -> 0, () -> 0);
      pacer = new Pacer(Schedule.automatic(), meter, new FailureLog());
      for (long step = 0; step < steps; step++) {
        meter.enter();
        meter.step(step > 0 && step % stepsPerEpoch == 0);
        boolean due = step == 0 || pacer.isDue(step);
        if (due) {
          long before = cpu;
          meter.observing(step);
          cpu += (long) (stepsPerObservation * STEP) + (step == 0 ? startNanos : 0);
          meter.read(cpu - before);
          observed.add(step);
        }
        pacer.expects(step + 1);
        if (due) {
          meter.leave();
        } else {
          meter.leaveUnmeasured();
        }
        cpu += STEP;
      }
    }

    int count() {
      return observed.size();
    }
  }

  private static Training training(double stepsPerObservation, long steps) {
    return new Training(stepsPerObservation, 0, Long.MAX_VALUE, steps);
  }

  @ParameterizedTest
  @CsvSource({"3, 4000", "10, 4000", "25, 4000", "1000, 4000", "10, 2000", "25, 20000", "3, 1000"})
  void about200ObservationsAreMade_whateverTheyCost(double dear, long steps) {
    Training training = training(dear, steps);
    double m = Math.min(20, Math.ceil(dear));
    double formula = 75 + 75 * Math.log(steps / (75 * m)) - 5;
    // Distances are whole steps, and the very first observations are made without a distance.
    assertEquals(formula, training.count(), 0.12 * formula + 3, dear + " over " + steps);
    assertTrue(
        training.count() > 130 && training.count() < 320, training.count() + " observations");
  }

  @Test
  void aStartOfAMinute_takesNothingFromTheRest() {
    Training slow = new Training(10, 60_000 * MILLIS, Long.MAX_VALUE, 4000);
    Training quick = training(10, 4000);
    assertTrue(slow.count() > 0.8 * quick.count(), slow.count() + " of usually " + quick.count());
  }

  @Test
  void whereTheBudgetAllowsMore_theFloorAddsNothing() {
    // One observation costs 0.02 steps: every second step is within 4 % by a margin of 4.
    assertEquals(4000, training(0.02, 4000).count());
    // 1 step: the budget allows one of 25, long after the floor has become rarer than that.
    Training training = training(1, 100_000);
    List<Long> late = training.observed.subList(training.count() - 1000, training.count());
    assertEquals(25, (late.get(999) - late.get(0)) / 999.0, 0.5);
  }

  @Test
  void theFirstHundredStepsOfADearNetwork_haveNoObservationButTheFirst() {
    assertEquals(List.of(0L), training(25, 100).observed);
    assertEquals(List.of(0L, 100L, 120L, 140L), training(25, 150).observed);
  }

  @Test
  void everyEpochOfTwentyStepsOrMore_isObservedAtItsEnd() {
    Training training = new Training(1000, 0, 800, 80_001);
    for (long end = 800; end <= 80_000; end += 800) {
      long epoch = end;
      assertTrue(
          training.observed.stream().anyMatch(step -> step > epoch - 20 && step <= epoch),
          "the epoch that ended with step " + end);
    }
    Training shortEpochs = new Training(1000, 0, 1, 4000);
    assertTrue(shortEpochs.count() <= 1 + 4000 / 20, shortEpochs.count() + " observations");
  }

  @Test
  void theSentenceAtTheEnd_saysHowManyAndWhy() {
    Training training = training(10, 4000);
    String sentence = training.pacer.observed(301, 4000);
    assertEquals(
        "The probe was observed at 301 of 4,000 steps, because one observation takes as long as"
            + " 10.0 steps of training, and observations are held to 4 % of its CPU time, or to"
            + " about 200 of a run if that is more.",
        sentence);
    assertEquals("The probe was observed at all 1,200 steps.", training.pacer.observed(1200, 1200));
  }
}
