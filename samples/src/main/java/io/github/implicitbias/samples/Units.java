package io.github.implicitbias.samples;

import io.github.implicitbias.lab.InputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Given initial parameters of the hidden units: weights, bias and output weight of each. */
final class Units {

  final double[][] weights;

  /** One per unit, null if the units have none. */
  final double @Nullable [] bias;

  /** One per unit, null if there is no second layer. */
  final double @Nullable [] output;

  private Units(double[][] weights, double @Nullable [] bias, double @Nullable [] output) {
    this.weights = weights;
    this.bias = bias;
    this.output = output;
  }

  int width() {
    return weights.length;
  }

  /**
   * Takes the units of a file with columns w0, w1, ..., then {@code b} if the units have biases,
   * and {@code a} for models of two layers.
   */
  static Units of(Table table, int inputs, boolean twoLayers) {
    List<String> columns = table.columns();
    double[][] weights = new double[table.size()][inputs];
    for (int k = 0; k < inputs; k++) {
      int from = columns.indexOf("w" + k);
      if (from < 0) {
        throw new InputException(
            table.file() + " has no column w" + k + ": the data has " + inputs + " features.");
      }
      for (int unit = 0; unit < weights.length; unit++) {
        weights[unit][k] = table.value(unit, from);
      }
    }
    int bias = columns.indexOf("b");
    int output = columns.indexOf("a");
    if (twoLayers && output < 0) {
      throw new InputException(
          table.file()
              + " has no column a: a model of two layers needs an output weight per unit.");
    }
    if (!twoLayers && output >= 0) {
      throw new InputException(
          table.file() + " has a column a, but --model neuron has no second layer.");
    }
    int known = inputs + (bias < 0 ? 0 : 1) + (output < 0 ? 0 : 1);
    if (columns.size() != known) {
      throw new InputException(
          table.file()
              + " has columns "
              + columns
              + ", but the data has "
              + inputs
              + (inputs == 1 ? " feature" : " features")
              + ": give each of w0 to w"
              + (inputs - 1)
              + (twoLayers ? ", a" : "")
              + ", and b if units have a bias, once.");
    }
    return new Units(
        weights, bias < 0 ? null : table.column(bias), output < 0 ? null : table.column(output));
  }
}
