package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.action.Trigger;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Triggers and actions of a session on plain arrays, without any framework. */
@Timeout(60)
class TriggersTest {

  private static final int SAMPLES = 10;
  private static final Probe PROBE =
      new Probe(SAMPLES, new double[SAMPLES], new double[SAMPLES], null);

  /** One unit, on for the first samples, as many as it is told; a loss as it is told. */
  private static final class Told implements NetworkSource {
    private final NetworkView view = NetworkView.opaque(1);
    private final double[] theta = new double[1];
    int on;
    double loss;
    int copies;
    int closed;

    @Override
    public List<TrackedLayer> layers() {
      return List.of(new TrackedLayer("a", 0, 1, "relu"));
    }

    @Override
    public NetworkView view() {
      return view;
    }

    @Override
    public int parameters() {
      return 1;
    }

    @Override
    public boolean isInPlace() {
      return false;
    }

    @Override
    public double read(Reading into, boolean readInPlace) {
      double[] z = new double[SAMPLES];
      for (int i = 0; i < SAMPLES; i++) {
        z[i] = i < on ? 1 : -1;
      }
      into.preActivations(0, z);
      return loss;
    }

    @Override
    public void readParameters(ParameterNorms into) {
      into.take(theta);
    }

    @Override
    public void release() {}

    @Override
    public Action.Model model() {
      return () -> {
        copies++;
        double now = theta[0];
        return new Action.Copy() {
          @Override
          public void write(Path file) throws IOException {
            Files.writeString(file, "theta " + now);
          }

          @Override
          public void close() {
            closed++;
          }
        };
      };
    }
  }

  private final Told source = new Told();

  private static SessionBuilder builder() {
    return Session.observing(PROBE).schedule(Schedule.everyStep());
  }

  /**
   * Trains along given numbers of samples that are on and losses; returns the steps of a trigger.
   */
  private List<Long> steps(Trigger trigger, int[] on, double[] losses) {
    Session session = builder().when(trigger, Action.call(event -> {})).start(source);
    List<Long> seen = new ArrayList<>();
    for (int step = 0; step < on.length; step++) {
      source.on = on[step];
      source.loss = losses[step];
      int before = session.run().eventCount();
      session.begin(step, 0);
      session.observe();
      session.known(0.1, source.loss);
      source.theta[0] = step + 1;
      session.end(0.1, source.loss);
      for (Event event : session.run().events().subList(before, session.run().eventCount())) {
        if (event.kind() == EventKind.TRIGGERED) {
          assertEquals(step, event.step(), "0 steps late");
          assertTrue(event.detail().contains(trigger.toString()), event.detail());
          seen.add(event.step());
        }
      }
    }
    session.finish();
    assertTrue(session.write(10_000));
    assertEquals(Map.of(), session.failures());
    return seen;
  }

  private List<Long> steps(Trigger trigger, double... losses) {
    int[] on = new int[losses.length];
    Arrays.fill(on, 5);
    return steps(trigger, on, losses);
  }

  @Test
  void aColumn_triggersWhereItBeginsToBeAboveOrBelow() {
    double nan = Double.NaN;
    Trigger above = Trigger.above("loss", 3);
    assertEquals(List.of(1L, 4L, 8L), steps(above, 3, 4, 5, 2, 4, 4, nan, 3, 9));
    assertEquals(List.of(0L, 3L), steps(Trigger.below("loss", 3.5), 3, 2, 5, 2));
    assertEquals(List.of(1L), steps(above, 1, 4, Absent.VALUE, 4, 1), "absent says nothing");
  }

  @Test
  void anEvent_triggersAtEachRecordThatHasOne() {
    int[] on = {5, 0, 0, 4, 0, 10, 0};
    double[] losses = new double[on.length];
    assertEquals(List.of(1L, 4L, 6L), steps(Trigger.event(EventKind.UNIT_DIED), on, losses));
    assertEquals(List.of(3L, 5L), steps(Trigger.event(EventKind.UNIT_REVIVED), on, losses));
    assertEquals(List.of(1L, 4L), steps(Trigger.event(EventKind.UNIT_DIED).times(2), on, losses));
    assertEquals(List.of(1L), steps(Trigger.event(EventKind.UNIT_DIED).once(), on, losses));
    assertThrows(IllegalArgumentException.class, () -> Trigger.event(EventKind.TRIGGERED));
  }

  @Test
  void aPatternThatIsStable_triggersAtTheStepAtWhichItIsSoLong() {
    int[] on = {5, 5, 4, 4, 4, 4, 4, 3, 3, 3, 3};
    double[] losses = new double[on.length];
    assertEquals(List.of(5L, 10L), steps(Trigger.stableFor("pattern", 3), on, losses));
    assertEquals(List.of(3L, 7L), steps(Trigger.stableFor("loss", 2), 1, 2, 2, 2, 2, 3, 3, 3));
  }

  @Test
  void numbersThatAreNotFinite_triggerWhereTheyBegin() {
    double nan = Double.NaN;
    assertEquals(
        List.of(2L, 5L),
        steps(Trigger.notFinite(), 1, 2, nan, nan, 1, Double.POSITIVE_INFINITY, 1));
  }

