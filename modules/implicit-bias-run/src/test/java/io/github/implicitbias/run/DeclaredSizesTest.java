package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.format.Forged;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a file declares is not believed: every answer takes memory and time for the bytes that are
 * there, 16 MB and 8 times the file at most, 0.5 s and 2 s per MB. Each file is asked in a process
 * that has no more memory than that.
 */
class DeclaredSizesTest {

  private static final int SPARSE = 32;
  private static final int FLIPS = 2;
  private static final int EVENTS = 4;
  private static final int ROWS = 16;

  @TempDir Path folder;

  private String refused;

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private long asked(byte[]... parts) throws Exception {
    return askedWithin(16, parts);
  }

  /** Asks a file everything; returns the number of records it was found to have. */
  private long askedWithin(int fixedMegabytes, byte[]... parts) throws Exception {
    Path file = Files.write(folder.resolve("attack.ibrun"), joined(parts));
    long size = Files.size(file);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xss512k",
                "-Xmx" + ((fixedMegabytes << 10) + 8 * size / 1024) + "k",
                "-cp",
                System.getProperty("java.class.path"),
                Questions.class.getName(),
                file.toString(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    try {
      assertTrue(process.waitFor(120, TimeUnit.SECONDS), "no answer after two minutes");
    } finally {
      process.destroyForcibly();
    }
    String output = Files.readString(folder.resolve("output"));
    assertEquals(0, process.exitValue(), output);
    Map<String, Long> late = new TreeMap<>();
    long records = -2;
    for (String line : output.split("\n")) {
      String[] words = line.split(" ", -1);
      if (words[0].equals("took") && Long.parseLong(words[2]) > 500 + 2000 * size / 1e6) {
        late.put(words[1], Long.parseLong(words[2]));
      }
      records = words[0].equals("records") ? Long.parseLong(words[1]) : records;
      refused = words[0].equals("refused") ? words[1] : refused;
    }
    assertTrue(late.isEmpty(), size + " bytes, too slow: " + late);
    return records;
  }

  private static Forged block(RunHeader header, long lastStep, int count, boolean keyframe) {
    return Forged.block(header.id(), 0, 0, lastStep, count, keyframe);
  }

  /** Adds records without anything, the first at step 0. */
  private static Forged nothing(Forged block, RunHeader header, int count) {
    int[] map = new int[(header.columns().size() + 7) / 8];
    for (int k = 0; k < count; k++) {
      block.record(SPARSE, k == 0 ? 0 : 1).bytes(map);
    }
    return block;
  }

  private static RunHeader columns(int count) {
    HeaderBuilder builder = RandomRun.plain(1);
    for (int k = 5; k < count; k++) {
      builder.metric(Integer.toString(k, 36), Definition.NONE);
    }
    return builder.build();
  }

  @Test
  void manyColumns_withoutAnyValue() throws Exception {
    RunHeader header = columns(1 << 16);
    byte[] block = nothing(block(header, 99, 100, false).longs(0), header, 100).seal();
    assertEquals(100, asked(header.encode(), block));
  }

  @Test
  void manyColumns_withOneValueEach() throws Exception {
    RunHeader header = columns(1 << 16);
    Forged block = block(header, 1, 2, false).longs(0);
    block.record(0, 0).doubles(1, 1 << 16);
    block.record(0, 1).doubles(2, 1 << 16);
    assertEquals(2, asked(header.encode(), block.seal()));
  }

  @Test
  void layerOfAsManyUnitsAsThereAreNumbers_withUnitColumns() throws Exception {
    TrackedLayer layer = new TrackedLayer("L", 0, "relu", "unit", Integer.MAX_VALUE);
    RunHeader header = RandomRun.plain(1, layer).unitMetric("w", 0, Definition.NONE).build();
    byte[] block = nothing(block(header, 0, 1, false).longs(0), header, 1).seal();
    assertEquals(1, asked(header.encode(), block));
    assertEquals("flipHistory", refused);
    byte[] keyframe = nothing(block(header, 0, 1, true).longs(0, 0, 0), header, 1).seal();
    assertEquals(0, asked(header.encode(), keyframe), "a whole pattern that is not there");
    Forged row = block(header, 0, 1, false).longs(0).record(SPARSE | ROWS, 0).bytes(0);
    assertEquals(0, asked(header.encode(), row.vars(1, 0).doubles(1, 3).seal()));
    Forged flip = block(header, 0, 1, false).longs(0).record(SPARSE | FLIPS, 0).bytes(0);
    flip.vars(2, 7, Integer.MAX_VALUE - 20, 0, 0);
    assertEquals(1, asked(header.encode(), flip.seal()));
  }

  @Test
  void layerOfMillionsOfUnits() throws Exception {
    TrackedLayer layer = new TrackedLayer("L", 0, "relu", "unit", 2_300_000);
    RunHeader header = RandomRun.plain(1, layer).unitMetric("w", 0, Definition.NONE).build();
    byte[] block = nothing(block(header, 0, 1, false).longs(0), header, 1).seal();
    assertEquals(1, asked(header.encode(), block));
    assertEquals("", refused);
  }

  @Test
  void flipsFarApart_takeNoMoreThanTheStatedCap() throws Exception {
    TrackedLayer layer = new TrackedLayer("L", 0, "relu", "unit", 2_300_000);
    RunHeader header = RandomRun.plain(1, layer).build();
    Forged block = block(header, 0, 1, false).longs(0).record(SPARSE | FLIPS, 0).bytes(0);
    block.vars(0, 0, 2_300_000 / 13).times(2_300_000 / 13, 12);
    assertEquals(1, askedWithin(16 + 64, header.encode(), block.seal()));
    assertEquals("flipHistory", refused);
    TrackedLayer square = new TrackedLayer("L", 0, "relu", "unit", 2000);
    RunHeader entries = RandomRun.plain(1000, square).build();
    Forged some = block(entries, 0, 1, false).longs(0).record(SPARSE | FLIPS, 0).bytes(0);
    some.vars(0, 0, 2_000_000 / 13).times(2_000_000 / 13, 12);
    assertEquals(1, askedWithin(16 + 64, entries.encode(), some.seal()));
    assertEquals("", refused);
  }

  @Test
  void manyLayers_timesManyRecords() throws Exception {
    TrackedLayer[] layers = new TrackedLayer[20_000];
    for (int k = 0; k < layers.length; k++) {
      layers[k] = new TrackedLayer("L" + k, 0, "relu", "unit", 1);
    }
    RunHeader header = RandomRun.plain(1, layers).build();
    byte[] block = nothing(block(header, 29_999, 30_000, false).longs(0), header, 30_000).seal();
    assertEquals(30_000, asked(header.encode(), block));
    Forged keyframe = block(header, 29_999, 30_000, true).times(8 * layers.length, 0).longs(0);
    assertEquals(30_000, asked(header.encode(), nothing(keyframe, header, 30_000).seal()));
  }

  @Test
  void manySmallBlocks_ofManyLayersAndColumns() throws Exception {
    TrackedLayer[] layers = new TrackedLayer[20_000];
    HeaderBuilder builder = null;
    for (int k = 0; k < layers.length; k++) {
      layers[k] = new TrackedLayer("L" + k, 0, "relu", "unit", 1);
    }
    builder = RandomRun.plain(1, layers);
    for (int k = 0; k < layers.length; k++) {
      builder.unitMetric("w", k, Definition.NONE);
    }
    RunHeader header = builder.build();
    List<byte[]> parts = new ArrayList<>(List.of(header.encode()));
    for (int number = 0; number < 10_000; number++) {
      Forged block = Forged.block(header.id(), number, number, number, 1, false).longs(0);
      block.record(SPARSE | ROWS, 0).bytes(0).vars(1, number % 20_000).doubles(1, 1);
      parts.add(block.seal());
    }
    assertEquals(10_000, asked(parts.toArray(new byte[0][])));
  }

  @Test
  void stepsAsFarApartAsThereAreNumbers() throws Exception {
    RunHeader header = RandomRun.plain(1, new TrackedLayer("L", 0, "relu", "unit", 4)).build();
    Forged block = block(header, Long.MAX_VALUE, 2, false).longs(0);
    block.record(SPARSE, 0).bytes(0).record(SPARSE, Long.MAX_VALUE).bytes(0);
    assertEquals(2, asked(header.encode(), block.seal()));
  }

  @Test
  void layerWithoutUnits_isRefused() throws Exception {
    byte[] header =
        RandomRun.plain(1, new TrackedLayer("L", 0, "relu", "unit", 77)).build().encode();
    int at = header.length;
    while (header[at - 1] != 77 || header[at - 5] != 1) {
      at--;
    }
    assertEquals(0, asked(Forged.sealedAgain(header)), "the header is right but for this");
    header[at - 1] = 0;
    assertEquals(-1, asked(Forged.sealedAgain(header)));
    assertEquals("open", refused);
  }

  @Test
  void manyPredictionsThatNoColumnBelongsTo() throws Exception {
    Forged forged = Forged.header(new RunId(1, 2)).bytes(0).texts("s", "w", "").longs(0);
    forged.ints(0, 0, 1, 0, -1).ints(1 << 16).times(24 << 16, 0);
    forged.ints(1).texts("", "", "", "", "", "", "", "", "").bytes(1).ints(5);
    for (Column.Basic basic : Column.Basic.values()) {
      forged.texts(basic.id(), basic.id()).bytes(0, 0).ints(-1, -1, 0);
    }
    byte[] header = forged.ints(0, 0).seal();
    RunHeader decoded = RunHeader.decode(header);
    assertEquals(1 << 16, decoded.predictions().size());
    int records = 100_000;
    byte[] block =
        nothing(block(decoded, records - 1, records, false).longs(0), decoded, records).seal();
    assertEquals(records, asked(header, block));
  }

  @Test
  void eventsAndConditions_asManyAsFit() throws Exception {
    RunHeader header =
        RandomRun.plain(1, new TrackedLayer("x".repeat(512), 0, "relu", "unit", 4))
            .prediction(new Statement("p", "", "", "", "", ""))
            .build();
    Forged events = block(header, 0, 1, false).longs(0).record(SPARSE | EVENTS, 0).bytes(0);
    events.ints(200_000).times(200_000, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0);
    assertEquals(1, asked(header.encode(), events.seal()));
    Forged told = block(header, 0, 1, false).longs(0).record(SPARSE | EVENTS, 0).bytes(0);
    told.ints(4);
    for (int k = 0; k < 4; k++) {
      told.bytes(13, 3, 0, 0, 0, 0).vars(0).doubles(0, 2).texts("");
      told.ints(200_000).times(200_000, 1, 0, 0, 0, 1, 'c');
    }
    assertEquals(1, asked(header.encode(), told.seal()));
  }

  @Test
  void rowsOfASmallLayer_besideAHugeOne_withLongNames() throws Exception {
    RunHeader header =
        RandomRun.plain(
                1,
                new TrackedLayer("x".repeat(512), 0, "relu", "unit", 100_000),
                new TrackedLayer("y".repeat(512), 0, "relu", "unit", 1))
            .unitMetric("w", 0, Definition.NONE)
            .unitMetric("z".repeat(512), 1, Definition.NONE)
            .build();
    Forged block = block(header, 50_000, 50_001, false).longs(0);
    block.record(SPARSE | ROWS, 0).bytes(0).vars(1, 0).doubles(1, 100_000);
    for (int k = 0; k < 50_000; k++) {
      block.record(SPARSE | ROWS, 1).bytes(0).vars(1, 1).doubles(1, 1);
    }
    assertEquals(50_001, asked(header.encode(), block.seal()));
  }

  @Test
  void flipsOfALayerWithALongName_listedOneByOne() throws Exception {
    RunHeader header =
        RandomRun.plain(100, new TrackedLayer("x".repeat(512), 0, "relu", "unit", 100)).build();
    Forged block = block(header, 49, 50, true).times(1600, 0).longs(0);
    for (int k = 0; k < 50; k++) {
      block.record(SPARSE | FLIPS, k == 0 ? 0 : 1).bytes(0).vars(10_000).times(10_000, 0);
      block.vars(0, 0);
    }
    assertEquals(50, asked(header.encode(), block.seal()));
  }

  @Test
  void filesOfNothingButBeginnings() throws Exception {
    RunHeader header = RandomRun.plain(1).build();
    byte[] one = nothing(block(header, 0, 1, false).longs(0), header, 1).seal();
    byte[] magic = new byte[1 << 20];
    byte[] envelopes = new byte[1 << 20];
    byte[] big = nothing(block(header, 99_999, 100_000, false).longs(0), header, 100_000).seal();
    for (int k = 0; k + 20 < magic.length; k += 20) {
      for (int j = 0; j < 5; j++) {
        System.arraycopy(one, 0, magic, k + 4 * j, 4);
      }
      System.arraycopy(big, 0, envelopes, k, 20);
    }
    byte[] noise = new byte[1 << 20];
    new SplittableRandom(131).nextBytes(noise);
    assertEquals(1, asked(header.encode(), magic, one));
    assertEquals(1, asked(header.encode(), noise, one));
    // After so many broken promises a length is believed, and may lead behind what is whole.
    assertTrue(asked(header.encode(), envelopes, one) <= 1);
  }

  @Test
  void headersAgainAndAgain() throws Exception {
    RunHeader header = columns(2000);
    List<byte[]> parts = new ArrayList<>();
    for (int k = 0; k < 20; k++) {
      parts.add(header.encode());
    }
    assertEquals(0, asked(parts.toArray(new byte[0][])));
  }

  /** The beginning of a table of the end without texts and suspects. */
  private static Forged table(RunHeader header, int samples) {
    Forged table = Forged.visits(header.id(), 1).bytes(2, 1).vars(1, 9).texts("").ints(0);
    return table.doubles(0, 2).texts("").ints(0).ints(samples);
  }

  @Test
  void visitsOfAsManySamplesAsThereAreNumbers() throws Exception {
    RunHeader header = RandomRun.plain(1).build();
    byte[] one = nothing(block(header, 0, 1, false).longs(0), header, 1).seal();
    Forged none = table(header, Integer.MAX_VALUE).bytes(0).ints(0);
    assertEquals(1, asked(header.encode(), one, none.seal()), "a table without a column");
    Forged deflated = table(header, 1 << 30).bytes(1, 0).ints(0).bytes(1, 1).ints(2).bytes(3, 0);
    assertEquals(1, asked(header.encode(), one, deflated.seal()));
  }

  @Test
  void visitsThatInflateAsFarAsIsBelieved_inManyBlocks() throws Exception {
    RunHeader header = RandomRun.plain(1).build();
    List<byte[]> parts = new ArrayList<>(List.of(header.encode()));
    MadeUpVisits visits = new MadeUpVisits(1000, 5, "a");
    visits.epoch();
    for (int number = 0; number < 400; number++) {
      Forged epoch = Forged.visits(header.id(), 2 * number).bytes(1).vars(number, 0, 9).bytes(0);
      parts.add(epoch.ints(1).texts("x".repeat(512)).bytes(0, 0, 0, 0, 0).ints(1).ints(0).seal());
      Forged table = Forged.visits(header.id(), 2 * number + 1).bytes(2, 0);
      table.vars(number + 1, 9).texts("").ints(0).doubles(0, 2).texts("").ints(900);
      for (int i = 0; i < 900; i++) {
        table.vars(i);
      }
      table.ints(1900).bytes(1, 4).ints(0).bytes(2, 0).ints(3800).times(3800, 64);
      parts.add(table.seal());
    }
    assertEquals(0, asked(parts.toArray(new byte[0][])));
  }

  @Test
  void manyLayersAndUnits_ofVisits() throws Exception {
    RunHeader header = RandomRun.plain(1).build();
    Forged many = Forged.visits(header.id(), 0).bytes(1).vars(0, 0, 9).bytes(0).ints(60_000);
    for (int k = 0; k < 60_000; k++) {
      many.texts(Integer.toString(k, 36)).bytes(0, 0, 0, 0, 0).ints(1).ints(0);
    }
    assertEquals(0, asked(header.encode(), many.seal()));
    Forged wide = Forged.visits(header.id(), 0).bytes(1).vars(0, 0, 9).bytes(0).ints(1);
    wide.texts("a").bytes(2, 0, 0, 0, 0).ints(300_000).times(1_200_000, 63).times(300_000, 1);
    assertEquals(0, asked(header.encode(), wide.seal()));
  }

  @Test
  void everyFileOfTheBuild_isWithinTheBoundsToo() throws IOException, Exception {
    RandomRun made = new RandomRun(132, RandomRun.arrangedHeader(70), 0.2);
    made.eventRate = 0.5;
    List<byte[]> parts = new ArrayList<>(List.of(made.header.encode()));
    parts.addAll(made.blocks(20, 30, 4));
    assertEquals(600, asked(parts.toArray(new byte[0][])));
    assertEquals("", refused);
  }
}
