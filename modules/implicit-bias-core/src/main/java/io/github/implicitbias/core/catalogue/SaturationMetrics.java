package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How many outputs of layers with a bounded activation function sit at its bounds. */
final class SaturationMetrics {

  private static final Set<String> SYMMETRIC =
      Set.of("tanh", "hardtanh", "softsign", "rationaltanh", "rectifiedtanh");
  private static final Set<String> POSITIVE = Set.of("sigmoid", "hardsigmoid");

  /** Of outputs between -1 and 1; beyond it the slope of tanh is below a 25th of the largest. */
  private static final double BOUND = 0.98;

  /**
   * Share of the outputs of a layer, over the probe, that are within a hundredth of the width of
   * its activation function from a bound.
   */
  static final Metric SATURATED_FRACTION =
      Metric.perLayer("saturatedFraction")
          .definition(
              Definition.formula(
                      "share of the outputs within a hundredth of the range from a bound: abs(a) >="
                          + " 0.98 for tanh, a <= 0.01 or a >= 0.99 for sigmoid")
                  .parameters("outputs of the layer on the probe")
                  .applies("tanh, sigmoid, softsign and their piecewise forms; no output layer")
                  .expect("small; a large share learns slowly, since the slope there is near 0")
                  .title("saturated fraction")
                  .group(Definition.UNITS)
                  .chart("Saturated fraction"))
          .absent(SaturationMetrics::whyAbsent)
          .ofMatrix()
          .withProbe()
          .cadence(Matrices::passCadence)
          .price(SaturationMetrics::price)
          .value(SaturationMetrics::share);

  private SaturationMetrics() {}

  private static Price price(Dimensions dimensions, NetworkView network) {
    for (int l = 0; l < network.layers(); l++) {
      if (isBounded(network.layer(l))) {
        return Price.ofActivations(dimensions, network);
      }
    }
    return Price.FREE;
  }

  private static boolean isBounded(WeightLayer layer) {
    String activation = layer.activation();
    return !layer.isOutput() && (SYMMETRIC.contains(activation) || POSITIVE.contains(activation));
  }

  private static @Nullable String whyAbsent(Observation observation, int layer) {
    WeightLayer matrix = Matrices.of(observation, layer);
    if (matrix == null) {
      return Absences.anyMatrix(observation, layer);
    }
    if (matrix.isOutput()) {
      return "it is the output layer";
    }
    if (!isBounded(matrix)) {
      String name = matrix.activation();
      return name.isEmpty()
          ? "its activation function is not known"
          : "its activation function " + name + " has no two bounds";
    }
    return matrix.outputActivations() == null ? "its outputs are not a matrix" : null;
  }

  private static double share(Observation observation, int layer) {
    WeightLayer matrix = Matrices.of(observation, layer);
    double[] outputs = matrix == null || !isBounded(matrix) ? null : matrix.outputActivations();
    if (matrix == null || outputs == null || outputs.length == 0) {
      return Absent.VALUE;
    }
    boolean positive = POSITIVE.contains(matrix.activation());
    int saturated = 0;
    for (double output : outputs) {
      double centred = positive ? 2 * output - 1 : output;
      saturated += Math.abs(centred) >= BOUND ? 1 : 0;
    }
    return (double) saturated / outputs.length;
  }
}
