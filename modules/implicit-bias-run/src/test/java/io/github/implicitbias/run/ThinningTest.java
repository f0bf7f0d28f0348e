package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

public class ThinningTest {

  /** Checks all that thinning promises against copies of the whole run; returns the steps left. */
  public static List<Long> assertThinned(RandomRun made, Run run) throws IOException {
    Map<Long, RandomRun.Kept> all = new HashMap<>();
    for (RandomRun.Kept kept : made.records) {
      all.put(kept.step, kept);
    }
    List<Long> steps = new ArrayList<>();
    List<Boolean> flags = new ArrayList<>();
    Map<Long, Set<String>> flips = new HashMap<>();
    long[] nanos = {0};
    long[] rows = {0};
    run.visit(
        new RecordVisitor() {
          private long step;

          @Override
          public void record(Record record) {
            step = record.step();
            steps.add(step);
            flags.add(record.thinned());
            flips.put(step, new HashSet<>());
            RandomRun.Kept kept = all.get(step);
            nanos[0] += record.watchNanos();
            assertEquals(kept.epoch, record.epoch());
            assertEquals(kept.inPlace, record.inPlace());
            assertEquals(kept.millis, record.millis());
            for (int k = 0; k < kept.values.length; k++) {
              assertEquals(
                  Double.doubleToRawLongBits(kept.values[k]),
                  Double.doubleToRawLongBits(record.value(k)));
            }
            rows[0] += Arrays.stream(kept.rows).filter(v -> v != null).count();
          }

          @Override
          public void sampleValues(int column, double[] values) {
            assertArrayEquals(bits(all.get(step).rows[column]), bits(values));
            rows[0]--;
          }

          @Override
          public void unitValues(int column, double[] values) {
            int row = made.header.sampleColumns().size() + column;
            assertArrayEquals(bits(all.get(step).rows[row]), bits(values));
            rows[0]--;
          }

          @Override
          public void flip(int layer, FlipKind kind, int unit, int sample) {
            flips.get(step).add(RandomRun.flip(layer, kind, unit, sample));
          }
        });
    assertEquals(made.records.stream().mapToLong(r -> r.nanos).sum(), nanos[0], "time of watching");
    assertEquals(0, rows[0], "rows of all records that stay, and no others");
    assertTrue(run.gaps().isEmpty());
    List<Long> every = made.records.stream().map(r -> r.step).collect(Collectors.toList());
    assertEquals(every.get(0), steps.get(0), "the first record stays");
    assertEquals(every.get(every.size() - 1), steps.get(steps.size() - 1), "the last one stays");
    int from = 0;
    for (int i = 0; i < steps.size(); i++) {
      RandomRun.Kept kept = all.get(steps.get(i));
      RunAssertions.assertPatterns(made, kept, run);
      int at = every.indexOf(steps.get(i));
      assertEquals(i > 0 && at > from + 1, flags.get(i), "flag at step " + steps.get(i));
      if (i > 0) {
        assertFlips(made, from, at, flips.get(steps.get(i)));
      }
      from = at;
    }
    assertEquals(steps.size() < every.size(), run.isThinned());
    int exact = steps.size() - 1;
    while (exact > 0
        && every.indexOf(steps.get(exact)) == every.indexOf(steps.get(exact - 1)) + 1) {
      exact--;
    }
    assertEquals(steps.get(exact), run.exactSince());
    List<Event> said =
        run.events().stream()
            .filter(e -> e.kind() == EventKind.HISTORY_THINNED)
            .collect(Collectors.toList());
    assertEquals(run.isThinned() ? 1 : 0, said.size());
    if (run.isThinned()) {
      long boundary = said.get(0).step();
      assertEquals("memory holds every step only after step " + boundary, said.get(0).detail());
      assertEquals(
          every.stream().filter(s -> s >= boundary).collect(Collectors.toList()),
          steps.stream().filter(s -> s >= boundary).collect(Collectors.toList()));
    }
    assertEvents(made, run);
    return steps;
  }

