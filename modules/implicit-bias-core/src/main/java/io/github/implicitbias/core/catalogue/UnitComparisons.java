package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/** How the units of a layer compare with each other. */
final class UnitComparisons {

  static final int MOST_UNITS = 4096;

  /**
   * Number of clusters of directions among the units of a layer, see {@link
   * UnitDirections#clusters}, with a cosine of at least 0.9 and, in stacks with one output above
   * the layer, output weights of one sign; units below 1e-3 of the largest norm are left out. Up to
   * 4,096 units. Cost: O(units x clusters x inputs).
   */
  public static final Metric UNIT_CLUSTERS =
      Metric.perLayer("unitClusters")
          .definition(
              Definition.formula(
                      "clusters of directions (another count than groups within an angle of 0.05),"
                          + " greedy in the order of norm(w_j): a unit joins the first one whose"
                          + " first member has a cosine of at least 0.9 with it, and, in stacks"
                          + " with one output, whose outgoing weight has the same sign; units below"
                          + " 1e-3 of the largest norm are left out")
                  .parameters("matrix, a")
                  .applies("up to 4,096 units")
                  .source("Maennel et al. 2018*, Luo et al. 2021*")
                  .expect("falls to a few directions per sign from a small start")
                  .title("clusters of directions")
                  .unit("clusters")
                  .group(Definition.UNITS)
                  .chart("Clusters of directions"))
          .cadence(Matrices::unitCadence)
          .price(Prices::units)
          .absent(Absences::clusters)
          .value(UnitComparisons::unitClusters);

  /**
   * Mean of cos(w_j, w_k) over pairs j &lt; k of units of a layer that are not 0, by the sum of
   * their unit vectors in O(units x inputs). Absent with fewer than two such units.
   */
  public static final Metric MEAN_UNIT_COSINE =
      Metric.perLayer("meanUnitCosine")
          .definition(
              Definition.formula("mean of cos(w_j, w_k) over pairs j < k of units that are not 0")
                  .parameters("matrix")
                  .applies("two such units")
                  .expect("near 0 at a random start; rises as units align")
                  .title("mean cosine between units")
                  .group(Definition.UNITS)
                  .chart("Mean cosine between units"))
          .cadence(Matrices::passCadence)
          .price(Prices::pass)
          .absent(Absences::pairs)
          .value(UnitComparisons::meanUnitCosine);

  /**
   * Number of units of a layer that matter: norm of the outgoing weights x norm of (w_j, b_j) above
   * 1e-3 of the sum over its units. For stacks, and layers followed by another; absent if the sum
   * is 0.
   */
  public static final Metric LIVE_UNITS =
      Metric.perLayer("liveUnits")
          .definition(
              Definition.formula(
                      "units with abs(a_j) norm((w_j, b_j)) > 1e-3 of the sum over units; norm of"
                          + " the outgoing weights for abs(a_j)")
                  .parameters("matrix, next matrix")
                  .applies("stack with a next layer")
                  .source("arXiv:2206.00939*")
                  .expect("falls to the few units that carry the function")
                  .title("live units")
                  .unit("units")
                  .group(Definition.UNITS)
                  .chart("Units"))
          .absent(Absences::liveUnits)
          .cadence(Matrices::passCadence)
          .price(Prices::pass)
          .value(UnitComparisons::liveUnits);

  private UnitComparisons() {}

  private static double unitClusters(Observation observation, int layer) {
    WeightLayer matrix = Matrices.of(observation, layer);
    if (matrix == null || matrix.units() > MOST_UNITS) {
      return Absent.VALUE;
    }
    Stack stack = observation.stack();
    int number = Matrices.number(observation, layer);
    double[] signs =
        stack != null && number + 2 == stack.depth() && stack.outputs() == 1
            ? stack.layer(number + 1).weights()
            : null;
    return observation
        .shared(UnitBuffers.class, UnitBuffers::new)
        .of(layer)
        .clusters(matrix, signs, 0.9, 1e-3);
  }

  private static double meanUnitCosine(Observation observation, int layer) {
    WeightLayer matrix = Matrices.of(observation, layer);
    return matrix == null
        ? Absent.VALUE
        : observation.shared(UnitBuffers.class, UnitBuffers::new).of(layer).meanCosine(matrix);
  }

  private static double liveUnits(Observation observation, int layer) {
    Stack stack = observation.stack();
    int number = Matrices.number(observation, layer);
    if (stack == null || number < 0 || number + 1 >= stack.depth()) {
      return Absent.VALUE;
    }
    UnitDirections units = observation.shared(UnitBuffers.class, UnitBuffers::new).of(layer);
    return units.liveUnits(stack.layer(number), stack.layer(number + 1), 1e-3);
  }
}
