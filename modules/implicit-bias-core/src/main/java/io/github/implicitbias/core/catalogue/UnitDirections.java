package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.run.Absent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Compares the incoming vectors w_j of the units of a layer with each other. All answers are the
 * same for weights of any size: they are divided by powers of two first where that is needed.
 */
final class UnitDirections {

  private double[] norms = {};
  private double[] directions = {};
  private double[] other = {};
  private int[] order = {};
  private int[] heads = {};
  private final Magnitude now = new Magnitude();
  private final Magnitude others = new Magnitude();

  /** Finds the norms of the units of a layer, and returns its weights, both in the same unit. */
  private double[] norms(WeightLayer layer) {
    int units = layer.units();
    int inputs = layer.inputs();
    if (norms.length != units) {
      norms = new double[units];
      order = new int[units];
      heads = new int[units];
    }
    double[] w = now.scaled(layer.weights(), units * inputs);
    for (int j = 0; j < units; j++) {
      norms[j] = Magnitude.norm(w, j * inputs, inputs);
    }
    return w;
  }

  /**
   * Returns the mean of cos(w_j, w_k) over pairs j &lt; k of units that are not 0, absent with
   * fewer than two such units. With s the sum of the unit vectors of m units it is (norm(s)^2 - m)
   * / (m (m - 1)).
   */
  public double meanCosine(WeightLayer layer) {
    double[] w = norms(layer);
    int inputs = layer.inputs();
    if (directions.length != inputs) {
      directions = new double[inputs];
    }
    Arrays.fill(directions, 0);
    double count = 0;
    for (int j = 0; j < layer.units(); j++) {
      // Also true for norms that are not numbers, which must show.
      if (norms[j] != 0) {
        count++;
        for (int k = 0; k < inputs; k++) {
          directions[k] += w[j * inputs + k] / norms[j];
        }
      }
    }
    double squared = ScalarProduct.of(directions, 0, directions, 0, inputs);
    return count < 2 ? Absent.VALUE : (squared - count) / (count * (count - 1));
  }

  /**
   * Returns the number of clusters of directions: units in the order of their norms, the largest
   * first and equal ones in their own order, join the first cluster whose first unit has a cosine
   * of at least {@code cosine} with them and a sign equal to theirs, or begin one.
   *
   * @param signs numbers whose signs are compared, one per unit; null to compare directions only
   * @param live units with norms of at most this share of the largest are left out
   */
  public double clusters(WeightLayer layer, double @Nullable [] signs, double cosine, double live) {
    double[] w = norms(layer);
    int units = layer.units();
    double largest = 0;
    for (int j = 0; j < units; j++) {
      if (Double.isNaN(norms[j])) {
        return Double.NaN;
      }
      largest = Math.max(largest, norms[j]);
    }
    int count = 0;
    for (int j = 0; j < units; j++) {
      if (norms[j] > live * largest) {
        order[count++] = j;
      }
    }
    sort(count);
    int clusters = 0;
    for (int p = 0; p < count; p++) {
      if (!joins(w, layer.inputs(), order[p], clusters, signs, cosine)) {
        heads[clusters++] = order[p];
      }
    }
    return clusters;
  }

  private boolean joins(
      double[] w, int inputs, int unit, int clusters, double @Nullable [] signs, double cosine) {
    for (int c = 0; c < clusters; c++) {
      int head = heads[c];
      if (signs == null || Math.signum(signs[head]) == Math.signum(signs[unit])) {
        double product = ScalarProduct.of(w, unit * inputs, w, head * inputs, inputs);
        if (product / norms[unit] / norms[head] >= cosine) {
          return true;
        }
      }
    }
    return false;
  }

  /** Sorts by falling norms, equal ones in their own order; merges runs of growing length. */
  private void sort(int count) {
    int[] from = order;
    int[] to = heads;
    for (int run = 1; run < count; run *= 2) {
      for (int low = 0; low < count; low += 2 * run) {
        int middle = Math.min(low + run, count);
        int high = Math.min(low + 2 * run, count);
        int a = low;
        int b = middle;
        for (int at = low; at < high; at++) {
          boolean left = a < middle && (b == high || norms[from[a]] >= norms[from[b]]);
          to[at] = left ? from[a++] : from[b++];
        }
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    order = from;
    heads = to;
  }

  /**
   * Returns the number of units with norm(outgoing weights) norm((w_j, b_j)) above a share of the
   * sum of these products over the units, absent if the sum is 0.
   */
  public double liveUnits(WeightLayer layer, WeightLayer next, double share) {
    norms(layer);
    int units = layer.units();
    if (other.length != units) {
      other = new double[units];
    }
    Arrays.fill(other, 0);
    double[] v = others.scaled(next.weights(), next.units() * units);
    for (int i = 0; i < next.units(); i++) {
      for (int j = 0; j < units; j++) {
        other[j] += v[i * units + j] * v[i * units + j];
      }
    }
    double[] b = layer.hasBias() ? layer.biases() : null;
    double sum = 0;
    for (int j = 0; j < units; j++) {
      double incoming =
          b == null ? norms[j] : Math.hypot(norms[j], Math.scalb(b[j], -now.exponent()));
      other[j] = Math.sqrt(other[j]) * incoming;
      sum += other[j];
    }
    if (sum == 0) {
      return Absent.VALUE;
    }
    int live = 0;
    for (int j = 0; j < units; j++) {
      live += other[j] > share * sum ? 1 : 0;
    }
    return Double.isNaN(sum) ? sum : live;
  }

  /**
   * Returns the largest angle, in radians, between w_j and an earlier w_j, over units where neither
   * is 0; absent without such units.
   *
   * @param before units x inputs, row-major
   */
  public double rotation(WeightLayer layer, double[] before) {
    double[] w = norms(layer);
    int inputs = layer.inputs();
    double[] w0 = others.scaled(before, layer.units() * inputs);
    double largest = -1;
    for (int j = 0; j < layer.units(); j++) {
      int from = j * inputs;
      double norm = Magnitude.norm(w0, from, inputs);
      if (norms[j] != 0 && norm != 0) {
        double minus = 0;
        double plus = 0;
        for (int k = from; k < from + inputs; k++) {
          double now = w[k] / norms[j];
          double then = w0[k] / norm;
          minus += (now - then) * (now - then);
          plus += (now + then) * (now + then);
        }
        // Exact for small angles too.
        largest = Math.max(largest, 2 * Math.atan2(Math.sqrt(minus), Math.sqrt(plus)));
      }
    }
    return largest < 0 ? Absent.VALUE : largest;
  }
}
