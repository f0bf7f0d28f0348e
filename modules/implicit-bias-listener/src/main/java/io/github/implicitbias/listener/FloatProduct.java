package io.github.implicitbias.listener;

import java.nio.FloatBuffer;
import java.util.Arrays;

/*
 * Kernel. The product of a samples x inputs matrix of floats, row-major, with an inputs x outputs
 * matrix that has few columns: z_ik = b_k + sum_j x_ij w_jk.
 *
 * Sums along a row are what Java's compiler does not turn into vector code, since float additions
 * must keep their order. So blocks of 128 rows x 128 inputs are transposed first, eight rows at a
 * time, and the vector lanes are samples: for four inputs and one output a short loop over arrays
 * that are indexed alike. A block stays in the near caches, where training has left nothing of ours;
 * transposing the whole matrix took twice as long. Sums are in float over the inputs of a block, then
 * go into the double result.
 *
 * Each term goes through at most 3 roundings before and 32 after it has entered the running sum of
 * its lane, so the error is at most about 35 * 2^-24 (2.1e-6) of the sum of the magnitudes of the
 * terms, whatever the number of inputs; it does not depend on where in the matrix a sample stands.
 */

/**
 * Product of a matrix of floats, one row per sample, with a matrix of weights that has few columns.
 *
 * <p>Cost O(samples inputs outputs); allocates nothing per call. Meant for output layers: with one
 * output, or with hundreds, a matrix library is faster.
 */
final class FloatProduct {

  private static final int BLOCK = 128;
  private static final int ROWS = 8;
  private static final int SEGMENT = 128;

  private final int samples;
  private final int inputs;
  private final int outputs;
  private final float[] weights;
  private final float[][] rows;
  private final float[][] byInput;
  private final float[][] sums;

  /** Makes a product of matrices of one shape; all sizes are at least 1. */
  public FloatProduct(int samples, int inputs, int outputs) {
    this.samples = samples;
    this.inputs = inputs;
    this.outputs = outputs;
    int lanes = (Math.min(samples, BLOCK) + ROWS - 1) / ROWS * ROWS;
    weights = new float[inputs * outputs];
    int width = Math.min(inputs, SEGMENT);
    rows = new float[ROWS][width];
    byInput = new float[width][lanes];
    sums = new float[outputs][lanes];
  }

  /** Returns the array to write the weights into, row-major, one row of inputs per output. */
  public float[] weights() {
    return weights;
  }

  /**
   * Multiplies.
   *
   * @param x row-major, one row of inputs per sample, from the position of the buffer on, which is
   *     moved
   * @param bias one number per output
   * @param z where to write, row-major, one row of outputs per sample
   */
  public void multiply(FloatBuffer x, double[] bias, double[] z) {
    int start = x.position();
    for (int first = 0; first < samples; first += BLOCK) {
      int n = Math.min(BLOCK, samples - first);
      for (int i = first; i < first + n; i++) {
        System.arraycopy(bias, 0, z, i * outputs, outputs);
      }
      for (int from = 0; from < inputs; from += SEGMENT) {
        int width = Math.min(SEGMENT, inputs - from);
        transpose(x, start + first * inputs + from, n, width);
        add(from, width, n, first * outputs, z);
      }
    }
  }

  private void transpose(FloatBuffer x, int at, int n, int width) {
    for (int i = 0; i < n; i += ROWS) {
      int present = Math.min(ROWS, n - i);
      for (int r = 0; r < present; r++) {
        x.position(at + (i + r) * inputs);
        x.get(rows[r], 0, width);
      }
      // Lanes beyond the last sample are written, too, and never read.
      transpose(
          rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7], byInput, i,
          width);
    }
  }

  private static void transpose(
      float[] a,
      float[] b,
      float[] c,
      float[] d,
      float[] e,
      float[] f,
      float[] g,
      float[] h,
      float[][] to,
      int at,
      int n) {
    for (int j = 0; j < n; j++) {
      float[] lanes = to[j];
      lanes[at] = a[j];
      lanes[at + 1] = b[j];
      lanes[at + 2] = c[j];
      lanes[at + 3] = d[j];
      lanes[at + 4] = e[j];
      lanes[at + 5] = f[j];
      lanes[at + 6] = g[j];
      lanes[at + 7] = h[j];
    }
  }

  private void add(int from, int width, int n, int at, double[] z) {
    for (float[] sum : sums) {
      Arrays.fill(sum, 0);
    }
    int j = 0;
    for (; j + 4 <= width; j += 4) {
      for (int k = 0, v = from + j; k < outputs; k++, v += inputs) {
        add(
            byInput[j], weights[v],
            byInput[j + 1], weights[v + 1],
            byInput[j + 2], weights[v + 2],
            byInput[j + 3], weights[v + 3],
            sums[k], n);
      }
    }
    for (; j < width; j++) {
      for (int k = 0, v = from + j; k < outputs; k++, v += inputs) {
        add(byInput[j], weights[v], sums[k], n);
      }
    }
    for (int k = 0; k < outputs; k++) {
      float[] sum = sums[k];
      for (int i = 0, entry = at + k; i < n; i++, entry += outputs) {
        z[entry] += sum[i];
      }
    }
  }

  private static void add(
      float[] a,
      float s,
      float[] b,
      float t,
      float[] c,
      float u,
      float[] d,
      float v,
      float[] sum,
      int n) {
    for (int i = 0; i < n; i++) {
      sum[i] += (s * a[i] + t * b[i]) + (u * c[i] + v * d[i]);
    }
  }

  private static void add(float[] a, float s, float[] sum, int n) {
    for (int i = 0; i < n; i++) {
      sum[i] += s * a[i];
    }
  }
}