  private static long[] bits(double[] values) {
    return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
  }

  /**
   * Compares flips with the net change from one remaining record to the next. A bit that has been
   * on before is reactivated, one that went on once is activated; of one that went on, off and on
   * again among the records left out, both are true.
   */
  private static void assertFlips(RandomRun made, int from, int to, Set<String> found) {
    Map<String, Integer> onFlips = new HashMap<>();
    for (int at = from + 1; at <= to; at++) {
      for (String flip : made.records.get(at).flips) {
        String[] word = flip.split(" ");
        onFlips.merge(
            word[0] + " " + word[2] + " " + word[3],
            word[1].equals("activation") ? 1 : word[1].equals("reactivation") ? 1000 : 0,
            Integer::sum);
      }
    }
    Set<String> rest = new HashSet<>(found);
    for (Map.Entry<String, Integer> flip : onFlips.entrySet()) {
      String[] word = flip.getKey().split(" ");
      int layer = Integer.parseInt(word[0]);
      int unit = Integer.parseInt(word[1]);
      int sample = Integer.parseInt(word[2]);
      boolean now = made.records.get(to).on[layer][unit][sample];
      if (made.records.get(from).on[layer][unit][sample] == now) {
        continue;
      }
      int on = flip.getValue();
      FlipKind kind =
          !now
              ? FlipKind.DEACTIVATION
              : on % 1000 == 0 ? FlipKind.REACTIVATION : FlipKind.ACTIVATION;
      boolean there = rest.remove(RandomRun.flip(layer, kind, unit, sample));
      if (now && on > 1000 && on % 1000 == 1) {
        there |= rest.remove(RandomRun.flip(layer, FlipKind.REACTIVATION, unit, sample));
      }
      assertTrue(there, kind + " of " + flip.getKey() + " is missing");
    }
    assertTrue(rest.isEmpty(), "flips that did not happen: " + rest);
  }

  /** Every event is there, says what it said, and still has the step at which it happened. */
  private static void assertEvents(RandomRun made, Run run) {
    assertEquals(
        made.records.stream()
            .flatMap(r -> r.events.stream())
            .filter(e -> e.kind() != EventKind.HISTORY_THINNED)
            .map(RunAssertions::line)
            .collect(Collectors.toList()),
        run.events().stream()
            .filter(e -> e.kind() != EventKind.HISTORY_THINNED)
            .map(RunAssertions::line)
            .collect(Collectors.toList()));
  }

