package io.github.implicitbias.listener;

import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.run.ActivationPattern;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * Kernel. Where pre-activations have to be computed, x is transposed first: then the loop over the
 * samples is one over arrays that are indexed alike, which C2 turns into vector code, however few
 * inputs there are.
 */

/**
 * Finds the boundary entries of a layer whose pre-activation is z = w x + b: those with |z| &lt;= 8
 * eps ||w|| ||x||, where rounding alone decides the sign. They are written in the layout of {@link
 * ActivationPattern}.
 *
 * <p>Cost O(samples inputs + units inputs + samples units), and O(samples inputs units) where z has
 * to be computed. Allocates nothing per call.
 */
final class BoundaryPacker {

  private static final double FACTOR = 8;

  private final int samples;
  private final int inputs;
  private final int units;
  private final double tolerance;
  private final int wordsPerUnit;
  private final double[] normOfSample;
  private final double[] boundOfUnit;
  private final double[] ofUnit;
  private double[][] byInput = {};

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
    this.ofUnit = new double[samples];
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
   * @param b one bias per unit, null if there are none; for the rest see {@link #pack}
   */
  public void packAffine(double[] x, double[] w, double @Nullable [] b, long[] words) {
    norms(x, w);
    transpose(x);
    Arrays.fill(words, 0);
    for (int j = 0; j < units; j++) {
      Arrays.fill(ofUnit, b == null ? 0 : b[j]);
      for (int k = 0; k < inputs; k++) {
        add(byInput[k], w[j * inputs + k], ofUnit, samples);
      }
      double bound = boundOfUnit[j];
      for (int i = 0; i < samples; i++) {
        if (Math.abs(ofUnit[i]) <= bound * normOfSample[i]) {
          words[j * wordsPerUnit + (i >>> 6)] |= 1L << (i & 63);
        }
      }
    }
  }

  private void transpose(double[] x) {
    if (byInput.length != inputs) {
      byInput = new double[inputs][samples];
    }
    for (int k = 0; k < inputs; k++) {
      double[] to = byInput[k];
      for (int i = 0, at = k; i < samples; i++, at += inputs) {
        to[i] = x[at];
      }
    }
  }

  private static void add(double[] from, double factor, double[] to, int n) {
    for (int i = 0; i < n; i++) {
      to[i] += factor * from[i];
    }
  }

  private void norms(double[] x, double[] w) {
    for (int i = 0; i < samples; i++) {
      normOfSample[i] = Math.sqrt(square(x, i * inputs));
    }
    for (int j = 0; j < units; j++) {
      boundOfUnit[j] = tolerance * Math.sqrt(square(w, j * inputs));
    }
  }

  private double square(double[] values, int from) {
    return ScalarProduct.of(values, from, values, from, inputs);
  }
}
