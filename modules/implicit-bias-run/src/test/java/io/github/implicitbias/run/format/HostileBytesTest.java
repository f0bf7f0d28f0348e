package io.github.implicitbias.run.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.RandomRun;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunId;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Damaged and hostile bytes are answered with {@link BlockFormatException} and nothing else, and
 * what decoding allocates is bounded by the size of the bytes. Half of the cases carry a right
 * checksum, so that they reach the checks behind it.
 */
@Timeout(60)
class HostileBytesTest {

  private static final long FIXED_ALLOCATION = 1 << 19;
  private static final long ALLOCATION_PER_BYTE = 400;

  private final RandomRun made = new RandomRun(21, 70, 3, 2);
  private final RandomRun arranged = new RandomRun(24, RandomRun.arrangedHeader(67), 0.3);
  private final com.sun.management.ThreadMXBean threads =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
  private int accepted;

  private List<byte[]> blocks() {
    made.eventRate = 0.5;
    return made.blocks(2, 6, 2);
  }

  private interface Use {
    void of(byte[] bytes) throws BlockFormatException;
  }

  private void decodeBlock(RunHeader header, byte[] bytes) throws BlockFormatException {
    Run run = RandomRun.run(header, List.of(bytes));
    long[] seen = {0};
    run.visit(
        new RecordVisitor() {
          @Override
          public void record(Record record) {
            seen[0]++;
          }

          @Override
          public void sampleValues(int column, double[] values) {
            assertTrue(column < header.sampleColumns().size() && values.length == header.samples());
          }

          @Override
          public void unitValues(int column, double[] values) {
            int layer = header.unitColumns().get(column).layer();
            assertEquals(header.layers().get(layer).units(), values.length);
          }

          @Override
          public void flip(int layer, FlipKind kind, int unit, int sample) {
            assertTrue(unit < header.layers().get(layer).units() && sample < header.samples());
          }
        });
    assertEquals(run.size(), seen[0]);
    run.series("loss", 100);
    header
        .sampleColumns()
        .forEach(column -> assertTrue(header.sampleColumnNumber(column.name()) >= 0));
    run.verdicts();
    for (TrackedLayer layer : header.layers()) {
      run.patternAt(run.firstStep(), layer.name());
      run.patternAt(run.lastStep(), layer.name());
    }
  }

  private void decodeHeader(byte[] bytes, byte[] block) throws BlockFormatException {
    RunHeader header = RunHeader.decode(bytes);
    if (header.layers().stream().map(TrackedLayer::name).distinct().count()
        == header.layers().size()) {
      decodeBlock(header, block);
    }
  }

  private void refusedOrUsed(byte[] bytes, Use use) {
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    try {
      use.of(bytes);
      accepted++;
    } catch (BlockFormatException e) {
      assertTrue(e.getMessage().length() > 5);
    } catch (RuntimeException | Error e) {
      fail("after " + bytes.length + " bytes: " + Base64.getEncoder().encodeToString(bytes), e);
    }
    long spent = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertTrue(
        spent < FIXED_ALLOCATION + ALLOCATION_PER_BYTE * bytes.length,
        spent + " bytes allocated for a block of " + bytes.length);
  }

  private static void refused(byte[] bytes, Use use) {
    assertThrows(BlockFormatException.class, () -> use.of(bytes));
  }

  private void everyDamage(byte[] whole, Use use) {
    for (int at = 0; at < whole.length; at++) {
      for (int mask : new int[] {1, 0x80, 0xff, 0x7f}) {
        byte[] bytes = whole.clone();
        bytes[at] ^= (byte) mask;
        refused(bytes, use);
        if (at >= 20) {
          refusedOrUsed(Forged.sealedAgain(bytes), use);
        } else if (at < 8) {
          refused(Forged.sealedAgain(bytes), use);
        }
      }
      refused(Arrays.copyOf(whole, at), use);
      refused(Arrays.copyOf(whole, whole.length + 1 + at), use);
      refused(Forged.sealedAgain(Arrays.copyOf(whole, whole.length + 1 + at)), use);
      if (at >= 16) {
        refused(Forged.sealedAgain(Arrays.copyOf(whole, at)), use);
      }
      for (int number : new int[] {-1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0, 1 << 24}) {
        if (at >= 20 && at + 4 <= whole.length) {
          byte[] bytes = whole.clone();
          ByteBuffer.wrap(bytes).putInt(at, number);
          refusedOrUsed(Forged.sealedAgain(bytes), use);
        }
      }
    }
  }

