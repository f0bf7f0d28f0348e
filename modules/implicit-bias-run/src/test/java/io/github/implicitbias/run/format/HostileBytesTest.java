package io.github.implicitbias.run.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.RandomRun;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.Record;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
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

  /** Sets length and checksum right. */
  private static byte[] resealed(byte[] bytes) {
    byte[] sealed = bytes.clone();
    ByteBuffer.wrap(sealed).putInt(8, sealed.length - 16);
    CRC32C crc = new CRC32C();
    crc.update(sealed, 16, sealed.length - 16);
    ByteBuffer.wrap(sealed).putInt(12, (int) crc.getValue());
    return sealed;
  }

  private interface Use {
    void of(byte[] bytes) throws BlockFormatException;
  }

  private void decodeBlock(RunHeader header, byte[] bytes) throws BlockFormatException {
    Run run = new Run(header, index -> bytes);
    run.index(bytes);
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
    header.sampleColumns().forEach(column -> assertTrue(header.sampleColumnNumber(column) >= 0));
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
      fail("after " + bytes.length + " bytes " + Arrays.toString(bytes), e);
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
        if (at >= 16) {
          refusedOrUsed(resealed(bytes), use);
        } else if (at < 8) {
          refused(resealed(bytes), use);
        }
      }
      refused(Arrays.copyOf(whole, at), use);
      refused(Arrays.copyOf(whole, whole.length + 1 + at), use);
      refused(resealed(Arrays.copyOf(whole, whole.length + 1 + at)), use);
      if (at >= 16) {
        refused(resealed(Arrays.copyOf(whole, at)), use);
      }
      for (int number : new int[] {-1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0, 1 << 24}) {
        if (at >= 16 && at + 4 <= whole.length) {
          byte[] bytes = whole.clone();
          ByteBuffer.wrap(bytes).putInt(at, number);
          refusedOrUsed(resealed(bytes), use);
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
    int[][] rows = {
      {0, 1, 2}, {2}, {5}, {1, 3, 4, 5}, {}, {1, 1}, {1, 0}, {6}, {4, 3}, {0, 1, 2, 2}, {5, 5}
    };
    for (int at = 0; at < rows.length; at++) {
      int[] columns = rows[at];
      ByteSink sink = new ByteSink(64);
      sink.reset(16);
      for (long number : new long[] {0, -1, 5, 5}) {
        sink.putLong(number);
      }
      sink.putInt(1);
      sink.putByte(0);
      sink.putLong(0);
      sink.putByte(BlockBuilder.FLAG_ROWS);
      for (int k = 0; k < 4; k++) {
        sink.putVarLong(0);
      }
      for (int k = 0; k < header.columns().size(); k++) {
        sink.putDouble(0);
      }
      sink.putVarLong(columns.length);
      for (int column : columns) {
        sink.putVarLong(column);
        for (int k = 0; k < (column < 6 ? header.rowLength(column) : 1); k++) {
          sink.putDouble(column);
        }
      }
      byte[] bytes = sink.copy();
      Frame.seal(bytes, Frame.TYPE_RECORDS, bytes.length - 16);
      if (at < 4) {
        decodeBlock(header, bytes);
      } else {
        refused(bytes, b -> decodeBlock(header, b));
      }
    }
  }

  @Test
  void rowOfALayerThatIsLargerThanItsBlock_isRefusedBeforeMemoryIsTakenForIt() {
    RunHeader header =
        new RunHeader(
            "s",
            "w",
            0,
            java.util.Map.of(),
            List.of(new TrackedLayer("large", 0, Integer.MAX_VALUE, "relu")),
            new int[1],
            new int[1],
            RunHeader.FIXED_COLUMNS,
            List.of(),
            List.of(new UnitColumn("weightNorm", 0)));
    ByteSink sink = new ByteSink(64);
    sink.reset(16);
    for (long number : new long[] {0, -1, 5, 5}) {
      sink.putLong(number);
    }
    sink.putInt(1);
    sink.putByte(0);
    sink.putLong(0);
    sink.putByte(BlockBuilder.FLAG_ROWS);
    for (int k = 0; k < 4; k++) {
      sink.putVarLong(0);
    }
    for (int k = 0; k < 5; k++) {
      sink.putDouble(0);
    }
    sink.putVarLong(1);
    sink.putVarLong(0);
    sink.putDouble(1);
    byte[] bytes = sink.copy();
    Frame.seal(bytes, Frame.TYPE_RECORDS, bytes.length - 16);
    refusedOrUsed(bytes, b -> RecordBlock.decode(header, b));
    assertEquals(0, accepted);
  }

  @Test
  void headerWhoseRowsAreOfNoLayer_orOutOfOrder_isRefused() throws BlockFormatException {
    byte[] bytes = RandomRun.arrangedHeader(1).encode();
    // The rows end with "a, "b"" of layer 0, before it weightNorm of layers 1 and 3.
    int last = bytes.length - 4;
    int before = last - 4 - 6 - 4;
    assertEquals(3, ByteBuffer.wrap(bytes).getInt(before));
    for (int layer : new int[] {4, -2, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
      byte[] other = bytes.clone();
      ByteBuffer.wrap(other).putInt(before, layer);
      refused(resealed(other), RunHeader::decode);
    }
    byte[] sample = bytes.clone();
    ByteBuffer.wrap(sample).putInt(last, 2);
    assertEquals(2, RunHeader.decode(resealed(sample)).unitColumns().get(2).layer());
  }

  @Test
  void blocksOfVersionOne_haveNoSampleColumns() throws BlockFormatException {
    RandomRun plain = new RandomRun(25, 67, 3);
    byte[] old = plain.blocks(1, 3, 1).get(0);
    old[4] = 1;
    decodeBlock(plain.header, old);
    byte[] arrangedAsOld = arranged.blocks(1, 3, 1).get(0);
    arrangedAsOld[4] = 1;
    assertTrue(
        assertThrows(
                BlockFormatException.class,
                () -> RecordBlock.decode(arranged.header, arrangedAsOld))
            .getMessage()
            .contains("unknown flags"));
  }

  @Test
  void layersWhoseArrangementDoesNotFit_areRefused() {
    RunHeader header = RandomRun.arrangedHeader(3);
    byte[] bytes = header.encode();
    // "unit,time" of 2 x 3 = 6 units: other numbers do not multiply to 6, or overflow.
    String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    int shape = text.indexOf("unit,time") + "unit,time".length();
    assertEquals(2, ByteBuffer.wrap(bytes).getInt(shape));
    for (int[] lengths : new int[][] {{2, 2}, {-2, -3}, {0, 6}, {1 << 16, 1 << 16}, {6, 0}}) {
      byte[] other = bytes.clone();
      ByteBuffer.wrap(other).putInt(shape + 4, lengths[0]).putInt(shape + 8, lengths[1]);
      refused(resealed(other), RunHeader::decode);
    }
    byte[] swapped = bytes.clone();
    ByteBuffer.wrap(swapped).putInt(shape + 4, 3).putInt(shape + 8, 2);
    refusedOrUsed(resealed(swapped), RunHeader::decode);
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
      if (bytes.length > 60) {
        // Random content behind a right envelope, and behind a right head.
        int kept = random.nextBoolean() ? 16 : 53;
        System.arraycopy(block, 0, bytes, 0, kept);
        bytes[52] &= (byte) random.nextInt(2);
        refusedOrUsed(resealed(bytes), b -> decodeBlock(made.header, b));
        System.arraycopy(header, 0, bytes, 0, 16 + random.nextInt(bytes.length - 16));
        refusedOrUsed(resealed(bytes), b -> decodeHeader(b, block));
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
        bytes[16 + random.nextInt(bytes.length - 16)] = (byte) random.nextInt();
        head[16 + random.nextInt(head.length - 16)] = (byte) random.nextInt();
      }
      refusedOrUsed(resealed(bytes), b -> decodeBlock(made.header, b));
      refusedOrUsed(resealed(head), b -> decodeHeader(b, blocks.get(0)));
    }
  }

  @Test
  void headersWithHugeCounts_areRefusedCheaply() {
    for (int part = 0; part < 5; part++) {
      for (int count : new int[] {1 << 17, 1 << 24, Integer.MAX_VALUE, -1}) {
        refusedOrUsed(headerWith(part, count, 0), RunHeader::decode);
        refused(headerWith(part, count, 0), RunHeader::decode);
      }
    }
    // Counts that the bytes do back, of things that cost much more than their bytes.
    for (int part = 0; part < 5; part++) {
      byte[] bytes = headerWith(part, 1 << 17, 1 << 22);
      if (part != 2) {
        refused(bytes, RunHeader::decode);
      }
      refusedOrUsed(bytes, b -> decodeHeader(b, new byte[0]));
    }
  }

  /** A header in which one count is as given, with zeros for its entries. */
  private static byte[] headerWith(int part, int count, int zeros) {
    ByteSink sink = new ByteSink(64);
    sink.reset(16);
    sink.putText("s");
    sink.putText("w");
    sink.putLong(0);
    for (int k = 0; k < 5; k++) {
      sink.putInt(k == part ? count : 0);
      for (int i = 0; k == part && i < zeros / 8; i++) {
        sink.putLong(0);
      }
    }
    byte[] bytes = sink.copy();
    Frame.seal(bytes, Frame.TYPE_RUN, bytes.length - 16);
    return bytes;
  }

  @Test
  void layersLargerThanAnyArray_areRefused_orCostNothingUntilBytesBackThem() throws Exception {
    RunHeader wide =
        new RunHeader(
            "s",
            "w",
            0,
            java.util.Map.of(),
            List.of(new TrackedLayer("layer0", 0, Integer.MAX_VALUE, "relu")),
            new int[1],
            new int[1],
            RunHeader.FIXED_COLUMNS);
    byte[] bytes = wide.encode();
    byte[] block = blocks().get(0);
    refusedOrUsed(bytes, b -> decodeHeader(b, block));
    refused(block, b -> decodeBlock(wide, b));
    RunHeader tooWide =
        new RunHeader(
            "s", "w", 0, java.util.Map.of(), wide.layers(), new int[2], new int[2], wide.columns());
    refused(tooWide.encode(), RunHeader::decode);
    RunHeader empty =
        new RunHeader(
            "s", "w", 0, java.util.Map.of(), wide.layers(), new int[0], new int[0], wide.columns());
    refused(empty.encode(), RunHeader::decode);
  }

  @Test
  void aFullPatternWithBitsBeyondTheLastSample_isRefused() {
    byte[] block = blocks().get(0).clone();
    // Second word of the first unit: samples 64 to 69 of 70.
    ByteBuffer.wrap(block).putLong(53 + 8, 1L << 6);
    refused(resealed(block), b -> decodeBlock(made.header, b));
    ByteBuffer.wrap(block).putLong(53 + 8, 1L << 5);
    refusedOrUsed(resealed(block), b -> decodeBlock(made.header, b));
    assertEquals(1, accepted);
  }

  @Test
  void stepsThatOverflow_areRefused() {
    ByteSink sink = new ByteSink(64);
    sink.reset(16);
    for (long number : new long[] {0, -1, 5, 5}) {
      sink.putLong(number);
    }
    sink.putInt(4);
    sink.putByte(0);
    sink.putLong(0);
    for (long forward : new long[] {0, Long.MAX_VALUE, Long.MAX_VALUE, 2}) {
      sink.putByte(0);
      sink.putVarLong(forward);
      sink.putVarLong(0);
      sink.putVarLong(0);
      sink.putVarLong(0);
      for (int k = 0; k < made.header.columns().size(); k++) {
        sink.putDouble(0);
      }
    }
    refused(resealed(sink.copy()), b -> decodeBlock(made.header, b));
  }

  @Test
  void newerVersionsAndOtherTypes_areRefusedByName() {
    byte[] block = blocks().get(0);
    for (int version : new int[] {3, 4, 127, 128, 255, 0}) {
      byte[] other = block.clone();
      other[4] = (byte) version;
      assertTrue(
          assertThrows(BlockFormatException.class, () -> RecordBlock.decode(made.header, other))
              .getMessage()
              .contains("version " + version + " "));
      byte[] header = made.header.encode();
      header[4] = (byte) version;
      refused(header, RunHeader::decode);
    }
    refused(made.header.encode(), b -> RecordBlock.decode(made.header, b));
    refused(block, RunHeader::decode);
  }

  @Test
  void header_comesBackAsItWas() throws Exception {
    RunHeader back = RunHeader.decode(made.header.encode());
    assertEquals("session", back.sessionId());
    assertEquals("worker-0", back.workerId());
    assertEquals(1234567890123L, back.startedAt());
    assertEquals(made.header.provenance(), back.provenance());
    assertEquals(
        List.copyOf(made.header.provenance().keySet()), List.copyOf(back.provenance().keySet()));
    assertEquals(made.header.columns(), back.columns());
    assertEquals(made.header.layers().toString(), back.layers().toString());
    assertEquals(2, back.layers().get(1).index());
    assertArrayEquals(made.header.sampleIds(), back.sampleIds());
    assertArrayEquals(made.header.sampleClasses(), back.sampleClasses());
    assertArrayEquals(made.header.encode(), back.encode());
    assertTrue(back.sampleColumns().isEmpty());
  }

  @Test
  void arrangedHeader_comesBackAsItWas() throws Exception {
    RunHeader back = RunHeader.decode(arranged.header.encode());
    assertEquals(arranged.header.sampleColumns(), back.sampleColumns());
    assertEquals(arranged.header.unitColumns(), back.unitColumns());
    for (int k = 0; k < 4; k++) {
      TrackedLayer layer = arranged.header.layers().get(k);
      assertEquals(layer.axes(), back.layers().get(k).axes());
      assertArrayEquals(layer.shape(), back.layers().get(k).shape());
      assertEquals(k == 3, back.layers().get(k).isGrouped());
    }
    assertArrayEquals(arranged.header.encode(), back.encode());
  }

  @Test
  void headersThatMakeNoSense_areNotMade() {
    for (List<String> columns :
        List.of(List.<String>of(), List.of("time"), List.of("loss", "time", "a", "b", "c"))) {
      assertThrows(
          IllegalArgumentException.class,
          () ->
              new RunHeader(
                  "s", "w", 0, java.util.Map.of(), List.of(), new int[1], new int[1], columns));
    }
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new RunHeader(
                "s",
                "w",
                0,
                java.util.Map.of(),
                List.of(),
                new int[1],
                new int[2],
                RunHeader.FIXED_COLUMNS));
  }
}
