package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlipHistoryTest {

  private static final List<EventKind> UNIT_KINDS =
      List.of(EventKind.UNIT_DIED, EventKind.UNIT_REVIVED, EventKind.UNIT_LINEAR);

  @TempDir Path folder;

  /** One flip as it was made. */
  private static final class Made {
    final long step;
    final FlipKind kind;
    final int unit;
    final int sample;

    Made(long step, String[] words) {
      this.step = step;
      kind = FlipKind.valueOf(words[1].toUpperCase(java.util.Locale.ROOT));
      unit = Integer.parseInt(words[2]);
      sample = Integer.parseInt(words[3]);
    }

    @Override
    public String toString() {
      return step + " " + kind + " " + unit + " " + sample;
    }
  }

  private static List<Made> made(RandomRun run, int layer) {
    List<Made> flips = new ArrayList<>();
    for (RandomRun.Kept kept : run.records) {
      for (String flip : kept.flips) {
        String[] words = flip.split(" ");
        if (Integer.parseInt(words[0]) == layer) {
          flips.add(new Made(kept.step, words));
        }
      }
    }
    return flips;
  }

  private static long first(List<Made> flips) {
    return flips.isEmpty() ? -1 : flips.get(0).step;
  }

  private static long last(List<Made> flips) {
    return flips.isEmpty() ? -1 : flips.get(flips.size() - 1).step;
  }

  private static long count(List<Made> flips, FlipKind kind) {
    return flips.stream().filter(f -> f.kind == kind).count();
  }

  private static List<Made> where(List<Made> flips, java.util.function.Predicate<Made> which) {
    return flips.stream().filter(which).collect(Collectors.toList());
  }

  /** Compares everything a history says with the flips and events that were made. */
  private static void assertHistory(RandomRun run, int layer, FlipHistory history) {
    List<Made> all = made(run, layer);
    assertTrue(history.isExact());
    assertEquals(run.header.layers().get(layer).name(), history.layer().name());
    long firstStep = run.records.get(0).step;
    assertEquals(all.isEmpty() ? firstStep : last(all), history.stableSince());
    int units = run.header.layers().get(layer).units();
    int samples = run.header.samples();
    for (FlipKind kind : FlipKind.values()) {
      assertEquals(count(all, kind), history.flips(kind));
    }
    for (int unit = 0; unit < units; unit++) {
      int j = unit;
      List<Made> mine = where(all, f -> f.unit == j);
      assertEquals(first(mine), history.firstFlipOfUnit(unit));
      assertEquals(last(mine), history.lastFlipOfUnit(unit));
      for (FlipKind kind : FlipKind.values()) {
        assertEquals(count(mine, kind), history.flipsOfUnit(unit, kind));
      }
      for (int sample = 0; history.hasEntries() && sample < samples; sample++) {
        int i = sample;
        List<Made> entry = where(mine, f -> f.sample == i);
        assertEquals(first(entry), history.firstFlip(unit, sample));
        assertEquals(last(entry), history.lastFlip(unit, sample));
        for (FlipKind kind : FlipKind.values()) {
          assertEquals(count(entry, kind), history.flips(unit, sample, kind));
        }
      }
    }
    for (int sample = 0; sample < samples; sample++) {
      int i = sample;
      List<Made> mine = where(all, f -> f.sample == i);
      assertEquals(first(mine), history.firstFlipOfSample(sample));
      assertEquals(last(mine), history.lastFlipOfSample(sample));
      for (FlipKind kind : FlipKind.values()) {
        assertEquals(count(mine, kind), history.flipsOfSample(sample, kind));
      }
    }
    for (EventKind kind : UNIT_KINDS) {
      IntPredicate has = unit -> !steps(run, kind, layer, unit).isEmpty();
      assertArrayEquals(IntStream.range(0, units).filter(has).toArray(), history.unitsWith(kind));
      for (int unit = 0; unit < units; unit++) {
        List<Long> steps = steps(run, kind, layer, unit);
        assertEquals(steps.size(), history.events(unit, kind));
        assertEquals(steps.isEmpty() ? -1 : steps.get(0), history.firstEvent(unit, kind));
        assertEquals(
            steps.isEmpty() ? -1 : steps.get(steps.size() - 1), history.lastEvent(unit, kind));
      }
    }
  }

  private static List<Long> steps(RandomRun run, EventKind kind, int layer, int unit) {
    return run.records.stream()
        .flatMap(r -> r.events.stream())
        .filter(e -> e.kind() == kind && e.layer() == layer && e.unit() == unit)
        .map(Event::step)
        .collect(Collectors.toList());
  }

  private static Run live(RandomRun made, List<byte[]> blocks, long maxBytes) throws IOException {
    GrowingRun growing = new GrowingRun(made.header, blocks::get);
    Run run = growing.run();
    assertTrue(growing.keepFlipHistory(maxBytes) <= maxBytes);
    for (byte[] block : blocks) {
      growing.index(block);
    }
    return run;
  }

  @Test
  void replayedOrCounted_itAgreesWithEveryFlipThatWasMade() throws IOException {
    int[][] shapes = {{1, 1}, {64, 5}, {65, 4, 7}};
    for (int[] shape : shapes) {
      int[] units = java.util.Arrays.copyOfRange(shape, 1, shape.length);
      RandomRun made = new RandomRun(shape[0], shape[0], units);
      made.eventRate = 0.6;
      made.flipRate = 0.05;
      List<byte[]> blocks = made.blocks(6, 10, 4);
      Run stored = RandomRun.run(made.header, blocks);
      Run counted = live(made, blocks, 1 << 20);
      for (int layer = 0; layer < units.length; layer++) {
        String name = made.header.layers().get(layer).name();
        assertTrue(stored.flipHistory(name).hasEntries());
        assertHistory(made, layer, stored.flipHistory(name));
        assertHistory(made, layer, counted.flipHistory(name));
      }
    }
  }

  @Test
  void arrangedLayersAndMasks_fromARunFile() throws IOException {
    RandomRun made = new RandomRun(31, RandomRun.arrangedHeader(66), 0.5);
    made.eventRate = 0.4;
    Path file = folder.resolve("a.ibrun");
    try (Recorder recorder = RunFile.create(file)) {
      recorder.header(made.header);
      for (byte[] block : made.blocks(8, 7, 3)) {
        recorder.block(block);
      }
    }
    Run run = RunFile.open(file);
    RunAssertions.assertRunIs(made, made.records, run, true);
    for (int layer = 0; layer < 4; layer++) {
      assertHistory(made, layer, run.flipHistory(made.header.layers().get(layer).name()));
    }
  }

  @Test
  void historyTakenEarlier_doesNotChange() throws IOException {
    RandomRun made = new RandomRun(32, 20, 4);
    List<byte[]> blocks = made.blocks(4, 10, 2);
    GrowingRun growing = new GrowingRun(made.header, blocks::get);
    Run run = growing.run();
    assertEquals(-1, run.flipHistory("layer0").stableSince());
    growing.keepFlipHistory(1 << 20);
    growing.index(blocks.get(0));
    FlipHistory early = run.flipHistory("layer0");
    long flips = early.flips(FlipKind.DEACTIVATION);
    long since = early.stableSince();
    growing.index(blocks.get(1));
    assertEquals(flips, early.flips(FlipKind.DEACTIVATION));
    assertEquals(since, early.stableSince());
    assertTrue(run.flipHistory("layer0").stableSince() > since);
    assertThrows(IllegalStateException.class, () -> growing.keepFlipHistory(1 << 20));
  }

  @Test
  void runInMemory_countsEveryFlip_howeverMuchItHasThinned() throws IOException {
    RandomRun made = new RandomRun(33, 65, 6, 3);
    made.eventRate = 0.1;
    MemoryRecorder memory = new MemoryRecorder(120_000);
    memory.header(made.header);
    Run first = memory.run();
    BlockBuilder builder = new BlockBuilder(made.header.id());
    for (int number = 0; number < 200; number++) {
      for (int i = 0; i < 12; i++) {
        RandomRun.Kept kept = made.next();
        if (i == 0) {
          builder.reset(kept.millis, number % 8 == 0 ? made.patterns : null);
        }
        made.addTo(builder, kept);
      }
      memory.block(builder.seal(number, number - 1));
    }
    Run run = memory.run();
    assertTrue(run.isThinned() && run.size() < made.records.size() / 2);
    for (int layer = 0; layer < 2; layer++) {
      String name = made.header.layers().get(layer).name();
      assertTrue(run.flipHistory(name).hasEntries());
      assertHistory(made, layer, run.flipHistory(name));
      for (FlipKind kind : FlipKind.values()) {
        assertEquals(count(made(made, layer), kind), run.flips(name, kind));
      }
    }
    assertTrue(first.size() < made.records.size() && first.flipHistory("layer0").isExact());
  }

  @Test
  void thinnedRunThatWasNotCountedAllAlong_knowsTheRemainingDifferencesOnly() throws IOException {
    RandomRun made = new RandomRun(34, 10, 2);
    made.flipRate = 0.3;
    List<byte[]> blocks = Thinned.everySecondOfTheOlder(made.header, made.blocks(6, 10, 2));
    Run run = RandomRun.run(made.header, blocks);
    FlipHistory history = run.flipHistory("layer0");
    assertFalse(history.isExact());
    long flips = 0;
    for (FlipKind kind : FlipKind.values()) {
      assertEquals(run.flips("layer0", kind), history.flips(kind));
      flips += history.flips(kind);
    }
    assertTrue(flips > 0 && flips < made(made, 0).size());
  }

  @Test
  void gap_makesItInexact() throws IOException {
    RandomRun made = new RandomRun(35, 20, 4);
    List<byte[]> blocks = made.blocks(6, 5, 2);
    blocks.remove(2);
    assertFalse(RandomRun.run(made.header, blocks).flipHistory("layer0").isExact());
    assertFalse(live(made, blocks, 1 << 20).flipHistory("layer0").isExact());
    blocks.subList(2, 5).clear();
    assertTrue(live(made, blocks, 1 << 20).flipHistory("layer0").isExact());
  }

  @Test
  void memoryGivenOut_layersInOrder_withEntriesWithoutThemOrNotAtAll() throws IOException {
    RandomRun made = new RandomRun(36, 50, 6, 4);
    made.eventRate = 0.5;
    List<byte[]> blocks = made.blocks(3, 10, 2);
    long six = FlipTally.bytes(6, 50, true);
    long fourUnits = FlipTally.bytes(4, 50, false);
    assertEquals(112 * 6 + 40 * 50 + 40 * 300, six);
    GrowingRun growing = new GrowingRun(made.header, blocks::get);
    Run run = growing.run();
    assertEquals(six + fourUnits, growing.keepFlipHistory(six + fourUnits + 100));
    for (byte[] block : blocks) {
      growing.index(block);
    }
    String second = made.header.layers().get(1).name();
    assertTrue(run.flipHistory("layer0").hasEntries());
    FlipHistory units = run.flipHistory(second);
    assertFalse(units.hasEntries());
    assertHistory(made, 0, run.flipHistory("layer0"));
    assertHistory(made, 1, units);
    for (org.junit.jupiter.api.function.Executable query :
        List.<org.junit.jupiter.api.function.Executable>of(
            () -> units.firstFlip(0, 0),
            () -> units.lastFlip(0, 0),
            () -> units.flips(0, 0, FlipKind.ACTIVATION))) {
      assertTrue(
          assertThrows(IllegalStateException.class, query).getMessage().contains("flipsOf(layer"));
    }
    Run none = live(made, blocks, 100);
    assertHistory(made, 0, none.flipHistory("layer0"));
  }

  @Test
  void layersTooLargeToCount_areRefusedOrCountedWithoutEntries() throws IOException {
    RunHeader wide = header(1 << 20, 3);
    assertFalse(new GrowingRun(wide, index -> null).run().flipHistory("layer0").hasEntries());
    RunHeader huge = header(Integer.MAX_VALUE / 3, 3);
    GrowingRun growing = new GrowingRun(huge, index -> null);
    Run run = growing.run();
    assertEquals(0, growing.keepFlipHistory(1 << 26));
    assertTrue(
        assertThrows(IllegalStateException.class, () -> run.flipHistory("layer0"))
            .getMessage()
            .contains("too large"));
    assertEquals(0, run.flipsOf("layer0", 5).size());
  }

  private static RunHeader header(int units, int samples) {
    return RandomRun.plain(samples, new TrackedLayer("layer0", 0, units, "relu")).build();
  }

  private static List<String> lines(Flips flips) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < flips.size(); i++) {
      lines.add(flips.step(i) + " " + flips.kind(i) + " " + flips.unit(i) + " " + flips.sample(i));
    }
    return lines;
  }

  private static List<String> lines(List<Made> flips) {
    return flips.stream().map(Made::toString).collect(Collectors.toList());
  }

  @Test
  void flips_areFoundByUnitBySampleByEntryAndByStep() throws IOException {
    RandomRun made = new RandomRun(37, 66, 5, 3);
    made.flipRate = 0.1;
    Run run = RandomRun.run(made.header, made.blocks(5, 8, 3));
    for (int layer = 0; layer < 2; layer++) {
      String name = made.header.layers().get(layer).name();
      List<Made> all = made(made, layer);
      for (int unit = 0; unit < made.header.layers().get(layer).units(); unit++) {
        int j = unit;
        assertEquals(lines(where(all, f -> f.unit == j)), lines(run.flipsOf(name, unit)));
        assertEquals(
            lines(where(all, f -> f.unit == j && f.sample == 65)),
            lines(run.flipsOf(name, unit, 65)));
      }
      for (int sample = 0; sample < 66; sample += 13) {
        int i = sample;
        assertEquals(lines(where(all, f -> f.sample == i)), lines(run.flipsOfSample(name, i)));
      }
      for (long step = 0; step <= run.lastStep() + 1; step++) {
        long t = step;
        Flips found = run.flipsAt(step, name);
        if (made.records.stream().anyMatch(r -> r.step == t)) {
          assertEquals(lines(where(all, f -> f.step == t)), lines(found));
        } else {
          assertNull(found);
        }
      }
    }
  }

  @Test
  void eventsOfAKindInALayer_areAllFound() throws IOException {
    RandomRun made = new RandomRun(38, 10, 5, 3);
    made.eventRate = 0.7;
    Run run = RandomRun.run(made.header, made.blocks(5, 8, 3));
    for (EventKind kind : EventKind.values()) {
      List<Long> expected =
          made.records.stream()
              .flatMap(r -> r.events.stream())
              .filter(e -> e.kind() == kind && e.layer() == 0)
              .map(Event::step)
              .collect(Collectors.toList());
      assertEquals(
          expected,
          run.events(kind, "layer0").stream().map(Event::step).collect(Collectors.toList()));
    }
  }

  @Test
  void whatDoesNotExist_isRefused() throws IOException {
    RandomRun made = new RandomRun(39, 10, 5);
    Run run = RandomRun.run(made.header, made.blocks(1, 3, 1));
    FlipHistory history = run.flipHistory("layer0");
    for (int bad : new int[] {-1, 5}) {
      assertThrows(IndexOutOfBoundsException.class, () -> run.flipsOf("layer0", bad));
      assertThrows(
          IndexOutOfBoundsException.class, () -> history.flipsOfUnit(bad, FlipKind.ACTIVATION));
      assertThrows(IndexOutOfBoundsException.class, () -> history.firstFlip(bad, 0));
    }
    for (int bad : new int[] {-1, 10}) {
      assertThrows(IndexOutOfBoundsException.class, () -> run.flipsOfSample("layer0", bad));
      assertThrows(IndexOutOfBoundsException.class, () -> run.flipsOf("layer0", 0, bad));
      assertThrows(IndexOutOfBoundsException.class, () -> history.lastFlipOfSample(bad));
      assertThrows(IndexOutOfBoundsException.class, () -> history.lastFlip(0, bad));
    }
    assertThrows(IllegalArgumentException.class, () -> run.flipHistory("nope"));
    assertThrows(IllegalArgumentException.class, () -> run.flipsAt(7, "nope"));
    assertThrows(IllegalArgumentException.class, () -> history.unitsWith(EventKind.PLATEAU_BEGAN));
  }

  @Test
  void replacementThatFails_leavesTheRunCounting() throws IOException {
    RandomRun made = new RandomRun(40, 20, 4);
    List<byte[]> blocks = made.blocks(4, 6, 2);
    GrowingRun growing = new GrowingRun(made.header, blocks::get);
    Run run = growing.run();
    growing.keepFlipHistory(1 << 20);
    for (byte[] block : blocks.subList(0, 3)) {
      growing.index(block);
    }
    assertThrows(
        BlockFormatException.class, () -> growing.replacedBy(List.of(new byte[20]), index -> null));
    growing.index(blocks.get(3));
    assertHistory(made, 0, run.flipHistory("layer0"));
    growing.dropFlipHistory();
    assertHistory(made, 0, run.flipHistory("layer0"));
  }
}