  @Test
  void block_withAnyByteDamagedMissingOrTooMany_isRefused() {
    byte[] whole = blocks().get(0);
    everyDamage(whole, bytes -> decodeBlock(made.header, bytes));
    assertTrue(accepted > 0, "some damage behind a right checksum is only another value");
  }

  @Test
  void blockWithoutFullPattern_withAnyByteDamagedMissingOrTooMany_isRefused() {
    byte[] whole = blocks().get(1);
    everyDamage(whole, bytes -> decodeBlock(made.header, bytes));
  }

  @Test
  void blockWithSampleColumns_withAnyByteDamagedMissingOrTooMany_isRefused() {
    arranged.flipRate = 0.01;
    byte[] whole = arranged.blocks(1, 2, 1).get(0);
    everyDamage(whole, bytes -> decodeBlock(arranged.header, bytes));
    assertTrue(accepted > 0, "some damage behind a right checksum is only another value");
  }

  @Test
  void headerWithArrangedLayers_withAnyByteDamagedMissingOrTooMany_isRefused() {
    byte[] block = arranged.blocks(1, 1, 1).get(0);
    everyDamage(arranged.header.encode(), bytes -> decodeHeader(bytes, block));
    assertTrue(accepted > 0, "some damage behind a right checksum is only another letter");
  }

  @Test
  void rowsThatDoNotExistOrIncrease_areRefused() throws BlockFormatException {
    RunHeader header = RandomRun.arrangedHeader(1);
    assertEquals(9, header.rows());
    int[][] rows = {
      {0, 1, 2}, {2}, {8}, {1, 3, 4, 8}, {}, {1, 1}, {1, 0}, {9}, {4, 3}, {0, 1, 2, 2}, {8, 8}
    };
    for (int at = 0; at < rows.length; at++) {
      int[] columns = rows[at];
      Forged block = Forged.block(header.id(), 0, 5, 5, 1, false).longs(0);
      block.record(BlockBuilder.FLAG_ROWS, 0).doubles(0, header.columns().size());
      block.vars(columns.length);
      for (int column : columns) {
        block.vars(column).doubles(column, column < 9 ? header.rowLength(column) : 1);
      }
      if (at < 4) {
        decodeBlock(header, block.seal());
      } else {
        refused(block.seal(), b -> decodeBlock(header, b));
      }
    }
  }

  @Test
  void rowOfALayerThatIsLargerThanItsBlock_isRefusedBeforeMemoryIsTakenForIt() {
    RunHeader header =
        RandomRun.plain(1, new TrackedLayer("large", 0, Integer.MAX_VALUE, "relu"))
            .unitMetric("weightNorm", 0, Definition.NONE)
            .build();
    Forged block = Forged.block(header.id(), 0, 5, 5, 1, false).longs(0);
    block.record(BlockBuilder.FLAG_ROWS, 0).doubles(0, 5).vars(1, 0).doubles(1, 1);
    refusedOrUsed(block.seal(), b -> RecordBlock.decode(header, b));
    assertEquals(0, accepted);
  }

