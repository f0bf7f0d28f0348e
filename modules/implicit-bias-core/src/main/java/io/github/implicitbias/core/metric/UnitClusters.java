package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Number of clusters of directions among the units of a layer, see {@link
 * io.github.implicitbias.core.alignment.Units#clusters}, with a cosine of at least 0.9 and, in
 * stacks with one output above the layer, output weights of one sign; units below 1e-3 of the
 * largest norm are left out. Up to 4,096 units. Cost: O(units x clusters x inputs).
 */
public final class UnitClusters implements Metric {

  private static final int MOST_UNITS = 4096;

  @Override
  public String id() {
    return "unitClusters";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "clusters of directions (another count than groups within an angle of 0.05), greedy in"
                + " the order of norm(w_j): a unit joins the first one whose first member has a"
                + " cosine of at least 0.9 with it, and, in stacks with one output, whose outgoing"
                + " weight has the same sign; units below 1e-3 of the largest norm are left out")
        .parameters("matrix, a")
        .applies("up to 4,096 units")
        .source("Maennel et al. 2018*, Luo et al. 2021*")
        .expect("falls to a few directions per sign from a small start")
        .title("clusters of directions")
        .unit("clusters")
        .group("Units and patterns")
        .chart("Clusters of directions");
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Matrices.unitCadence(dimensions);
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    WeightLayer matrix = Matrices.of(observation, layer);
    if (matrix == null || matrix.units() > MOST_UNITS) {
      return Absent.VALUE;
    }
    Stack stack = ObservedStack.of(observation);
    int number = Matrices.number(observation, layer);
    boolean signed = stack != null && number + 2 == stack.depth() && stack.outputs() == 1;
    double[] signs = signed ? stack.layer(number + 1).weights() : null;
    return observation
        .shared(UnitBuffers.class, UnitBuffers::new)
        .of(layer)
        .clusters(matrix, signs, 0.9, 1e-3);
  }
}
