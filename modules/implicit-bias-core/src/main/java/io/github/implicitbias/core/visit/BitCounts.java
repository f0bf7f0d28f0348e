package io.github.implicitbias.core.visit;

import java.util.Arrays;

/*
 * Kernel. Counts that are less than 256 are kept upright: bit j of plane k is bit k of the count of
 * unit j, so that one addition counts 64 units at once (a half adder per plane, until nothing is
 * carried). Before a count could reach 256 the planes are added to whole counts and cleared.
 */

/** Counts, per bit of a row of bits, in how many rows it was set. Not thread-safe. */
final class BitCounts {

  private static final int PLANES = 8;
  private static final int MOST = (1 << PLANES) - 1;

  private final int words;
  private final long[] planes;
  private final long[] counts;
  private int rows;

  /**
   * Makes counts of 0.
   *
   * @param bits length of a row, at least 0
   */
  BitCounts(int bits) {
    words = (bits + 63) >>> 6;
    planes = new long[PLANES * words];
    counts = new long[bits];
  }

  /** Begins the next row. */
  void begin() {
    if (rows == MOST) {
      flush();
    }
    rows++;
  }

  /** Counts the bits of one word of the row; each word at most once. */
  void add(int word, long bits) {
    long carried = bits;
    for (int at = word; carried != 0; at += words) {
      long before = planes[at];
      planes[at] = before ^ carried;
      carried &= before;
    }
  }

  private void flush() {
    for (int k = 0; k < PLANES; k++) {
      for (int word = 0; word < words; word++) {
        for (long left = planes[k * words + word]; left != 0; left &= left - 1) {
          counts[(word << 6) + Long.numberOfTrailingZeros(left)] += 1L << k;
        }
      }
    }
    Arrays.fill(planes, 0);
    rows = 0;
  }

  /** Returns a copy of the counts. */
  long[] counts() {
    flush();
    return counts.clone();
  }

  /** Begins at 0 again. */
  void clear() {
    Arrays.fill(planes, 0);
    Arrays.fill(counts, 0);
    rows = 0;
  }
}
