package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.HeaderBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an engine records of what it observes. */
@Timeout(60)
class EngineTest extends EngineFixture {

  @Test
  void goingOnWithAnotherNetwork_itsViewIsTheOneThatCounts() {
    engine(memory);
    record(0, 1);
    record(1, 1);
    engine.continueWith(NetworkView.opaque(7));
    record(2, 1);
    assertTrue(engine.close(CLOSE_MILLIS));
    assertEquals(2 * 0.1, memory.run().value("flowTime", 1));
    assertEquals(7 * 0.2, memory.run().value("flowTime", 2));
  }

  @Test
  void hundredThousandFastRecords_arriveOnceAndInOrder_withTheirPatterns() {
    engine(memory);
    int n = 100_000;
    long[] kept = new long[n];
    for (int step = 0; step < n; step++) {
      if (step % 3 == 0) {
        flipOne();
      }
      kept[step] = words[0][step % 4];
      int now = step;
      await("room", () -> engine.hasRoom(now));
      record(step, 1.0 / (1 + step));
    }
    assertTrue(engine.close(CLOSE_MILLIS));
    Run run = memory.run();
    assertEquals(n, run.size());
    long[] next = {0};
    run.visit(record -> assertEquals(next[0]++, record.step()));
    assertTrue(run.gaps().isEmpty());
    assertTrue(events(run, EventKind.SCHEDULE_STRETCHED).isEmpty());
    for (int step = 0; step < n; step += 997) {
      assertEquals(kept[step], run.patternAt(step, "a").words()[step % 4]);
      assertEquals(-step, run.value("score", step));
    }
    assertEquals(5L * n, run.watchNanos());
  }

  @Test
  void values_areThoseThatWereObserved() {
    engine(memory);
    words[0][1] = 0x3ff;
    words[1][0] = 1;
    for (int step = 3; step < 6; step++) {
      record(step, step * 0.5);
    }
    observe(6, 3);
    engine.completeLast(7, false);
    engine.completeLast(7, false);
    assertTrue(engine.close(CLOSE_MILLIS));
    Run run = memory.run();
    assertEquals(4, run.size());
    for (int step = 3; step <= 6; step++) {
      double time = 0;
      for (int k = 3; k < step; k++) {
        time += 0.1;
      }
      assertEquals(time, run.value("time", step));
      assertEquals(2 * time, run.value("flowTime", step));
      assertEquals(step * 0.5, run.value("loss", step));
      assertEquals(step, run.value("parameterNorm", step));
      assertEquals(step - 3, run.value("distanceFromInit", step));
      assertEquals(3, run.value("deadUnits[a]", step));
      assertEquals(1, run.value("linearUnits[a]", step));
      assertEquals(0.25, run.value("activeFraction[a]", step));
      assertEquals(0.05, run.value("activeFraction[b]", step));
      assertEquals(0, run.value("activations[a]", step));
      assertEquals(0, run.value("nanEntries[b]", step));
      if (step == 3) {
        assertTrue(Absent.is(run.value("updateNorm", step)));
      } else {
        assertEquals(1, run.value("updateNorm", step));
      }
      assertEquals(step == 6, Absent.is(run.value("score", step)));
      assertEquals(step == 6, Absent.is(run.value("learningRate", step)));
    }
    assertEquals(22, run.watchNanos());
  }

  @Test
  void unitEvents_agreeWithANaiveLoop() {
    engine(memory);
    List<String> expected = new ArrayList<>();
    int[][] before = {new int[4], new int[2]};
    for (int step = 0; step < 2000; step++) {
      for (int layer = 0; layer < 2; layer++) {
        for (int unit = 0; unit < UNITS[layer]; unit++) {
          int draw = random.nextInt(20);
          long old = words[layer][unit];
          words[layer][unit] =
              draw == 0 ? 0 : draw == 1 ? 0x3ff : draw == 2 ? random.nextInt(1024) : old;
          int now = Long.bitCount(words[layer][unit]);
          int was = before[layer][unit];
          if (step > 0) {
            String where = step + " " + layer + " " + unit;
            if (was > 0 && now == 0) {
              expected.add("unitDied " + where);
            }
            if (was == 0 && now > 0) {
              expected.add("unitRevived " + where);
            }
            if (was < 10 && now == 10) {
              expected.add("unitLinear " + where);
            }
          }
          before[layer][unit] = now;
        }
      }
      int now = step;
      await("room", () -> engine.hasRoom(now));
      record(step, step);
    }
    assertTrue(engine.close(CLOSE_MILLIS));
    assertEquals(
        expected,
        memory.run().events().stream()
            .map(e -> e.kind().id() + " " + e.step() + " " + e.layer() + " " + e.unit())
            .collect(Collectors.toList()));
  }

  @Test
  void plateaus_areEventsWithTheirLevel() {
    engine(memory);
    for (int step = 0; step < 400; step++) {
      record(step, step < 200 ? 0.5 : step < 300 ? 0.25 : 0);
    }
    assertTrue(engine.close(CLOSE_MILLIS));
    assertEquals(
        List.of(
            "plateauBegan at step 49: loss 0.5 since step 0",
            "plateauEnded at step 200: loss 0.25",
            "plateauBegan at step 249: loss 0.25 since step 200",
            "plateauEnded at step 300: loss 0.0",
            "plateauBegan at step 349: loss 0.0 since step 300"),
        memory.run().events().stream().map(Event::toString).collect(Collectors.toList()));
  }

  @Test
  void stepsThatDoNotIncrease_areRefused_alsoAcrossBlocks() {
    engine(memory);
    record(5, 1);
    await("a flush", () -> memory.run() != null && memory.run().size() == 1);
    assertThrows(IllegalArgumentException.class, () -> record(5, 1));
    assertThrows(IllegalArgumentException.class, () -> record(4, 1));
    record(6, 1);
    assertTrue(engine.close(CLOSE_MILLIS));
    assertEquals(2, memory.run().size());
    assertTrue(memory.run().gaps().isEmpty());
  }

  @Test
  void columns_areTheFixedOnes_thenMetricsPerNetworkAndPerLayer() {
    metrics =
        List.of(
            metric("n", Metric.Scope.NETWORK, null, 0), metric("l", Metric.Scope.LAYER, null, 0));
    assertEquals(
        List.of("time", "flowTime", "learningRate", "score", "loss", "n", "l[a]", "l[b]"),
        new Instruments(metrics, List.of(), List.of())
            .declare(
                new HeaderBuilder("s", "w", 0).layers(LAYERS), LAYERS, NetworkView.opaque(1), PROBE)
            .build()
            .columnNames());
    assertNull(memory.run());
  }
}
