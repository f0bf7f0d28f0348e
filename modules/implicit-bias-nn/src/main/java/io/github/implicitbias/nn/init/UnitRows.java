package io.github.implicitbias.nn.init;

/** A weight matrix given as one row per unit, the row being the incoming vector of that unit. */
final class UnitRows {

  private UnitRows() {}

  /**
   * Returns a deep copy.
   *
   * @throws IllegalArgumentException if there is no row, a row is empty, rows differ in length, or
   *     an entry is not finite
   */
  static double[][] checkedCopy(double[][] rows) {
    if (rows == null || rows.length == 0 || rows[0] == null || rows[0].length == 0) {
      throw new IllegalArgumentException(
          "No weights were given; give one row per unit, with one entry per input.");
    }
    double[][] copy = new double[rows.length][];
    for (int unit = 0; unit < rows.length; unit++) {
      if (rows[unit] == null || rows[unit].length != rows[0].length) {
        throw new IllegalArgumentException(
            "Row 0 has "
                + rows[0].length
                + " entries but row "
                + unit
                + " has "
                + (rows[unit] == null ? 0 : rows[unit].length)
                + "; give every unit one entry per input.");
      }
      copy[unit] = rows[unit].clone();
      for (int input = 0; input < copy[unit].length; input++) {
        if (!Double.isFinite(copy[unit][input])) {
          throw new IllegalArgumentException(
              "The weight of unit "
                  + unit
                  + " for input "
                  + input
                  + " is "
                  + copy[unit][input]
                  + "; give finite weights.");
        }
      }
    }
    return copy;
  }

  /**
   * Returns the entries one after the other, as they lie in a matrix [inputs, units].
   *
   * @param order 'f' puts the weights of a unit next to each other, 'c' those of an input
   */
  static double[] flatten(double[][] rows, char order) {
    int units = rows.length;
    int inputs = rows[0].length;
    double[] flat = new double[units * inputs];
    for (int unit = 0; unit < units; unit++) {
      for (int input = 0; input < inputs; input++) {
        flat[order == 'c' ? input * units + unit : unit * inputs + input] = rows[unit][input];
      }
    }
    return flat;
  }

  static String describe(double[][] rows) {
    return rows.length + " units with " + rows[0].length + " inputs";
  }
}
