package io.github.implicitbias.core.pattern;

import io.github.implicitbias.core.norm.ScalarProduct;
import java.util.Arrays;

/**
 * Finds the boundary entries of a layer whose pre-activation is z = w x + b: those with |z| &lt;= 8
 * eps ||w|| ||x||, where rounding alone decides the sign. They are written in the layout of {@link
 * ActivationPattern}.
 *
 * <p>Cost O(samples inputs + units inputs + samples units), and O(samples inputs units) where z has
 * to be computed. Allocates nothing per call.
 */
public final class BoundaryPacker {

  private static final double FACTOR = 8;

  private final int samples;
  private final int inputs;
  private final int units;
  private final double tolerance;
  private final int wordsPerUnit;
  private final double[] normOfSample;
  private final double[] boundOfUnit;

  /**
   * Makes a packer for layers of one shape.
   *
   * @param eps distance from 1 to the next number in the data type of the network
   */
  public BoundaryPacker(int samples, int inputs, int units, double eps) {
    this.samples = samples;
    this.inputs = inputs;
    this.units = units;
    this.tolerance = FACTOR * eps;
    this.wordsPerUnit = ActivationPattern.wordsPerUnit(samples);
    this.normOfSample = new double[samples];
    this.boundOfUnit = new double[units];
  }

  /**
   * Packs the boundary entries of known pre-activations.
   *
   * @param x inputs of the layer, row-major, samples x inputs
   * @param w weights, row-major, units x inputs
   * @param z pre-activations, row-major, samples x units
   * @param words where to write, all words are overwritten
   */
  public void pack(double[] x, double[] w, double[] z, long[] words) {
    norms(x, w);
    Arrays.fill(words, 0);
    for (int i = 0; i < samples; i++) {
      long bit = 1L << (i & 63);
      int word = i >>> 6;
      for (int j = 0; j < units; j++, word += wordsPerUnit) {
        if (Math.abs(z[i * units + j]) <= boundOfUnit[j] * normOfSample[i]) {
          words[word] |= bit;
        }
      }
    }
  }

  /**
   * Packs the boundary entries, computing the pre-activations in double.
   *
   * @param b one bias per unit, null for none; otherwise as {@link #pack}
   */
  public void packAffine(double[] x, double[] w, double[] b, long[] words) {
    norms(x, w);
    Arrays.fill(words, 0);
    for (int j = 0; j < units; j++) {
      double bias = b == null ? 0 : b[j];
      for (int i = 0; i < samples; i++) {
        double z = product(x, i * inputs, w, j * inputs) + bias;
        if (Math.abs(z) <= boundOfUnit[j] * normOfSample[i]) {
          words[j * wordsPerUnit + (i >>> 6)] |= 1L << (i & 63);
        }
      }
    }
  }

  private double product(double[] x, int xFrom, double[] w, int wFrom) {
    if (inputs > 4) {
      return ScalarProduct.of(x, xFrom, w, wFrom, inputs);
    }
    double sum = 0;
    for (int k = 0; k < inputs; k++) {
      sum += x[xFrom + k] * w[wFrom + k];
    }
    return sum;
  }

  private void norms(double[] x, double[] w) {
    for (int i = 0; i < samples; i++) {
      normOfSample[i] = Math.sqrt(product(x, i * inputs, x, i * inputs));
    }
    for (int j = 0; j < units; j++) {
      boundOfUnit[j] = tolerance * Math.sqrt(product(w, j * inputs, w, j * inputs));
    }
  }
}
