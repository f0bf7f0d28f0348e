package io.github.implicitbias.nn.init;

/**
 * Outgoing vectors of hidden units: the weights of a unit in the layer after it, one per output.
 *
 * <p>A vector on a sphere has a uniform direction; with one output it is a random sign. Its norm is
 * right for the numbers that the network holds: every entry but the largest is rounded to the data
 * type, and the largest is then chosen so that the squares add up.
 */
final class OutgoingVectors {

  private final Draws draws;
  private final Precision precision;
  private final double[] vector;

  OutgoingVectors(Draws draws, Precision precision, int outputs) {
    this.draws = draws;
    this.precision = precision;
    this.vector = new double[outputs];
  }

  /**
   * Draws the outgoing vector of a unit, its norm being a factor times that of the incoming vector.
   *
   * @param incoming where the incoming vectors are, as the network will hold them
   * @param atLeast if true the norm is at least that of the incoming vector, exactly
   * @return the vector, overwritten by the next call
   */
  double[] next(double[] incoming, int from, int length, double factor, boolean atLeast) {
    SumOfSquares norm = SumOfSquares.of(incoming, from, length);
    SumOfSquares square = norm.timesSquareOf(factor);
    double radius = square.root();
    int largest = 0;
    if (vector.length == 1) {
      vector[0] = draws.sign();
    } else {
      draws.direction(vector, 0, vector.length);
      for (int k = 0; k < vector.length; k++) {
        largest = Math.abs(vector[k]) > Math.abs(vector[largest]) ? k : largest;
      }
    }
    double sign = vector[largest];
    for (int k = 0; k < vector.length; k++) {
      vector[k] = k == largest ? 0 : precision.round(radius * vector[k]);
    }
    vector[largest] = Math.copySign(precision.round(square.minus(vector).root()), sign);
    while (atLeast && factor < 2 && !norm.isAtMost(vector)) {
      vector[largest] = precision.awayFromZero(vector[largest]);
    }
    return vector;
  }

  /** Writes an outgoing vector into the incoming vectors of the next layer, as their entry j. */
  static void scatter(double[] outgoing, double[] vectors, int vectorLength, int unit) {
    for (int k = 0; k < outgoing.length; k++) {
      vectors[k * vectorLength + unit] = outgoing[k];
    }
  }
}
