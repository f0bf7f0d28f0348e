package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Pace;
import io.github.implicitbias.core.schedule.Progress;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.EventBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Schedules at work, on clocks that the test sets. */
class PacerTest {

  private static final long MICROS = 1_000;
  private static final long MILLIS = 1_000_000;

  /** A training whose steps and observations take as long as the test says. */
  private static final class Training {
    long cpu;
    long wall;
    long recorder;
    long recorderStart;
    final FailureLog failures = new FailureLog();
    final EventBuffer events = new EventBuffer();
    final CostMeter meter =
        new CostMeter(() -> cpu, () -> wall, () -> recorder, () -> recorderStart);
    final List<Long> observed = new ArrayList<>();
    final List<Double> shares = new ArrayList<>();
    LongUnaryOperator stepCost = step -> 10 * MILLIS;
    LongUnaryOperator observationCost = step -> 30 * MILLIS;
    long startCost = 400 * MILLIS;
    long recorderCost;
    long stepsPerEpoch = Long.MAX_VALUE;
    boolean inPlace;
    final Pacer pacer;

    Training(Schedule schedule) {
      pacer = new Pacer(schedule, meter, failures);
      meter.inPlace(() -> inPlace);
    }

    private void spend(long nanos) {
      cpu += nanos;
      wall += nanos;
    }

    Training run(long steps) {
      for (long step = 0; step < steps; step++) {
        meter.enter();
        if (step == 0) {
          spend(startCost);
        }
        meter.step(step > 0 && step % stepsPerEpoch == 0);
        boolean due = step == 0 || pacer.isDue(step);
        if (due) {
          meter.observing(step);
          spend(observationCost.applyAsLong(step));
          recorder += recorderCost;
          observed.add(step);
          shares.add(meter.share());
          pacer.addEvent(events, meter.share());
        }
        pacer.expects(step + 1);
        if (due) {
          meter.leave();
        } else {
          meter.leaveUnmeasured();
        }
        spend(stepCost.applyAsLong(step));
      }
      meter.enter();
      return this;
    }

    double share() {
      return (double) (meter.watchNanos()) / meter.trainingNanos();
    }
  }

  @Test
  void overheadBudget_isKeptFromTheStartsAmortisationOn_andIsUsedUp() {
    Assumptions.assumeTrue(CpuClock.isThere());
    Training training = new Training(Schedule.everyStep().overheadBudget(0.04));
    training.recorderStart = 100 * MILLIS;
    training.recorder = training.recorderStart;
    training.recorderCost = MILLIS;
    training.run(20_000);
    // The start takes 400 + 100 + 2 * 30 ms.
    double amortised = 2 / 0.04 * 560 * MILLIS;
    for (int i = 0; i < training.observed.size(); i++) {
      if (training.observed.get(i) * 10.0 * MILLIS > amortised) {
        assertTrue(
            training.shares.get(i) < 0.04, training.observed.get(i) + " " + training.shares.get(i));
      }
    }
    assertTrue(training.share() < 0.04 && training.share() > 0.035, "share " + training.share());
    assertEquals(List.of(0L, 1L), training.observed.subList(0, 2));
    // 31 ms under half of the budget: every 155 steps of 10 ms.
    assertTrue(training.observed.get(3) < 500, "third after " + training.observed.get(3));
    long distance =
        training.observed.get(training.observed.size() - 1)
            - training.observed.get(training.observed.size() - 2);
    assertTrue(distance > 70 && distance < 90, "distance " + distance);
  }

  @Test
  void overheadBudget_followsWhatObservationsCost_andSaysSo() {
    Training training = new Training(Schedule.everyStep().overheadBudget(0.04));
    training.startCost = 0;
    training.observationCost = step -> step < 20_000 ? 30 * MILLIS : MILLIS / 10;
    training.run(40_000);
    assertTrue(training.share() < 0.04);
    long late = training.observed.stream().filter(step -> step > 30_000).count();
    assertEquals(10_000, late, 100, "dear no more, so every step is observed");
    assertTrue(training.events.size() >= 2 && training.events.size() <= 20, "events are few");
  }

  @Test
  void overheadBudget_leavesCheapObservationsAlone() {
    Training training = new Training(Schedule.every(3).overheadBudget(0.05));
    training.startCost = 0;
    training.observationCost = step -> 10 * MICROS;
    training.run(3000);
    assertEquals(1000, training.observed.size());
  }

