package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;

/**
 * What the metrics of this package take, as functions of the sizes of a run. The numbers of
 * operations per entry were measured, see docs/performance.md; {@code metric-cost} measures them
 * again.
 */
final class Prices {

  /** Lanczos: products with the matrix and its transpose, and the vectors of the steps before. */
  private static final double SPECTRAL = 180;

  private static final double PASS = 6;
  private static final double COSINE = 1.2;
  private static final double DOUBLE = 8;

  private Prices() {}

  /** Norms of the matrices, without singular values. */
  static Price frobenius(Dimensions d, NetworkView network) {
    return Price.ofWeights(network)
        .and(Price.of("Frobenius norms", PASS * Price.weights(network), 0));
  }

  /** Largest singular values. */
  static Price spectral(Dimensions d, NetworkView network) {
    return frobenius(d, network)
        .and(Price.of(MatrixNorms.class, SPECTRAL * Price.weights(network), 0));
  }

  /** A pass over all weights, for one metric. */
  static Price pass(Dimensions d, NetworkView network) {
    return Price.ofWeights(network)
        .and(Price.of("pass over the weights", PASS * Price.weights(network), 0));
  }

  /** A pass over all weights of a stack, absent for every other network. */
  static Price stackPass(Dimensions d, NetworkView network) {
    return network.isStack() ? pass(d, network) : Price.FREE;
  }

  /** What compares a stack of two layers and one output with the samples. */
  static Price twoLayers(Dimensions d, NetworkView network) {
    if (!network.isStack() || network.layers() != 2 || network.outputs() != 1) {
      return Price.FREE;
    }
    double entries = (double) d.samples() * d.inputs();
    return pass(d, network).and(Price.of("inputs", PASS * entries, DOUBLE * entries));
  }

  /** Cosines between the units of each layer. */
  static Price units(Dimensions d, NetworkView network) {
    double operations = 0;
    for (int l = 0; l < network.layers(); l++) {
      WeightLayer layer = network.layer(l);
      double units = layer.trackedLayer() >= 0 ? layer.units() : 0;
      operations +=
          units <= UnitComparisons.MOST_UNITS ? COSINE * units * units * layer.inputs() : 0;
    }
    return Price.ofWeights(network)
        .and(Price.of("cosines of units", operations, DOUBLE * Price.weights(network)));
  }
}
