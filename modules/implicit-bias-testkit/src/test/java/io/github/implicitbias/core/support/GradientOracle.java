package io.github.implicitbias.core.support;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Answers about a few gradients by trying all sets of them. */
final class GradientOracle {

  private GradientOracle() {}

  /** The distance of theta from the cone of gradients, by all sets of them. */
  static double cone(double[][] gradients, double[] theta) {
    double norm = Math.sqrt(dot(theta, theta));
    double best = norm;
    for (int set = 1; set < 1 << gradients.length; set++) {
      if (Integer.bitCount(set) <= theta.length) {
        double[][] columns = chosen(gradients, set);
        double[] lambda = Reference.leastSquares(columns, theta);
        if (Arrays.stream(lambda).allMatch(v -> v >= 0)) {
          best = Math.min(best, Reference.distance(columns, lambda, theta));
        }
      }
    }
    return best / norm;
  }

  private static double[][] chosen(double[][] rows, int set) {
    List<double[]> found = new ArrayList<>();
    for (int c = 0; c < rows.length; c++) {
      if ((set >> c & 1) != 0) {
        found.add(rows[c]);
      }
    }
    return found.toArray(new double[0][]);
  }

  /**
   * The multipliers of the shortest vector with products of at least 1 with all gradients, by all
   * sets of tight ones; null if there is none.
   */
  static double[] separator(double[][] gradients) {
    int count = gradients.length;
    double best = Double.POSITIVE_INFINITY;
    double[] ofBest = null;
    for (int set = 1; set < 1 << count; set++) {
      double[][] tight = chosen(gradients, set);
      double[][] products = new double[tight.length][tight.length];
      double[] ones = new double[tight.length];
      for (int c = 0; c < tight.length; c++) {
        ones[c] = 1;
        for (int b = 0; b < tight.length; b++) {
          products[c][b] = dot(tight[c], tight[b]);
        }
      }
      double[] lambda = Reference.leastSquares(products, ones);
      double squared = 0;
      double[] phi = new double[gradients[0].length];
      for (int c = 0; c < tight.length; c++) {
        squared += lambda[c];
        for (int p = 0; p < phi.length; p++) {
          phi[p] += lambda[c] * tight[c][p];
        }
      }
      double most = Arrays.stream(lambda).map(Math::abs).max().orElse(0);
      boolean feasible = Arrays.stream(lambda).allMatch(v -> v >= -1e-10 * most);
      for (double[] gradient : gradients) {
        feasible &= dot(gradient, phi) >= 1 - 1e-8;
      }
      if (feasible && squared < best * (1 - 1e-9)) {
        best = squared;
        ofBest = new double[count];
        for (int c = 0, at = 0; c < count; c++) {
          ofBest[c] = (set >> c & 1) != 0 ? lambda[at++] : 0;
        }
      }
    }
    return ofBest;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum += x[k] * y[k];
    }
    return sum;
  }
}