  @Test
  void timeBudget_isNeverExceeded_andDoublesTheDistanceAtEveryHalf() {
    Training training = new Training(Schedule.timeBudget(Duration.ofSeconds(2)));
    training.startCost = 0;
    training.observationCost = step -> 10 * MILLIS;
    training.run(100_000);
    assertTrue(training.meter.watchNanos() <= 2_000 * MILLIS);
    assertTrue(training.meter.watchNanos() > 1_900 * MILLIS);
    for (int i = 1; i < 100; i++) {
      assertEquals(1, training.observed.get(i) - training.observed.get(i - 1), "first half, dense");
    }
    assertEquals(2, training.observed.get(110) - training.observed.get(109));
    assertEquals(4, training.observed.get(160) - training.observed.get(159));
    assertTrue(training.events.size() >= 5, "each doubling is an event");
  }

  @Test
  void everyInterval_waitsThatLong() {
    Training training = new Training(Schedule.everyInterval(Duration.ofSeconds(1)));
    training.startCost = 0;
    training.observationCost = step -> MILLIS;
    training.run(1000);
    assertEquals(10, training.observed.size());
    assertEquals(0, training.events.size());
  }

  @Test
  void onEpochEnd_observesWhatEpochsLeave_andExpectsTheSameLengthAgain() {
    List<Long> expected = new ArrayList<>();
    Schedule spying =
        new Schedule() {
          private static final long serialVersionUID = 1L;

          @Override
          public boolean isDue(long step) {
            return true;
          }

          @Override
          public Pace start() {
            Pace pace = Schedule.onEpochEnd().start();
            return new Pace() {
              @Override
              public boolean expects(long step, Progress progress) {
                if (pace.expects(step, progress)) {
                  expected.add(step);
                  return true;
                }
                return false;
              }

              @Override
              public boolean isDue(long step, Progress progress) {
                return pace.isDue(step, progress);
              }
            };
          }
        };
    Training training = new Training(spying);
    training.stepsPerEpoch = 12;
    training.run(61);
    assertEquals(List.of(0L, 12L, 24L, 36L, 48L, 60L), training.observed);
    assertEquals(List.of(36L, 48L, 60L), expected);
  }

  @Test
  void automatic_observesEveryStepInPlace_andUnderABudgetOtherwise() {
    Training training = new Training(Schedule.automatic());
    training.inPlace = true;
    training.run(500);
    assertEquals(500, training.observed.size());
    training = new Training(Schedule.automatic());
    training.run(200_000);
    // The floor is history by then: 30 ms per 75 steps of 10 ms, and the start on top.
    double share = (training.share() * training.meter.trainingNanos() - 460 * MILLIS);
    assertEquals(0.04, share / training.meter.trainingNanos(), 0.001);
    assertEquals(200_000 / 75.0, training.observed.size(), 30);
  }

  @Test
  void aScheduleThatThrowsNowAndThen_losesThoseSteps() {
    Training training =
        new Training(
            step -> {
              if (step % 5 == 0) {
                throw new IllegalStateException("not now");
              }
              return step % 2 == 0;
            });
    training.run(100);
    assertEquals(1 + 40, training.observed.size());
    assertEquals(Map.of("schedule", 20), training.failures.counts());
  }

  @Test
  void aScheduleThatAlwaysThrows_isReplacedByTheAutomaticOne() {
    for (Error failure :
        List.of(new StackOverflowError(), new AssertionError(), new NoClassDefFoundError())) {
      Training training =
          new Training(
              step -> {
                throw failure;
              });
      training.inPlace = true;
      training.run(100);
      assertTrue(training.observed.size() > 90, training.observed.size() + " observed");
      assertTrue(training.failures.hasPending());
    }
  }

  @Test
  void aSchedulesPaceIsOneRuns() {
    Schedule schedule = Schedule.timeBudget(Duration.ofMillis(500));
    for (int run = 0; run < 2; run++) {
      Training training = new Training(schedule);
      training.startCost = 0;
      training.run(1000);
      assertTrue(training.observed.size() > 10);
    }
  }

  @Test
  void share_isAbsentBeforeTrainingHasTakenTime_andCountsAllThreads() {
    Assumptions.assumeTrue(CpuClock.isThere());
    Training training = new Training(Schedule.everyStep());
    training.startCost = 0;
    training.recorderCost = 5 * MILLIS;
    training.run(10);
    assertTrue(Absent.is(training.shares.get(0)));
    assertFalse(Absent.is(training.shares.get(1)));
    assertEquals(3.5, training.share(), 1e-9);
  }
}
