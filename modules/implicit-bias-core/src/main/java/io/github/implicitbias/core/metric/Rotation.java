package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Largest angle, in radians, between the incoming vectors of a unit now and at the first record,
 * over the units of a layer that are 0 at neither; absent without such units. Costs the memory of
 * the matrix.
 */
public final class Rotation implements Metric {

  @Override
  public String id() {
    return "rotation";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "largest angle, in radians, between w_j and w_j of the first record, over units where"
                + " neither is 0")
        .parameters("matrix")
        .applies("matrix")
        .expect("up to pi / 2 and beyond while units align, then constant")
        .title("rotation of the units")
        .unit("radians")
        .group("Distance to reference solutions")
        .chart("Rotation of the units, in radians");
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Matrices.passCadence(dimensions);
  }

  @Override
  public Needs needs() {
    return FirstWeights.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    WeightLayer matrix = Matrices.of(observation, layer);
    if (matrix == null) {
      return Absent.VALUE;
    }
    double[] before = FirstWeights.of(observation).weights(Matrices.number(observation, layer));
    return before == null
        ? Absent.VALUE
        : observation
            .shared(UnitBuffers.class, UnitBuffers::new)
            .of(layer)
            .rotation(matrix, before);
  }
}
