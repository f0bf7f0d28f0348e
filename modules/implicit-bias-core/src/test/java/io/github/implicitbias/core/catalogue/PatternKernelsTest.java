package io.github.implicitbias.core.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.implicitbias.core.pattern.PatternTranspose;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.PatternHistory;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PatternKernelsTest {

  private final SplittableRandom random = new SplittableRandom(91);

  private long[] words(int count) {
    return random.longs(count).toArray();
  }

  @Test
  void hammingDistance_isThatOfBigIntegers_atAnyLength() {
    for (int count = 0; count < 40; count++) {
      long[] a = words(count + 2);
      long[] b = words(count + 2);
      int expected = 0;
      for (int k = 0; k < count; k++) {
        expected += BigInteger.valueOf(a[k] ^ b[k]).and(mask()).bitCount();
      }
      assertEquals(expected, HammingDistance.between(a, b, count));
      assertEquals(0, HammingDistance.between(a, a.clone(), count));
    }
    assertThrows(
        IndexOutOfBoundsException.class, () -> HammingDistance.between(words(3), words(4), 4));
  }

  private static BigInteger mask() {
    return BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
  }

  @Test
  void transpose_movesEveryBit_andLeavesTheRestZero() {
    int[][] shapes = {{1, 1}, {64, 64}, {63, 65}, {65, 63}, {130, 200}, {5, 1}, {1, 300}, {0, 9}};
    for (int[] shape : shapes) {
      int units = shape[0];
      int samples = shape[1];
      PatternTranspose transpose = new PatternTranspose(units, samples);
      int perUnit = ActivationPattern.wordsPerUnit(samples);
      for (int round = 0; round < 3; round++) {
        long[] words = words(units * perUnit);
        for (int unit = 0; unit < units; unit++) {
          words[(unit + 1) * perUnit - 1] &= ActivationPattern.lastWordMask(samples);
        }
        ActivationPattern pattern = new ActivationPattern(units, samples, words);
        long[] rows = transpose.apply(words);
        assertEquals(samples * transpose.wordsPerSample(), rows.length);
        for (int sample = 0; sample < samples; sample++) {
          for (int bit = 0; bit < 64 * transpose.wordsPerSample(); bit++) {
            long word = rows[sample * transpose.wordsPerSample() + bit / 64];
            assertEquals(
                bit < units && pattern.isOn(bit, sample),
                (word >>> bit % 64 & 1) != 0,
                "unit " + bit + ", sample " + sample);
          }
        }
      }
    }
    assertThrows(IllegalArgumentException.class, () -> new PatternTranspose(1 << 30, 1 << 30));
  }

  @Test
  void equalRows_areGroupedAsStringsAre() {
    for (int round = 0; round < 200; round++) {
      int rows = random.nextInt(300);
      int perRow = 1 + random.nextInt(4);
      int kinds = 1 + random.nextInt(40);
      long[] words = new long[rows * perRow];
      for (int row = 0; row < rows; row++) {
        SplittableRandom kind = new SplittableRandom(random.nextInt(kinds));
        for (int k = 0; k < perRow; k++) {
          words[row * perRow + k] = kind.nextLong();
        }
      }
      assertGrouped(new EqualRows(rows, perRow), words, rows, perRow);
    }
  }

  @Test
  void rowsThatDifferInOneBit_areDistinct_howeverManyThereAre() {
    int rows = 64 * 64;
    long[] words = new long[rows];
    for (int row = 0; row < rows; row++) {
      words[row] = 1L << row / 64 ^ 1L << row % 64;
    }
    assertGrouped(new EqualRows(rows, 1), words, rows, 1);
  }

  @Test
  void rowsWithTheSameHash_areComparedWordByWord() {
    // The first word is absorbed by (h ^ w) * M, h ^= h >>> 32; this second word undoes the
    // difference that another first word makes, so that all these rows have one hash.
    int rows = 500;
    long[] words = new long[2 * rows];
    for (int row = 0; row < rows; row++) {
      words[2 * row] = random.nextLong();
      long state = words[2 * row] * 0x9e3779b97f4a7c15L;
      words[2 * row + 1] = state ^ state >>> 32 ^ 12345;
    }
    EqualRows equal = new EqualRows(rows, 2);
    assertGrouped(equal, words, rows, 2);
    assertEquals(rows, equal.groups());
  }

  private static void assertGrouped(EqualRows equal, long[] words, int rows, int perRow) {
    Map<String, Integer> counts = new HashMap<>();
    Map<Integer, String> order = new HashMap<>();
    for (int row = 0; row < rows; row++) {
      String text = Arrays.toString(Arrays.copyOfRange(words, row * perRow, (row + 1) * perRow));
      if (counts.merge(text, 1, Integer::sum) == 1) {
        order.put(counts.size() - 1, text);
      }
    }
    for (int again = 0; again < 2; again++) {
      assertEquals(counts.size(), equal.group(words));
      assertEquals(counts.size(), equal.groups());
      double entropy = 0;
      for (int group = 0; group < counts.size(); group++) {
        int size = counts.get(order.get(group));
        assertEquals(size, equal.size(group));
        entropy -= (double) size / rows * Math.log((double) size / rows);
      }
      assertEquals(entropy, equal.entropy(), 1e-12);
    }
  }

  @Test
  void tooManyRows_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> new EqualRows((1 << 28) + 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new EqualRows(-1, 1));
    assertThrows(
        IllegalArgumentException.class, () -> new PatternHistory(2, 65, new long[3], false));
  }
}
