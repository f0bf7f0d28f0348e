package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.SingularValues;
import io.github.implicitbias.run.Absent;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The singular values of the matrices of the tracked layers. */
final class ObservedSpectrum implements Shared {

  static final double MOST_WORK = 1e10;

  private @Nullable Observation observed;
  private boolean[] known = {};
  private @Nullable SingularValues[] values = {};
  private double[] largest = {};

  /** Returns the singular values of a layer; null without one matrix or beyond the work limit. */
  static @Nullable SingularValues of(Observation observation, int layer) {
    return observation.shared(ObservedSpectrum.class, ObservedSpectrum::new).values(layer);
  }

  /**
   * Returns what stands for the norms of a layer without singular values: NaN or infinity if an
   * entry of its matrix is, else absent.
   */
  static double normWithoutValues(Observation observation, int layer) {
    ObservedSpectrum spectrum = observation.shared(ObservedSpectrum.class, ObservedSpectrum::new);
    return spectrum.largest[layer] == 0 ? Absent.VALUE : spectrum.largest[layer];
  }

  /**
   * Returns what stands for the ranks of a layer without singular values: NaN if an entry of its
   * matrix is, else absent.
   */
  static double rankWithoutValues(Observation observation, int layer) {
    double norm = normWithoutValues(observation, layer);
    return norm == Double.POSITIVE_INFINITY ? Absent.VALUE : norm;
  }

  static Cadence cadence(Dimensions d) {
    return Cadence.ofDearWork(2 * work(d.widestUnits(), d.widestInputs()), d);
  }

  /** Returns the operations that the singular values of a matrix take. */
  static double work(WeightLayer matrix) {
    return work(matrix.units(), matrix.inputs());
  }

  static Price price(Dimensions d, NetworkView network) {
    double operations = 0;
    double largest = 0;
    for (int l = 0; l < network.layers(); l++) {
      WeightLayer layer = network.layer(l);
      double work = layer.trackedLayer() < 0 ? 0 : work(layer.units(), layer.inputs());
      if (work <= MOST_WORK) {
        operations += work;
        largest = Math.max(largest, (double) layer.units() * layer.inputs());
      }
    }
    // EJML works on a copy and its transpose.
    return Price.ofWeights(network).and(Price.of(ObservedSpectrum.class, operations, 24 * largest));
  }

  private static double work(double rows, double columns) {
    return 4 * rows * columns * Math.min(rows, columns);
  }

  @Override
  public void compute(Observation current) {
    observed = current;
    if (known.length != Matrices.count(current)) {
      known = new boolean[Matrices.count(current)];
      values = new SingularValues[Matrices.count(current)];
      largest = new double[Matrices.count(current)];
    }
    Arrays.fill(known, false);
  }

  private @Nullable SingularValues values(int layer) {
    if (!known[layer]) {
      WeightLayer matrix = Matrices.of(Objects.requireNonNull(observed), layer);
      values[layer] = null;
      largest[layer] = 0;
      if (matrix != null && work(matrix.units(), matrix.inputs()) <= MOST_WORK) {
        values[layer] = SingularValues.of(matrix.weights(), matrix.units(), matrix.inputs());
        int length = matrix.units() * matrix.inputs();
        largest[layer] = values[layer] == null ? largest(matrix.weights(), length) : 0;
      }
      known[layer] = true;
    }
    return values[layer];
  }

  private static double largest(double[] w, int length) {
    double largest = Magnitude.largest(w, 0, length);
    return largest < Double.POSITIVE_INFINITY ? 0 : largest;
  }
}
