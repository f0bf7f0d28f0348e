package io.github.implicitbias.core.norm;

import java.util.Arrays;

/*
 * Kernel. Three sums of squares over a parameter vector that is handed over in chunks short enough
 * to stay in the first-level cache: of the parameters, of their difference from the first record,
 * and of their difference from the step before.
 *
 * Doubles are summed in 256 interleaved lanes. Floats are squared and summed in 256 float lanes for
 * at most 16 terms each, then the lanes are added in double: all terms are non-negative, so the
 * relative error of a sum is at most 18 * 2^-24 (1.1e-6), of a norm half of that, whatever the
 * length. A chunk whose sum could have lost terms to underflow, or has overflowed, is summed again
 * in double.
 */

/**
 * Norm of the trainable parameters, their distance from the first record and the norm of the last
 * update, over the parameter vector of a network.
 *
 * <p>Usage per observation: {@link #begin}, {@link #acceptFloats} or {@link #acceptDoubles} for
 * every chunk, {@link #end}. Cost O(parameters); for floats the relative error is at most 6e-7.
 */
public final class ParameterNorms {

  /** The greatest number of entries in one chunk. */
  public static final int CHUNK = 4096;

  private static final int LANES = 256;
  private static final double SMALLEST_SAFE_FLOAT_SUM = 1e-27;

  private final boolean single;
  private final float[] firstFloats;
  private final float[] previousFloats;
  private final double[] firstDoubles;
  private final double[] previousDoubles;
  private final float[] floatLanes = new float[LANES];
  private final double[] doubleLanes = new double[LANES];
  private double ofParameters;
  private double ofDistance;
  private double ofUpdate;
  private boolean first = true;

  /**
   * Makes the norms of a network before its first record.
   *
   * @param parameters number of trainable parameters
   * @param single true for float parameters, false for double
   */
  public ParameterNorms(int parameters, boolean single) {
    this.single = single;
    firstFloats = new float[single ? parameters : 0];
    previousFloats = new float[single ? parameters : 0];
    firstDoubles = new double[single ? 0 : parameters];
    previousDoubles = new double[single ? 0 : parameters];
  }

  /** Returns true if the parameters are floats. */
  public boolean single() {
    return single;
  }

  /** Returns the number of parameters. */
  public int length() {
    return single ? firstFloats.length : firstDoubles.length;
  }

  /** Starts an observation. */
  public void begin() {
    ofParameters = 0;
    ofDistance = 0;
    ofUpdate = 0;
  }

  /**
   * Takes the parameters {@code at .. at + length - 1}.
   *
   * @param chunk the values, from index 0
   * @param length at most {@link #CHUNK}
   */
  public void acceptFloats(float[] chunk, int at, int length) {
    if (first) {
      System.arraycopy(chunk, 0, firstFloats, at, length);
      System.arraycopy(chunk, 0, previousFloats, at, length);
    }
    ofParameters += sumOfSquares(chunk, length);
    ofDistance += sumOfSquaredDifferences(chunk, firstFloats, at, length);
    ofUpdate += sumOfSquaredDifferences(chunk, previousFloats, at, length);
    System.arraycopy(chunk, 0, previousFloats, at, length);
  }

  /** As {@link #acceptFloats}, for double parameters. */
  public void acceptDoubles(double[] chunk, int at, int length) {
    if (first) {
      System.arraycopy(chunk, 0, firstDoubles, at, length);
      System.arraycopy(chunk, 0, previousDoubles, at, length);
    }
    ofParameters += sumOfSquares(chunk, length);
    ofDistance += sumOfSquaredDifferences(chunk, firstDoubles, at, length);
    ofUpdate += sumOfSquaredDifferences(chunk, previousDoubles, at, length);
    System.arraycopy(chunk, 0, previousDoubles, at, length);
  }

  /** Keeps the parameters of a step that is not recorded, for the update norm of the next. */
  public void remember(float[] chunk, int at, int length) {
    System.arraycopy(chunk, 0, previousFloats, at, length);
  }

  /** As the other {@code remember}, for double parameters. */
  public void remember(double[] chunk, int at, int length) {
    System.arraycopy(chunk, 0, previousDoubles, at, length);
  }

