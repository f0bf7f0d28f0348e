package io.github.implicitbias.core.catalogue;

import java.util.Arrays;

/*
 * Kernel. An open-addressing table of row numbers, at least twice as many places as rows. Rows are
 * found by a hash of their words and compared word by word, so that rows with the same hash are
 * never taken for equal. The hash multiplies by the odd 64-bit integer next to 2^64 / golden ratio.
 */

/** Groups the equal rows of a matrix of bits. */
final class EqualRows {

  private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

  private final int rows;
  private final int wordsPerRow;
  private final int[] table;
  private final int[] hashes;
  private final int[] first;
  private final int[] sizes;
  private int groups;

  /**
   * Makes a grouping for matrices of one shape.
   *
   * @throws IllegalArgumentException if there are more than 2^28 rows
   */
  public EqualRows(int rows, int wordsPerRow) {
    if (rows < 0 || rows > 1 << 28) {
      throw new IllegalArgumentException(rows + " rows: at most 2^28 are possible");
    }
    this.rows = rows;
    this.wordsPerRow = wordsPerRow;
    this.table = new int[Integer.highestOneBit(Math.max(1, rows)) << 2];
    this.hashes = new int[rows];
    this.first = new int[rows];
    this.sizes = new int[rows];
  }

  /**
   * Groups the rows of a matrix. Cost O(rows x words per row); allocates nothing.
   *
   * @param words {@code rows * wordsPerRow} longs, one row after the other
   * @return the number of distinct rows
   */
  public int group(long[] words) {
    Arrays.fill(table, -1);
    groups = 0;
    int mask = table.length - 1;
    for (int row = 0; row < rows; row++) {
      int hash = hash(words, row * wordsPerRow);
      int place = hash & mask;
      while (table[place] >= 0 && !isRow(table[place], hash, words, row)) {
        place = place + 1 & mask;
      }
      if (table[place] < 0) {
        table[place] = groups;
        hashes[groups] = hash;
        first[groups] = row;
        sizes[groups++] = 0;
      }
      sizes[table[place]]++;
    }
    return groups;
  }

  private int hash(long[] words, int at) {
    long hash = 0;
    for (int k = at; k < at + wordsPerRow; k++) {
      hash = (hash ^ words[k]) * MULTIPLIER;
      hash ^= hash >>> 32;
    }
    return (int) hash;
  }

  private boolean isRow(int group, int hash, long[] words, int row) {
    if (hashes[group] != hash) {
      return false;
    }
    int a = first[group] * wordsPerRow;
    int b = row * wordsPerRow;
    for (int k = 0; k < wordsPerRow; k++) {
      if (words[a + k] != words[b + k]) {
        return false;
      }
    }
    return true;
  }

  /** Returns the number of distinct rows found by the last {@link #group}. */
  public int groups() {
    return groups;
  }

  /** Returns how many rows a group has; groups are numbered in the order of their first rows. */
  public int size(int group) {
    return sizes[group];
  }

  /**
   * Returns the entropy, in nats, of the row that is drawn when each row is equally likely: {@code
   * - sum over groups of p ln p} with {@code p = size / rows}; between 0 (all rows are equal) and
   * {@code ln rows} (no two are); 0 without rows.
   */
  public double entropy() {
    double sum = 0;
    for (int group = 0; group < groups; group++) {
      sum += sizes[group] * Math.log(sizes[group]);
    }
    return rows == 0 ? 0 : Math.max(0, Math.log(rows) - sum / rows);
  }
}
