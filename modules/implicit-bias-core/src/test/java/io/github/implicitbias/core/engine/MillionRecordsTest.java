package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A million steps: none lost, every one exact, and the heap stays where it was. */
@Timeout(120)
class MillionRecordsTest {

  private static final int STEPS = 1_000_000;
  private static final int SAMPLES = 70;
  private static final int UNITS = 12;
  private static final long CAP = 8L << 20;

  /**
   * Blocks that are being written or wait (8 of at most 300 kB, twice while one is sealed), the
   * index of the run in memory with two points per bucket and column, and what thinning needs on
   * top: a second set of blocks, decoded one by one.
   */
  private static final long BUFFERS = CAP + (8L << 20);

  private final long[] words = new long[2 * UNITS];
  private final SplittableRandom random = new SplittableRandom(17);

  private void flip() {
    int sample = random.nextInt(SAMPLES);
    words[2 * random.nextInt(UNITS) + (sample >>> 6)] ^= 1L << (sample & 63);
  }

  private static long used() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  @Test
  void aMillionRecords_areAllThere_exactly_inBoundedHeap(@TempDir Path folder) throws IOException {
    TreeSet<Long> wanted = new TreeSet<>();
    while (wanted.size() < 50) {
      wanted.add(random.nextLong(STEPS));
    }
    Map<Long, long[]> kept = new java.util.HashMap<>();
    List<TrackedLayer> layers = List.of(new TrackedLayer("a", 0, UNITS, "relu"));
    Instruments instruments = new Instruments(Metrics.standard(), List.of(), List.of());
    Probe probe = new Probe(SAMPLES, new double[SAMPLES], new double[SAMPLES], null);
    RunHeader header =
        instruments
            .declare(
                new HeaderBuilder("s", "w", 0)
                    .layers(layers)
                    .samples(new int[SAMPLES], new int[SAMPLES]),
                layers,
                NetworkView.opaque(1),
                probe)
            .build();
    Path file = folder.resolve("million.ibrun");
    long before = used();
    MemoryRecorder memory = new MemoryRecorder(CAP);
    Engine engine =
        new Engine(
            header,
            () -> header,
            instruments,
            probe,
            probe.samples(),
            NetworkView.opaque(1),
            new ParameterNorms(1, false),
            List.of(RunFile.create(file), memory),
            Schedule.everyStep(),
            null,
            null);
    for (long step = 0; step < STEPS; step++) {
      if (step % 7 == 0) {
        flip();
      }
      System.arraycopy(words, 0, engine.pattern(0).next(), 0, words.length);
      engine.pattern(0).advance(0);
      while (!engine.hasRoom(step)) {
        Thread.onSpinWait();
      }
      engine.observe(step, 0, true, false, false, 1);
      engine.complete(0.1, 1, 1000);
      if (step == 700_000) {
        long whileRecording = used() - before;
        assertTrue(whileRecording <= CAP + BUFFERS, "heap has grown by " + whileRecording);
      }
      if (wanted.contains(step)) {
        kept.put(step, words.clone());
      }
    }
    assertTrue(engine.close(30_000));
    long grown = used() - before;
    assertTrue(memory.bytes() <= CAP, "in memory: " + memory.bytes());
    assertTrue(grown <= CAP + BUFFERS, "heap has grown by " + grown);
    assertEquals(STEPS - 1, memory.run().lastStep());
    Run run = RunFile.open(file);
    assertEquals(STEPS, run.size());
    assertTrue(run.gaps().isEmpty());
    for (long step : wanted) {
      assertArrayEquals(kept.get(step), run.patternAt(step, "a").words(), "at " + step);
    }
  }
}
