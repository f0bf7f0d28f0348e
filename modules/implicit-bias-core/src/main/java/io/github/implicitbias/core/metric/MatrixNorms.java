package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.Absent;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.spectrum.LargestSingularValue;
import java.util.Arrays;

/** Norms of the matrices of the tracked layers, each computed when it is first asked for. */
final class MatrixNorms implements Shared {

  private Observation observation;
  private boolean[] frobeniusKnown = {};
  private boolean[] largestKnown = {};
  private double[] frobenius = {};
  private LargestSingularValue[] largest = {};

  @Override
  public void compute(Observation current) {
    observation = current;
    if (frobenius.length != current.layers()) {
      frobenius = new double[current.layers()];
      frobeniusKnown = new boolean[current.layers()];
      largestKnown = new boolean[current.layers()];
      largest = new LargestSingularValue[current.layers()];
    }
    Arrays.fill(frobeniusKnown, false);
    Arrays.fill(largestKnown, false);
  }

  /** Returns the Frobenius norm, absent for layers without a matrix. */
  double frobenius(int layer) {
    if (!frobeniusKnown[layer]) {
      WeightLayer matrix = Matrices.of(observation, layer);
      if (matrix == null) {
        return Absent.VALUE;
      }
      double[] w = matrix.weights();
      int length = matrix.units() * matrix.inputs();
      frobenius[layer] = Math.sqrt(ScalarProduct.of(w, 0, w, 0, length));
      frobeniusKnown[layer] = true;
    }
    return frobenius[layer];
  }

  /** Returns the largest singular value, null for layers without a matrix. */
  LargestSingularValue largest(int layer) {
    if (!largestKnown[layer]) {
      WeightLayer matrix = Matrices.of(observation, layer);
      if (matrix == null) {
        return null;
      }
      if (largest[layer] == null) {
        largest[layer] = new LargestSingularValue(matrix.units(), matrix.inputs());
      }
      largest[layer].compute(matrix.weights());
      largestKnown[layer] = true;
    }
    return largest[layer];
  }
}
