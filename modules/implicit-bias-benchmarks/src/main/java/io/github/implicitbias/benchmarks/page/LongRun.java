package io.github.implicitbias.benchmarks.page;

import io.github.implicitbias.core.engine.Engine;
import io.github.implicitbias.core.engine.Instruments;
import io.github.implicitbias.core.network.OpaqueNetwork;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.listener.StatsStorageRecorder;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.deeplearning4j.core.storage.StatsStorageRouter;

/**
 * A run that the engine records into a {@code StatsStorage}: one ReLU layer whose entries flip
 * often in the beginning and rarely later, as in training. A flip goes to a random entry; each
 * entry has a side on which it ends up more often.
 */
final class LongRun {

  static final int SAMPLES = 1000;
  static final int UNITS = 1000;

  private static final int CLASSES = 4;
  private static final int WORDS = (SAMPLES + 63) / 64;
  private static final long CLOSE_MILLIS = 120_000;

  private final RunId id;
  private final Engine engine;
  private final SplittableRandom random = new SplittableRandom(11);
  private final long[] words = new long[UNITS * WORDS];
  private final long[] side = new long[UNITS * WORDS];
  private long step;
  private long flips;

  LongRun(String session, StatsStorageRouter storage) {
    for (int unit = 0; unit < UNITS; unit++) {
      double share = random.nextDouble();
      for (int i = 0; i < SAMPLES; i++) {
        int word = unit * WORDS + i / 64;
        side[word] |= random.nextDouble() < share ? 1L << i % 64 : 0;
        words[word] |= random.nextBoolean() ? 1L << i % 64 : 0;
      }
    }
    int[] ids = new int[SAMPLES];
    int[] classes = new int[SAMPLES];
    Arrays.setAll(ids, i -> i);
    Arrays.setAll(classes, i -> i % CLASSES);
    List<TrackedLayer> layers = List.of(new TrackedLayer("layer0", 0, UNITS, "relu"));
    Instruments instruments =
        new Instruments(Curves.metrics(), Curves.sampleMetrics(), Curves.predictions());
    OpaqueNetwork network = new OpaqueNetwork(1);
    Probe probe = new Probe(SAMPLES, new double[SAMPLES], new double[SAMPLES], null);
    HeaderBuilder builder =
        new HeaderBuilder(session, "worker", System.currentTimeMillis())
            .provenance(Map.of("benchmark", "page-cost"))
            .layers(layers)
            .samples(ids, classes);
    RunHeader header = instruments.declare(builder, layers, network, probe).build();
    id = header.id();
    engine =
        new Engine(
            header,
            instruments,
            probe,
            network,
            new ParameterNorms(1, false),
            List.of(new StatsStorageRecorder(storage, session, "worker")));
  }

  RunId id() {
    return id;
  }

  long flips() {
    return flips;
  }

  /** Records so many steps, waiting where the storage is slower. */
  void record(long steps) {
    for (long end = step + steps; step < end; step++) {
      flip();
      System.arraycopy(words, 0, engine.pattern(0).next(), 0, words.length);
      engine.pattern(0).advance(0);
      while (!engine.hasRoom(step)) {
        Thread.yield();
      }
      engine.observe(step, (int) (step / 1000), true, false, false, Curves.loss(step));
      engine.complete(0.01, Curves.loss(step), 30_000);
      engine.advanceTime(0.01);
    }
  }

  /** Records at a rate until a time. */
  void recordAt(int perSecond, long untilNanos) throws InterruptedException {
    long begin = System.nanoTime();
    long done = 0;
    while (System.nanoTime() < untilNanos) {
      long due = (System.nanoTime() - begin) * perSecond / 1_000_000_000L;
      if (due > done) {
        record(due - done);
        done = due;
      }
      Thread.sleep(5);
    }
  }

  private void flip() {
    int count = step == 0 ? 0 : (int) (20_000 / (1 + step / 20)) + 5;
    for (int k = 0; k < count; k++) {
      int word = random.nextInt(words.length);
      int i = word % WORDS * 64 + random.nextInt(64);
      long bit = 1L << i % 64;
      boolean atItsSide = ((words[word] ^ side[word]) & bit) == 0;
      if (i < SAMPLES && (!atItsSide || random.nextInt(4) == 0)) {
        words[word] ^= bit;
        flips++;
      }
    }
  }

  void close() {
    if (!engine.close(CLOSE_MILLIS)) {
      throw new IllegalStateException("the storage did not take the run");
    }
  }
}
