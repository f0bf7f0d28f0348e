package io.github.implicitbias.core.catalogue;

/*
 * Kernel. The loop has one load from each array, one exclusive or and one population count per word;
 * four sums keep the population counts from waiting for each other. 131,072 bits are 2,048 words.
 */

/** Counts the bits in which two patterns differ. */
final class HammingDistance {

  private HammingDistance() {}

  /**
   * Returns the number of bits in which the first words of two arrays differ.
   *
   * @param count how many words
   * @throws IndexOutOfBoundsException if an array has fewer
   */
  public static long between(long[] a, long[] b, int count) {
    long sum0 = 0;
    long sum1 = 0;
    long sum2 = 0;
    long sum3 = 0;
    int k = 0;
    for (; k + 4 <= count; k += 4) {
      sum0 += Long.bitCount(a[k] ^ b[k]);
      sum1 += Long.bitCount(a[k + 1] ^ b[k + 1]);
      sum2 += Long.bitCount(a[k + 2] ^ b[k + 2]);
      sum3 += Long.bitCount(a[k + 3] ^ b[k + 3]);
    }
    for (; k < count; k++) {
      sum0 += Long.bitCount(a[k] ^ b[k]);
    }
    return sum0 + sum1 + sum2 + sum3;
  }
}