  @Test
  void columnsOfLayersKindsOrScopesThatThereAreNot_areRefused() throws BlockFormatException {
    byte[] bytes = RandomRun.arrangedHeader(1).encode();
    // The last column is "a, "b"" of layer 0: kind, scope, layer, prediction, definition.
    int layer = bytes.length - 12;
    assertEquals(0, ByteBuffer.wrap(bytes).getInt(layer));
    assertEquals(Column.Scope.UNIT.ordinal(), bytes[layer - 1]);
    for (int other : new int[] {4, -2, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
      byte[] wrong = bytes.clone();
      ByteBuffer.wrap(wrong).putInt(layer, other);
      refused(Forged.sealedAgain(wrong), RunHeader::decode);
    }
    for (int place : new int[] {layer - 2, layer - 1}) {
      for (int other = 0; other < 256; other++) {
        byte[] wrong = bytes.clone();
        wrong[place] = (byte) other;
        if (place == layer - 1 ? other != bytes[place] : other >= Column.Kind.values().length) {
          refused(Forged.sealedAgain(wrong), RunHeader::decode);
        }
      }
    }
    for (int place : new int[] {layer + 4, layer + 8}) {
      for (int other : new int[] {100, Integer.MAX_VALUE, Integer.MIN_VALUE, -2}) {
        byte[] wrong = bytes.clone();
        ByteBuffer.wrap(wrong).putInt(place, other);
        refused(Forged.sealedAgain(wrong), RunHeader::decode);
      }
    }
    byte[] right = bytes.clone();
    ByteBuffer.wrap(right).putInt(layer, 2);
    assertEquals(2, RunHeader.decode(Forged.sealedAgain(right)).unitColumns().get(2).layer());
  }

  @Test
  void eventsThatCannotBe_areRefused() throws BlockFormatException {
    RunHeader with = RandomRun.header(3, 2);
    RunHeader without = RandomRun.plain(3, new TrackedLayer("layer0", 0, 2, "relu")).build();
    // kind, flags, steps back, layer + 1, unit + 1, sample + 1
    int[][] right = {{0, 0, 0, 1, 2, 3}, {5, 0, 5, 0, 0, 0}, {15, 0, 0, 0, 9, 0}};
    int[][] wrong = {
      {EventKind.values().length, 0, 0, 0, 0, 0},
      {0, 8, 0, 0, 0, 0},
      {0, BlockBuilder.EVENT_FINDING, 0, 0, 0, 0},
      {EventKind.FINDING.ordinal(), 0, 0, 0, 0, 0},
      {0, 0, 6, 0, 0, 0},
      {0, 0, 0, 2, 0, 0},
      {0, 0, 0, 1, 3, 0},
      {0, 0, 0, 0, 0, 4},
      {13, BlockBuilder.EVENT_CONDITIONS, 0, 0, 0, 0}
    };
    for (int[] event : right) {
      decodeBlock(without, withEvent(without, event).texts("").seal());
    }
    for (int[] event : wrong) {
      byte[] bytes = withEvent(without, event).texts("").ints(1).bytes(1).texts("x").seal();
      refused(bytes, b -> decodeBlock(without, b));
      refused(withEvent(without, event).texts("").seal(), b -> decodeBlock(without, b));
    }
    int[] told = {13, BlockBuilder.EVENT_PREDICTION | BlockBuilder.EVENT_CONDITIONS, 0, 0, 0, 0};
    Forged two = withEvent(with, told).vars(1).doubles(1, 2).texts("d").ints(2).bytes(1).texts("a");
    decodeBlock(with, two.bytes(0).texts("b").seal());
    for (String condition : List.of("", "two\nlines")) {
      Forged one = withEvent(with, told).vars(1).doubles(1, 2).texts("d").ints(1).bytes(1);
      refused(one.texts(condition).seal(), b -> decodeBlock(with, b));
    }
    for (int prediction : new int[] {2, Integer.MAX_VALUE}) {
      Forged of = withEvent(with, told).vars(prediction).doubles(1, 2).texts("").ints(0);
      refused(of.seal(), b -> decodeBlock(with, b));
    }
    refused(
        withEvent(without, told).vars(0).doubles(1, 2).texts("").ints(0).seal(),
        b -> decodeBlock(without, b));
    int[] both = {5, BlockBuilder.EVENT_PREDICTION, 0, 1, 0, 0};
    refused(
        withEvent(with, both).vars(0).doubles(1, 2).texts("").seal(), b -> decodeBlock(with, b));
  }

  private static Forged withEvent(RunHeader header, int... event) {
    Forged block = Forged.block(header.id(), 0, 5, 5, 1, false).longs(0);
    block.record(BlockBuilder.FLAG_EVENTS, 0).doubles(0, header.columns().size()).ints(1);
    block.bytes(event[0], event[1]);
    for (int k = 2; k < event.length; k++) {
      block.vars(event[k]);
    }
    return block;
  }

  @Test
  void layersWhoseArrangementDoesNotFit_areRefused() {
    RunHeader header = RandomRun.arrangedHeader(3);
    byte[] bytes = header.encode();
    // "unit,time" of 2 x 3 units; behind the text the flag of grouped layers and the count.
    String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    int shape = text.indexOf("unit,time") + "unit,time".length() + 1;
    assertEquals(2, ByteBuffer.wrap(bytes).getInt(shape));
    for (int[] lengths : new int[][] {{-2, -3}, {0, 6}, {1 << 16, 1 << 16}, {6, 0}, {-1, 1}}) {
      byte[] other = bytes.clone();
      ByteBuffer.wrap(other).putInt(shape + 4, lengths[0]).putInt(shape + 8, lengths[1]);
      refused(Forged.sealedAgain(other), RunHeader::decode);
    }
    byte[] swapped = bytes.clone();
    ByteBuffer.wrap(swapped).putInt(shape + 4, 3).putInt(shape + 8, 2);
    refusedOrUsed(Forged.sealedAgain(swapped), RunHeader::decode);
    assertEquals(1, accepted);
  }

  @Test
  void header_withAnyByteDamagedMissingOrTooMany_isRefused() {
    byte[] block = blocks().get(0);
    everyDamage(made.header.encode(), bytes -> decodeHeader(bytes, block));
    assertTrue(accepted > 0, "some damage behind a right checksum is only another letter");
  }

  @Test
  void randomBytes_areRefused_withAndWithoutARightEnvelope() {
    SplittableRandom random = new SplittableRandom(22);
    byte[] block = blocks().get(0);
    byte[] header = made.header.encode();
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      refused(bytes, b -> decodeBlock(made.header, b));
      refused(bytes, RunHeader::decode);
      if (bytes.length > 80) {
        // Random content behind a right envelope, and behind a right head.
        int kept = Forged.CONTENT + (random.nextBoolean() ? 0 : BlockBuilder.HEAD_BYTES);
        System.arraycopy(block, 0, bytes, 0, kept);
        bytes[Forged.CONTENT + BlockBuilder.HEAD_BYTES - 1] &= (byte) random.nextInt(2);
        refusedOrUsed(Forged.sealedAgain(bytes), b -> decodeBlock(made.header, b));
        System.arraycopy(header, 0, bytes, 0, 36 + random.nextInt(bytes.length - 36));
        refusedOrUsed(Forged.sealedAgain(bytes), b -> decodeHeader(b, block));
      }
    }
  }

