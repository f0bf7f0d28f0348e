package io.github.implicitbias.core.support;

import io.github.implicitbias.core.norm.ScalarProduct;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The cone support: the samples that are extreme rays of cone{x_i}, the set of their non-negative
 * combinations. A unit without bias is on for all samples exactly when it is on for these.
 *
 * <p>A sample is an extreme ray if no combination of the others, with coefficients &gt;= 0, comes
 * closer to it than 10^-6 of its norm (non-negative least squares; the tolerance is above the
 * rounding of features of type float). Of samples on one ray, such as duplicates and multiples, the
 * first stands for all. A sample of zeros is never an extreme ray. If a combination with
 * coefficients &gt;= 0, not all 0, vanishes, as for two opposite samples, the cone contains a line
 * and has no extreme rays: {@link #isPointed} is false and the support empty; then no unit without
 * bias is on for all samples.
 *
 * <p>For units with a bias, x_i has a last entry of 1: the extreme rays are the corners of the
 * convex hull of the samples, and the cone is always pointed.
 *
 * <p>Cost: O(n^2 d) for the scalar products. If the samples are linearly independent all of them
 * are extreme rays, found in O(n^3); otherwise one least squares problem per sample, O(n r^2 (n +
 * r)) together with r = min(n, d).
 */
public final class ConeSupport {

  /**
   * Distance from the cone of the others, relative to the norm, above which a sample is extreme.
   */
  public static final double TOLERANCE = 1e-6;

  private final boolean[] extreme;
  private final boolean pointed;

  private ConeSupport(boolean[] extreme, boolean pointed) {
    this.extreme = extreme;
    this.pointed = pointed;
  }

  /**
   * Finds the cone support.
   *
   * @param x row-major, one row of inputs per sample
   * @param bias true to give every sample a last entry of 1
   * @throws IllegalArgumentException if there are no samples, they do not make rows, or an entry is
   *     not finite
   */
  public static ConeSupport of(double[] x, int samples, boolean bias) {
    return Objects.requireNonNull(of(x, samples, bias, Double.POSITIVE_INFINITY));
  }

  /** Finds the cone support; null if that would take more floating point operations. */
  static @Nullable ConeSupport of(double[] x, int samples, boolean bias, double operations) {
    if (samples < 1 || x.length == 0 || x.length % samples != 0) {
      throw new IllegalArgumentException(
          x.length + " values do not make " + samples + " samples; give one row per sample");
    }
    int inputs = x.length / samples;
    double n = samples;
    double rank = Math.min(n, inputs + 1.0);
    double cones = 5 * n * rank * rank * (n + rank);
    if (n * n * inputs > operations || (samples > inputs && cones > operations)) {
      return null;
    }
    double[] gram = cosines(bias ? Extended.withOnes(x, inputs) : x, samples);
    boolean[] represented = represented(gram, samples);
    if (areFarFromTheSpanOfOthers(gram, represented)) {
      return new ConeSupport(inverted(represented), true);
    }
    return cones > operations ? null : byLeastSquares(gram, represented);
  }

  /** Returns the scalar products of the samples scaled to norm 1; those of zeros are 0. */
  private static double[] cosines(double[] x, int samples) {
    int inputs = x.length / samples;
    double[] unit = x.clone();
    for (int i = 0; i < samples; i++) {
      double largest = 0;
      for (int k = 0; k < inputs; k++) {
        double value = Math.abs(x[i * inputs + k]);
        if (!(value <= Double.MAX_VALUE)) {
          throw new IllegalArgumentException("sample " + i + " has an entry that is not finite");
        }
        largest = Math.max(largest, value);
      }
      if (largest > 0) {
        // By a power of two first, so that squares neither overflow nor vanish.
        scale(unit, i * inputs, inputs, -Math.getExponent(largest));
        double norm = Math.sqrt(ScalarProduct.of(unit, i * inputs, unit, i * inputs, inputs));
        for (int k = 0; k < inputs; k++) {
          unit[i * inputs + k] /= norm;
        }
      }
    }
    double[] gram = new double[samples * samples];
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j <= i; j++) {
        double product = ScalarProduct.of(unit, i * inputs, unit, j * inputs, inputs);
        gram[i * samples + j] = product;
        gram[j * samples + i] = product;
      }
    }
    return gram;
  }

  private static void scale(double[] values, int from, int length, int exponent) {
    for (int k = from; k < from + length; k++) {
      values[k] = Math.scalb(values[k], exponent);
    }
  }

  /** Marks zeros, and samples on the ray of one before them. */
  private static boolean[] represented(double[] gram, int n) {
    boolean[] represented = new boolean[n];
    for (int j = 0; j < n; j++) {
      represented[j] = gram[j * n + j] == 0;
      for (int i = 0; i < j && !represented[j]; i++) {
        double apart = gram[i * n + i] + gram[j * n + j] - 2 * gram[i * n + j];
        represented[j] = !represented[i] && apart <= TOLERANCE * TOLERANCE;
      }
    }
    return represented;
  }

  /**
   * Returns true if every sample that represents a ray is farther from the span of the other ones
   * than the tolerance: the distances are (K^-1)_jj^-1/2, from the inverse of the Cholesky factor.
   */
  private static boolean areFarFromTheSpanOfOthers(double[] gram, boolean[] represented) {
    int n = represented.length;
    double[] factor = new double[n * n];
    int[] order = new int[n];
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (!represented[i]) {
        double pivot = gram[i * n + i];
        for (int q = 0; q < count; q++) {
          double value =
              (gram[i * n + order[q]] - ScalarProduct.of(factor, count * n, factor, q * n, q))
                  / factor[q * n + q];
          factor[count * n + q] = value;
          pivot -= value * value;
        }
        if (!(pivot > TOLERANCE * TOLERANCE)) {
          return false;
        }
        factor[count * n + count] = Math.sqrt(pivot);
        order[count++] = i;
      }
    }
    double[] column = new double[n];
    for (int j = 0; j < count; j++) {
      double sum = 0;
      for (int p = j; p < count; p++) {
        double right = p == j ? 1 : 0;
        double value =
            (right - ScalarProduct.of(factor, p * n + j, column, j, p - j)) / factor[p * n + p];
        column[p] = value;
        sum += value * value;
      }
      if (!(sum < 1 / (TOLERANCE * TOLERANCE))) {
        return false;
      }
    }
    return true;
  }

  private static ConeSupport byLeastSquares(double[] gram, boolean[] represented) {
    int n = represented.length;
    NonNegativeLeastSquares solver = new NonNegativeLeastSquares(n);
    if (containsLine(gram, represented, solver)) {
      return new ConeSupport(new boolean[n], false);
    }
    // A sample found inside is left out of the cones to come, which does not change them.
    boolean[] leftOut = represented.clone();
    double[] right = new double[n];
    for (int j = 0; j < n; j++) {
      if (!represented[j]) {
        leftOut[j] = true;
        System.arraycopy(gram, j * n, right, 0, n);
        solver.solve(gram, right, leftOut);
        double distance = squaredDistance(gram, right, gram[j * n + j], solver.solution());
        leftOut[j] = distance <= TOLERANCE * TOLERANCE;
      }
    }
    return new ConeSupport(inverted(leftOut), true);
  }

  /** Returns true if coefficients of sum 1 make a combination below the tolerance. */
  private static boolean containsLine(
      double[] gram, boolean[] represented, NonNegativeLeastSquares solver) {
    int n = represented.length;
    double[] withOnes = gram.clone();
    for (int k = 0; k < withOnes.length; k++) {
      withOnes[k]++;
    }
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    solver.solve(withOnes, ones, represented);
    return squaredDistance(withOnes, ones, 1, solver.solution()) <= TOLERANCE * TOLERANCE;
  }

  private static double squaredDistance(
      double[] gram, double[] right, double norm, double[] coefficients) {
    int n = right.length;
    double sum = norm;
    for (int i = 0; i < n; i++) {
      if (coefficients[i] != 0) {
        double product = ScalarProduct.of(gram, i * n, coefficients, 0, n);
        sum += coefficients[i] * (product - 2 * right[i]);
      }
    }
    return sum;
  }

  private static boolean[] inverted(boolean[] flags) {
    boolean[] inverted = new boolean[flags.length];
    for (int i = 0; i < flags.length; i++) {
      inverted[i] = !flags[i];
    }
    return inverted;
  }

  /** Returns true if the cone contains no line; only then there are extreme rays. */
  public boolean isPointed() {
    return pointed;
  }

  /**
   * Returns true if a sample is an extreme ray, and the first one on it.
   *
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  public boolean contains(int sample) {
    return extreme[sample];
  }

  /** Returns the positions of the extreme rays, in increasing order. */
  public int[] samples() {
    int[] samples = new int[extreme.length];
    int count = 0;
    for (int i = 0; i < extreme.length; i++) {
      if (extreme[i]) {
        samples[count++] = i;
      }
    }
    return Arrays.copyOf(samples, count);
  }
}
