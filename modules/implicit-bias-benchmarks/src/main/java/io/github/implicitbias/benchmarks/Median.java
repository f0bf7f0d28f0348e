package io.github.implicitbias.benchmarks;

import java.util.Arrays;

/**
 * A median with a distribution-free interval: the number of values below the true median follows
 * the binomial distribution B(n, 1/2), so the k-th smallest and the k-th greatest value enclose it
 * with probability 1 - 2 P(B < k). The interval takes the greatest k that leaves at least 95 %.
 */
public final class Median {

  /** The smallest number of values that has a 95 % interval. */
  static final int FEWEST = 6;

  private final double[] sorted;
  private final int rank;

  /**
   * Takes independent values.
   *
   * @throws IllegalArgumentException if there are fewer than {@link #FEWEST}
   */
  public Median(double[] values) {
    if (values.length < FEWEST) {
      throw new IllegalArgumentException(
          values.length + " values have no 95 % interval: give at least " + FEWEST);
    }
    sorted = values.clone();
    Arrays.sort(sorted);
    rank = rank(values.length);
  }

  private static int rank(int n) {
    double outside = 0;
    double term = Math.pow(0.5, n);
    int k = 0;
    while (outside + term <= 0.025) {
      outside += term;
      term *= (double) (n - k) / (k + 1);
      k++;
    }
    return k;
  }

  /** Returns the median. */
  public double value() {
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }

  /** Returns the lower end of the interval. */
  public double low() {
    return sorted[rank - 1];
  }

  /** Returns the upper end of the interval. */
  public double high() {
    return sorted[sorted.length - rank];
  }
}
