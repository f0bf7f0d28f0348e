package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Run;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A metric that throws has NaN, an event and an end; everything else goes on. */
@Timeout(60)
class MetricsThatFailTest extends EngineFixture {

  @Test
  void metricThatThrows_givesNaNAndAnEvent_andIsSwitchedOffAfterThree() {
    metrics =
        List.of(
            metric("good", Metric.Scope.LAYER, null, 0),
            metric("bad", Metric.Scope.NETWORK, new IllegalStateException("why"), 99),
            metric("worse", Metric.Scope.NETWORK, new StackOverflowError(), 99),
            metric("twice", Metric.Scope.NETWORK, new ArithmeticException("z"), 2));
    engine(memory);
    for (int step = 0; step < 6; step++) {
      record(step, step);
    }
    assertTrue(engine.close(CLOSE_MILLIS));
    Run run = memory.run();
    assertEquals(6, run.size());
    for (int step = 0; step < 6; step++) {
      assertEquals(100 * step, run.value("good[a]", step));
      assertEquals(100 * step + 1, run.value("good[b]", step));
      for (String id : List.of("bad", "worse")) {
        assertTrue(Double.isNaN(run.value(id, step)));
        assertEquals(step >= 3, Absent.is(run.value(id, step)));
      }
      assertEquals(step < 2 ? Double.NaN : 100 * step - 1, run.value("twice", step));
    }
    List<Event> failed = events(run, EventKind.METRIC_FAILED);
    assertEquals(
        List.of(
            "0 metric bad: java.lang.IllegalStateException: why",
            "1 metric bad: java.lang.IllegalStateException: why",
            "2 metric bad: java.lang.IllegalStateException: why; switched off"),
        failed.stream()
            .filter(e -> e.detail().startsWith("metric bad"))
            .map(e -> e.step() + " " + e.detail())
            .collect(Collectors.toList()));
    assertEquals(3 + 3 + 2, failed.size());
  }

  @Test
  void metricThatFailsPerLayer_hasOneEventPerRecord_andIsNaNInAllItsColumns() {
    metrics = List.of(metric("bad", Metric.Scope.LAYER, new IllegalStateException(), 99));
    engine(memory);
    for (int step = 0; step < 4; step++) {
      record(step, 1);
    }
    assertTrue(engine.close(CLOSE_MILLIS));
    assertEquals(3, events(memory.run(), EventKind.METRIC_FAILED).size());
    assertEquals(Map.of("metric bad", 3), engine.failures());
    for (String column : List.of("bad[a]", "bad[b]")) {
      assertTrue(Double.isNaN(memory.run().value(column, 2)));
      assertFalse(Absent.is(memory.run().value(column, 2)));
      assertTrue(Absent.is(memory.run().value(column, 3)));
    }
  }

  @Test
  void metricThatFailsNowAndThen_staysOn_withACountAndFewEvents() {
    int[] calls = {0};
    metrics =
        List.of(
            new Metric() {
              @Override
              public String id() {
                return "odd";
              }

              @Override
              public Scope scope() {
                return Scope.NETWORK;
              }

              @Override
              public double evaluate(Observation observation, int layer) {
                if (calls[0]++ % 2 == 0) {
                  throw new IllegalStateException();
                }
                return 1;
              }
            });
    engine(memory);
    for (int step = 0; step < 100; step++) {
      record(step, 1);
    }
    assertTrue(engine.close(CLOSE_MILLIS));
    assertEquals(Map.of("metric odd", 50), engine.failures());
    assertEquals(1, memory.run().value("odd", 99));
    assertEquals(10, events(memory.run(), EventKind.METRIC_FAILED).size());
  }
}
