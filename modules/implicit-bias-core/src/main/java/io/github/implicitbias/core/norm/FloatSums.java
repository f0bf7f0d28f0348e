package io.github.implicitbias.core.norm;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The sums of {@link ParameterNorms} over floats; its kernel comment says how. */
final class FloatSums {

  static final int GROUP = 8;
  private static final int CHUNK = ParameterNorms.CHUNK;
  private static final int FOLDED = 64;
  private static final double SMALLEST_SAFE_FLOAT_SUM = 1e-26;

  final float[][] buffers;
  private float[][] firsts;
  private float[][] previous;
  int[] lengths;
  int known;
  private final float[] parameterLanes;
  private final float[] distanceLanes;
  private final float[] updateLanes;
  private final float[] half;
  private int used;
  double ofParameters;
  double ofDistance;
  double ofUpdate;

  FloatSums(int parameters, int longest) {
    buffers = new float[GROUP][longest];
    parameterLanes = new float[longest];
    distanceLanes = new float[longest];
    updateLanes = new float[longest];
    half = new float[longest / 2];
    int chunks = parameters / CHUNK + 2;
    firsts = new float[chunks][];
    previous = new float[chunks][];
    lengths = new int[chunks];
  }

  void accept(int chunk, int buffer, int n, boolean atFirst) {
    float[] x = buffers[buffer];
    if (atFirst) {
      if (known == lengths.length) {
        firsts = Arrays.copyOf(firsts, 2 * known);
        previous = Arrays.copyOf(previous, 2 * known);
        lengths = Arrays.copyOf(lengths, 2 * known);
      }
      firsts[chunk] = Arrays.copyOf(x, n);
      previous[chunk] = x.clone();
      lengths[chunk] = n;
      known++;
    }
    used = Math.max(used, n);
    sum(x, firsts[chunk], previous[chunk], parameterLanes, distanceLanes, updateLanes, n);
  }

  private static void sum(
      float[] x, float[] y, float[] z, float[] ofX, float[] ofY, float[] ofZ, int n) {
    for (int k = 0; k < n; k++) {
      float v = x[k];
      float d = v - y[k];
      float u = v - z[k];
      ofX[k] += v * v;
      ofY[k] += d * d;
      ofZ[k] += u * u;
    }
  }

  void letGo() {
    firsts = new float[0][];
    previous = new float[0][];
    lengths = new int[0];
    known = 0;
    clear();
  }

  /** Forgets sums of a reading that was given up. */
  void clear() {
    if (used > 0) {
      Arrays.fill(parameterLanes, 0);
      Arrays.fill(distanceLanes, 0);
      Arrays.fill(updateLanes, 0);
      used = 0;
    }
  }

  void exchange(int chunk, int buffer) {
    float[] x = buffers[buffer];
    buffers[buffer] = previous[chunk];
    previous[chunk] = x;
  }

  /** Ends a group of chunks: gives its sums and makes its buffers the previous chunks. */
  void close(int firstOfGroup, int count) {
    ofParameters = take(parameterLanes);
    ofDistance = take(distanceLanes);
    ofUpdate = take(updateLanes);
    used = 0;
    if (!safe(ofParameters)) {
      ofParameters = inDouble(firstOfGroup, count, null);
    }
    if (!safe(ofDistance)) {
      ofDistance = inDouble(firstOfGroup, count, firsts);
    }
    if (!safe(ofUpdate)) {
      ofUpdate = inDouble(firstOfGroup, count, previous);
    }
    for (int i = 0; i < count; i++) {
      exchange(firstOfGroup + i, i);
    }
  }

  private double inDouble(int firstOfGroup, int count, float @Nullable [][] subtracted) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      float[] x = buffers[i];
      float[] y = subtracted == null ? null : subtracted[firstOfGroup + i];
      for (int k = 0; k < lengths[firstOfGroup + i]; k++) {
        double d = y == null ? x[k] : (double) x[k] - y[k];
        sum += d * d;
      }
    }
    return sum;
  }

  private static boolean safe(double sum) {
    return sum > SMALLEST_SAFE_FLOAT_SUM && sum < Double.POSITIVE_INFINITY;
  }

  private double take(float[] lanes) {
    // Lanes that were not used are 0.
    int n = used <= FOLDED ? used : Integer.highestOneBit(2 * used - 1);
    while (n > FOLDED) {
      n >>= 1;
      System.arraycopy(lanes, n, half, 0, n);
      add(half, lanes, n);
    }
    double sum = 0;
    for (int k = 0; k < n; k++) {
      sum += lanes[k];
    }
    Arrays.fill(lanes, 0, used, 0);
    return sum;
  }

  private static void add(float[] from, float[] to, int n) {
    for (int k = 0; k < n; k++) {
      to[k] += from[k];
    }
  }
}
