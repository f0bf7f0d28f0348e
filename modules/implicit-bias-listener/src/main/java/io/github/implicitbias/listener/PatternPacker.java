package io.github.implicitbias.listener;

import io.github.implicitbias.run.ActivationPattern;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * Kernel. Input: the raw IEEE bits of a row-major matrix, one row per sample, one column per unit.
 * Output: the layout of ActivationPattern, one bit per entry that is greater than zero.
 *
 * For a number with raw bits b (as a signed integer), "greater than zero" is b > 0, which is the
 * sign bit of (~b & -b): no branch, right for -0.0 (b is the smallest integer, ~b is not negative),
 * for subnormals and infinities. NaN of positive sign would count as on, so a second branch-free
 * loop looks for a NaN anywhere, and only if there is one, its bits are cleared one by one.
 *
 * Rows are taken 32 (float) or 64 (double) at a time into one accumulator per unit, four rows per
 * pass over the accumulators. C2 made vector code of these loops when all arrays were indexed alike
 * and the body was short (docs/performance.md); so each row is first copied into an array of its
 * own, and the two loops stay two. Rows are copied straight from where they are, which may be
 * native memory: a copy of the whole matrix would leave the near caches before it is read again.
 */

/** Packs the signs of a samples x units matrix into the layout of {@link ActivationPattern}. */
final class PatternPacker {

  private static final int FLOAT_INFINITY = 0x7f800000;
  private static final long DOUBLE_INFINITY = 0x7ff0000000000000L;
  private static final int FLOAT_LARGEST = FLOAT_INFINITY - 1;
  private static final long DOUBLE_LARGEST = DOUBLE_INFINITY - 1;

  private final int samples;
  private final int units;
  private final int wordsPerUnit;
  private int[] low = {};
  private int[] high = {};
  private int[] oddInts = {};
  private int[][] intRows = {};
  private long[] wide = {};
  private long[] oddLongs = {};
  private long[][] longRows = {};
  private long[] notNumbers = {};
  private int nan;
  private boolean infinite;

