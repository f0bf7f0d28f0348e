package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage is not an end: what is whole is read, and what is missing is named. */
class DamagedFileTest {

  private static final int BLOCKS = 59;
  private static final int PER_BLOCK = 339;

  private static RandomRun made;
  private static List<byte[]> blocks;
  private static byte[] header;

  @TempDir Path folder;

  @BeforeAll
  static void makeARunOf20001Records() {
    made = new RandomRun(91, 12, 6);
    blocks = made.blocks(BLOCKS, PER_BLOCK, 8);
    header = made.header.encode();
    assertEquals(20_001, made.records.size());
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** Returns the header, the blocks but for those left out, and the header again. */
  private static byte[] whole(Integer... without) {
    List<byte[]> parts = new ArrayList<>(List.of(header));
    for (int k = 0; k < BLOCKS; k++) {
      if (!Arrays.asList(without).contains(k)) {
        parts.add(blocks.get(k));
      }
    }
    parts.add(header);
    return joined(parts.toArray(new byte[0][]));
  }

  /** Returns where a block begins; that of {@code BLOCKS} is the header at the end. */
  private static int place(int block) {
    return header.length + blocks.subList(0, block).stream().mapToInt(b -> b.length).sum();
  }

  private Run opened(byte[] bytes) throws IOException {
    return RunFile.open(Files.write(folder.resolve("a.ibrun"), bytes));
  }

  private static long step(int record) {
    return made.records.get(record).step;
  }

  /** Asserts that all records are there but those of some blocks, which are one gap. */
  private static void assertMissing(Run run, int from, int to, String where) {
    assertEquals(20_001 - (to - from) * PER_BLOCK, run.size(), where);
    long after = from == 0 ? -1 : step(from * PER_BLOCK - 1);
    long before = to == BLOCKS ? -1 : step(to * PER_BLOCK);
    String expected = from == to ? "[]" : List.of(new Gap(after, before)).toString();
    assertEquals(expected, run.gaps().toString(), where);
    for (int record = 0; record < 20_001; record += 1117) {
      boolean isThere = record < from * PER_BLOCK || record >= to * PER_BLOCK;
      double[] values = run.values(step(record));
      if (isThere) {
        RunAssertions.assertSameBits(made.records.get(record).values, values);
      } else {
        assertNull(values, where);
      }
    }
    int known = to == BLOCKS ? 0 : (to + 7) / 8 * 8 * PER_BLOCK;
    if (known < 20_001) {
      RunAssertions.assertPatterns(made, made.records.get(known), run);
    }
  }

  private void flipAndRead(int at, int bit) throws IOException {
    byte[] bytes = whole();
    bytes[at] ^= (byte) (1 << bit);
    String where = "bit " + bit + " of byte " + at;
    int block = 0;
    while (block < BLOCKS && place(block + 1) <= at) {
      block++;
    }
    if (at < header.length) {
      assertMissing(opened(bytes), 0, 0, where);
    } else if (block == BLOCKS) {
      // The header at the end: nothing is lost, but what was behind a broken envelope is not known.
      Run run = opened(bytes);
      assertEquals(20_001, run.size(), where);
      boolean inEnvelope = at < place(BLOCKS) + Frame.HEADER_BYTES;
      assertEquals(inEnvelope ? 1 : 0, run.gaps().size(), where);
    } else {
      assertMissing(opened(bytes), block, block + 1, where);
    }
  }

  @Test
  void oneFlippedBit_inAnyByteOfAnEnvelope_costsOneBlock_andTheGapIsNamed() throws IOException {
    for (int k = 0; k < Frame.HEADER_BYTES; k++) {
      flipAndRead(place(11) + k, k % 8);
    }
  }

  @Test
  void oneFlippedBit_anywhere_costsAtMostOneBlock_andTheGapIsNamed() throws IOException {
    sweep(16);
  }

  @Test
  @Tag("thorough")
  void threeHundredFlippedBits_oneAtATime_costAtMostOneBlockEach() throws IOException {
    sweep(300);
  }

  @Test
  @Tag("soak")
  void threeThousandFlippedBits_oneAtATime_costAtMostOneBlockEach() throws IOException {
    sweep(3_000);
  }

  private void sweep(int count) throws IOException {
    SplittableRandom random = new SplittableRandom(92);
    int length = whole().length;
    for (int k = 0; k < count; k++) {
      flipAndRead(random.nextInt(length), random.nextInt(8));
    }
  }

  @Test
  void firstAndLastBlock_andBothHeaders_mayBeHit() throws IOException {
    flipAndRead(place(0) + 3, 0);
    flipAndRead(place(0) + 100, 0);
    flipAndRead(place(BLOCKS) - 1, 7);
    flipAndRead(place(BLOCKS - 1) + 9, 7);
    for (int at : new int[] {0, 4, 9, 13, 19, 20, 60, header.length - 1}) {
      flipAndRead(at, 1);
      flipAndRead(place(BLOCKS) + at, 1);
    }
  }

  @Test
  void bothHeadersDamaged_isRefused() {
    byte[] bytes = whole();
    bytes[40] ^= 1;
    bytes[place(BLOCKS) + 40] ^= 1;
    assertThrows(BlockFormatException.class, () -> opened(bytes));
  }

  @Test
  void blocksCutOutOfTheMiddle_wholeOrInPart_areAGap() throws IOException {
    assertMissing(opened(whole(20)), 20, 21, "one block");
    assertMissing(opened(whole(20, 21, 22)), 20, 23, "three blocks");
    byte[] bytes = whole();
    for (int[] cut : new int[][] {{5, 1}, {100, 300}, {0, 7}, {0, 25}, {21, 3}}) {
      int at = place(30) + cut[0];
      byte[] shorter =
          joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + cut[1], bytes.length));
      assertMissing(opened(shorter), 30, 31, cut[1] + " bytes at " + cut[0]);
    }
    int at = place(BLOCKS - 1) + 40;
    byte[] lastBut = joined(Arrays.copyOf(bytes, at), header);
    assertMissing(opened(lastBut), BLOCKS - 1, BLOCKS, "the rest of the last block");
  }

  @Test
  void garbageBetweenBlocks_costsNothing() throws IOException {
    byte[] bytes = whole();
    byte[] random = new byte[70_000];
    new SplittableRandom(93).nextBytes(random);
    byte[] magic = new byte[40_000];
    byte[] envelopes = new byte[40_000];
    for (int k = 0; k < 40_000; k += 20) {
      System.arraycopy(blocks.get(3), 0, magic, k, 4);
      System.arraycopy(blocks.get(3), 0, envelopes, k, 20);
    }
    byte[] halfABlock = Arrays.copyOf(blocks.get(3), blocks.get(3).length / 2);
    for (byte[] garbage :
        List.of(random, magic, envelopes, halfABlock, new byte[100_000], new byte[1])) {
      for (int block : new int[] {0, 17, BLOCKS - 1}) {
        int at = place(block);
        byte[] longer =
            joined(Arrays.copyOf(bytes, at), garbage, Arrays.copyOfRange(bytes, at, bytes.length));
        assertMissing(opened(longer), 0, 0, garbage.length + " bytes before " + block);
      }
    }
  }

  @Test
  void garbageBehindTheLastBlock_mayHaveBeenRecords() throws IOException {
    byte[] longer = joined(Arrays.copyOf(whole(), place(BLOCKS)), new byte[5000], header);
    Run run = opened(longer);
    assertEquals(20_001, run.size());
    assertEquals(List.of(-1L), befores(run));
  }

  @Test
  void sameBlockTwice_orOutOfOrder_isReadOnce() throws IOException {
    byte[] bytes = whole();
    int at = place(18);
    byte[] again =
        joined(
            Arrays.copyOf(bytes, at),
            blocks.get(17),
            blocks.get(3),
            Arrays.copyOfRange(bytes, at, bytes.length));
    assertMissing(opened(again), 0, 0, "blocks 17 and 3 again");
  }

  @Test
  void blocksOfAnotherRun_areIgnored() throws IOException {
    RandomRun other = new RandomRun(94, 13, 6);
    byte[] bytes = whole();
    for (int block : new int[] {0, 33, BLOCKS}) {
      int at = place(block);
      byte[] mixed =
          joined(
              Arrays.copyOf(bytes, at),
              other.blocks(1, 30, 1).get(0),
              other.header.encode(),
              Arrays.copyOfRange(bytes, at, bytes.length));
      Run run = opened(mixed);
      assertMissing(run, 0, 0, "before " + block);
      assertEquals(made.header.id(), run.header().id());
    }
  }

  @Test
  void tornTail_isNoDamage_andIsReadWhenItHasBeenCompleted() throws IOException {
    byte[] bytes = Arrays.copyOf(whole(), place(BLOCKS));
    Path file = folder.resolve("growing.ibrun");
    for (int missing : new int[] {1, 7, 300, blocks.get(BLOCKS - 1).length - 5}) {
      Files.write(file, Arrays.copyOf(bytes, bytes.length - missing));
      RunFollower follower = new RunFollower(new FileLog(file));
      Run run = follower.followAll();
      assertEquals(20_001 - PER_BLOCK, run.size());
      assertTrue(run.gaps().isEmpty() && !follower.log().isEndDamaged());
      Files.write(file, bytes);
      assertEquals(20_001, follower.followAll().size());
      assertTrue(follower.run().gaps().isEmpty());
    }
  }

  @Test
  void tailThatArrivesOutOfOrder_isAGapOnlyUntilItIsThere() throws IOException {
    byte[] bytes = Arrays.copyOf(whole(), place(BLOCKS));
    byte[] notYet = bytes.clone();
    Arrays.fill(notYet, place(BLOCKS - 1), bytes.length - 10, (byte) 0);
    Path file = Files.write(folder.resolve("late.ibrun"), notYet);
    RunFollower follower = new RunFollower(new FileLog(file));
    assertEquals(List.of(-1L), befores(follower.followAll()));
    Files.write(file, bytes);
    Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(1234));
    assertEquals(20_001, follower.followAll().size());
    assertTrue(follower.run().gaps().isEmpty());
  }

  private static List<Long> befores(Run run) {
    List<Long> befores = new ArrayList<>();
    run.gaps().forEach(gap -> befores.add(gap.before()));
    return befores;
  }

  @Test
  void damageAtTheVeryEnd_isAGapThatHasNoEnd_andIsOneGapWhenMoreIsWritten() throws IOException {
    byte[] bytes = Arrays.copyOf(whole(), place(BLOCKS - 1));
    bytes[place(BLOCKS - 2) + 77] ^= 16;
    Path file = Files.write(folder.resolve("end.ibrun"), bytes);
    RunFollower follower = new RunFollower(new FileLog(file));
    Run run = follower.followAll();
    assertEquals(20_001 - 2 * PER_BLOCK, run.size());
    assertEquals(List.of(-1L), befores(run));
    assertEquals(run.lastStep(), run.gaps().get(0).after());
    assertEquals("records after step " + run.lastStep() + " are missing", "" + run.gaps().get(0));
    long version = follower.version();
    Files.write(file, joined(bytes, blocks.get(BLOCKS - 1)));
    follower.followAll();
    assertEquals(List.of(step(20_001 - PER_BLOCK)), befores(follower.run()));
    assertTrue(follower.version() > version);
  }

  @Test
  void lengthThatPointsBehindTheEnd_hidesNothingThatFollows() throws IOException {
    // A block of which only the beginning was written, by whoever, and whole ones behind it.
    byte[] bytes = whole();
    byte[] huge = ByteBuffer.wrap(blocks.get(40).clone()).putInt(8, 1 << 29).array();
    byte[] envelope = Arrays.copyOf(forgedEnvelope(huge), Frame.HEADER_BYTES);
    byte[] longer =
        joined(
            Arrays.copyOf(bytes, place(40)),
            envelope,
            Arrays.copyOfRange(bytes, place(40), bytes.length));
    assertMissing(opened(longer), 0, 0, "an envelope of 512 MB");
  }

  private static byte[] forgedEnvelope(byte[] block) {
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(block, 0, 16);
    ByteBuffer.wrap(block).putInt(16, (int) crc.getValue());
    return block;
  }

  @Test
  void fileThatIsReplaced_isReadFromItsBeginning_whateverItsLength() throws IOException {
    Path file = Files.write(folder.resolve("replaced.ibrun"), whole());
    FileLog log = new FileLog(file);
    assertTrue(log.look());
    RunFollower follower = new RunFollower(log);
    follower.followAll();
    RandomRun other = new RandomRun(95, 13, 6);
    List<byte[]> others = other.blocks(70, 339, 8);
    byte[] longer = joined(other.header.encode(), joined(others.toArray(new byte[0][])));
    assertTrue(longer.length > whole().length);
    Files.write(file, longer);
    Run run = follower.followAll();
    assertEquals(other.header.id(), run.header().id());
    assertEquals(70 * 339, run.size());
    Files.write(file, whole(5));
    assertMissing(follower.followAll(), 5, 6, "the first run again, without a block");
    // The same beginning and another content: the last known block is not where it was.
    Files.write(file, whole(7));
    assertMissing(follower.followAll(), 7, 8, "without another block");
    assertFalse(follower.log().isEndDamaged());
    assertArrayEquals(header, follower.run().header().encode());
  }
}
