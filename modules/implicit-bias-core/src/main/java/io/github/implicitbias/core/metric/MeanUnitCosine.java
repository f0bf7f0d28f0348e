package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Mean of cos(w_j, w_k) over pairs j &lt; k of units of a layer that are not 0, by the sum of their
 * unit vectors in O(units x inputs). Absent with fewer than two such units.
 */
public final class MeanUnitCosine implements Metric {

  @Override
  public String id() {
    return "meanUnitCosine";
  }

  @Override
  public Definition definition() {
    return Definition.formula("mean of cos(w_j, w_k) over pairs j < k of units that are not 0")
        .parameters("matrix")
        .applies("two such units")
        .expect("near 0 at a random start; rises as units align")
        .title("mean cosine between units")
        .group("Units and patterns")
        .chart("Mean cosine between units");
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
  public double evaluate(Observation observation, int layer) {
    WeightLayer matrix = Matrices.of(observation, layer);
    return matrix == null
        ? Absent.VALUE
        : observation.shared(UnitBuffers.class, UnitBuffers::new).of(layer).meanCosine(matrix);
  }
}
