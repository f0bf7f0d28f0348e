package io.github.implicitbias.core.visit;

import java.util.Arrays;

/*
 * Kernel. Hoare's selection for several ranks at once: a stretch is parted by the median of three of
 * its values, and only the sides that hold a wanted rank are parted further. Both scans stop at values
 * equal to the pivot, so that many equal values are parted in the middle. Expected cost O(n log k) for
 * k ranks. A stretch that does not become smaller quickly enough, and a short one, is sorted.
 */

/** Puts some of the values of an array where they would be if all were sorted. */
final class Ranks {

  private static final int SHORT = 32;

  private Ranks() {}

  /**
   * Moves values so that those at the given places are as in the sorted array, and before each of
   * these places nothing is larger than behind it.
   *
   * @param values none may be NaN
   * @param count how many of them there are; those behind stay where they are
   * @param places ascending; those not below {@code count} are ignored
   */
  static void settle(double[] values, int count, int... places) {
    int last = places.length;
    while (last > 0 && places[last - 1] >= count) {
      last--;
    }
    int rounds = 2 * (32 - Integer.numberOfLeadingZeros(count));
    settle(values, 0, count - 1, places, 0, last, rounds);
  }

  private static void settle(
      double[] a, int from, int to, int[] places, int first, int last, int rounds) {
    int low = from;
    int high = to;
    int begin = first;
    int left = rounds;
    while (begin < last && low < high) {
      if (high - low < SHORT || left-- == 0) {
        Arrays.sort(a, low, high + 1);
        return;
      }
      double pivot = middle(a[low], a[(low + high) >>> 1], a[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (a[i] < pivot) {
          i++;
        }
        while (a[j] > pivot) {
          j--;
        }
        if (i <= j) {
          double moved = a[i];
          a[i++] = a[j];
          a[j--] = moved;
        }
      }
      // Up to j nothing is above the pivot, from i on nothing below it, between them all are it.
      int end = begin;
      while (end < last && places[end] <= j) {
        end++;
      }
      settle(a, low, j, places, begin, end, left);
      while (end < last && places[end] < i) {
        end++;
      }
      begin = end;
      low = i;
    }
  }

  private static double middle(double a, double b, double c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  /** Returns between which places the value at {@code part * (count - 1)} of sorted ones lies. */
  static int below(int count, double part) {
    return (int) (part * (count - 1));
  }

  /**
   * Returns the value at position {@code part * (count - 1)} of sorted values, linearly
   * interpolated.
   *
   * @param values {@link #settle settled} at the places below and above it
   */
  static double quantile(double[] values, int count, double part) {
    double position = part * (count - 1);
    int below = (int) position;
    int above = Math.min(below + 1, count - 1);
    return values[below] + (position - below) * (values[above] - values[below]);
  }

  /** Returns quantiles; moves the values. */
  static double[] quantiles(double[] values, int count, double[] parts) {
    int[] places = new int[2 * parts.length];
    for (int k = 0; k < parts.length; k++) {
      places[2 * k] = below(count, parts[k]);
      places[2 * k + 1] = Math.min(places[2 * k] + 1, count - 1);
    }
    Arrays.sort(places);
    settle(values, count, places);
    return Arrays.stream(parts).map(part -> quantile(values, count, part)).toArray();
  }

  /** Moves the finite values to the front; returns how many there are. */
  static int finiteFirst(double[] values, int count) {
    int finite = 0;
    for (int i = 0; i < count; i++) {
      if (Double.isFinite(values[i])) {
        values[finite++] = values[i];
      }
    }
    return finite;
  }
}
