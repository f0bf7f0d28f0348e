package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/** Distances and directions from the first record. */
final class DistanceMetrics {

  /**
   * Euclidean distance of the trainable parameters from those of the first record; absent where
   * they were not read.
   */
  public static final Metric DISTANCE_FROM_INIT =
      Metric.ofNetwork("distanceFromInit")
          .definition(
              Definition.formula("norm(theta - theta_0), theta_0 that of the first record")
                  .parameters("theta")
                  .applies("always")
                  .expect(
                      "compare it with parameterNorm: about equal means that nothing of the start"
                          + " is left")
                  .title("distance from the start")
                  .group(Definition.NORMS)
                  .chart("Parameters"))
          .withoutProbe()
          .value(
              (observation, layer) ->
                  observation.hasParameters()
                      ? observation.parameters().distanceFromFirst()
                      : Absent.VALUE);

  /**
   * norm(theta - theta_0) / norm(theta_0), over the trained parameters, theta_0 being those of the
   * first record: small in the lazy regime, large in the rich one. Absent where the parameters were
   * not read, or theta_0 is 0.
   */
  public static final Metric RELATIVE_DISTANCE_FROM_INIT =
      Metric.ofNetwork("relativeDistanceFromInit")
          .definition(
              Definition.formula("norm(theta - theta_0) / norm(theta_0)")
                  .parameters("theta")
                  .applies("theta_0 not 0")
                  .source("Chizat et al. 2019*")
                  .expect("far above 1 in the rich regime, far below in the lazy one")
                  .title("relative distance from the start")
                  .group(Definition.DISTANCE)
                  .chart("Relative distance from the start"))
          .needs(Initial.NEEDS)
          .withoutProbe()
          .absent(Absences::distance)
          .value(DistanceMetrics::relativeDistanceFromInit);

  /**
   * cos(theta, theta_0), over the trained parameters, theta_0 being those of the first record. Up
   * to 131,072 parameters it is computed from the weights, beyond that, and where the network has
   * parameters other than weights and biases, from the norms of theta, theta_0 and their
   * difference; then it is absent where their rounding could matter by more than 1e-3.
   */
  public static final Metric COSINE_TO_INIT =
      Metric.ofNetwork("cosineToInit")
          .definition(
              Definition.formula(
                      "cos(theta, theta_0), by the product itself up to 131,072 parameters if every"
                          + " trained parameter is a weight or bias seen by the view; otherwise"
                          + " from the three norms, absent where their rounding could exceed 1e-3")
                  .parameters("theta")
                  .applies("neither is 0")
                  .source("Chizat et al. 2019*")
                  .expect("near 1 in the lazy regime, near 0 in the rich one")
                  .title("cosine to the start")
                  .group(Definition.DISTANCE)
                  .chart("Direction: cosine to the start"))
          .needs(Initial.NEEDS)
          .cadence(Matrices::passCadence)
          .withoutProbe()
          .absent(Absences::direction)
          .value(
              (observation, layer) ->
                  observation.shared(Initial.class, Initial::new).cosine(observation));

  /**
   * Largest angle, in radians, between the incoming vectors of a unit now and at the first record,
   * over the units of a layer that are 0 at neither; absent without such units. Costs the memory of
   * the matrix.
   */
  public static final Metric ROTATION =
      Metric.perLayer("rotation")
          .definition(
              Definition.formula(
                      "largest angle, in radians, between w_j and w_j of the first record, over"
                          + " units where neither is 0")
                  .parameters("matrix")
                  .applies("matrix of up to 2^20 weights, some unit not 0 then and now")
                  .expect("up to pi / 2 and beyond while units align, then constant")
                  .title("rotation of the units")
                  .unit("radians")
                  .group(Definition.DISTANCE)
                  .chart("Rotation of the units, in radians"))
          .absent(Absences::rotation)
          .ofMatrix()
          .needs(Needs.FIRST_WEIGHTS)
          .cadence(Matrices::passCadence)
          .price(Prices::pass)
          .value(DistanceMetrics::rotation);

  private DistanceMetrics() {}

  private static double relativeDistanceFromInit(Observation observation, int layer) {
    if (!observation.hasParameters()) {
      return Absent.VALUE;
    }
    double first = observation.shared(Initial.class, Initial::new).firstNorm();
    return Absent.is(first) || first == 0
        ? Absent.VALUE
        : observation.parameters().distanceFromFirst() / first;
  }

  private static double rotation(Observation observation, int layer) {
    WeightLayer matrix = Matrices.of(observation, layer);
    if (matrix == null) {
      return Absent.VALUE;
    }
    double[] before = observation.firstWeights(Matrices.number(observation, layer));
    return before == null
        ? Absent.VALUE
        : observation
            .shared(UnitBuffers.class, UnitBuffers::new)
            .of(layer)
            .rotation(matrix, before);
  }
}