  /**
   * Makes a packer for matrices of one shape.
   *
   * @throws IllegalArgumentException if a size is negative or the matrix has 2^31 entries or more
   */
  public PatternPacker(int samples, int units) {
    if (samples < 0 || units < 0 || (long) samples * units > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          samples + " samples x " + units + " units is more than 2^31 - 1 entries");
    }
    this.samples = samples;
    this.units = units;
    this.wordsPerUnit = ActivationPattern.wordsPerUnit(samples);
  }

  /**
   * Packs floats given by their raw bits.
   *
   * @param bits row-major, one row of {@code units} entries per sample
   * @param words where to write, all words are overwritten
   * @return the number of entries that are NaN; they are off
   */
  public int packFloats(int[] bits, long[] words) {
    return packFloats(IntBuffer.wrap(bits), words);
  }

  /**
   * Packs floats given by their raw bits, from the position of a buffer on; allocates nothing after
   * the first call.
   *
   * @param bits row-major, one row of {@code units} entries per sample; its position is moved
   * @param words where to write, all words are overwritten
   * @return the number of entries that are NaN; they are off
   */
  public int packFloats(IntBuffer bits, long[] words) {
    int start = bits.position();
    if (intRows.length == 0) {
      low = new int[units];
      high = new int[units];
      oddInts = new int[units];
      intRows = new int[4][units];
    }
    Arrays.fill(oddInts, 0);
    for (int word = 0; word < wordsPerUnit; word++) {
      int first = word << 6;
      accumulate(bits, first, Math.min(samples, first + 32), low);
      accumulate(bits, first + 32, Math.min(samples, first + 64), high);
      for (int j = 0, k = word; j < units; j++, k += wordsPerUnit) {
        words[k] = (low[j] & 0xffffffffL) | (long) high[j] << 32;
      }
    }
    int odd = 0;
    for (int j = 0; j < units; j++) {
      odd |= oddInts[j];
    }
    nan = 0;
    infinite = false;
    if (odd < 0) {
      lookAtFloats(bits, start, words);
    }
    return nan;
  }

  /** Packs doubles given by their raw bits; for the rest see {@link #packFloats(int[], long[])}. */
  public int packDoubles(long[] bits, long[] words) {
    return packDoubles(LongBuffer.wrap(bits), words);
  }

  /**
   * Packs doubles given by their raw bits; for the rest see {@link #packFloats(IntBuffer, long[])}.
   */
  public int packDoubles(LongBuffer bits, long[] words) {
    int start = bits.position();
    if (longRows.length == 0) {
      wide = new long[units];
      oddLongs = new long[units];
      longRows = new long[4][units];
    }
    Arrays.fill(oddLongs, 0);
    for (int word = 0; word < wordsPerUnit; word++) {
      int first = word << 6;
      accumulate(bits, first, Math.min(samples, first + 64), wide);
      for (int j = 0, k = word; j < units; j++, k += wordsPerUnit) {
        words[k] = wide[j];
      }
    }
    long odd = 0;
    for (int j = 0; j < units; j++) {
      odd |= oddLongs[j];
    }
    nan = 0;
    infinite = false;
    if (odd < 0) {
      lookAtDoubles(bits, start, words);
    }
    return nan;
  }

  private void accumulate(IntBuffer bits, int from, int to, int[] into) {
    Arrays.fill(into, 0);
    int row = from;
    for (; row + 4 <= to; row += 4) {
      for (int k = 0; k < 4; k++) {
        bits.get(intRows[k], 0, units);
      }
      addSigns(intRows[0], intRows[1], intRows[2], intRows[3], row - from, into, units);
      addNotFinite(intRows[0], intRows[1], intRows[2], intRows[3], oddInts, units);
    }
    for (; row < to; row++) {
      bits.get(intRows[0], 0, units);
      addSigns(intRows[0], row - from, into, units);
      addNotFinite(intRows[0], oddInts, units);
    }
  }

  private static void addSigns(
      int[] first, int[] second, int[] third, int[] fourth, int shift, int[] into, int n) {
    for (int j = 0; j < n; j++) {
      int a = first[j];
      int b = second[j];
      int c = third[j];
      int d = fourth[j];
      int four =
          (~a & -a) >>> 31 | (~b & -b) >>> 31 << 1 | (~c & -c) >>> 31 << 2 | (~d & -d) >>> 31 << 3;
      into[j] |= four << shift;
    }
  }

  private static void addNotFinite(
      int[] first, int[] second, int[] third, int[] fourth, int[] into, int n) {
    for (int j = 0; j < n; j++) {
      into[j] |=
          FLOAT_LARGEST - (first[j] & Integer.MAX_VALUE)
              | FLOAT_LARGEST - (second[j] & Integer.MAX_VALUE)
              | FLOAT_LARGEST - (third[j] & Integer.MAX_VALUE)
              | FLOAT_LARGEST - (fourth[j] & Integer.MAX_VALUE);
    }
  }

  private static void addSigns(int[] row, int shift, int[] into, int n) {
    for (int j = 0; j < n; j++) {
      int b = row[j];
      into[j] |= (~b & -b) >>> 31 << shift;
    }
  }

  private static void addNotFinite(int[] row, int[] into, int n) {
    for (int j = 0; j < n; j++) {
      into[j] |= FLOAT_LARGEST - (row[j] & Integer.MAX_VALUE);
    }
  }

  private void accumulate(LongBuffer bits, int from, int to, long[] into) {
    Arrays.fill(into, 0);
    int row = from;
    for (; row + 4 <= to; row += 4) {
      for (int k = 0; k < 4; k++) {
        bits.get(longRows[k], 0, units);
      }
      addSigns(longRows[0], longRows[1], longRows[2], longRows[3], row - from, into, units);
      addNotFinite(longRows[0], longRows[1], longRows[2], longRows[3], oddLongs, units);
    }
    for (; row < to; row++) {
      bits.get(longRows[0], 0, units);
      addSigns(longRows[0], row - from, into, units);
      addNotFinite(longRows[0], oddLongs, units);
    }
  }

  private static void addSigns(
      long[] first, long[] second, long[] third, long[] fourth, int shift, long[] into, int n) {
    for (int j = 0; j < n; j++) {
      long a = first[j];
      long b = second[j];
      long c = third[j];
      long d = fourth[j];
      long four =
          (~a & -a) >>> 63 | (~b & -b) >>> 63 << 1 | (~c & -c) >>> 63 << 2 | (~d & -d) >>> 63 << 3;
      into[j] |= four << shift;
    }
  }

  private static void addNotFinite(
      long[] first, long[] second, long[] third, long[] fourth, long[] into, int n) {
    for (int j = 0; j < n; j++) {
      into[j] |=
          DOUBLE_LARGEST - (first[j] & Long.MAX_VALUE)
              | DOUBLE_LARGEST - (second[j] & Long.MAX_VALUE)
              | DOUBLE_LARGEST - (third[j] & Long.MAX_VALUE)
              | DOUBLE_LARGEST - (fourth[j] & Long.MAX_VALUE);
    }
  }

  private static void addSigns(long[] row, int shift, long[] into, int n) {
    for (int j = 0; j < n; j++) {
      long b = row[j];
      into[j] |= (~b & -b) >>> 63 << shift;
    }
  }

  private static void addNotFinite(long[] row, long[] into, int n) {
    for (int j = 0; j < n; j++) {
      into[j] |= DOUBLE_LARGEST - (row[j] & Long.MAX_VALUE);
    }
  }

  private void lookAtFloats(IntBuffer bits, int start, long[] words) {
    beginToNote();
    for (int i = 0; i < samples * units; i++) {
      int magnitude = bits.get(start + i) & Integer.MAX_VALUE;
      if (magnitude > FLOAT_INFINITY) {
        noteNaN(i, words);
      }
      infinite |= magnitude == FLOAT_INFINITY;
    }
  }

  private void lookAtDoubles(LongBuffer bits, int start, long[] words) {
    beginToNote();
    for (int i = 0; i < samples * units; i++) {
      long magnitude = bits.get(start + i) & Long.MAX_VALUE;
      if (magnitude > DOUBLE_INFINITY) {
        noteNaN(i, words);
      }
      infinite |= magnitude == DOUBLE_INFINITY;
    }
  }

  private void beginToNote() {
    if (notNumbers.length == 0) {
      notNumbers = new long[units * wordsPerUnit];
    }
    Arrays.fill(notNumbers, 0);
  }

  private void noteNaN(int entry, long[] words) {
    int sample = entry / units;
    int word = entry % units * wordsPerUnit + (sample >>> 6);
    words[word] &= ~(1L << (sample & 63));
    notNumbers[word] |= 1L << (sample & 63);
    nan++;
  }

  /**
   * Returns which entries of the matrix packed last are NaN, in the layout of the pattern; null if
   * none is. It belongs to the packer and holds until the next matrix.
   */
  public long @Nullable [] notNumbers() {
    return nan == 0 ? null : notNumbers;
  }

  /** Returns true if an entry of the matrix packed last is infinite. */
  public boolean hasInfinity() {
    return infinite;
  }
}
