package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.format.TrackedLayer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A session observes whatever a source shows, and never throws into the loop. */
@Timeout(60)
class SessionTest {

  private static final int SAMPLES = 10;
  private static final Probe PROBE =
      new Probe(SAMPLES, new double[SAMPLES], new double[SAMPLES], null);

  /** One unit, on for as many samples as steps were done; a parameter that counts the steps. */
  private static final class Counting implements NetworkSource {
    private final NetworkView view = NetworkView.opaque(2);
    private final double[] theta = new double[1];
    private boolean inPlace;
    private int releases;
    private RuntimeException failure;

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
      return inPlace;
    }

    @Override
    public double read(Reading into, boolean readInPlace) {
      if (failure != null) {
        throw failure;
      }
      double[] z = new double[SAMPLES];
      for (int i = 0; i < SAMPLES; i++) {
        z[i] = i < theta[0] ? 1 : -1;
      }
      into.preActivations(0, z);
      return 10 - theta[0];
    }

    @Override
    public void readParameters(ParameterNorms into) {
      into.take(theta);
    }

    @Override
    public void release() {
      releases++;
    }
  }

  private static SessionBuilder builder() {
    return Session.observing(PROBE).schedule(Schedule.everyStep());
  }

  private static void train(Session session, Counting source, int from, int to) {
    for (int step = from; step < to; step++) {
      session.begin(step, step / 5);
      session.observe();
      source.theta[0]++;
      session.end(0.5, -step);
    }
  }

  @Test
  void aLoop_isRecordedStepByStep_withTheStepAfterTheLast(@TempDir Path folder) throws Exception {
    Counting source = new Counting();
    Session session =
        builder().labels("s", "w").name("mine").runFile(folder.resolve("a.ibrun")).start(source);
    train(session, source, 0, 8);
    session.close();
    Run run = session.run();
    assertEquals(9, run.size());
    assertEquals(9, source.releases);
    assertEquals(4.0, run.latest("time"));
    assertEquals(8.0, run.latest("flowTime"), "kappa is 2");
    assertEquals(7, run.value("loss", 3));
    assertEquals(-3, run.value("score", 3));
    assertEquals(5, run.value("distanceFromInit", 5));
    assertEquals(1, run.value("updateNorm", 5));
    assertEquals(1, run.lastEpoch());
    for (int step = 0; step <= 8; step++) {
      assertEquals(step, Long.bitCount(run.patternAt(step, "a").words()[0]));
    }
    Run file = RunFile.open(folder.resolve("a.ibrun"));
    assertEquals(9, file.size());
    assertEquals("mine", file.header().name());
    assertEquals(session.id(), file.header().id());
    assertEquals(Map.of(), session.failures());
    assertTrue(session.isOff());
  }

  @Test
  void beginningOrEndingAStepAgain_countsItOnce() {
    Counting source = new Counting();
    Session session = builder().start(source);
    for (int step = 0; step < 6; step++) {
      assertTrue(session.begin(step, 0));
      assertTrue(session.begin(step, 0));
      session.observe();
      session.observe();
      source.theta[0]++;
      assertTrue(session.end(0.5, 0));
      assertFalse(session.end(0.5, 0));
    }
    session.close();
    assertEquals(7, session.run().size());
    assertEquals(3.0, session.run().latest("time"));
  }

  @Test
  void whatCanBeReadInPlace_isObservedByBegin() {
    Counting source = new Counting();
    source.inPlace = true;
    Session session = builder().start(source);
    for (int step = 0; step < 6; step++) {
      assertFalse(session.begin(step, 0), "nothing is left to observe");
      source.theta[0]++;
      session.end(0.5, 0);
    }
    session.close();
    assertEquals(7, session.run().size());
    assertEquals(6, session.run().recordsInPlace());
  }

  @Test
  void aSourceThatThrows_costsThatRecord_andThreeInARowSwitchOff() {
    Counting source = new Counting();
    Session session = builder().start(source);
    train(session, source, 0, 3);
    source.failure = new IllegalStateException("unreadable");
    train(session, source, 3, 5);
    source.failure = null;
    train(session, source, 5, 8);
    assertEquals(Map.of("observation", 2), session.failures());
    assertFalse(session.isOff());
    source.failure = new IllegalStateException("unreadable");
    train(session, source, 8, 20);
    assertTrue(session.isOff());
    session.close();
    assertEquals(6, session.run().size());
    assertNull(session.run().values(3));
    assertEquals(Map.of("observation", 5), session.failures());
  }

  @Test
  void aCountThatIsSetBack_endsTheRun_andAnotherCanFollow() {
    Counting source = new Counting();
    Session session = builder().start(source);
    train(session, source, 0, 6);
    assertTrue(session.isSetBackTo(0) && session.isSetBackTo(5));
    assertFalse(session.isSetBackTo(6));
    session.begin(2, 0);
    assertTrue(session.isOff());
    session.close();
    assertEquals(Map.of(), session.failures());
    Session next = builder().follows(session.id(), "once more").start(source);
    train(next, source, 2, 4);
    next.close();
    assertEquals(Optional.of(session.id()), next.run().header().follows());
    List<Event> joined =
        next.run().events().stream()
            .filter(event -> event.kind() == EventKind.RUN_CONTINUES)
            .collect(Collectors.toList());
    assertEquals(1, joined.size());
    assertEquals("once more", joined.get(0).detail());
  }

  @Test
  void aRunFileThatIsThere_isRefusedAtOnce(@TempDir Path folder) throws Exception {
    Path file = java.nio.file.Files.writeString(folder.resolve("a.ibrun"), "somebody else's");
    assertThrows(IllegalArgumentException.class, () -> builder().runFile(file));
  }
}
