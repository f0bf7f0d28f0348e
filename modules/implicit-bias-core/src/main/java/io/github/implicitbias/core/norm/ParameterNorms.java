package io.github.implicitbias.core.norm;

import java.util.Arrays;

/*
 * Kernel. Three sums of squares over a parameter vector that is handed over in chunks short enough
 * to stay in a near cache: of the parameters, of their difference from the first record, and of
 * their difference from the step before.
 *
 * Doubles are summed in one pass with four independent terms of each sum.
 *
 * For floats, C2 makes vector code of a loop over several arrays of one type only if all of them are
 * indexed alike. So each stretch of LANES entries is first copied (memory speed) into arrays of its own,
 * and summed into as many lanes, one term per lane.
 *
 * A chunk gives a lane at most 8 terms. Floats are squared and summed in float; the lanes are then
 * folded in half three times, still in float, and the last 64 added in double: all terms are
 * non-negative, so the relative error of a sum is at most 18 * 2^-24 (1.1e-6), of a norm half of
 * that, whatever the length. A chunk whose sum could have lost terms to underflow, or has
 * overflowed, is summed again in double.
 */

/**
 * Norm of the trainable parameters, their distance from the first record and the norm of the last
 * update, over the parameter vector of a network.
 *
 * <p>Usage per observation: {@link #begin}, {@link #acceptFloats} or {@link #acceptDoubles} for
 * every chunk, {@link #end}. Cost O(parameters); for floats the relative error is at most 6e-7.
 * Doubles below 1e-154 or above 1e154 in magnitude have squares that underflow or overflow.
 */
public final class ParameterNorms {

  /** The greatest number of entries in one chunk. */
  public static final int CHUNK = 4096;

  private static final int LANES = 512;
  private static final int FOLDED = 64;
  private static final double SMALLEST_SAFE_FLOAT_SUM = 1e-27;

