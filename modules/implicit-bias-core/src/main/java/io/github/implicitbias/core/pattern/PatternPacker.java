package io.github.implicitbias.core.pattern;

/*
 * Kernel. Input: the raw IEEE bits of a row-major matrix, one row per sample, one column per unit.
 * Output: the layout of ActivationPattern, one bit per entry that is greater than zero.
 *
 * For a number with raw bits b (as a signed integer), "greater than zero" is b > 0, which is the
 * sign bit of (~b & -b): no branch, right for -0.0 (b is the smallest integer, ~b is not negative),
 * for subnormals and infinities. NaN of positive sign would count as on, so a second branch-free
 * pass looks for a NaN anywhere, and only if there is one, its bits are cleared one by one.
 *
 * Rows are taken 32 (float) or 64 (double) at a time into one accumulator per unit, four rows per
 * pass over the accumulators; both loops are plain integer loops, which C2 turns into vector code.
 */

/** Packs the signs of a samples x units matrix into the layout of {@link ActivationPattern}. */
public final class PatternPacker {

  private static final int FLOAT_INFINITY = 0x7f800000;
  private static final long DOUBLE_INFINITY = 0x7ff0000000000000L;

  private final int samples;
  private final int units;
  private final int wordsPerUnit;
  private int[] low;
  private int[] high;
  private long[] wide;

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
    if (low == null) {
      low = new int[units];
      high = new int[units];
    }
    for (int word = 0; word < wordsPerUnit; word++) {
      int first = word << 6;
      accumulate(bits, first, Math.min(samples, first + 32), low);
      accumulate(bits, first + 32, Math.min(samples, first + 64), high);
      for (int j = 0, k = word; j < units; j++, k += wordsPerUnit) {
        words[k] = (low[j] & 0xffffffffL) | (long) high[j] << 32;
      }
    }
    int length = samples * units;
    int nan = 0;
    for (int i = 0; i < length; i++) {
      nan |= FLOAT_INFINITY - (bits[i] & 0x7fffffff);
    }
    return nan < 0 ? clearFloatNaN(bits, words) : 0;
  }

  /** Packs doubles given by their raw bits; otherwise as {@link #packFloats}. */
  public int packDoubles(long[] bits, long[] words) {
    if (wide == null) {
      wide = new long[units];
    }
    for (int word = 0; word < wordsPerUnit; word++) {
      int first = word << 6;
      accumulate(bits, first, Math.min(samples, first + 64), wide);
      for (int j = 0, k = word; j < units; j++, k += wordsPerUnit) {
        words[k] = wide[j];
      }
    }
    int length = samples * units;
    long nan = 0;
    for (int i = 0; i < length; i++) {
      nan |= DOUBLE_INFINITY - (bits[i] & Long.MAX_VALUE);
    }
    return nan < 0 ? clearDoubleNaN(bits, words) : 0;
  }

  private void accumulate(int[] bits, int from, int to, int[] into) {
    java.util.Arrays.fill(into, 0);
    int row = from;
    for (; row + 4 <= to; row += 4) {
      fourRows(bits, row * units, row - from, into);
    }
    for (; row < to; row++) {
      oneRow(bits, row * units, row - from, into);
    }
  }

  private void fourRows(int[] bits, int start, int shift, int[] into) {
    int m = units;
    int second = start + m;
    int third = second + m;
    int fourth = third + m;
    for (int j = 0; j < m; j++) {
      int a = bits[start + j];
      int b = bits[second + j];
      int c = bits[third + j];
      int d = bits[fourth + j];
      int four =
          (~a & -a) >>> 31 | (~b & -b) >>> 31 << 1 | (~c & -c) >>> 31 << 2 | (~d & -d) >>> 31 << 3;
      into[j] |= four << shift;
    }
  }

  private void oneRow(int[] bits, int start, int shift, int[] into) {
    for (int j = 0; j < units; j++) {
      int b = bits[start + j];
      into[j] |= (~b & -b) >>> 31 << shift;
    }
  }

  private void accumulate(long[] bits, int from, int to, long[] into) {
    java.util.Arrays.fill(into, 0);
    int row = from;
    for (; row + 4 <= to; row += 4) {
      fourRows(bits, row * units, row - from, into);
    }
    for (; row < to; row++) {
      oneRow(bits, row * units, row - from, into);
    }
  }

  private void fourRows(long[] bits, int start, int shift, long[] into) {
    int m = units;
    int second = start + m;
    int third = second + m;
    int fourth = third + m;
    for (int j = 0; j < m; j++) {
      long a = bits[start + j];
      long b = bits[second + j];
      long c = bits[third + j];
      long d = bits[fourth + j];
      long four =
          (~a & -a) >>> 63 | (~b & -b) >>> 63 << 1 | (~c & -c) >>> 63 << 2 | (~d & -d) >>> 63 << 3;
      into[j] |= four << shift;
    }
  }

  private void oneRow(long[] bits, int start, int shift, long[] into) {
    for (int j = 0; j < units; j++) {
      long b = bits[start + j];
      into[j] |= (~b & -b) >>> 63 << shift;
    }
  }

  private int clearFloatNaN(int[] bits, long[] words) {
    int count = 0;
    for (int i = 0; i < samples * units; i++) {
      if ((bits[i] & 0x7fffffff) > FLOAT_INFINITY) {
        clear(i, words);
        count++;
      }
    }
    return count;
  }

  private int clearDoubleNaN(long[] bits, long[] words) {
    int count = 0;
    for (int i = 0; i < samples * units; i++) {
      if ((bits[i] & Long.MAX_VALUE) > DOUBLE_INFINITY) {
        clear(i, words);
        count++;
      }
    }
    return count;
  }

  private void clear(int entry, long[] words) {
    int sample = entry / units;
    words[entry % units * wordsPerUnit + (sample >>> 6)] &= ~(1L << (sample & 63));
  }
}