  @Test
  void olderHalf_keepsEverySecondRecord_everyEventKeepsItsStep_andTheNewerHalfIsUntouched()
      throws IOException {
    for (int count = 1; count <= 9; count++) {
      for (int perBlock = 1; perBlock <= 5; perBlock++) {
        RandomRun made = new RandomRun(count * 10 + perBlock, 20, 4, 3);
        made.eventRate = 0.4;
        List<byte[]> blocks = made.blocks(count, perBlock, 3);
        List<byte[]> fewer = Thinning.everySecondOfTheOlder(made.header, blocks);
        int older = (count + 1) / 2;
        for (int i = 1; i <= count - older; i++) {
          assertSame(blocks.get(count - i), fewer.get(fewer.size() - i));
        }
        assertTrue(fewer.size() <= blocks.size());
        List<Long> steps = assertThinned(made, RandomRun.run(made.header, fewer));
        int records = older * perBlock;
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < count * perBlock; i++) {
          if (i >= records - 1 || i % 2 == 0) {
            expected.add(made.records.get(i).step);
          }
        }
        assertEquals(expected, steps);
      }
    }
  }

  @Test
  void valuesPerSample_andLayersOfAllArrangements_stayExact() throws IOException {
    for (int perBlock = 1; perBlock <= 6; perBlock++) {
      RandomRun made = new RandomRun(perBlock, RandomRun.arrangedHeader(70), 0.3);
      made.eventRate = 0.2;
      List<byte[]> blocks = made.blocks(9, perBlock, 3);
      for (int round = 0; round < 3; round++) {
        blocks = Thinning.everySecondOfTheOlder(made.header, blocks);
        assertThinned(made, RandomRun.run(made.header, blocks));
      }
    }
  }

  @Test
  void repeatedThinning_staysExact_whileTheRunGrows() throws IOException {
    RandomRun made = new RandomRun(51, 65, 6);
    made.eventRate = 0.2;
    made.flipRate = 0.03;
    List<byte[]> blocks = new ArrayList<>();
    BlockBuilder builder = new BlockBuilder(made.header.id());
    int repeats = 0;
    for (int number = 0; number < 60; number++) {
      for (int i = 0; i < 8; i++) {
        RandomRun.Kept kept = made.next();
        if (i == 0) {
          builder.reset(kept.millis, number % 7 == 0 ? made.patterns : null);
        }
        made.addTo(builder, kept);
      }
      blocks.add(builder.seal(number, number - 1));
      if (blocks.size() > 8) {
        blocks = Thinning.everySecondOfTheOlder(made.header, blocks);
        repeats++;
        if (repeats % 5 == 0) {
          assertThinned(made, RandomRun.run(made.header, blocks));
        }
      }
    }
    List<Long> steps = assertThinned(made, RandomRun.run(made.header, blocks));
    assertTrue(repeats > 10 && steps.size() < made.records.size() / 2, repeats + " repeats");
  }

  @Test
  void oneLargeBlock_isThinnedWithoutRunningOutOfNumbers() throws IOException {
    // Flips of every second record merge to as many as before: the block does not shrink, and its
    // number is the only one there is.
    RandomRun made = new RandomRun(52, 640, 64);
    made.flipRate = 0.2;
    List<byte[]> blocks = made.blocks(2, 60, 1);
    assertTrue(blocks.get(0).length > 1 << 18, "larger than the size aimed at");
    List<byte[]> fewer = blocks;
    for (int round = 0; round < 2; round++) {
      fewer = Thinning.everySecondOfTheOlder(made.header, fewer);
      assertTrue(fewer.size() <= 2);
    }
    assertThinned(made, RandomRun.run(made.header, fewer));
  }

  @Test
  void wideLayers_doNotGrowByFullPatterns() throws IOException {
    // A full pattern of 512 kB, blocks of 768 kB of which the queue gives one in 16 a full pattern.
    int units = 1 << 16;
    HeaderBuilder wanted = RandomRun.plain(64, new TrackedLayer("wide", 0, units, "relu"));
    for (int k = 0; k < 2043; k++) {
      wanted.metric("c" + k, Definition.NONE);
    }
    RunHeader header = wanted.build();
    PatternHistory pattern = new PatternHistory(units, 64);
    BlockBuilder builder = new BlockBuilder(header.id());
    List<byte[]> blocks = new ArrayList<>();
    Record record = new Record(header.columns().size());
    Arrays.fill(record.values(), 0);
    int step = 0;
    for (int number = 0; number < 34; number++) {
      for (int i = 0; i < 48; i++) {
        System.arraycopy(pattern.current(), 0, pattern.next(), 0, units);
        pattern.next()[step % units] ^= step;
        pattern.advance(0);
        if (i == 0) {
          builder.reset(step, number % 16 == 0 ? List.of(pattern) : null);
        }
        record.at(step++, 0, true);
        builder.add(record, List.of(pattern));
      }
      blocks.add(builder.seal(number, number - 1));
    }
    List<byte[]> fewer = Thinning.everySecondOfTheOlder(header, blocks);
    long before = blocks.subList(0, 17).stream().mapToLong(b -> b.length).sum();
    long after = fewer.subList(0, fewer.size() - 17).stream().mapToLong(b -> b.length).sum();
    assertTrue(after < 0.6 * before, after + " bytes remain of " + before);
    Run whole = RandomRun.run(header, blocks);
    Run run = RandomRun.run(header, fewer);
    for (int at = 0; at < step; at += 400) {
      assertEquals(whole.patternAt(at, "wide"), run.patternAt(at, "wide"));
    }
  }

  @Test
  void blocksThatGainFullPatterns_stillHaveEnoughNumbers() throws IOException {
    // Flips that never cancel, as dense as a full pattern, in blocks without one: thinning saves
    // next to nothing and adds full patterns.
    int units = 4000;
    RunHeader header = RandomRun.header(64, units);
    PatternHistory pattern = new PatternHistory(units, 64);
    BlockBuilder builder = new BlockBuilder(header.id());
    List<byte[]> blocks = new ArrayList<>();
    Record record = new Record(header.columns().size());
    Arrays.fill(record.values(), 0);
    int step = 0;
    int bit = 0;
    for (int number = 0; number < 60; number++) {
      for (int i = 0; i == 0 || builder.bytes() < (1 << 18) + 8 * units; i++) {
        System.arraycopy(pattern.current(), 0, pattern.next(), 0, units);
        for (int k = 0; k < 8000; k++, bit = (bit + 1) % (64 * units)) {
          pattern.next()[bit / 64] ^= 1L << bit % 64;
        }
        pattern.advance(0);
        if (i == 0) {
          builder.reset(step, number == 0 ? List.of(pattern) : null);
        }
        record.at(step++, 0, true);
        builder.add(record, List.of(pattern));
      }
      blocks.add(builder.seal(number, number - 1));
    }
    Run run = RandomRun.run(header, Thinning.everySecondOfTheOlder(header, blocks));
    assertTrue(run.gaps().isEmpty() && run.isThinned());
    Run whole = RandomRun.run(header, blocks.subList(0, 10));
    for (int at = 0; at < whole.lastStep(); at += 200) {
      assertEquals(whole.patternAt(at, "layer0"), run.patternAt(at, "layer0"));
    }
  }

  @Test
  void gap_staysAGap_andPatternsBehindItAreRightOrUnknown() throws IOException {
    RandomRun made = new RandomRun(54, 20, 4);
    List<byte[]> all = made.blocks(24, 4, 4);
    List<byte[]> left = new ArrayList<>(all);
    left.removeAll(List.of(all.get(0), all.get(5), all.get(6)));
    Run before = RandomRun.run(made.header, left);
    Run after = RandomRun.run(made.header, Thinning.everySecondOfTheOlder(made.header, left));
    assertEquals(before.gaps().toString(), after.gaps().toString());
    assertEquals(2, after.gaps().size());
    assertEquals(before.gaps().get(1).before(), before.exactSince());
    assertTrue(after.exactSince() >= before.exactSince());
    assertTrue(after.isThinned() && after.size() < before.size());
    Set<Long> known = new HashSet<>();
    for (RandomRun.Kept kept : made.records) {
      ActivationPattern pattern = after.patternAt(kept.step, "layer0");
      if (pattern != null) {
        known.add(kept.step);
        assertArrayEquals(RandomRun.words(kept.on[0], 20), pattern.words());
      }
      if (after.values(kept.step) != null && before.patternAt(kept.step, "layer0") == null) {
        assertNull(pattern);
      }
    }
    after.visit(
        record ->
            assertEquals(
                before.patternAt(record.step(), "layer0") != null,
                known.contains(record.step()),
                "step " + record.step()));
  }

  @Test
  void nothingToLeaveOut_saysNothing() throws IOException {
    RandomRun made = new RandomRun(55, 3, 2);
    assertTrue(Thinning.everySecondOfTheOlder(made.header, List.of()).isEmpty());
    List<byte[]> blocks = made.blocks(2, 1, 1);
    Run run = RandomRun.run(made.header, Thinning.everySecondOfTheOlder(made.header, blocks));
    assertFalse(run.isThinned());
    assertEquals(2, assertThinned(made, run).size());
  }
}