  private final boolean single;
  private final float[] firstFloats;
  private final float[] previousFloats;
  private final double[] firstDoubles;
  private final double[] previousDoubles;
  private final Floats floats;
  private final Doubles doubles;
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
    floats = single ? new Floats() : null;
    doubles = single ? null : new Doubles();
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
    floats.sum(chunk, firstFloats, previousFloats, at, length);
    ofParameters += safe(floats.ofParameters) ? floats.ofParameters : squares(chunk, length);
    ofDistance +=
        safe(floats.ofDistance)
            ? floats.ofDistance
            : squaredDifferences(chunk, firstFloats, at, length);
    ofUpdate +=
        safe(floats.ofUpdate)
            ? floats.ofUpdate
            : squaredDifferences(chunk, previousFloats, at, length);
    System.arraycopy(chunk, 0, previousFloats, at, length);
  }

  /** As {@link #acceptFloats}, for double parameters. */
  public void acceptDoubles(double[] chunk, int at, int length) {
    if (first) {
      System.arraycopy(chunk, 0, firstDoubles, at, length);
      System.arraycopy(chunk, 0, previousDoubles, at, length);
    }
    doubles.sum(chunk, firstDoubles, previousDoubles, at, length);
    ofParameters += doubles.ofParameters;
    ofDistance += doubles.ofDistance;
    ofUpdate += doubles.ofUpdate;
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

  private static boolean safe(double sum) {
    return sum > SMALLEST_SAFE_FLOAT_SUM && sum < Double.POSITIVE_INFINITY;
  }

  private static double squares(float[] x, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += (double) x[i] * x[i];
    }
    return sum;
  }

  private static double squaredDifferences(float[] x, float[] y, int at, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      double d = (double) x[i] - y[at + i];
      sum += d * d;
    }
    return sum;
  }

  /** The three sums over one chunk, in float. */
  private static final class Floats {
    private final float[] x = new float[LANES];
    private final float[] first = new float[LANES];
    private final float[] previous = new float[LANES];
    private final float[] parameterLanes = new float[LANES];
    private final float[] distanceLanes = new float[LANES];
    private final float[] updateLanes = new float[LANES];
    private double ofParameters;
    private double ofDistance;
    private double ofUpdate;

    void sum(float[] chunk, float[] allFirst, float[] allPrevious, int at, int length) {
      for (int from = 0; from < length; from += LANES) {
        int n = Math.min(LANES, length - from);
        System.arraycopy(chunk, from, x, 0, n);
        System.arraycopy(allFirst, at + from, first, 0, n);
        System.arraycopy(allPrevious, at + from, previous, 0, n);
        addSquares(x, parameterLanes, n);
        addSquaredDifferences(x, first, distanceLanes, n);
        addSquaredDifferences(x, previous, updateLanes, n);
      }
      int used = Math.min(LANES, length);
      ofParameters = take(parameterLanes, used);
      ofDistance = take(distanceLanes, used);
      ofUpdate = take(updateLanes, used);
    }

    private static void addSquares(float[] x, float[] lanes, int n) {
      for (int k = 0; k < n; k++) {
        lanes[k] += x[k] * x[k];
      }
    }

    private static void addSquaredDifferences(float[] x, float[] y, float[] lanes, int n) {
      for (int k = 0; k < n; k++) {
        float d = x[k] - y[k];
        lanes[k] += d * d;
      }
    }

    /** Returns the sum of the lanes and sets them to 0; overwrites x. */
    private double take(float[] lanes, int used) {
      int n = used;
      if (used == LANES) {
        while (n > FOLDED) {
          n >>= 1;
          System.arraycopy(lanes, n, x, 0, n);
          add(x, lanes, n);
        }
      }
      double sum = total(lanes, n);
      Arrays.fill(lanes, 0, used, 0);
      return sum;
    }

    private static void add(float[] from, float[] to, int n) {
      for (int k = 0; k < n; k++) {
        to[k] += from[k];
      }
    }

    private static double total(float[] lanes, int n) {
      double a = 0;
      double b = 0;
      double c = 0;
      double d = 0;
      int k = 0;
      for (; k + 4 <= n; k += 4) {
        a += lanes[k];
        b += lanes[k + 1];
        c += lanes[k + 2];
        d += lanes[k + 3];
      }
      for (; k < n; k++) {
        a += lanes[k];
      }
      return (a + b) + (c + d);
    }
  }

  /** The three sums over one chunk, in double: one pass, four independent terms of each at once. */
  private static final class Doubles {
    private double ofParameters;
    private double ofDistance;
    private double ofUpdate;

    void sum(double[] x, double[] first, double[] previous, int at, int length) {
      double p0 = 0;
      double p1 = 0;
      double p2 = 0;
      double p3 = 0;
      double d0 = 0;
      double d1 = 0;
      double d2 = 0;
      double d3 = 0;
      double u0 = 0;
      double u1 = 0;
      double u2 = 0;
      double u3 = 0;
      int k = 0;
      for (; k + 4 <= length; k += 4) {
        double v = x[k];
        double d = v - first[at + k];
        double u = v - previous[at + k];
        p0 += v * v;
        d0 += d * d;
        u0 += u * u;
        v = x[k + 1];
        d = v - first[at + k + 1];
        u = v - previous[at + k + 1];
        p1 += v * v;
        d1 += d * d;
        u1 += u * u;
        v = x[k + 2];
        d = v - first[at + k + 2];
        u = v - previous[at + k + 2];
        p2 += v * v;
        d2 += d * d;
        u2 += u * u;
        v = x[k + 3];
        d = v - first[at + k + 3];
        u = v - previous[at + k + 3];
        p3 += v * v;
        d3 += d * d;
        u3 += u * u;
      }
      for (; k < length; k++) {
        double v = x[k];
        double d = v - first[at + k];
        double u = v - previous[at + k];
        p0 += v * v;
        d0 += d * d;
        u0 += u * u;
      }
      ofParameters = (p0 + p1) + (p2 + p3);
      ofDistance = (d0 + d1) + (d2 + d3);
      ofUpdate = (u0 + u1) + (u2 + u3);
    }
  }
}
