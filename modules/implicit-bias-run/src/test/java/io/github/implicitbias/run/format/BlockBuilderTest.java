package io.github.implicitbias.run.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.RandomRun;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunAssertions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlockBuilderTest {

  @Test
  void sizes_areThoseThatTheFormatPageComputes() {
    int units = 1024;
    int samples = 128;
    RunHeader header = RandomRun.header(samples, units);
    int columns = header.columns().size();
    PatternHistory pattern = new PatternHistory(units, samples);
    SplittableRandom random = new SplittableRandom(16);
    for (int k = 0; k < pattern.next().length; k++) {
      pattern.next()[k] = random.nextLong();
    }
    pattern.advance(0);
    BlockBuilder builder = new BlockBuilder(header.id());
    builder.reset(0, List.of(pattern));
    assertEquals(81 + 8 * 2 * units, builder.bytes());
    Record record = new Record(columns);
    Arrays.fill(record.values(), 1);
    double[][] rows = {new double[samples], null, new double[samples]};
    long flips = 0;
    double expected = builder.bytes();
    for (int step = 0; step < 300; step++) {
      if (step > 0) {
        System.arraycopy(pattern.current(), 0, pattern.next(), 0, 2 * units);
        for (int k = 0; k < 300; k++) {
          int bit = random.nextInt(units * samples);
          pattern.next()[bit >>> 6] ^= 1L << (bit & 63);
        }
        pattern.advance(0);
      }
      boolean sampled = step % 10 == 0;
      int before = builder.bytes();
      record.at(step, 3, true);
      record.recorded(7, 100_000);
      record.rows(sampled ? rows : null);
      builder.add(record, List.of(pattern));
      int bytes = builder.bytes() - before;
      int rest = bytes - 7 - 8 * columns - (sampled ? 1 + 2 * (1 + 8 * samples) : 0);
      int here = pattern.flipCount();
      flips += here;
      assertTrue(step == 0 ? rest == 0 : rest >= 3 + here && rest <= 15 + 5 * here, rest + "");
      for (FlipKind kind : FlipKind.values()) {
        int count = pattern.flipCount(kind);
        double d = (double) units * samples / Math.max(1, count);
        expected += count * (1 + Math.exp(-128 / d) + Math.exp(-16384 / d));
      }
      expected += 7 + 8 * columns + (sampled ? 1 + 2 * (1 + 8 * samples) : 0) + (step > 0 ? 3 : 0);
    }
    assertTrue(flips > 80_000);
    // Three counts take more than a byte each where there are 128 flips or more.
    assertEquals(expected, builder.bytes(), 0.01 * expected);
  }

  @Test
  void valuesPerSampleBeyondTheLimitOfARecord_areLeftOut_laterColumnsFirst() throws IOException {
    int samples = BlockBuilder.MAX_ROW_NUMBERS / 2 - 1;
    HeaderBuilder wanted = RandomRun.plain(samples);
    for (String name : List.of("a", "b", "c", "d")) {
      wanted.sampleMetric(name, Definition.NONE);
    }
    RunHeader header = wanted.build();
    double[][] values = new double[4][];
    for (int column : new int[] {0, 2, 3}) {
      values[column] = new double[samples];
      values[column][samples - 1] = column;
    }
    BlockBuilder builder = new BlockBuilder(header.id());
    List<byte[]> blocks = new ArrayList<>();
    for (int step = 0; step < 2; step++) {
      builder.reset(0, List.of());
      Record record = new Record(5);
      record.at(step, 0, true);
      record.rows(step == 0 ? values : new double[4][]);
      builder.add(record, List.of());
      blocks.add(builder.seal(step, step - 1));
    }
    assertTrue(blocks.get(0).length < 8 * BlockBuilder.MAX_ROW_NUMBERS + 200);
    Run run = RandomRun.run(header, blocks);
    assertEquals(0, run.sampleValues("a", 0)[samples - 1]);
    assertNull(run.sampleValues("b", 0));
    assertEquals(2, run.sampleValues("c", 0)[samples - 1]);
    assertNull(run.sampleValues("d", 0));
    assertNull(run.sampleValues("a", 1));
  }

  @Test
  void builder_refusesStepsThatDoNotIncrease_andKeepsWhatItHas() throws IOException {
    RandomRun made = new RandomRun(13, 3, 2);
    BlockBuilder builder = new BlockBuilder(made.header.id());
    RandomRun.Kept first = made.next();
    builder.reset(first.millis, made.patterns);
    assertThrows(IllegalStateException.class, () -> builder.seal(0, -1));
    made.addTo(builder, first);
    assertThrows(IllegalArgumentException.class, () -> made.addTo(builder, first));
    RandomRun.Kept second = made.next();
    assertThrows(
        NullPointerException.class,
        () -> {
          Record broken = new Record(second.values.length);
          broken.at(second.step, second.epoch, second.inPlace);
          broken.events().add(EventKind.METRIC_FAILED, -1, -1, -1, null);
          builder.add(broken, made.patterns);
        });
    made.addTo(builder, second);
    RunAssertions.assertRunIs(
        made, made.records, RandomRun.run(made.header, List.of(builder.seal(0, -1))), true);
    assertEquals(2, builder.count());
    assertEquals(second.step, builder.lastStep());
  }

  @Test
  void clockThatGoesBack_isHeld() throws IOException {
    RandomRun made = new RandomRun(14, 3, 2);
    BlockBuilder builder = new BlockBuilder(made.header.id());
    RandomRun.Kept first = made.next();
    builder.reset(first.millis, made.patterns);
    made.addTo(builder, first);
    RandomRun.Kept second = made.next();
    second.millis = first.millis - 1000;
    made.addTo(builder, second);
    RandomRun.Kept third = made.next();
    third.millis = first.millis + 5;
    made.addTo(builder, third);
    second.millis = first.millis;
    RunAssertions.assertRunIs(
        made, made.records, RandomRun.run(made.header, List.of(builder.seal(0, -1))), true);
  }
}
