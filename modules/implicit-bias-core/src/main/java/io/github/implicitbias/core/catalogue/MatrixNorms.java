package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.spectrum.LargestSingularValue;
import io.github.implicitbias.run.Absent;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Norms of the matrices of the tracked layers, each computed when it is first asked for. The search
 * for a largest singular value starts where the one before has ended: who asks at records of their
 * own makes an instance of their own.
 */
public final class MatrixNorms implements Shared {

  private static final double SMALLEST_SAFE = 1e-200;
  private static final double LARGEST_SAFE = 1e200;

  private @Nullable Observation observed;
  private boolean[] frobeniusKnown = {};
  private boolean[] largestKnown = {};
  private double[] frobenius = {};
  private LargestSingularValue[] largest = {};
  private int[] exponents = {};
  private double[][] scaled = {};

  @Override
  public void compute(Observation current) {
    observed = current;
    if (frobenius.length != current.layers()) {
      frobenius = new double[current.layers()];
      frobeniusKnown = new boolean[current.layers()];
      largestKnown = new boolean[current.layers()];
      largest = new LargestSingularValue[current.layers()];
      exponents = new int[current.layers()];
      scaled = new double[current.layers()][];
    }
    Arrays.fill(frobeniusKnown, false);
    Arrays.fill(largestKnown, false);
  }

  private Observation observation() {
    return Objects.requireNonNull(observed, "compute comes first");
  }

  /** Returns the Frobenius norm, absent for layers without a matrix. */
  double frobenius(int layer) {
    if (!frobeniusKnown[layer]) {
      WeightLayer matrix = Matrices.of(observation(), layer);
      if (matrix == null) {
        return Absent.VALUE;
      }
      double[] w = matrix.weights();
      int length = matrix.units() * matrix.inputs();
      double squared = ScalarProduct.of(w, 0, w, 0, length);
      exponents[layer] = 0;
      if (!(squared > SMALLEST_SAFE && squared < LARGEST_SAFE)) {
        w = scaled(layer, w, length);
        squared = ScalarProduct.of(w, 0, w, 0, length);
      }
      frobenius[layer] = Math.scalb(Math.sqrt(squared), exponents[layer]);
      frobeniusKnown[layer] = true;
    }
    return frobenius[layer];
  }

  /** Brings the largest entry to about 1, so that squares neither underflow nor overflow. */
  private double[] scaled(int layer, double[] w, int length) {
    double most = 0;
    for (int k = 0; k < length; k++) {
      most = Math.max(most, Math.abs(w[k]));
    }
    if (!(most > 0 && most < Double.POSITIVE_INFINITY)) {
      return w;
    }
    exponents[layer] = Math.getExponent(most);
    if (scaled[layer] == null) {
      scaled[layer] = new double[length];
    }
    for (int k = 0; k < length; k++) {
      scaled[layer][k] = Math.scalb(w[k], -exponents[layer]);
    }
    return scaled[layer];
  }

  /** Computes the largest singular value; returns false for layers without a matrix. */
  private boolean computeLargest(int layer) {
    if (!largestKnown[layer]) {
      WeightLayer matrix = Matrices.of(observation(), layer);
      if (matrix == null) {
        return false;
      }
      frobenius(layer);
      if (largest[layer] == null) {
        largest[layer] = new LargestSingularValue(matrix.units(), matrix.inputs());
      }
      largest[layer].compute(exponents[layer] == 0 ? matrix.weights() : scaled[layer]);
      largestKnown[layer] = true;
    }
    return true;
  }

  /** Returns the largest singular value, absent for layers without a matrix. */
  double spectral(int layer) {
    return computeLargest(layer)
        ? Math.scalb(largest[layer].value(), exponents[layer])
        : Absent.VALUE;
  }

  /** Returns the residual of {@link #spectral}, absent without a matrix or for one of zeros. */
  double residual(int layer) {
    return computeLargest(layer) && largest[layer].value() != 0
        ? largest[layer].residual()
        : Absent.VALUE;
  }

  /** Returns the stable rank, absent without a matrix or for one of zeros. */
  public double stableRank(int layer) {
    if (!computeLargest(layer) || largest[layer].value() == 0) {
      return Absent.VALUE;
    }
    double ratio = Math.scalb(frobenius(layer), -exponents[layer]) / largest[layer].value();
    return ratio * ratio;
  }
}
