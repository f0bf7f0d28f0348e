package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import org.jspecify.annotations.Nullable;

/**
 * The weights and biases of the first record, of every layer whose matrix has at most 2^20 entries.
 * Costs the memory of these matrices, in double.
 */
final class FirstWeights implements Shared {

  private static final long MOST_KEPT = 1 << 20;

  private boolean started;
  private boolean missed;
  private double[] @Nullable [] weights = {};
  private double[] @Nullable [] biases = {};

  /** Returns those of the run. */
  static FirstWeights of(Observation observation) {
    return observation.shared(FirstWeights.class, FirstWeights::new);
  }

  static Price price(Dimensions dimensions, NetworkView network) {
    double kept = 0;
    for (int l = 0; l < network.layers(); l++) {
      long entries = (long) network.layer(l).units() * network.layer(l).inputs();
      kept += entries <= MOST_KEPT ? entries : 0;
    }
    return Price.ofWeights(network).and(Price.of(FirstWeights.class, kept, 8 * kept));
  }

  @Override
  public void startLate() {
    missed = true;
  }

  @Override
  public Needs needs() {
    return Needs.FIRST_WEIGHTS;
  }

  @Override
  public void compute(Observation observation) {
    if (!started) {
      started = true;
      NetworkView network = observation.network();
      weights = new double[network.layers()][];
      biases = new double[network.layers()][];
      for (int number = 0; number < weights.length; number++) {
        WeightLayer layer = network.layer(number);
        if (!missed && (long) layer.units() * layer.inputs() <= MOST_KEPT) {
          weights[number] = layer.weights().clone();
          double[] b = layer.hasBias() ? layer.biases() : null;
          biases[number] = b == null ? null : b.clone();
        }
      }
    }
  }

  /**
   * Returns the first weights of a layer, as {@link WeightLayer#weights}; null if its matrix is
   * larger.
   *
   * @param number of the layer in {@link NetworkView#layer}
   */
  double @Nullable [] weights(int number) {
    return weights[number];
  }

  /** Returns the first biases of a layer; null without bias, or if its matrix is larger. */
  double @Nullable [] biases(int number) {
    return biases[number];
  }
}
