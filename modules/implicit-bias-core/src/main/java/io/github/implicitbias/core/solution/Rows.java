package io.github.implicitbias.core.solution;

import io.github.implicitbias.core.norm.Magnitude;

/** Powers of two for the rows of a problem. */
final class Rows {

  private Rows() {}

  /** Returns the exponent to divide all rows by: 0 if they are of ordinary size or not finite. */
  static int exponent(double[]... rows) {
    double largest = 0;
    double squares = 0;
    for (double[] row : rows) {
      double ofRow = Magnitude.largest(row, 0, row.length);
      largest = Math.max(largest, ofRow);
      squares += ofRow * ofRow;
    }
    return Magnitude.isOrdinary(squares) ? 0 : Magnitude.exponent(largest);
  }

  /** Returns the rows x 2^exponent. */
  static double[][] scaled(double[][] rows, int exponent) {
    double[][] scaled = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      scaled[i] = scaled(rows[i], exponent);
    }
    return scaled;
  }

  /** Returns the values x 2^exponent. */
  static double[] scaled(double[] values, int exponent) {
    double[] scaled = new double[values.length];
    Magnitude.scale(values, 0, values.length, exponent, scaled, 0);
    return scaled;
  }
}
