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
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.OpaqueNetwork;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cadences, metrics per sample and per unit, predictions, shared results, failures, in recorded
 * runs.
 */
@Timeout(60)
class InstrumentsAtWorkTest {

  private static final int SAMPLES = 3;
  private static final List<TrackedLayer> LAYERS =
      List.of(new TrackedLayer("a", 0, 2, "relu"), new TrackedLayer("b", 1, 1, "relu"));
  private static final Probe PROBE =
      new Probe(SAMPLES, new double[SAMPLES], new double[SAMPLES], null);

  private final List<Metric> metrics = new ArrayList<>();
  private final List<SampleMetric> sampleMetrics = new ArrayList<>();
  private final List<UnitMetric> unitMetrics = new ArrayList<>();
  private final List<Prediction> predictions = new ArrayList<>();
  private MemoryRecorder memory = new MemoryRecorder(1L << 30);
  private Engine engine;

  private void start(Recorder... recorders) {
    Instruments instruments = new Instruments(metrics, sampleMetrics, unitMetrics, predictions);
    RunHeader header =
        instruments
            .declare(
                new HeaderBuilder("s", "w", 0)
                    .layers(LAYERS)
                    .samples(new int[SAMPLES], new int[SAMPLES]),
                LAYERS,
                new OpaqueNetwork(1),
                PROBE)
            .build();
    Map<String, String> facts = new LinkedHashMap<>(header.provenance());
    facts.put("slow", "yes");
    engine =
        new Engine(
            header,
            () -> header.withProvenance(facts),
            instruments,
            PROBE,
            PROBE.samples(),
            new OpaqueNetwork(1),
            new ParameterNorms(1, false),
            List.of(recorders),
            Schedule.everyStep(),
            null,
            null);
  }

  private void observe(long step, boolean last) {
    engine.beginObservation(step, last);
    for (int layer = 0; layer < 2; layer++) {
      engine.pattern(layer).next()[0] = step & 7;
      engine.pattern(layer).advance(0);
    }
    engine.observe(step, 0, true, false, false, step);
  }

  private void record(long... steps) {
    for (long step : steps) {
      observe(step, false);
      engine.complete(0.1, 0, 0);
    }
  }

  private Run close() {
    assertTrue(engine.close(30_000));
    return memory.run();
  }