  /** Ends an observation. */
  public void end() {
    first = false;
  }

  /** Returns the Euclidean norm of the parameters. */
  public double norm() {
    return Math.sqrt(ofParameters);
  }

  /** Returns the Euclidean distance of the parameters from those of the first record. */
  public double distanceFromFirst() {
    return Math.sqrt(ofDistance);
  }

  /** Returns the Euclidean distance of the parameters from those handed over or kept before. */
  public double changeSincePrevious() {
    return Math.sqrt(ofUpdate);
  }

  private double sumOfSquares(float[] x, int length) {
    float[] lanes = floatLanes;
    Arrays.fill(lanes, 0);
    int base = 0;
    for (; base + LANES <= length; base += LANES) {
      for (int k = 0; k < LANES; k++) {
        lanes[k] += x[base + k] * x[base + k];
      }
    }
    for (int k = 0; base + k < length; k++) {
      lanes[k] += x[base + k] * x[base + k];
    }
    double sum = total(lanes);
    if (safe(sum)) {
      return sum;
    }
    sum = 0;
    for (int i = 0; i < length; i++) {
      sum += (double) x[i] * x[i];
    }
    return sum;
  }

  private double sumOfSquaredDifferences(float[] x, float[] y, int at, int length) {
    float[] lanes = floatLanes;
    Arrays.fill(lanes, 0);
    int base = 0;
    for (; base + LANES <= length; base += LANES) {
      int from = at + base;
      for (int k = 0; k < LANES; k++) {
        float d = x[base + k] - y[from + k];
        lanes[k] += d * d;
      }
    }
    for (int k = 0; base + k < length; k++) {
      float d = x[base + k] - y[at + base + k];
      lanes[k] += d * d;
    }
    double sum = total(lanes);
    if (safe(sum)) {
      return sum;
    }
    sum = 0;
    for (int i = 0; i < length; i++) {
      double d = (double) x[i] - y[at + i];
      sum += d * d;
    }
    return sum;
  }

  private static boolean safe(double sum) {
    return sum > SMALLEST_SAFE_FLOAT_SUM && sum < Double.POSITIVE_INFINITY;
  }

  private static double total(float[] lanes) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (int k = 0; k < LANES; k += 4) {
      a += lanes[k];
      b += lanes[k + 1];
      c += lanes[k + 2];
      d += lanes[k + 3];
    }
    return (a + b) + (c + d);
  }

  private double sumOfSquares(double[] x, int length) {
    if (length < LANES) {
      double sum = 0;
      for (int i = 0; i < length; i++) {
        sum += x[i] * x[i];
      }
      return sum;
    }
    double[] lanes = doubleLanes;
    Arrays.fill(lanes, 0);
    int base = 0;
    for (; base + LANES <= length; base += LANES) {
      for (int k = 0; k < LANES; k++) {
        lanes[k] += x[base + k] * x[base + k];
      }
    }
    for (int k = 0; base + k < length; k++) {
      lanes[k] += x[base + k] * x[base + k];
    }
    return total(lanes);
  }

  private double sumOfSquaredDifferences(double[] x, double[] y, int at, int length) {
    if (length < LANES) {
      double sum = 0;
      for (int i = 0; i < length; i++) {
        double d = x[i] - y[at + i];
        sum += d * d;
      }
      return sum;
    }
    double[] lanes = doubleLanes;
    Arrays.fill(lanes, 0);
    int base = 0;
    for (; base + LANES <= length; base += LANES) {
      int from = at + base;
      for (int k = 0; k < LANES; k++) {
        double d = x[base + k] - y[from + k];
        lanes[k] += d * d;
      }
    }
    for (int k = 0; base + k < length; k++) {
      double d = x[base + k] - y[at + base + k];
      lanes[k] += d * d;
    }
    return total(lanes);
  }

  private static double total(double[] lanes) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (int k = 0; k < LANES; k += 4) {
      a += lanes[k];
      b += lanes[k + 1];
      c += lanes[k + 2];
      d += lanes[k + 3];
    }
    return (a + b) + (c + d);
  }
}
