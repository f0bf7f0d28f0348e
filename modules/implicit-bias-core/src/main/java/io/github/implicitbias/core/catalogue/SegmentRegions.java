package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScalarProduct;
import java.util.Arrays;

/**
 * Counts the linear regions of a stack on the segment from the first to the second sample: 1 + the
 * number of points on it at which some unit of a layer with a kink switches. Units that switch at
 * one point, as copies of each other do, make one new region there.
 *
 * <p>The segment is cut layer by layer: on each piece between points found so far every layer is
 * linear, so a unit switches at most once, where its pre-activations at the ends have opposite
 * signs. Points closer than 1e-12 of the segment count as one. Cost: O(regions x parameters).
 */
final class SegmentRegions {

  private static final double SAME = 1e-12;

  private double[] points = {0, 1};
  private double[] found = {};
  private double[] left = {};
  private double[] right = {};
  private double[] next = {};

  /** Returns the number of regions; the stack has at least two samples. */
  public double count(Stack stack) {
    points[0] = 0;
    points[1] = 1;
    int pieces = 1;
    for (int l = 0; l < stack.depth(); l++) {
      double slope = stack.layer(l).negativeSlope();
      if (slope != 1 && !Double.isNaN(slope)) {
        pieces = cut(stack, l, pieces);
      }
    }
    return pieces;
  }

  private int cut(Stack stack, int layer, int pieces) {
    int units = stack.layer(layer).units();
    int count = 0;
    ensureFound(pieces + 1);
    preActivations(stack, layer, points[0]);
    right = copy(next, right, units);
    for (int p = 0; p < pieces; p++) {
      double from = points[p];
      double to = points[p + 1];
      found[count++] = from;
      double[] before = left;
      left = right;
      preActivations(stack, layer, to);
      right = copy(next, before, units);
      ensureFound(count + units + pieces - p + 1);
      for (int j = 0; j < units; j++) {
        if (left[j] > 0 != right[j] > 0 && left[j] != 0 && right[j] != 0) {
          found[count++] = from + (to - from) * (left[j] / (left[j] - right[j]));
        }
      }
    }
    found[count++] = points[pieces];
    Arrays.sort(found, 0, count);
    if (points.length < count) {
      points = new double[2 * count];
    }
    points[0] = 0;
    int kept = 1;
    for (int k = 1; k < count; k++) {
      if (found[k] - points[kept - 1] > SAME && 1 - found[k] > SAME) {
        points[kept++] = found[k];
      }
    }
    points[kept] = 1;
    return kept;
  }

  private void ensureFound(int length) {
    if (found.length < length) {
      found = Arrays.copyOf(found, 2 * length);
    }
  }

  private static double[] copy(double[] from, double[] to, int length) {
    double[] into = to.length >= length ? to : new double[length];
    System.arraycopy(from, 0, into, 0, length);
    return into;
  }

  private double[] input = {};

  /** Writes the pre-activations of a layer at a point of the segment into {@code next}. */
  private void preActivations(Stack stack, int layer, double at) {
    int inputs = stack.layer(0).inputs();
    double[] x = stack.inputs(0);
    if (input.length < inputs) {
      input = new double[inputs];
    }
    for (int k = 0; k < inputs; k++) {
      input[k] = (1 - at) * x[k] + at * x[inputs + k];
    }
    for (int l = 0; l <= layer; l++) {
      WeightLayer current = stack.layer(l);
      int units = current.units();
      if (next.length < units) {
        next = new double[units];
      }
      double[] w = current.weights();
      double[] b = current.hasBias() ? current.biases() : null;
      for (int j = 0; j < units; j++) {
        double sum = ScalarProduct.of(w, j * current.inputs(), input, 0, current.inputs());
        next[j] = b == null ? sum : sum + b[j];
      }
      if (l < layer) {
        if (input.length < units) {
          input = new double[units];
        }
        for (int j = 0; j < units; j++) {
          input[j] = next[j] > 0 ? next[j] : current.negativeSlope() * next[j];
        }
      }
    }
  }
}
