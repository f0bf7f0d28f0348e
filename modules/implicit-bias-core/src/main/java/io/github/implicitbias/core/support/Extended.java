package io.github.implicitbias.core.support;

import io.github.implicitbias.core.network.WeightLayer;
import org.jspecify.annotations.Nullable;

/** Inputs of a layer as its units see them: with a last input of 1 if there is a bias. */
final class Extended {

  private Extended() {}

  /** Returns the number of inputs of a unit, that of the bias included. */
  static int inputs(WeightLayer layer) {
    return layer.inputs() + (layer.hasBias() ? 1 : 0);
  }

  /** Returns a new array, row-major, samples x {@link #inputs}; null if they are no matrix. */
  static double @Nullable [] samples(WeightLayer layer) {
    double[] values = layer.inputActivations();
    if (values == null) {
      return null;
    }
    return layer.hasBias() ? withOnes(values, layer.inputs()) : values.clone();
  }

  /** Returns the rows with a 1 at the end of each. */
  static double[] withOnes(double[] values, int inputs) {
    int samples = values.length / inputs;
    double[] extended = new double[samples * (inputs + 1)];
    for (int i = 0; i < samples; i++) {
      System.arraycopy(values, i * inputs, extended, i * (inputs + 1), inputs);
      extended[i * (inputs + 1) + inputs] = 1;
    }
    return extended;
  }

  /**
   * Writes the change of a unit's weights, and of its bias, since the first record.
   *
   * @param first the weights of the layer at the first record
   * @param firstBiases its biases then; null for a layer without
   * @return the square of its norm
   */
  static double change(
      WeightLayer layer, double[] first, double @Nullable [] firstBiases, int unit, double[] into) {
    double[] now = layer.weights();
    int inputs = layer.inputs();
    double sum = 0;
    for (int k = 0; k < inputs; k++) {
      into[k] = now[unit * inputs + k] - first[unit * inputs + k];
      sum += into[k] * into[k];
    }
    double[] biases = layer.hasBias() ? layer.biases() : null;
    if (biases != null && firstBiases != null) {
      into[inputs] = biases[unit] - firstBiases[unit];
      sum += into[inputs] * into[inputs];
    }
    return sum;
  }
}
