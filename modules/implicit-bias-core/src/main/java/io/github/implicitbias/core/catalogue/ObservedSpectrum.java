package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.spectrum.SingularValues;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The singular values of the matrices of the tracked layers. */
final class ObservedSpectrum implements Shared {

  private static final double MOST_WORK = 1e10;

  private @Nullable Observation observed;
  private boolean[] known = {};
  private @Nullable SingularValues[] values = {};

  /** Returns the singular values of a layer; null without one matrix or beyond the work limit. */
  static @Nullable SingularValues of(Observation observation, int layer) {
    return observation.shared(ObservedSpectrum.class, ObservedSpectrum::new).values(layer);
  }

  static Cadence cadence(Dimensions d) {
    return Work.full(2 * work(d.widestUnits(), d.widestInputs()), d);
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
    if (known.length != current.layers()) {
      known = new boolean[current.layers()];
      values = new SingularValues[current.layers()];
    }
    Arrays.fill(known, false);
  }

  private @Nullable SingularValues values(int layer) {
    if (!known[layer]) {
      WeightLayer matrix = Matrices.of(Objects.requireNonNull(observed), layer);
      values[layer] =
          matrix == null || work(matrix.units(), matrix.inputs()) > MOST_WORK
              ? null
              : SingularValues.of(matrix.weights(), matrix.units(), matrix.inputs());
      known[layer] = true;
    }
    return values[layer];
  }
}
