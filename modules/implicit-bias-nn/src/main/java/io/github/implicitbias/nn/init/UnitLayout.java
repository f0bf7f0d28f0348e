package io.github.implicitbias.nn.init;

/** How the incoming vectors of the units lie in the weight array of a layer. */
final class UnitLayout {

  private final int units;
  private final int inputs;
  private final boolean unitsFirst;

  private UnitLayout(long units, long inputs, boolean unitsFirst) {
    this.units = Math.toIntExact(units);
    this.inputs = Math.toIntExact(inputs);
    this.unitsFirst = unitsFirst;
  }

  /**
   * Reads the layout off the shape: [inputs, units] for dense, output and recurrent layers, [units,
   * channels, height, width] for convolutions.
   */
  static UnitLayout of(long[] shape, double fanIn) {
    if (shape.length == 2) {
      return new UnitLayout(shape[1], shape[0], false);
    }
    long inputs = 1;
    for (int axis = 1; axis < shape.length; axis++) {
      inputs *= shape[axis];
    }
    return new UnitLayout(shape[0], inputs, true);
  }

  int units() {
    return units;
  }

  int inputs() {
    return inputs;
  }

  /** Returns rows, unit by unit, in the order in which a view of this shape holds them. */
  double[] inMemoryOrder(double[] rows, char order) {
    if (unitsFirst == (order == 'c')) {
      return rows;
    }
    double[] flat = new double[rows.length];
    for (int unit = 0; unit < units; unit++) {
      for (int input = 0; input < inputs; input++) {
        flat[input * units + unit] = rows[unit * inputs + input];
      }
    }
    return flat;
  }
}
