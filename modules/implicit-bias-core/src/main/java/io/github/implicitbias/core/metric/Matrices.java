package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;

/** The matrices of tracked layers, and the cadences of what is computed from all weights. */
final class Matrices {

  private static final double PASSES_OF_LANCZOS = 40;
  private static final double PASSES = 20;

  private Matrices() {}

  /** Returns the matrix of a tracked layer, null if it has none or several. */
  static WeightLayer of(Observation observation, int layer) {
    int number = number(observation, layer);
    return number < 0 ? null : observation.network().layer(number);
  }

  /** Returns the number of the matrix of a tracked layer, -1 if it has none or several. */
  static int number(Observation observation, int layer) {
    NetworkView network = observation.network();
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
    return Work.standard(PASSES_OF_LANCZOS * d.parameters(), d);
  }

  /** Returns the cadence of what runs over all weights a few times. */
  static Cadence passCadence(Dimensions d) {
    return Work.standard(PASSES * d.parameters() + 2.0 * d.samples() * d.inputs(), d);
  }

  /** Returns the cadence of what compares units with each other, or runs over all units in turn. */
  static Cadence unitCadence(Dimensions d) {
    double units = Math.min(d.widestUnits(), 64);
    return Work.full(2 * units * d.parameters(), d);
  }
}
