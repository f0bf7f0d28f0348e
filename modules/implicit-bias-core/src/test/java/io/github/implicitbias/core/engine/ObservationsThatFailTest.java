package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ObservationsThatFailTest extends AtWork {

  /** Remembers the step it was computed for; fails at steps 1 and 2. */
  private static final class Remembered implements Shared {
    static int computed;
    long step = -1;

    @Override
    public void compute(Observation observation) {
      computed++;
      if (observation.step() == 1 || observation.step() == 2) {
        throw new IllegalStateException("no result");
      }
      step = observation.step();
    }
  }

  @Test
  void sharedResultThatThrows_failsAllWhoAsk_once_andLeavesNothingStale() {
    Remembered.computed = 0;
    for (String id : List.of("one", "two", "three")) {
      metrics.add(
          metric(
              id,
              Metric.Scope.NETWORK,
              Cadence.everyRecord(),
              o -> 1.0 * o.shared(Remembered.class, Remembered::new).step));
    }
    start(memory);
    record(0, 1, 2, 3);
    Run run = close();
    for (String id : List.of("one", "two", "three")) {
      assertEquals(0, run.value(id, 0));
      assertTrue(Double.isNaN(run.value(id, 1)) && Double.isNaN(run.value(id, 2)));
      assertEquals(3, run.value(id, 3));
    }
    assertEquals(4, Remembered.computed);
  }

  @Test
  void anObservationThatFails_leavesItsRecordOut_saysSo_andPatternsStayExact(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("a.ibrun");
    start(memory, RunFile.create(file));
    record(0, 1, 2);
    engine.beginObservation(3, false);
    engine.pattern(0).next()[0] = 5;
    engine.pattern(0).advance(0);
    assertFalse(engine.observationFailed(3, new NoClassDefFoundError("x")));
    record(4, 6);
    close();
    for (Run run : List.of(memory.run(), RunFile.open(file))) {
      assertEquals(5, run.size());
      for (long step : new long[] {0, 1, 2, 4, 6}) {
        assertEquals(step, run.patternAt(step, "a").words()[0]);
        assertEquals(step, run.patternAt(step, "b").words()[0]);
      }
      List<Event> failed =
          run.events().stream()
              .filter(e -> e.kind() == EventKind.OBSERVATION_FAILED)
              .collect(Collectors.toList());
      assertEquals(1, failed.size());
      assertEquals(4, failed.get(0).step());
      assertEquals("observation: java.lang.NoClassDefFoundError: x", failed.get(0).detail());
    }
    assertEquals(Map.of("observation", 1), engine.failures());
  }

  @Test
  void threeObservationsThatFailInARow_areOnceTooOften() {
    start(memory);
    record(0);
    for (int step = 1; step < 4; step++) {
      engine.beginObservation(step, false);
      assertEquals(step == 3, engine.observationFailed(step, new IllegalStateException()));
    }
    assertEquals(1, close().size());
  }

  @Test
  void headerThatFailsToBeCompleted_isRecordedAsFarAsItIsKnown() {
    Instruments none = new Instruments(List.of(), List.of(), List.of());
    RunHeader header =
        none.declare(
                new HeaderBuilder("s", "w", 0)
                    .provenance(Map.of("known", "yes"))
                    .layers(LAYERS)
                    .samples(new int[SAMPLES], new int[SAMPLES]),
                LAYERS,
                NetworkView.opaque(1),
                PROBE)
            .build();
    engine =
        new Engine(
            header,
            () -> {
              throw new IllegalStateException("no JSON");
            },
            none,
            PROBE,
            PROBE.samples(),
            NetworkView.opaque(1),
            new ParameterNorms(1, false),
            List.of(memory),
            Schedule.everyStep(),
            null,
            null);
    record(0, 1);
    assertEquals("yes", close().header().provenance().get("known"));
    assertEquals(2, memory.run().size());
    assertEquals(Map.of("provenance", 1), engine.failures());
  }

  @Test
  void outOfMemory_inAMetric_leavesItAbsent_andInARecorder_isSaid() {
    metrics.add(
        metric(
            "m",
            Metric.Scope.NETWORK,
            Cadence.everyRecord(),
            o -> {
              throw new OutOfMemoryError("simulated");
            }));
    start(memory);
    record(0, 1, 2, 3);
    assertEquals(Map.of("metric m", 3), engine.failures(), "it is switched off");
    Run run = close();
    assertEquals(4, run.size());
    assertTrue(Absent.is(run.value("m", 0)));
    metrics.clear();
    Recorder out =
        new Recorder() {
          @Override
          public void header(RunHeader header) {}

          @Override
          public void block(byte[] block) {
            throw new OutOfMemoryError("simulated");
          }

          @Override
          public void close() {}
        };
    memory = new MemoryRecorder(1 << 20);
    start(out, memory);
    record(0);
    engine.queue().requestFlush();
    EngineFixture.await("the failure", () -> !engine.failures().isEmpty());
    engine.relief().ofRecorders();
    record(1);
    run = close();
    assertEquals(2, run.size());
    assertEquals(
        "memory ran out at step 0, so it is left out from there on",
        run.header().provenance().get("absent updateNorm, distanceFromInit"));
  }
}
