package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;
import java.util.Arrays;

/**
 * How far two layers that follow each other are from being balanced: max_j |norm(w_j)^2 + b_j^2 -
 * norm(v_j)^2|, w_j and b_j the incoming weights and the bias of unit j, v_j its outgoing weights.
 * Gradient flow leaves each of these differences unchanged if the activation is positively
 * homogeneous and both layers are trained.
 *
 * <p>Cost: O(parameters of the two layers); nothing is allocated once the sizes have been seen.
 */
final class Balance {

  private final Magnitude ofLayer = new Magnitude();
  private final Magnitude ofNext = new Magnitude();
  private double[] outgoing = {};

  /**
   * Returns it for a layer and the one that takes its output.
   *
   * @throws IllegalArgumentException if the next layer does not have an input for every unit
   */
  public double gap(WeightLayer layer, WeightLayer next) {
    int units = layer.units();
    if (next.inputs() != units) {
      throw new IllegalArgumentException(
          "the next layer has " + next.inputs() + " inputs for " + units + " units");
    }
    if (outgoing.length < units) {
      outgoing = new double[units];
    }
    Arrays.fill(outgoing, 0, units, 0);
    double[] v = ofNext.scaled(next.weights(), next.units() * units);
    double[] w = ofLayer.scaled(layer.weights(), units * layer.inputs());
    // One unit for both sides, the larger of the two.
    int size = Math.max(ofNext.exponent(), ofLayer.exponent());
    int up = ofNext.exponent() - size;
    int down = ofLayer.exponent() - size;
    for (int i = 0; i < next.units(); i++) {
      for (int j = 0; j < units; j++) {
        outgoing[j] += v[i * units + j] * v[i * units + j];
      }
    }
    double[] b = layer.hasBias() ? layer.biases() : null;
    int inputs = layer.inputs();
    double largest = 0;
    for (int j = 0; j < units; j++) {
      double incoming = ScalarProduct.of(w, j * inputs, w, j * inputs, inputs);
      incoming = down == 0 ? incoming : Math.scalb(incoming, 2 * down);
      double bias = b == null ? 0 : Math.scalb(b[j], -size);
      incoming += bias * bias;
      double sent = up == 0 ? outgoing[j] : Math.scalb(outgoing[j], 2 * up);
      largest = Math.max(largest, Math.abs(incoming - sent));
    }
    return Math.scalb(largest, 2 * size);
  }
}