  @Test
  void severalDamages_behindARightChecksum_areRefusedOrHarmless() {
    SplittableRandom random = new SplittableRandom(23);
    List<byte[]> blocks = blocks();
    byte[] header = made.header.encode();
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = blocks.get(round & 1).clone();
      byte[] head = header.clone();
      for (int k = random.nextInt(6); k >= 0; k--) {
        bytes[36 + random.nextInt(bytes.length - 36)] = (byte) random.nextInt();
        head[36 + random.nextInt(head.length - 36)] = (byte) random.nextInt();
      }
      refusedOrUsed(Forged.sealedAgain(bytes), b -> decodeBlock(made.header, b));
      refusedOrUsed(Forged.sealedAgain(head), b -> decodeHeader(b, blocks.get(0)));
    }
  }

  @Test
  void headersWithHugeCounts_areRefusedCheaply() {
    for (int part = 0; part < 8; part++) {
      for (int count : new int[] {1 << 17, 1 << 24, Integer.MAX_VALUE, -1}) {
        byte[] bytes = headerWith(part, count, 0);
        refusedOrUsed(bytes, RunHeader::decode);
        refused(bytes, RunHeader::decode);
      }
    }
    // Counts that the bytes do back, of things that cost much more than their bytes.
    for (int part = 0; part < 8; part++) {
      byte[] bytes = headerWith(part, 1 << 17, 1 << 22);
      refused(bytes, RunHeader::decode);
      refusedOrUsed(bytes, b -> decodeHeader(b, new byte[0]));
    }
  }

  /** A header in which one count is as given, with zeros for its entries. */
  private static byte[] headerWith(int part, int count, int zeros) {
    Forged header = Forged.header(new RunId(1, 2)).bytes(0).texts("s", "w", "").longs(0);
    for (int k = 0; k < 8; k++) {
      header.ints(k == part ? count : 0);
      for (int i = 0; k == part && i < zeros / 8; i++) {
        header.longs(0);
      }
    }
    return header.seal();
  }

  @Test
  void layersLargerThanAnyArray_areRefused_orCostNothingUntilBytesBackThem() throws Exception {
    TrackedLayer layer = new TrackedLayer("layer0", 0, Integer.MAX_VALUE, "relu");
    RunHeader wide = RandomRun.plain(1, layer).build();
    byte[] bytes = wide.encode();
    byte[] block = blocks().get(0);
    refusedOrUsed(bytes, b -> decodeHeader(b, block));
    refused(block, b -> decodeBlock(wide, b));
    refused(RandomRun.plain(2, layer).build().encode(), RunHeader::decode);
    refused(RandomRun.plain(0, layer).build().encode(), RunHeader::decode);
  }

  @Test
  void aFullPatternWithBitsBeyondTheLastSample_isRefused() {
    byte[] block = blocks().get(0).clone();
    // Second word of the first unit: samples 64 to 69 of 70.
    int word = Forged.CONTENT + BlockBuilder.HEAD_BYTES + 8;
    ByteBuffer.wrap(block).putLong(word, 1L << 6);
    refused(Forged.sealedAgain(block), b -> decodeBlock(made.header, b));
    ByteBuffer.wrap(block).putLong(word, 1L << 5);
    refusedOrUsed(Forged.sealedAgain(block), b -> decodeBlock(made.header, b));
    assertEquals(1, accepted);
  }

  @Test
  void stepsThatOverflow_areRefused() {
    Forged block = Forged.block(made.header.id(), 0, 5, 5, 4, false).longs(0);
    for (long forward : new long[] {0, Long.MAX_VALUE, Long.MAX_VALUE, 2}) {
      block.record(0, forward).doubles(0, made.header.columns().size());
    }
    refused(block.seal(), b -> decodeBlock(made.header, b));
  }

  @Test
  void newerVersionsAndOtherTypes_areRefusedByName() {
    byte[] block = blocks().get(0);
    for (int version : new int[] {2, 3, 4, 127, 128, 255, 0}) {
      byte[] changed = block.clone();
      changed[4] = (byte) version;
      refused(changed, b -> RecordBlock.decode(made.header, b));
      byte[] other = Forged.sealedAgain(changed);
      assertTrue(
          assertThrows(BlockFormatException.class, () -> RecordBlock.decode(made.header, other))
              .getMessage()
              .contains("version " + version + " "));
      byte[] header = made.header.encode();
      header[4] = (byte) version;
      refused(header, RunHeader::decode);
      refused(Forged.sealedAgain(header), RunHeader::decode);
    }
    refused(made.header.encode(), b -> RecordBlock.decode(made.header, b));
    refused(block, RunHeader::decode);
  }
}
