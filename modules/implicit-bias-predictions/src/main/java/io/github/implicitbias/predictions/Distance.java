package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.solution.MinimumNorm;
import org.jspecify.annotations.Nullable;

/** Distances between weights, and the fits they are measured from. */
final class Distance {

  private Distance() {}

  /**
   * Returns the cadence of a distance, and of the norm of a gradient by the products of samples.
   */
  static Cadence cadence(Dimensions dimensions) {
    double n = dimensions.samples();
    return Cadence.ofWork(n * n * dimensions.trackedUnits() + 3.0 * dimensions.parameters());
  }

  static double product(double[] a, double[] b) {
    return ScalarProduct.of(a, 0, b, 0, b.length);
  }

  static double length(double[] a) {
    return Math.sqrt(product(a, a));
  }

  /** Returns norm(a - b). */
  static double of(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < b.length; k++) {
      double difference = a[k] - b[k];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  /**
   * Returns the weights nearest to some others among those that fit all labels above 0; null if
   * there are no such labels, or the solver refuses the samples.
   */
  static double @Nullable [] nearestFit(HighDimensionalRun setting, double[] from) {
    int fitted = 0;
    for (double y : setting.labels()) {
      fitted += y > 0 ? 1 : 0;
    }
    if (fitted == 0) {
      return null;
    }
    double[][] x = new double[fitted][];
    double[] rest = new double[fitted];
    for (int i = 0, k = 0; i < setting.samples(); i++) {
      if (setting.labels()[i] > 0) {
        x[k] = setting.rows()[i];
        rest[k++] = setting.labels()[i] - product(from, setting.rows()[i]);
      }
    }
    try {
      double[] fit = MinimumNorm.of(x, rest).solution();
      for (int k = 0; k < fit.length; k++) {
        fit[k] += from[k];
      }
      return fit;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
