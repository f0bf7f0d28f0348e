package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sums over steps, in bounded memory: buckets are 1, 2, 4, ... steps wide, all alike; when steps go
 * past the last one, neighbours are added up. What comes out depends on what was added only, not on
 * when it was asked for, so that a server and a file have the same.
 */
final class StepSums {

  /** Greatest number of buckets. */
  static final int MAX_BUCKETS = 4096;

  private static final int MIN_BUCKETS = 64;

  /** A row is made when something is added to it. */
  private final double[] @Nullable [] sums;

  private final int most;
  private long origin = Long.MIN_VALUE;
  private int shift;
  private int used;
  private int size = MIN_BUCKETS;

  /**
   * Makes sums that are 0.
   *
   * @param rows how many there are of each bucket
   * @param mostCells greatest number of sums in memory
   */
  StepSums(int rows, int mostCells) {
    int fits = Integer.highestOneBit(Math.max(MIN_BUCKETS, mostCells / Math.max(1, rows)));
    most = Math.min(MAX_BUCKETS, fits);
    sums = new double[rows][];
  }

  /** Returns the first step of the first bucket. */
  long begin() {
    return origin == Long.MIN_VALUE ? 0 : origin;
  }

  /** Returns how many steps a bucket has. */
  long width() {
    return 1L << shift;
  }

  /** Returns how many buckets there are. */
  int size() {
    return used;
  }

  double sum(int row, int bucket) {
    double[] of = sums[row];
    return of == null ? 0 : of[bucket];
  }

  /** Says where the first bucket begins, once. */
  void start(long step) {
    if (origin == Long.MIN_VALUE) {
      origin = step;
    }
  }

  /** Adds an amount at a step. */
  void add(int row, long step, double amount) {
    int at = bucket(step); // which may make longer rows
    row(row)[at] += amount;
  }

  /** Adds an amount that belongs to all steps after one up to another, to each the same part. */
  void spread(int row, long after, long upTo, double amount) {
    int last = bucket(upTo);
    if (amount == 0) {
      return;
    }
    double perStep = amount / (upTo - after);
    double[] of = row(row);
    for (int at = bucket(after + 1); at <= last; at++) {
      long begin = Math.max(after + 1, origin + ((long) at << shift));
      long end = Math.min(upTo, origin + ((long) (at + 1) << shift) - 1);
      of[at] += perStep * (end - begin + 1);
    }
  }

  private double[] row(int row) {
    double[] of = sums[row];
    if (of == null) {
      of = new double[size];
      sums[row] = of;
    }
    return of;
  }

  private int bucket(long step) {
    start(step);
    long at = (Math.max(step, origin) - origin) >>> shift;
    while (at >= size) {
      grow();
      at = (step - origin) >>> shift;
    }
    used = Math.max(used, (int) at + 1);
    return (int) at;
  }

  private void grow() {
    boolean longer = size < most;
    for (int row = 0; row < sums.length; row++) {
      double[] of = sums[row];
      if (of != null && longer) {
        sums[row] = Arrays.copyOf(of, 2 * size);
      } else if (of != null) {
        for (int at = 0; at < size; at++) {
          of[at] = at < size / 2 ? of[2 * at] + of[2 * at + 1] : 0;
        }
      }
    }
    if (longer) {
      size *= 2;
    } else {
      shift++;
      used = (used + 1) / 2;
    }
  }

  /** Writes the sums of a row. */
  void write(int row, ArrayNode into) {
    for (int at = 0; at < used; at++) {
      double sum = sum(row, at);
      if (sum == Math.rint(sum) && Math.abs(sum) < 1L << 53) {
        into.add((long) sum);
      } else {
        Values.add(into, sum);
      }
    }
  }
}
