package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.Forged;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of steps at which the probe was not observed, between others. */
class UnobservedRecordsTest {

  private static final int STEPS = 300;
  private static final int UNITS = 5;
  private static final int SAMPLES = 70;
  private static final int LOSS = 4;

  private final RunHeader header =
      RandomRun.plain(SAMPLES, new TrackedLayer("hidden", 0, UNITS, "relu")).build();
  private final PatternHistory pattern = new PatternHistory(UNITS, SAMPLES);
  private final TreeMap<Long, long[]> observed = new TreeMap<>();
  private final List<byte[]> blocks = new ArrayList<>();
  private long flips;

  /** Makes blocks of ten records, every third with a keyframe; four of ten steps are observed. */
  private void make(long seed, boolean observedFirst) {
    SplittableRandom random = new SplittableRandom(seed);
    BlockBuilder builder = new BlockBuilder(header.id());
    Record record = new Record(header.columns().size());
    pattern.advance(0);
    for (int step = 0; step < STEPS; step++) {
      boolean isObserved = step == 0 ? observedFirst : random.nextInt(10) < 4;
      if (isObserved) {
        long[] next = pattern.next();
        System.arraycopy(pattern.current(), 0, next, 0, next.length);
        for (int k = 0; k < 9; k++) {
          int sample = random.nextInt(SAMPLES);
          next[random.nextInt(UNITS) * 2 + sample / 64] ^= 1L << sample;
        }
        pattern.advance(0);
        flips += pattern.flipCount();
      }
      if (step % 10 == 0) {
        builder.reset(step, step % 30 == 0 ? List.of(pattern) : null);
      }
      record.at(step, 0, false);
      if (!isObserved) {
        record.unobserved();
      } else {
        observed.put((long) step, pattern.current().clone());
      }
      record.recorded(step, 1);
      record.set(LOSS, isObserved ? step : Absent.VALUE);
      record.set(LOSS - 1, step);
      builder.add(record, List.of(pattern));
      if (step % 10 == 9) {
        blocks.add(builder.seal(blocks.size(), blocks.size() - 1));
      }
    }
  }

  private Run run(List<byte[]> of) throws IOException {
    MemoryRecorder memory = new MemoryRecorder(1 << 26);
    memory.header(header);
    for (byte[] block : of) {
      memory.block(block);
    }
    return memory.run();
  }

  private void assertPatterns(Run run, TreeMap<Long, long[]> whole) {
    List<Long> steps = new ArrayList<>();
    run.visit(record -> steps.add(record.step()));
    for (long step : steps) {
      long of = run.observedAtOrBefore(step);
      if (of < 0) {
        assertTrue(whole.headMap(step, true).isEmpty(), "step " + step);
        continue;
      }
      assertArrayEquals(whole.get(of), run.patternAt(step, 0).words(), "step " + step);
    }
  }

  @Test
  void thePattern_isThatOfTheLastStepObserved_andHasNoFlipsOfItsOwn() throws IOException {
    make(1, true);
    Run run = run(blocks);
    assertEquals(STEPS, run.size());
    assertEquals(observed.size(), run.observations());
    assertPatterns(run, observed);
    for (long step = 0; step < STEPS; step++) {
      assertEquals(observed.floorKey(step), run.observedAtOrBefore(step));
      boolean isObserved = observed.containsKey(step);
      assertEquals(isObserved, !Absent.is(run.value("loss", step)), "step " + step);
      assertEquals(step, run.value("score", step));
      if (!isObserved) {
        assertEquals(0, run.flipsAt(step, "hidden").size());
      }
    }
    long counted = 0;
    for (FlipKind kind : FlipKind.values()) {
      counted += run.flips("hidden", kind);
      assertEquals(run.flips("hidden", kind), run.flipHistory("hidden").flips(kind));
    }
    assertEquals(flips, counted);
  }

  @Test
  void beforeTheFirstObservation_thereIsNoStepOfAPattern() throws IOException {
    make(2, false);
    Run run = run(blocks);
    assertEquals(-1, run.observedAtOrBefore(0));
    assertEquals(observed.firstKey(), run.observedAtOrBefore(observed.firstKey()));
    assertPatterns(run, observed);
  }

  @Test
  void thinned_everyPatternLeft_isThatOfTheLastStepLeftThatWasObserved() throws IOException {
    for (long seed = 0; seed < 20; seed++) {
      blocks.clear();
      observed.clear();
      flips = 0;
      make(seed, seed % 2 == 0);
      List<byte[]> left = blocks;
      for (int round = 0; round < 3; round++) {
        left = Thinning.everySecondOfTheOlder(header, left);
        Run run = run(left);
        assertPatterns(run, observed);
        assertEquals(STEPS - 1, run.lastStep());
        if (round == 0) {
          long kept = observed.headMap(150L, false).size();
          long keptNow = run.observations() - observed.tailMap(150L, true).size();
          assertTrue(Math.abs(keptNow - kept / 2.0) <= 1.5, keptNow + " of " + kept);
        }
      }
    }
  }

  @Test
  void csv_hasNothingWhereNothingWasObserved(@TempDir Path folder) throws IOException {
    make(3, true);
    RunCsv.write(run(blocks), folder, true);
    List<String> rows = Files.readAllLines(folder.resolve("steps.csv"));
    String[] names = rows.get(0).split(",");
    int loss = List.of(names).indexOf("loss");
    int score = List.of(names).indexOf("score");
    for (int step = 0; step < STEPS; step++) {
      String[] cells = rows.get(step + 1).split(",", -1);
      assertEquals(observed.containsKey((long) step) ? step + ".0" : "", cells[loss]);
      assertEquals(step + ".0", cells[score]);
    }
    for (String row : Files.readAllLines(folder.resolve("patterns.csv")).subList(1, 20)) {
      assertNotNull(observed.get(Long.parseLong(row.substring(0, row.indexOf(',')))));
    }
  }

  @Test
  void flipsOfAProbeThatWasNotObserved_areRefused() throws IOException {
    make(4, true);
    // The flags of the first record, behind envelope, head, keyframe and start time.
    int at = Forged.CONTENT + 37 + 8 * 2 * UNITS + 8;
    byte[] block = blocks.get(0).clone();
    for (int flags : new int[] {64 | 2, 64 | 1}) {
      block[at] = (byte) flags;
      BlockFormatException e =
          assertThrows(
              BlockFormatException.class,
              () -> RecordBlock.decode(header, Forged.sealedAgain(block)));
      assertTrue(e.getMessage().contains("not observed"), e.getMessage());
    }
  }
}
