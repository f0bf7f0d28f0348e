package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import org.jspecify.annotations.Nullable;

/** The matrices of tracked layers, and the cadences of what is computed from all weights. */
final class Matrices {

  private static final double PASSES_OF_LANCZOS = 64;
  private static final double NORM_SHARE = 0.01;

  private static final double PASSES = 20;
  private static final double PASS_SHARE = 0.005;

  /** What the metrics of {@link #passCadence} cost on the smallest networks. */
  private static final double LEAST = 12_000;

  private Matrices() {}

  /** Returns the matrix of a tracked layer; null if it has none or several. */
  static @Nullable WeightLayer of(Observation observation, int layer) {
    int number = number(observation, layer);
    return number < 0 ? null : observation.network().layer(number);
  }

  /**
   * Returns how many layers the metrics of matrices have values of: the tracked ones, or, if there
   * are none, all with a matrix.
   */
  static int count(Observation observation) {
    return observation.layers() == 0 ? observation.network().layers() : observation.layers();
  }

  /** Returns the number of the matrix of a tracked layer, -1 if it has none or several. */
  static int number(Observation observation, int layer) {
    NetworkView network = observation.network();
    if (observation.layers() == 0) {
      // A run that tracks no layer: the metrics of matrices are those of every layer with one.
      return layer;
    }
    int found = -1;
    for (int l = 0; l < network.layers(); l++) {
      if (network.layer(l).trackedLayer() == layer) {
        if (found >= 0) {
          return -1;
        }
        found = l;
      }
    }
    return found;
  }

  /** Returns the cadence of the norms of matrices. */
  static Cadence normCadence(Dimensions d) {
    return Cadence.ofShare(PASSES_OF_LANCZOS * d.parameters(), NORM_SHARE, d);
  }

  /** Returns the cadence of what runs over all weights a few times. */
  static Cadence passCadence(Dimensions d) {
    double work = LEAST + PASSES * d.parameters() + 2.0 * d.samples() * d.inputs();
    return Cadence.ofShare(work, PASS_SHARE, d);
  }

  /** Returns the cadence of what compares units with each other. */
  static Cadence unitCadence(Dimensions d) {
    return Cadence.ofDearWork((double) d.widestUnits() * d.parameters(), d);
  }
}
