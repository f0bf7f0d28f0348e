package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;

/** Keeps the arrays of comparisons between units, one set per layer. */
final class UnitBuffers implements Shared {

  private UnitDirections[] units = {};

  @Override
  public void compute(Observation observation) {
    if (units.length != Matrices.count(observation)) {
      units = new UnitDirections[Matrices.count(observation)];
      for (int l = 0; l < units.length; l++) {
        units[l] = new UnitDirections();
      }
    }
  }

  UnitDirections of(int layer) {
    return units[layer];
  }
}
