package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.run.Absent;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Norms of the matrices of the tracked layers, each computed when it is first asked for. The search
 * for a largest singular value starts where the one before has ended: who asks at records of their
 * own makes an instance of their own.
 */
final class MatrixNorms implements Shared {

  private @Nullable Observation observed;
  private boolean[] frobeniusKnown = {};
  private boolean[] largestKnown = {};

  /** Of the matrices divided by the powers of two of their magnitudes. */
  private double[] frobenius = {};

  private LargestSingularValue[] largest = {};
  private Magnitude[] magnitudes = {};

  @Override
  public void compute(Observation current) {
    observed = current;
    if (frobenius.length != Matrices.count(current)) {
      frobenius = new double[Matrices.count(current)];
      frobeniusKnown = new boolean[Matrices.count(current)];
      largestKnown = new boolean[Matrices.count(current)];
      largest = new LargestSingularValue[Matrices.count(current)];
      magnitudes = new Magnitude[Matrices.count(current)];
    }
    Arrays.fill(frobeniusKnown, false);
    Arrays.fill(largestKnown, false);
  }

  private Observation observation() {
    return Objects.requireNonNull(observed, "compute comes first");
  }

  /** Returns the Frobenius norm, absent for layers without a matrix. */
  double frobenius(int layer) {
    WeightLayer matrix = Matrices.of(observation(), layer);
    if (matrix == null) {
      return Absent.VALUE;
    }
    scaled(matrix, layer);
    return Math.scalb(frobenius[layer], magnitudes[layer].exponent());
  }

  /** Returns the matrix with its largest entry at about 1, and finds its norm. */
  private double[] scaled(WeightLayer matrix, int layer) {
    if (magnitudes[layer] == null) {
      magnitudes[layer] = new Magnitude();
    }
    int length = matrix.units() * matrix.inputs();
    double[] w = magnitudes[layer].scaled(matrix.weights(), length);
    if (!frobeniusKnown[layer]) {
      frobenius[layer] = Magnitude.norm(w, 0, length);
      frobeniusKnown[layer] = true;
    }
    return w;
  }

  /** Computes the largest singular value; returns false for layers without a matrix. */
  private boolean computeLargest(int layer) {
    if (!largestKnown[layer]) {
      WeightLayer matrix = Matrices.of(observation(), layer);
      if (matrix == null) {
        return false;
      }
      double[] w = scaled(matrix, layer);
      if (largest[layer] == null) {
        largest[layer] = new LargestSingularValue(matrix.units(), matrix.inputs());
      }
      largest[layer].compute(w);
      largestKnown[layer] = true;
    }
    return true;
  }

  /** Returns the largest singular value, absent for layers without a matrix. */
  double spectral(int layer) {
    return computeLargest(layer)
        ? Math.scalb(largest[layer].value(), magnitudes[layer].exponent())
        : Absent.VALUE;
  }

  /**
   * Returns the residual of {@link #spectral}, absent without a matrix, for one of zeros, and for
   * one with infinite entries.
   */
  double residual(int layer) {
    return computeLargest(layer) && hasDirections(layer) ? largest[layer].residual() : Absent.VALUE;
  }

  /**
   * Returns the stable rank, absent without a matrix, for one of zeros, and for one with infinite
   * entries.
   */
  double stableRank(int layer) {
    if (!computeLargest(layer) || !hasDirections(layer)) {
      return Absent.VALUE;
    }
    double ratio = frobenius[layer] / largest[layer].value();
    return ratio * ratio;
  }

  private boolean hasDirections(int layer) {
    double s = largest[layer].value();
    return s != 0 && s != Double.POSITIVE_INFINITY;
  }
}
