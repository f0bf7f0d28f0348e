package io.github.implicitbias.core.visit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows are told apart by their bytes, and samples are numbered as they come. */
class WhoIsWhoTest {

  private static ByteBuffer bytes(int length) {
    return ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
  }

  @Test
  void everyByteCounts_whateverTheLength() {
    Random random = new Random(1);
    for (int length = 0; length < 100; length++) {
      ByteBuffer row = bytes(length + 9);
      for (int i = 0; i < row.capacity(); i++) {
        row.put(i, (byte) random.nextInt());
      }
      Set<Long> seen = new HashSet<>();
      seen.add(RowHash.of(row, 3, length));
      for (int bit = 0; bit < 8 * length; bit++) {
        int at = 3 + bit / 8;
        byte before = row.get(at);
        row.put(at, (byte) (before ^ 1 << bit % 8));
        seen.add(RowHash.of(row, 3, length));
        row.put(at, before);
      }
      assertEquals(8 * length + 1, seen.size(), "one bit of " + length + " bytes changed");
    }
  }

  @Test
  void theSameRow_elsewhere_isTheSame_andZerosOfTwoLengthsAreNot() {
    ByteBuffer all = bytes(3 * 56);
    for (int i = 0; i < 7; i++) {
      all.putDouble(8 * i, Math.sqrt(i));
      all.putDouble(112 + 8 * i, Math.sqrt(i));
    }
    assertEquals(RowHash.of(all, 0, 56), RowHash.of(all, 112, 56));
    assertNotEquals(RowHash.of(all, 56, 8), RowHash.of(all, 56, 16));
    assertNotEquals(RowHash.mix(1, 2), RowHash.mix(2, 1));
    all.putDouble(112, -0.0);
    assertNotEquals(RowHash.of(all, 0, 56), RowHash.of(all, 112, 56), "0.0 and -0.0");
  }

  /** Rows that differ from one row in two entries: the hard case, as for images. */
  private static int confused(int rows) {
    SampleTable table = new SampleTable();
    ByteBuffer row = bytes(4 * 64);
    int made = 0;
    for (int i = 0; i < 64 && made < rows; i++) {
      for (int j = i + 1; j < 64 && made < rows; j++) {
        for (int value = 1; value < 2000 && made < rows; value++, made++) {
          row.putFloat(4 * i, value);
          row.putFloat(4 * j, value / 255f);
          table.number(RowHash.of(row, 0, 4 * 64));
          row.putFloat(4 * i, 0);
          row.putFloat(4 * j, 0);
        }
      }
    }
    return made - table.size();
  }

  @Test
  void rowsThatDifferInTwoEntries_areNeverConfused() {
    assertEquals(0, confused(200_000));
  }

  @Test
  @Tag("thorough")
  void fourMillionRows_areNeverConfused() {
    assertEquals(0, confused(4_000_000));
  }

  /** Rows of random numbers: their keys are counted by sorting, which takes the least memory. */
  private static int confusedAtRandom(int rows) {
    SplittableRandom random = new SplittableRandom(6);
    ByteBuffer row = bytes(8 * 5);
    long[] keys = new long[rows];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < 5; k++) {
        row.putLong(8 * k, random.nextLong());
      }
      keys[i] = RowHash.mix(RowHash.of(row, 0, 8 * 5), i % 10);
    }
    Arrays.sort(keys);
    int equal = 0;
    for (int i = 1; i < rows; i++) {
      equal += keys[i] == keys[i - 1] ? 1 : 0;
    }
    return equal;
  }

  @Test
  void randomRows_areNeverConfused() {
    assertEquals(0, confusedAtRandom(100_000));
  }

  @Test
  @Tag("thorough")
  void aMillionRandomRows_areNeverConfused() {
    assertEquals(0, confusedAtRandom(1_000_000));
  }

  @Test
  @Tag("soak")
  void tenMillionRandomRows_areNeverConfused() {
    assertEquals(0, confusedAtRandom(10_000_000));
  }

  @Test
  void samplesAreNumberedAsTheyCome_andFound() {
    SampleTable table = new SampleTable();
    long[] keys = new Random(2).longs(10_000).toArray();
    keys[77] = 0;
    keys[78] = 1;
    keys[79] = 1L << 32 | 1; // the same first place as the key before
    for (int i = 0; i < keys.length; i++) {
      assertEquals(-1, table.find(keys[i]));
      assertEquals(i, table.number(keys[i]));
    }
    for (int i = 0; i < keys.length; i++) {
      assertEquals(i, table.find(keys[i]));
      assertEquals(i, table.number(keys[i]));
    }
    assertEquals(keys.length, table.size());
    table.clear();
    assertEquals(-1, table.find(0));
    assertEquals(0, table.number(keys[5]));
  }

  @Test
  void everyBitOfWordsCounts_andSoDoesTheirNumber() {
    SplittableRandom random = new SplittableRandom(3);
    for (int count = 0; count < 20; count++) {
      long[] words = random.longs(count + 2).toArray();
      Set<Long> seen = new HashSet<>();
      seen.add(RowHash.of(words, 2, count));
      for (int bit = 0; bit < 64 * count; bit++) {
        words[2 + bit / 64] ^= 1L << bit % 64;
        seen.add(RowHash.of(words, 2, count));
        words[2 + bit / 64] ^= 1L << bit % 64;
      }
      assertEquals(64 * count + 1, seen.size(), "one bit of " + count + " words changed");
    }
    assertNotEquals(RowHash.of(new long[2], 0, 1), RowHash.of(new long[2], 0, 2), "zeros");
  }
}