  private static Metric metric(
      String id, Metric.Scope scope, Cadence cadence, Function<Observation, Double> value) {
    return new Metric() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public Scope scope() {
        return scope;
      }

      @Override
      public Cadence cadence(Dimensions dimensions) {
        return cadence;
      }

      @Override
      public double evaluate(Observation observation, int layer) {
        return value.apply(observation) + 1000 * (layer + 1);
      }
    };
  }

  private static List<Long> steps(Run run, String column) {
    List<Long> steps = new ArrayList<>();
    run.visit(
        record -> {
          if (!Absent.is(record.value(run.header().columnNumber(column)))) {
            steps.add(record.step());
          }
        });
    return steps;
  }

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
    engine.completeLast(0);
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

  /** Verdicts by step; what is not listed holds. */
  private static Prediction prediction(String id, Map<Long, Verdict> verdicts) {
    return prediction(id, verdicts, List.of());
  }

  private static Prediction prediction(
      String id, Map<Long, Verdict> verdicts, List<Condition> conditions) {
    return new Prediction() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public String statement() {
        return "It is so, says " + id + ".";
      }

      @Override
      public String source() {
        return "derived here";
      }

      @Override
      public Check start(Observation first) {
        return new Check() {
          @Override
          public List<Condition> conditions() {
            return conditions;
          }

          @Override
          public Verdict judge(Observation observation) {
            long step = observation.step();
            return verdicts.getOrDefault(step, Verdict.holds(step, 50));
          }
        };
      }
    };
  }

  @Test
  void verdicts_areColumnsAndEvents_andCanBeHadFromAFileAndFromAThinnedRun(@TempDir Path folder)
      throws IOException {
    predictions.add(prediction("holding", Map.of()));
    predictions.add(
        prediction(
            "violated",
            Map.of(
                400L, Verdict.violated(0.1, 0.05, "too large: by far; really"),
                401L, Verdict.violated(0.2, 0.05, ""),
                700L, Verdict.violated(9, 0.05, "again"))));
    Map<Long, Verdict> reached = new TreeMap<>();
    Map<Long, Verdict> never = new TreeMap<>();
    for (long step = 0; step < 1001; step++) {
      never.put(step, Verdict.notApplicable("2 layers, 1 is needed"));
      if (step > 600) {
        reached.put(step, Verdict.reached(step / 1000.0, Absent.VALUE, ""));
      }
    }
    predictions.add(prediction("reached", reached));
    predictions.add(
        prediction(
            "never",
            never,
            List.of(new Condition(true, "one layer"), new Condition(false, "0.3 is too much"))));
    memory = new MemoryRecorder(1 << 14);
    MemoryRecorder whole = new MemoryRecorder(1 << 30);
    Path file = folder.resolve("a.ibrun");
    start(memory, whole, RunFile.create(file));
    for (long step = 0; step < 1000; step++) {
      record(step);
      if (step % 100 == 99) {
        engine.queue().requestFlush();
        long size = step + 1;
        EngineTest.await("flush", () -> whole.run() != null && whole.run().size() == size);
      }
    }
    Run run = close();
    assertTrue(run.isThinned());
    for (Run one : List.of(whole.run(), RunFile.open(file), run)) {
      Map<String, RunVerdict> verdicts =
          one.verdicts().stream().collect(Collectors.toMap(RunVerdict::id, v -> v));
      assertEquals(4, verdicts.size());
      RunVerdict violated = verdicts.get("violated");
      assertEquals(Verdict.State.VIOLATED, violated.state());
      assertEquals(400, violated.step());
      assertEquals(0.1, violated.measured());
      assertEquals(0.05, violated.bound());
      assertEquals("too large: by far; really", violated.detail());
      assertEquals("It is so, says violated.", violated.statement());
      assertEquals("derived here", violated.source());
      RunVerdict atGoal = verdicts.get("reached");
      assertEquals(Verdict.State.REACHED, atGoal.state());
      assertEquals(601, atGoal.step());
      assertEquals(0.999, atGoal.measured());
      assertTrue(Absent.is(atGoal.bound()));
      RunVerdict holding = verdicts.get("holding");
      assertEquals(Verdict.State.HOLDS, holding.state());
      assertEquals(-1, holding.step());
      assertEquals(999, holding.measured());
      assertEquals(50, holding.bound());
      RunVerdict notApplicable = verdicts.get("never");
      assertEquals(Verdict.State.NOT_APPLICABLE, notApplicable.state());
      assertEquals(0, notApplicable.step());
      assertEquals("2 layers, 1 is needed", notApplicable.detail());
      assertTrue(Absent.is(notApplicable.measured()));
    }
    Run exact = whole.run();
    assertEquals(2, exact.value("violated.verdict", 400));
    assertEquals(1, exact.value("violated.verdict", 402));
    assertEquals(0.2, exact.value("violated.measured", 401));
    assertEquals(0, exact.value("never.verdict", 0));
    assertTrue(Absent.is(exact.value("never.verdict", 7)));
    assertTrue(Absent.is(exact.value("never.bound", 0)));
    assertFalse(verdict(exact, "never").hasApplied());
    assertTrue(verdict(exact, "reached").hasApplied());
    assertEquals(
        List.of("met: one layer", "not met: 0.3 is too much"),
        verdict(exact, "never").conditions().stream()
            .map(Condition::toString)
            .collect(Collectors.toList()));
    assertEquals(List.of(), verdict(exact, "holding").conditions());
    exact.writeCsv(folder.resolve("csv"));
    String head = Files.readAllLines(folder.resolve("csv/steps.csv")).get(0);
    assertTrue(head.contains("reached.measured"));
    assertFalse(head.contains("never.measured"));
    assertEquals(
        List.of(
            "predictionNotApplicable 0",
            "predictionViolated 400",
            "predictionReached 601",
            "predictionViolated 700"),
        exact.events().stream()
            .filter(e -> e.kind().id().startsWith("prediction"))
            .filter(e -> e.kind() != EventKind.PREDICTION_CONDITIONS)
            .map(e -> e.kind().id() + " " + e.step())
            .collect(Collectors.toList()));
  }

  private static RunVerdict verdict(Run run, String id) {
    return run.verdicts().stream().filter(v -> v.id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void predictionThatThrows_isSwitchedOff_andAFlappingOneHasFewEvents() {
    Map<Long, Verdict> flapping = new TreeMap<>();
    for (long step = 0; step < 400; step += 2) {
      flapping.put(step, Verdict.reached(1, 1, ""));
    }
    predictions.add(prediction("flapping", flapping));
    predictions.add(
        new Prediction() {
          @Override
          public String id() {
            return "bad";
          }

          @Override
          public String statement() {
            return "";
          }

          @Override
          public String source() {
            return "";
          }

          @Override
          public Check start(Observation first) {
            return observation -> {
              throw new StackOverflowError();
            };
          }
        });
    start(memory);
    for (long step = 0; step < 400; step++) {
      record(step);
    }
    Run run = close();
    assertEquals(Map.of("prediction bad", 3), engine.failures());
    assertTrue(Double.isNaN(run.value("bad.verdict", 2)) && !Absent.is(run.value("bad.bound", 2)));
    assertTrue(Absent.is(run.value("bad.verdict", 3)));
    assertEquals(
        32, run.events().stream().filter(e -> e.kind() == EventKind.PREDICTION_REACHED).count());
    assertEquals(null, run.verdicts().get(1).state());
  }

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
                new OpaqueNetwork(1),
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
            new OpaqueNetwork(1),
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
    EngineTest.await("the failure", () -> !engine.failures().isEmpty());
    engine.relief().ofRecorders();
    record(1);
    run = close();
    assertEquals(2, run.size());
    assertEquals(
        "memory ran out at step 0, so it is left out from there on",
        run.header().provenance().get("absent updateNorm, distanceFromInit"));
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
