package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RunTest {

  @Test
  void everythingThatWentIn_comesOutBitForBit() throws IOException {
    int[][] shapes = {{1, 1}, {64, 5, 3}, {65, 20}, {3, 1, 1, 1}, {130, 7, 9}};
    int[][] blockings = {{1, 60, 1}, {60, 1, 7}, {12, 9, 4}, {12, 9, 100}};
    int seed = 0;
    for (int[] shape : shapes) {
      for (int[] blocking : blockings) {
        RandomRun made = randomRun(seed++, shape);
        Run run = RandomRun.run(made.header, made.blocks(blocking[0], blocking[1], blocking[2]));
        RunAssertions.assertRunIs(made, made.records, run, true);
      }
    }
  }

  @Test
  void arrangedLayersMasksAndSampleColumns_comeOutBitForBit() throws IOException {
    for (int samples : new int[] {1, 64, 70}) {
      for (int k : new int[] {1, 4, 100}) {
        RandomRun made = new RandomRun(samples + k, RandomRun.arrangedHeader(samples), 0.4);
        RunHeader header = RunHeader.decode(made.header.encode());
        Run run = RandomRun.run(header, made.blocks(12, 9, k));
        RunAssertions.assertRunIs(made, made.records, run, true);
      }
    }
  }

  private static RandomRun randomRun(long seed, int[] shape) {
    int[] units = new int[shape.length - 1];
    System.arraycopy(shape, 1, units, 0, units.length);
    return new RandomRun(seed, shape[0], units);
  }

  @Test
  void totals_agreeWithTheRecords() throws IOException {
    RandomRun made = new RandomRun(5, 33, 6, 4);
    Run run = RandomRun.run(made.header, made.blocks(10, 10, 3));
    for (int layer = 0; layer < 2; layer++) {
      for (FlipKind kind : FlipKind.values()) {
        String prefix = layer + " " + kind.id() + " ";
        assertEquals(
            made.records.stream()
                .flatMap(r -> r.flips.stream())
                .filter(f -> f.startsWith(prefix))
                .count(),
            run.flips(made.header.layers().get(layer).name(), kind));
      }
    }
    assertEquals(made.records.stream().mapToLong(r -> r.nanos).sum(), run.watchNanos());
    assertEquals(made.records.get(99).millis - made.records.get(0).millis, run.durationMillis());
    RunAssertions.assertSameBits(
        made.records.get(99).values,
        made.header.columnNames().stream().mapToDouble(run::latest).toArray());
    assertFalse(run.isThinned());
    assertTrue(run.gaps().isEmpty());
  }

  @Test
  void stepsBetweenRecords_haveNoValuesAndNoPattern_andFindTheRecordBefore() throws IOException {
    RandomRun made = new RandomRun(6, 5, 2);
    made.maxStepAhead = 4;
    Run run = RandomRun.run(made.header, made.blocks(8, 5, 3));
    long before = -1;
    int next = 0;
    for (long step = 0; step <= run.lastStep() + 3; step++) {
      if (next < made.records.size() && made.records.get(next).step == step) {
        before = step;
        next++;
        assertNotNull(run.values(step));
      } else {
        assertNull(run.values(step));
        assertNull(run.patternAt(step, "layer0"));
        assertTrue(Absent.is(run.value("loss", step)));
      }
      assertEquals(before, run.stepAtOrBefore(step));
    }
    assertEquals(-1, run.stepAtOrBefore(-5));
    assertNull(run.patternAt(-1, "layer0"));
  }

  @Test
  void emptyRun_hasNothing() {
    Run run = new GrowingRun(RandomRun.header(3, 2), index -> null).run();
    assertEquals(0, run.size());
    assertEquals(-1, run.firstStep());
    assertEquals(-1, run.lastStep());
    assertEquals(-1, run.stepAtOrBefore(3));
    assertEquals(-1, run.exactSince());
    assertNull(run.values(0));
    assertNull(run.flipsAt(0, "layer0"));
    assertNull(run.patternAt(0, "layer0"));
    assertEquals(0, run.series("loss", 100).size());
    assertEquals(0, run.metric("loss").size());
    assertTrue(run.events().isEmpty());
    assertEquals(-1, run.lastEpoch());
    assertEquals(0, run.durationMillis());
    for (Column column : run.header().columns()) {
      assertTrue(Absent.is(run.latest(column.name())), column.name());
      assertTrue(Absent.is(run.value(column.name(), 0)), column.name());
      assertEquals(0, run.metric(column.name()).size(), column.name());
    }
  }

  @Test
  void valuesPerSample_areFoundByStepAndBySample() throws IOException {
    RandomRun made = new RandomRun(15, RandomRun.arrangedHeader(66), 0.2);
    Run run = RandomRun.run(made.header, made.blocks(6, 9, 4));
    for (int column = 0; column < made.header.sampleColumns().size(); column++) {
      String name = made.header.sampleColumns().get(column).name();
      List<RandomRun.Kept> there = new ArrayList<>();
      for (RandomRun.Kept kept : made.records) {
        double[] values = run.sampleValues(name, kept.step);
        if (kept.rows[column] == null) {
          assertNull(values);
        } else {
          RunAssertions.assertSameBits(kept.rows[column], values);
          there.add(kept);
        }
      }
      assertTrue(there.size() > 5 && there.size() < made.records.size());
      for (int sample : new int[] {0, 63, 65}) {
        Series series = run.sampleSeries(name, sample);
        assertEquals(there.size(), series.size());
        for (int i = 0; i < there.size(); i++) {
          assertEquals(there.get(i).step, series.step(i));
          assertEquals(
              Double.doubleToRawLongBits(there.get(i).rows[column][sample]),
              Double.doubleToRawLongBits(series.value(i)));
        }
      }
      assertNull(run.sampleValues(name, -1));
      assertNull(run.sampleValues(name, run.lastStep() + 1));
      assertThrows(IndexOutOfBoundsException.class, () -> run.sampleSeries(name, 66));
    }
    assertThrows(IllegalArgumentException.class, () -> run.sampleValues("nope", 7));
    assertThrows(IllegalArgumentException.class, () -> run.sampleSeries("nope", 0));
  }

  @Test
  void valuesPerUnit_areFoundByStepAndByUnit() throws IOException {
    RandomRun made = new RandomRun(17, RandomRun.arrangedHeader(66), 0.2);
    Run run = RandomRun.run(made.header, made.blocks(6, 9, 4));
    int[] lengths = {3, 2, 6};
    for (int column = 0; column < 3; column++) {
      Column of = made.header.unitColumns().get(column);
      int row = made.header.sampleColumns().size() + column;
      String layer = made.header.layers().get(of.layer()).name();
      List<RandomRun.Kept> there = new ArrayList<>();
      for (RandomRun.Kept kept : made.records) {
        double[] values = run.unitValues(of.id(), layer, kept.step);
        if (kept.rows[row] == null) {
          assertNull(values);
        } else {
          assertEquals(lengths[column], values.length);
          RunAssertions.assertSameBits(kept.rows[row], values);
          there.add(kept);
        }
      }
      assertTrue(there.size() > 5 && there.size() < made.records.size());
      Series series = run.unitSeries(of.id(), layer, 1);
      assertEquals(there.size(), series.size());
      for (int i = 0; i < there.size(); i++) {
        assertEquals(there.get(i).step, series.step(i));
        assertEquals(
            Double.doubleToRawLongBits(there.get(i).rows[row][1]),
            Double.doubleToRawLongBits(series.value(i)));
      }
      assertNull(run.unitValues(of.id(), layer, run.lastStep() + 1));
      int units = lengths[column];
      assertThrows(IndexOutOfBoundsException.class, () -> run.unitSeries(of.id(), layer, units));
    }
    assertThrows(IllegalArgumentException.class, () -> run.unitValues("nope", "dense", 7));
    assertThrows(IllegalArgumentException.class, () -> run.unitValues("weightNorm", "nope", 7));
    assertThrows(
        IllegalArgumentException.class, () -> run.unitValues("weightNorm", "recurrent", 7));
  }

  @Test
  void unknownNames_areRefusedWithThoseThatExist() throws IOException {
    RandomRun made = new RandomRun(6, 5, 2);
    Run run = RandomRun.run(made.header, made.blocks(1, 3, 1));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> run.patternAt(7, "nope"))
            .getMessage()
            .contains("layer0"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> run.value("nope", 7))
            .getMessage()
            .contains("flowTime"));
    assertThrows(IllegalArgumentException.class, () -> run.series("nope", 10));
    assertThrows(IllegalArgumentException.class, () -> run.metric("nope", "layer0"));
    assertThrows(IllegalArgumentException.class, () -> run.flips("nope", FlipKind.ACTIVATION));
  }

  @Test
  void lostBlocks_hidePatternsOnlyUntilTheNextFullPattern_andNothingElse() throws IOException {
    RandomRun made = new RandomRun(7, 20, 4);
    int perBlock = 4;
    List<byte[]> all = made.blocks(30, perBlock, 5);
    SplittableRandom random = new SplittableRandom(8);
    for (int round = 0; round < 40; round++) {
      List<byte[]> left = new ArrayList<>();
      List<RandomRun.Kept> kept = new ArrayList<>();
      List<Boolean> known = new ArrayList<>();
      int gaps = 0;
      boolean knows = false;
      boolean lost = false;
      for (int number = 0; number < all.size(); number++) {
        if (random.nextInt(4) == 0) {
          knows = false;
          lost = true;
          continue;
        }
        knows |= number % 5 == 0;
        gaps += lost ? 1 : 0;
        lost = false;
        left.add(all.get(number));
        for (int i = 0; i < perBlock; i++) {
          kept.add(made.records.get(number * perBlock + i));
          known.add(knows);
        }
      }
      Run run = RandomRun.run(made.header, left);
      assertEquals(gaps, run.gaps().size());
      for (int i = 0; i < kept.size(); i++) {
        RunAssertions.assertSameBits(kept.get(i).values, run.values(kept.get(i).step));
        if (known.get(i)) {
          RunAssertions.assertPatterns(made, kept.get(i), run);
        } else {
          assertNull(run.patternAt(kept.get(i).step, "layer0"));
        }
      }
    }
  }

  @Test
  void gaps_nameTheStepsOnBothSides() throws IOException {
    RandomRun made = new RandomRun(9, 3, 2);
    List<byte[]> all = made.blocks(6, 2, 1);
    Run run = RandomRun.run(made.header, List.of(all.get(1), all.get(2), all.get(5)));
    assertEquals(2, run.gaps().size());
    assertEquals(-1, run.gaps().get(0).after());
    assertEquals(made.records.get(2).step, run.gaps().get(0).before());
    assertEquals(made.records.get(5).step, run.gaps().get(1).after());
    assertEquals(made.records.get(10).step, run.gaps().get(1).before());
  }

  @Test
  void blockOutOfOrder_isRefused_andTheRunIsAsBefore() throws IOException {
    RandomRun made = new RandomRun(10, 3, 2);
    List<byte[]> all = made.blocks(4, 3, 2);
    GrowingRun growing = new GrowingRun(made.header, all::get);
    Run run = growing.run();
    growing.index(all.get(0));
    growing.index(all.get(1));
    assertThrows(BlockFormatException.class, () -> growing.index(all.get(1)));
    assertThrows(BlockFormatException.class, () -> growing.index(all.get(0)));
    byte[] damaged = all.get(2).clone();
    damaged[60] ^= 1;
    assertThrows(BlockFormatException.class, () -> growing.index(damaged));
    growing.index(all.get(2));
    RunAssertions.assertRunIs(made, made.records.subList(0, 9), run, true);
  }

  @Test
  void blockOfAnotherRun_isRefused() {
    RandomRun made = new RandomRun(10, 3, 2);
    List<byte[]> blocks = made.blocks(1, 3, 1);
    GrowingRun wider = new GrowingRun(RandomRun.header(300, 2), blocks::get);
    assertThrows(BlockFormatException.class, () -> wider.index(blocks.get(0)));
    GrowingRun deeper = new GrowingRun(RandomRun.header(3, 2, 2), blocks::get);
    assertThrows(BlockFormatException.class, () -> deeper.index(blocks.get(0)));
  }

  @Test
  void sourceThatFails_isReportedUnchecked() throws IOException {
    RandomRun made = new RandomRun(11, 3, 2);
    List<byte[]> blocks = made.blocks(1, 3, 1);
    GrowingRun growing =
        new GrowingRun(
            made.header,
            index -> {
              throw new IOException("gone");
            });
    Run run = growing.run();
    growing.index(blocks.get(0));
    assertThrows(UncheckedIOException.class, () -> run.values(7));
    assertThrows(UncheckedIOException.class, () -> run.patternAt(7, "layer0"));
    assertThrows(UncheckedIOException.class, () -> run.metric("loss"));
  }

  @Test
  void metric_hasEveryValue_alsoPerLayer() throws IOException {
    RandomRun made = new RandomRun(12, 3, 2);
    Run run = RandomRun.run(made.header, made.blocks(20, 7, 2));
    Series loss = run.metric("loss");
    Series dead = run.metric("deadUnits", "layer0");
    assertEquals(140, loss.size());
    int column = made.header.columnNumber("deadUnits[layer0]");
    for (int i = 0; i < 140; i++) {
      RandomRun.Kept kept = made.records.get(i);
      assertEquals(kept.step, loss.step(i));
      assertEquals(
          Double.doubleToRawLongBits(kept.values[4]), Double.doubleToRawLongBits(loss.value(i)));
      assertEquals(
          Double.doubleToRawLongBits(kept.values[column]),
          Double.doubleToRawLongBits(dead.value(i)));
    }
  }
}
