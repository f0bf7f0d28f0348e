package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** An engine of two layers, to be fed step by step. */
abstract class EngineFixture {

  static final int SAMPLES = 10;
  static final List<TrackedLayer> LAYERS =
      List.of(new TrackedLayer("a", 0, 4, "relu"), new TrackedLayer("b", 1, 2, "relu"));
  static final Probe PROBE = new Probe(SAMPLES, new double[SAMPLES], new double[SAMPLES], null);
  static final int[] UNITS = {4, 2};
  static final long CLOSE_MILLIS = 30_000;

  final SplittableRandom random = new SplittableRandom(81);
  final MemoryRecorder memory = new MemoryRecorder(1L << 30);
  final ParameterNorms norms = new ParameterNorms(2, false);
  final long[][] words = {new long[4], new long[2]};
  List<Metric> metrics = Metrics.standard();
  Engine engine;

  Engine engine(Recorder... recorders) {
    Instruments instruments = new Instruments(metrics, List.of(), List.of());
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
    engine =
        new Engine(
            header,
            () -> header,
            instruments,
            PROBE,
            PROBE.samples(),
            NetworkView.opaque(2),
            norms,
            Arrays.asList(recorders),
            Schedule.everyStep(),
            null,
            null);
    return engine;
  }

  /** Observes and completes one step, without asking for room. */
  void record(long step, double loss) {
    observe(step, loss);
    engine.complete(0.1, -step, 5);
    engine.advanceTime(0.1);
  }

  void observe(long step, double loss) {
    for (int layer = 0; layer < 2; layer++) {
      System.arraycopy(words[layer], 0, engine.pattern(layer).next(), 0, words[layer].length);
      engine.pattern(layer).advance(0);
    }
    norms.begin();
    norms.doubles()[0] = step;
    norms.doubles()[1] = 0;
    norms.accept(2);
    norms.end();
    engine.observe(step, (int) (step / 10), step % 2 == 0, true, true, loss);
  }

  void flipOne() {
    int layer = random.nextInt(2);
    words[layer][random.nextInt(UNITS[layer])] ^= 1L << random.nextInt(SAMPLES);
  }

  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, what + " did not happen");
      Thread.yield();
    }
  }

  static List<Event> events(Run run, EventKind kind) {
    return run.events().stream().filter(e -> e.kind() == kind).collect(Collectors.toList());
  }

  static Metric metric(String id, Metric.Scope scope, Throwable failure, int times) {
    int[] calls = {0};
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
      public double evaluate(Observation observation, int layer) {
        if (calls[0]++ < times) {
          if (failure instanceof Error) {
            throw (Error) failure;
          }
          throw (RuntimeException) failure;
        }
        return 100 * observation.step() + layer;
      }
    };
  }
}
