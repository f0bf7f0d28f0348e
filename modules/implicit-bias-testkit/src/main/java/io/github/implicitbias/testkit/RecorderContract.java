package io.github.implicitbias.testkit;

import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What {@link Contracts#recorder} checks. */
final class RecorderContract {

  private RecorderContract() {}

  static void check(Contracts.Place place) throws IOException {
    RunHeader header =
        new HeaderBuilder("a session, with a comma", "worker \u00e9\u4e2d", 1_700_000_000_000L)
            .layers(List.of(new TrackedLayer("layer0", 0, 70, "relu")))
            .samples(new int[130], new int[130])
            .build();
    RunHeader more = header.withProvenance(Map.of("key", "value\nin two lines"));
    for (int blocks : new int[] {0, 1, 2, 40}) {
      List<byte[]> given = new ArrayList<>();
      given.add(more.encode());
      given.addAll(blocks(header, blocks));
      Recorder recorder = place.open();
      recorder.header(header);
      recorder.header(more);
      for (byte[] block : given.subList(1, given.size())) {
        byte[] before = block.clone();
        recorder.block(block);
        Checks.that(Arrays.equals(before, block), "the recorder changed the bytes it was given");
      }
      recorder.close();
      List<byte[]> back = place.contents();
      Checks.that(
          back.size() == given.size(),
          blocks + " blocks and a header were given, " + back.size() + " came back");
      for (int k = 0; k < back.size(); k++) {
        Checks.that(
            Arrays.equals(given.get(k), back.get(k)),
            (k == 0 ? "the header" : "block " + (k - 1)) + " of " + blocks + " came back changed");
      }
    }
  }

  private static List<byte[]> blocks(RunHeader header, int count) {
    SplittableRandom random = new SplittableRandom(5);
    PatternHistory pattern = new PatternHistory(70, 130);
    List<byte[]> blocks = new ArrayList<>();
    BlockBuilder builder = new BlockBuilder(header.id());
    Record record = new Record(header.columns().size());
    long step = 0;
    for (int number = 0; number < count; number++) {
      int records = number % 7 == 3 ? 2000 : 1 + number;
      for (int k = 0; k < records; k++) {
        for (int word = 0; word < pattern.next().length; word++) {
          long bits = random.nextLong();
          pattern.next()[word] = word % 3 == 2 ? bits & 3 : bits;
        }
        pattern.advance(0);
        if (k == 0) {
          builder.reset(1_700_000_000_000L, number % 4 == 0 ? List.of(pattern) : null);
        }
        record.at(step++, 0, true);
        record.recorded(1_700_000_000_000L, random.nextInt(1 << 20));
        Arrays.fill(record.values(), random.nextDouble());
        builder.add(record, List.of(pattern));
      }
      blocks.add(builder.seal(number, number - 1));
    }
    return blocks;
  }
}
