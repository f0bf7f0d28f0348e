package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.RecordVisitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MetricsAtWorkTest extends AtWork {

  @Test
  void metrics_areThereWhenTheirCadenceSays_atTheFirstAndLastRecord_andWhenAskedFor() {
    for (Metric.Scope scope : Metric.Scope.values()) {
      metrics.add(metric("k1" + scope, scope, Cadence.everyRecord(), o -> 1.0 * o.step()));
      metrics.add(metric("k3" + scope, scope, Cadence.every(3), o -> 1.0 * o.step()));
      metrics.add(metric("k0" + scope, scope, Cadence.onDemand(), o -> 1.0 * o.step()));
    }
    start(memory);
    record(10, 20, 30, 40, 50, 60);
    engine.requestAll();
    assertTrue(engine.isAllRequested());
    record(70);
    assertFalse(engine.isAllRequested());
    record(80, 90);
    observe(100, true);
    engine.completeLast(0, false);
    Run run = close();
    List<Long> all = List.of(10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 90L, 100L);
    for (String column : List.of("NETWORK", "LAYER[a]", "LAYER[b]")) {
      assertEquals(all, steps(run, "k1" + column));
      assertEquals(List.of(10L, 40L, 70L, 100L), steps(run, "k3" + column));
      assertEquals(List.of(10L, 70L, 100L), steps(run, "k0" + column));
    }
    assertEquals(2040, run.value("k3LAYER[b]", 40));
    assertEquals(40, run.value("k3NETWORK", 40));
    assertEquals("yes", run.header().provenance().get("slow"));
  }

  @Test
  void requestForAll_outlivesAnObservationThatFails() {
    metrics.add(metric("m", Metric.Scope.NETWORK, Cadence.onDemand(), o -> 1.0));
    start(memory);
    record(0, 1);
    engine.requestAll();
    engine.beginObservation(2, false);
    assertFalse(engine.observationFailed(2, new IllegalStateException("unreadable")));
    record(3, 4);
    assertEquals(List.of(0L, 3L), steps(close(), "m"));
  }

  private static SampleMetric sampleMetric(String id, Metric.Scope scope, Cadence cadence) {
    return new SampleMetric() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public Metric.Scope scope() {
        return scope;
      }

      @Override
      public Cadence cadence(Dimensions dimensions) {
        return cadence;
      }

      @Override
      public boolean evaluate(Observation observation, int layer, double[] into) {
        for (int i = 0; i < into.length; i++) {
          into[i] = 100 * observation.step() + 10 * layer + i;
        }
        return layer != 1 || observation.step() % 2 == 0;
      }
    };
  }

  private static Map<String, double[]> samples(Run run) {
    Map<String, double[]> found = new TreeMap<>();
    run.visit(
        new RecordVisitor() {
          private long step;

          @Override
          public void record(Record record) {
            step = record.step();
          }

          @Override
          public void sampleValues(int column, double[] values) {
            found.put(step + " " + run.header().sampleColumns().get(column).name(), values.clone());
          }
        });
    return found;
  }

  @Test
  void sampleMetrics_areRecordedByCadence_andOnlyWhereTheyApply() {
    sampleMetrics.add(sampleMetric("n", Metric.Scope.NETWORK, Cadence.every(2)));
    sampleMetrics.add(sampleMetric("l", Metric.Scope.LAYER, Cadence.everyRecord()));
    start(memory);
    record(0, 1, 2);
    Map<String, double[]> found = samples(close());
    assertEquals(
        List.of("0 l[a]", "0 l[b]", "0 n", "1 l[a]", "2 l[a]", "2 l[b]", "2 n"),
        new ArrayList<>(found.keySet()));
    assertArrayEquals(new double[] {210, 211, 212}, found.get("2 l[b]"));
    assertArrayEquals(new double[] {190, 191, 192}, found.get("2 n"));
  }

  @Test
  void sampleMetricThatThrows_isSwitchedOff_andOthersGoOn() {
    sampleMetrics.add(
        new SampleMetric() {
          @Override
          public String id() {
            return "bad";
          }

          @Override
          public Metric.Scope scope() {
            return Metric.Scope.NETWORK;
          }

          @Override
          public Cadence cadence(Dimensions dimensions) {
            throw new LinkageError("not even that");
          }

          @Override
          public boolean evaluate(Observation observation, int layer, double[] into) {
            throw new AssertionError("no");
          }
        });
    sampleMetrics.add(sampleMetric("good", Metric.Scope.NETWORK, Cadence.everyRecord()));
    start(memory);
    record(0, 1, 2, 3, 4);
    Run run = close();
    assertEquals(5, samples(run).size());
    assertEquals(Map.of("sample metric bad", 3), engine.failures());
  }

  /** Applies to the layers it is told; what is asked of it before the first record may fail. */
  private static UnitMetric unitMetric(String id, Cadence cadence, int... layers) {
    return new UnitMetric() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public Cadence cadence(Dimensions dimensions) {
        return cadence;
      }

      @Override
      public boolean appliesTo(NetworkView network, Probe probe, int layer) {
        if (layers.length == 0) {
          throw new IllegalStateException("not now");
        }
        return Arrays.stream(layers).anyMatch(k -> k == layer);
      }

      @Override
      public boolean evaluate(Observation observation, int layer, double[] into) {
        if (id.equals("bad")) {
          throw new AssertionError("no");
        }
        for (int unit = 0; unit < into.length; unit++) {
          into[unit] = 100 * observation.step() + 10 * layer + unit;
        }
        return observation.step() != 2 || layer == 0;
      }

      @Override
      public Map<String, String> provenance(Observation first, int layer, String name) {
        return Map.of(id + "." + name, "found at step " + first.step());
      }
    };
  }

  @Test
  void unitMetrics_areRecordedByCadence_inTheLayersTheyApplyTo_andSpeakInTheHeader() {
    sampleMetrics.add(sampleMetric("n", Metric.Scope.NETWORK, Cadence.every(2)));
    unitMetrics.add(unitMetric("both", Cadence.everyRecord(), 0, 1));
    unitMetrics.add(unitMetric("bad", Cadence.everyRecord(), 1));
    unitMetrics.add(unitMetric("second", Cadence.every(3), 1));
    unitMetrics.add(unitMetric("none", Cadence.everyRecord()));
    start(memory);
    record(0, 1, 2, 3, 4, 5);
    Run run = close();
    assertEquals(
        List.of("both 0", "both 1", "bad 1", "second 1"),
        run.header().unitColumns().stream()
            .map(column -> column.id() + " " + column.layer())
            .collect(Collectors.toList()));
    assertArrayEquals(new double[] {100, 101}, run.unitValues("both", "a", 1));
    assertArrayEquals(new double[] {110}, run.unitValues("both", "b", 1));
    assertNull(run.unitValues("both", "b", 2));
    assertArrayEquals(new double[] {200, 201}, run.unitValues("both", "a", 2));
    assertNull(run.unitValues("second", "b", 1));
    assertArrayEquals(new double[] {310}, run.unitValues("second", "b", 3));
    assertNull(run.unitValues("bad", "b", 0));
    assertEquals(3, samples(run).size());
    assertEquals(Map.of("unit metric bad", 3), engine.failures());
    assertEquals("found at step 0", run.header().provenance().get("both.b"));
    assertEquals("yes", run.header().provenance().get("slow"));
  }

  @Test
  void idsThatTwoInstrumentsShare_areRefused() {
    Metric one = metric("x", Metric.Scope.NETWORK, Cadence.everyRecord(), o -> 0.0);
    for (List<Metric> pair :
        List.of(
            List.of(one, one),
            List.of(metric("loss", Metric.Scope.LAYER, Cadence.everyRecord(), o -> 0.0)))) {
      assertThrows(
          IllegalArgumentException.class, () -> new Instruments(pair, List.of(), List.of()));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new Instruments(List.of(one), List.of(), List.of(prediction("x", Map.of()))));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Instruments(List.of(), List.of(), List.of(prediction("a b", Map.of()))));
  }
}
