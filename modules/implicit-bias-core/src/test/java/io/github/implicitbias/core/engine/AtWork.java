package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Metrics and predictions in an engine, whose records are looked at afterwards. */
abstract class AtWork {

  static final int SAMPLES = 3;
  static final List<TrackedLayer> LAYERS =
      List.of(new TrackedLayer("a", 0, 2, "relu"), new TrackedLayer("b", 1, 1, "relu"));
  static final Probe PROBE = new Probe(SAMPLES, new double[SAMPLES], new double[SAMPLES], null);

  final List<Metric> metrics = new ArrayList<>();
  final List<SampleMetric> sampleMetrics = new ArrayList<>();
  final List<UnitMetric> unitMetrics = new ArrayList<>();
  final List<Prediction> predictions = new ArrayList<>();
  MemoryRecorder memory = new MemoryRecorder(1L << 30);
  Engine engine;

  void start(Recorder... recorders) {
    Instruments instruments = new Instruments(metrics, sampleMetrics, unitMetrics, predictions);
    RunHeader header =
        instruments
            .declare(
                new HeaderBuilder("s", "w", 0)
                    .layers(LAYERS)
                    .samples(new int[SAMPLES], new int[SAMPLES]),
                LAYERS,
                NetworkView.opaque(1),
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
            NetworkView.opaque(1),
            new ParameterNorms(1, false),
            List.of(recorders),
            Schedule.everyStep(),
            null,
            null);
  }

  void observe(long step, boolean last) {
    engine.beginObservation(step, last);
    for (int layer = 0; layer < 2; layer++) {
      engine.pattern(layer).next()[0] = step & 7;
      engine.pattern(layer).advance(0);
    }
    engine.observe(step, 0, true, false, false, step);
  }

  void record(long... steps) {
    for (long step : steps) {
      observe(step, false);
      engine.complete(0.1, 0, 0);
    }
  }

  Run close() {
    assertTrue(engine.close(30_000));
    return memory.run();
  }

  static Metric metric(
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

  static List<Long> steps(Run run, String column) {
    List<Long> steps = new ArrayList<>();
    run.visit(
        record -> {
          if (!Absent.is(record.value(run.header().columnNumber(column)))) {
            steps.add(record.step());
          }
        });
    return steps;
  }

  /** Verdicts by step; what is not listed holds. */
  static Prediction prediction(String id, Map<Long, Verdict> verdicts) {
    return prediction(id, verdicts, List.of());
  }

  static Prediction prediction(String id, Map<Long, Verdict> verdicts, List<Condition> conditions) {
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
}
