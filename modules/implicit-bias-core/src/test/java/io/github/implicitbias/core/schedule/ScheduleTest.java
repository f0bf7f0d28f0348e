package io.github.implicitbias.core.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  private static Schedule sent(Schedule schedule) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(schedule);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (Schedule) in.readObject();
    }
  }

  @Test
  void schedules_sayWhichStepsAreDue_alsoAfterSerialization() throws Exception {
    Schedule every = sent(Schedule.everyStep());
    Schedule seventh = sent(Schedule.every(7));
    Schedule own = sent(step -> step < 3 || step % 10 == 5);
    Schedule listed = sent(Schedule.at(30, 2, 2, 11));
    for (long step = 0; step < 50; step++) {
      assertTrue(every.isDue(step));
      assertEquals(step % 7 == 0, seventh.isDue(step));
      assertEquals(step < 3 || step % 10 == 5, own.isDue(step));
      assertEquals(List.of(2L, 11L, 30L).contains(step), listed.isDue(step));
    }
  }

  @Test
  void geometricSteps_areTheRoundedPowers() throws Exception {
    for (double ratio : new double[] {1.05, 1.1, 2, 1.001, 7.3}) {
      Set<Long> expected = new HashSet<>(Set.of(0L));
      for (double power = 1; power < 60_000; power *= ratio) {
        expected.add(Math.round(power));
      }
      Schedule schedule = sent(Schedule.geometric(ratio));
      for (long step = 0; step < 50_000; step++) {
        assertEquals(expected.contains(step), schedule.isDue(step), ratio + " at " + step);
      }
    }
    assertTrue(Schedule.geometric(2).isDue(1L << 50));
    assertFalse(Schedule.geometric(2).isDue((1L << 50) + 1));
  }

  @Test
  void denseThenGeometric_isBoth() {
    Schedule schedule = Schedule.denseThenGeometric(100, 1.1);
    Set<Long> expected = new HashSet<>();
    for (double power = 100; power < 20_000; power *= 1.1) {
      expected.add(Math.round(power));
    }
    for (long step = 0; step < 15_000; step++) {
      assertEquals(step <= 100 || expected.contains(step), schedule.isDue(step), "at " + step);
    }
  }

  @Test
  void everyScheduleIsSerializable_andHasAName() throws Exception {
    for (Schedule schedule :
        List.of(
            Schedule.automatic(),
            Schedule.everyStep(),
            Schedule.every(3),
            Schedule.geometric(1.05),
            Schedule.denseThenGeometric(10, 1.1),
            Schedule.at(1),
            Schedule.onEpochEnd(),
            Schedule.timeBudget(Duration.ofSeconds(2)),
            Schedule.everyInterval(Duration.ofMillis(100)),
            Schedule.every(2).overheadBudget(0.05))) {
      assertEquals(schedule.toString(), sent(schedule).toString());
      assertFalse(schedule.toString().contains("@"), schedule.toString());
      sent(schedule).start();
    }
  }

  @Test
  void impossibleSchedules_areRefused_withWhatToGive() {
    refused("at least 1", () -> Schedule.every(0));
    refused("at least 1", () -> Schedule.every(-3));
    refused("greater than 1", () -> Schedule.geometric(1));
    refused("greater than 1", () -> Schedule.geometric(Double.NaN));
    refused("greater than 1", () -> Schedule.geometric(Double.POSITIVE_INFINITY));
    refused("at least 1", () -> Schedule.denseThenGeometric(0, 1.1));
    refused("greater than 1", () -> Schedule.denseThenGeometric(5, 0.9));
    refused("at least one step", Schedule::at);
    refused("below 0", () -> Schedule.at(3, -1));
    refused("positive", () -> Schedule.timeBudget(Duration.ZERO));
    refused("positive", () -> Schedule.everyInterval(Duration.ofSeconds(-1)));
    refused("0.05 for 5 %", () -> Schedule.everyStep().overheadBudget(5));
    refused("0.05 for 5 %", () -> Schedule.everyStep().overheadBudget(0));
    refused("0.05 for 5 %", () -> Schedule.everyStep().overheadBudget(Double.NaN));
  }

  private static void refused(String part, org.junit.jupiter.api.function.Executable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call);
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
