package io.github.implicitbias.nn.init;

/** How far a vector is from having norm 1. */
final class UnitNorm {

  /** 2^27 + 1 splits a double into two halves whose products are exact (Veltkamp). */
  private static final double SPLITTER = 0x1p27 + 1;

  private UnitNorm() {}

  /**
   * Returns 1 - ||v||^2, for norms close to 1, to about 1e-30.
   *
   * <p>Squares and sums are carried with their rounding errors (Dekker 1971, Ogita, Rump and Oishi
   * 2005), in plain arithmetic: a fused multiply-add is slow where the processor has none.
   */
  static double defect(double[] values, int from, int length) {
    double sum = -1;
    double errors = 0;
    for (int i = from; i < from + length; i++) {
      double x = values[i];
      double square = x * x;
      double scaled = SPLITTER * x;
      double high = scaled - (scaled - x);
      double low = x - high;
      errors += low * low - ((square - high * high) - 2 * high * low);
      double next = sum + square;
      double part = next - sum;
      errors += (sum - (next - part)) + (square - part);
      sum = next;
    }
    return -(sum + errors);
  }
}
