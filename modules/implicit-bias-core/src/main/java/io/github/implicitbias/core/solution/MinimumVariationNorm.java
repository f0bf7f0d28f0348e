package io.github.implicitbias.core.solution;

import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;
import java.util.Arrays;

/**
 * The smallest variation norm sum_j |a_j| norm(w_j) of a network sum_j a_j relu(w_j . x), of any
 * width, that fits labels of orthogonal samples, and the network of two neurons that has it.
 *
 * <p>It is N+ + N-, N+ = (sum_{y_k > 0} y_k^2 / norm(x_k)^2)^{1/2} and N- likewise over y_k &lt; 0.
 * The two neurons have output weights of either sign and the directions D*+ = sum_{y_k > 0} y_k x_k
 * / norm(x_k)^2 and D*- = sum_{y_k &lt; 0} |y_k| x_k / norm(x_k)^2, whose norms are N+ and N-: the
 * network is relu(D*+ . x) - relu(D*- . x). No network has less: with p_k = y_k / (norm(x_k)^2 N)
 * (N that of the sign of y_k), |sum_k p_k relu(w . x_k)| is at most norm(w) for every w, as the
 * samples are orthogonal, so that the variation norm is at least sum_k p_k f(x_k) = sum_k p_k y_k.
 *
 * <p>Cost: O(samples^2 x inputs).
 */
public final class MinimumVariationNorm {

  /** The largest magnitude of a cosine between samples of doubles that count as orthogonal. */
  public static final double ORTHOGONAL = 1e-12;

  /** Four rounding units of float: orthogonal samples rounded to it have cosines of some 1e-8. */
  private static final double ORTHOGONAL_FLOATS = 4 * 0x1p-24;

  private final double[] positive;
  private final double[] negative;
  private final double normPositive;
  private final double normNegative;
  private final double residual;

  private MinimumVariationNorm(
      double[] positive,
      double[] negative,
      double normPositive,
      double normNegative,
      double residual) {
    this.positive = positive;
    this.negative = negative;
    this.normPositive = normPositive;
    this.normNegative = normNegative;
    this.residual = residual;
  }

  /**
   * Solves the problem.
   *
   * @param x one row per sample; for units with a bias, with a last entry of 1
   * @param y one label per row, 0 is allowed
   * @throws IllegalArgumentException if there are no samples, rows differ in length, a number is
   *     not finite, two samples are not orthogonal, a sample is 0 but its label is not, or the
   *     norms overflow; the message says which
   */
  public static MinimumVariationNorm of(double[][] x, double[] y) {
    check(x, y);
    double cosine = largestCosine(x);
    double tolerance = tolerance(x);
    if (!(cosine <= tolerance)) {
      throw new IllegalArgumentException(
          "Two samples have a cosine of magnitude "
              + cosine
              + "; give samples that are orthogonal to "
              + tolerance
              + ".");
    }
    int inputs = x[0].length;
    double[] positive = new double[inputs];
    double[] negative = new double[inputs];
    double[] unit = new double[inputs];
    double normPositive = 0;
    double normNegative = 0;
    for (int i = 0; i < y.length; i++) {
      double norm = unit(x[i], unit);
      if (norm == 0 && y[i] != 0) {
        throw new IllegalArgumentException(
            "Sample "
                + i
                + " is 0 but its label is "
                + y[i]
                + "; no network without bias fits it.");
      }
      if (y[i] != 0) {
        double size = Math.abs(y[i]) / norm;
        double[] into = y[i] > 0 ? positive : negative;
        for (int k = 0; k < inputs; k++) {
          into[k] += size * unit[k];
        }
        if (y[i] > 0) {
          normPositive = Math.hypot(normPositive, size);
        } else {
          normNegative = Math.hypot(normNegative, size);
        }
      }
    }
    if (!Double.isFinite(normPositive + normNegative)) {
      throw new IllegalArgumentException(
          "The norms overflow; scale labels down or samples up before.");
    }
    double residual = 0;
    for (int i = 0; i < y.length; i++) {
      double plus = Math.max(0, ScalarProduct.of(positive, 0, x[i], 0, inputs));
      double minus = Math.max(0, ScalarProduct.of(negative, 0, x[i], 0, inputs));
      residual = Math.max(residual, Math.abs(plus - minus - y[i]));
    }
    return new MinimumVariationNorm(positive, negative, normPositive, normNegative, residual);
  }

  /**
   * Returns the largest magnitude of a cosine between samples that count as orthogonal: 1e-12, and
   * four rounding units of float, 2.4e-7, if all entries are numbers of that type.
   */
  public static double tolerance(double[]... x) {
    for (double[] row : x) {
      for (double entry : row) {
        if ((float) entry != entry) {
          return ORTHOGONAL;
        }
      }
    }
    return ORTHOGONAL_FLOATS;
  }

  /**
   * Returns the largest magnitude of the cosine between two samples other than 0; the search ends
   * with the first sample that has one above {@link #tolerance} with an earlier one.
   *
   * @param x finite, one row per sample
   */
  public static double largestCosine(double[][] x) {
    double[][] units = new double[x.length][];
    double largest = 0;
    double tolerance = tolerance(x);
    for (int i = 0; i < x.length && largest <= tolerance; i++) {
      units[i] = new double[x[i].length];
      unit(x[i], units[i]);
      for (int k = 0; k < i; k++) {
        double cosine = ScalarProduct.of(units[i], 0, units[k], 0, x[i].length);
        largest = Math.max(largest, Math.abs(cosine));
      }
    }
    return largest;
  }

  /** Writes a vector divided by its norm, 0 for 0, and returns the norm. */
  private static double unit(double[] vector, double[] into) {
    double largest = 0;
    for (double entry : vector) {
      largest = Math.max(largest, Math.abs(entry));
    }
    if (largest == 0) {
      Arrays.fill(into, 0);
      return 0;
    }
    int exponent = Magnitude.exponent(largest);
    for (int k = 0; k < vector.length; k++) {
      into[k] = Math.scalb(vector[k], -exponent);
    }
    double norm = Math.sqrt(ScalarProduct.of(into, 0, into, 0, into.length));
    for (int k = 0; k < vector.length; k++) {
      into[k] /= norm;
    }
    return Math.scalb(norm, exponent);
  }

  private static void check(double[][] x, double[] y) {
    if (x == null || x.length == 0 || y == null || y.length != x.length) {
      throw new IllegalArgumentException("Give at least one sample, and one label for each.");
    }
    for (int i = 0; i < x.length; i++) {
      if (x[i] == null || x[i].length == 0 || x[i].length != x[0].length) {
        throw new IllegalArgumentException(
            "Sample " + i + " has another number of entries than sample 0, or none.");
      }
      if (!Arrays.stream(x[i]).allMatch(Double::isFinite) || !Double.isFinite(y[i])) {
        throw new IllegalArgumentException(
            "Sample " + i + " has an entry that is not finite; give finite numbers.");
      }
    }
  }

  /** Returns N+ + N-. */
  public double value() {
    return normPositive + normNegative;
  }

  /** Returns N+, 0 without positive labels. */
  public double normPositive() {
    return normPositive;
  }

  /** Returns N-, 0 without negative labels. */
  public double normNegative() {
    return normNegative;
  }

  /** Returns D*+, one entry per input. */
  public double[] directionPositive() {
    return positive.clone();
  }

  /** Returns D*-, one entry per input. */
  public double[] directionNegative() {
    return negative.clone();
  }

  /** Returns max_k |f(x_k) - y_k| of the network of two neurons. */
  public double residual() {
    return residual;
  }
}