  @Test
  void combinations_beginWhereOneBegins() {
    Trigger high = Trigger.above("loss", 3);
    Trigger low = Trigger.below("loss", 5);
    assertEquals(List.of(1L, 4L), steps(high.and(low), 6, 4, 4, 6, 4));
    Trigger died = Trigger.event(EventKind.UNIT_DIED);
    int[] on = {5, 0, 4, 0, 4, 0};
    double[] losses = {1, 1, 4, 4, 4, 1};
    assertEquals(List.of(3L), steps(died.and(high), on, losses));
    assertEquals(List.of(1L, 2L, 3L, 5L), steps(died.or(high), on, losses));
    assertEquals(List.of(1L, 2L), steps(died.or(high).times(2), on, losses));
    assertEquals("(event unitDied and loss above 3.0), once", died.and(high).once().toString());
  }

  @Test
  void aMisspeltName_isAnsweredWithTheNearest() {
    assertEquals(
        "when(los above 1.0): there is no column 'los': did you mean 'loss'?",
        refused(Trigger.above("los", 1)));
    assertEquals(
        "when((not finite and fits violated)): there is no prediction 'fits', and there are none",
        refused(Trigger.notFinite().and(Trigger.violated("fits"))));
    String rule = refused(Trigger.finding("deadUnit"));
    assertTrue(rule.contains("did you mean 'deadUnits'?"), rule);
    String layer = refused(Trigger.above("deadUnits[b]", 1));
    assertTrue(layer.contains("deadUnits[b]"), layer);
  }

  private String refused(Trigger trigger) {
    SessionBuilder builder = builder().when(trigger, Action.log());
    return assertThrows(IllegalArgumentException.class, () -> builder.start(source)).getMessage();
  }

  @Test
  void stop_isAskedForAtTheStepItself() {
    Session session = builder().when(Trigger.below("loss", 5), Action.stop()).start(source);
    int step = 0;
    while (!session.stopRequested()) {
      source.loss = 10 - step;
      session.begin(step, 0);
      session.observe();
      session.end(0.1, source.loss);
      step++;
    }
    session.close();
    assertEquals(7, step, "steps 0 to 6, of which the last has the loss 4");
  }

  @Test
  void aCheckpoint_hasTheParametersOfItsRecord_andIsThereWholeOrNotAtAll(@TempDir Path folder)
      throws Exception {
    Path models = folder.resolve("models");
    Session session =
        builder()
            .when(Trigger.above("loss", 2).once(), Action.checkpoint(models))
            .when(Trigger.above("loss", 2).once(), Action.checkpoint(models))
            .start(source);
    for (int step = 0; step < 6; step++) {
      source.loss = step;
      source.theta[0] = step;
      session.begin(step, 0);
      session.observe();
      session.known(0.1, 0);
      source.theta[0] = 100;
      session.end(0.1, 0);
    }
    session.close();
    try (Stream<Path> files = Files.list(models)) {
      List<Path> all = files.collect(Collectors.toList());
      String run = session.id().toString().substring(0, 8);
      assertEquals(List.of(models.resolve("step-3-" + run + ".zip")), all);
      assertEquals("theta 3.0", Files.readString(all.get(0)));
    }
    assertEquals(1, source.copies, "one for both");
    assertEquals(1, source.closed);
    assertEquals(Map.of(), session.failures());
  }

  @Test
  void aCheckpointAfterTheUpdate_isAFailure_notAnotherModel(@TempDir Path folder) {
    Session session =
        builder().when(Trigger.above("loss", 2).once(), Action.checkpoint(folder)).start(source);
    for (int step = 0; step < 6; step++) {
      source.loss = step;
      session.begin(step, 0);
      session.observe();
      session.end(0.1, 0);
    }
    session.close();
    assertEquals(0, source.copies);
    assertEquals(
        Map.of("action checkpoint " + folder + " on loss above 2.0, once", 1), session.failures());
  }

  @Test
  void whateverAnActionDoes_trainingGoesOn_andItIsCounted() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    List<Event> told = new CopyOnWriteArrayList<>();
    Trigger everyOther = Trigger.above("loss", 0.5);
    Session session =
        builder()
            .when(
                everyOther,
                Action.call(
                    event -> {
                      throw new AssertionError("of the user's own");
                    }))
            .when(
                everyOther,
                Action.call(
                    event -> {
                      begun.countDown();
                      try {
                        never.await();
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                    }))
            .when(everyOther.times(60), Action.call(told::add))
            .start(source);
    for (int step = 0; step < 400; step++) {
      source.loss = step % 2;
      session.begin(step, 0);
      session.observe();
      session.end(0.1, 0);
      if (step == 1) {
        begun.await();
      }
    }
    session.finish();
    assertTrue(session.write(1_000));
    Map<String, Integer> failures = session.failures();
    // 200 occasions for the one that throws; one runs for ever, 64 wait, 135 found no room, and at
    // the end it is told of once more. All have one name.
    int counted = failures.get("action call on loss above 0.5");
    assertTrue(counted >= 1 + 135 + 1, counted + " failures");
    assertEquals(1, failures.size(), failures.toString());
    assertEquals(60, told.size());
    assertEquals(1, told.get(0).step());
    assertEquals(401, session.run().size() + 1);
    long said =
        session.run().events().stream().filter(e -> e.kind() == EventKind.ACTION_FAILED).count();
    assertEquals(1, said, "said once");
    assertFalse(session.stopRequested());
  }
}
