package io.github.implicitbias.page;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts of the units of several layers in buckets of time, in bounded memory. All buckets are
 * equally wide; when time goes past the last one, neighbours are added up and become twice as wide.
 * What comes out depends on what was counted only, not on when it was asked for.
 *
 * <p>Each bucket knows how much of what is counted over was seen, and from when on: a bucket in
 * which nothing ended has the rate of the next one, if that began before it.
 */
final class BucketCounts {

  /** A rate that is not known. */
  static final double UNKNOWN = -1;

  private final int[] units;
  private final int capacity;
  private final int[][][] counts; // of a layer, in a bucket, per unit; null for none
  private final double[] covered;
  private final long[] from; // the earliest time that what ended in a bucket began
  private long origin = -1;
  private int shift;
  private int used;

  /**
   * Makes counts that are 0.
   *
   * @param units of each layer; 0 for one that is not counted
   * @param capacity greatest number of buckets, even
   */
  BucketCounts(int[] units, int capacity) {
    this.units = units.clone();
    this.capacity = capacity;
    counts = new int[units.length][capacity][];
    covered = new double[capacity];
    from = new long[capacity];
    Arrays.fill(from, Long.MAX_VALUE);
  }

  int size() {
    return used;
  }

  /** Returns when a bucket begins; the bucket after the last one begins where that ends. */
  long begin(int bucket) {
    return Math.max(0, origin) + ((long) bucket << shift);
  }

  /** Says when time begins, once. */
  void start(long time) {
    if (origin < 0) {
      origin = time;
    }
  }

  private int bucket(long time) {
    start(time);
    long at = (Math.max(time, origin) - origin) >>> shift;
    while (at >= capacity) {
      widen();
      at = (time - origin) >>> shift;
    }
    used = Math.max(used, (int) at + 1);
    return (int) at;
  }

  private void widen() {
    shift++;
    for (int b = 0; b < capacity; b++) {
      boolean there = b < capacity / 2;
      covered[b] = there ? covered[2 * b] + covered[2 * b + 1] : 0;
      from[b] = there ? Math.min(from[2 * b], from[2 * b + 1]) : Long.MAX_VALUE;
      for (int[][] layer : counts) {
        layer[b] = there ? sum(layer[2 * b], layer[2 * b + 1]) : null;
      }
    }
    used = (used + 1) / 2;
  }

  private static int @Nullable [] sum(int @Nullable [] a, int @Nullable [] b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    for (int k = 0; k < a.length; k++) {
      a[k] = saturated((long) a[k] + b[k]);
    }
    return a;
  }

  private static int saturated(long count) {
    return (int) Math.min(count, Integer.MAX_VALUE);
  }

  /** Adds what a unit of a layer did up to a time. */
  void add(int layer, int unit, long time, long count) {
    if (unit >= units[layer] || count == 0) {
      return;
    }
    int at = bucket(time);
    int[] row = counts[layer][at];
    if (row == null) {
      row = new int[units[layer]];
      counts[layer][at] = row;
    }
    row[unit] = saturated(row[unit] + count);
  }

  /** Says that so much of what is counted over was seen between two times. */
  void cover(long begin, long end, double amount) {
    int at = bucket(end);
    covered[at] += amount;
    from[at] = Math.min(from[at], begin);
  }

  /**
   * Returns what units of a layer did in buckets, per unit and per amount that was seen.
   *
   * @param of numbers of the units
   * @param width buckets that are taken together
   * @return a rate per bucket, {@link #UNKNOWN} where nothing was seen
   */
  double[] rates(int layer, int[] of, int width) {
    int size = (used + width - 1) / width;
    double[] rates = new double[size];
    long next = Long.MAX_VALUE; // when what ended in the bucket after began
    for (int b = size - 1; b >= 0; b--) {
      double amount = 0;
      double count = 0;
      long first = Long.MAX_VALUE;
      for (int k = b * width; k < Math.min(used, (b + 1) * width); k++) {
        amount += covered[k];
        first = Math.min(first, from[k]);
        int[] row = counts[layer][k];
        for (int j = 0; row != null && j < of.length; j++) {
          count += row[of[j]];
        }
      }
      if (amount > 0) {
        rates[b] = of.length == 0 ? 0 : count / (amount * of.length);
        next = first;
      } else {
        boolean within = b + 1 < size && next < begin((b + 1) * width);
        rates[b] = within ? rates[b + 1] : UNKNOWN;
      }
    }
    return rates;
  }
}
