package io.github.implicitbias.nn.init;

/** Which units of a layer cancel in the next one, and with what weights they do. */
enum Pairing {
  /** Neighbours, with powers of two: what stock layers round least. */
  NEIGHBOURS {
    @Override
    int first(int pair, int pairs) {
      return 2 * pair;
    }

    @Override
    int second(int pair, int pairs) {
      return 2 * pair + 1;
    }

    @Override
    double magnitude(double given) {
      int exponent = Math.getExponent(given);
      double mantissa = Math.scalb(given, -exponent);
      return Math.scalb(1.0, mantissa > Math.sqrt(2) ? exponent + 1 : exponent);
    }
  },

  /** One unit of each half, with any weights: for layers that compute their halves alike. */
  HALVES {
    @Override
    int first(int pair, int pairs) {
      return pair;
    }

    @Override
    int second(int pair, int pairs) {
      return pairs + pair;
    }

    @Override
    double magnitude(double given) {
      return given;
    }
  };

  /**
   * Returns the pairing for a hidden layer and the output layer after it.
   *
   * @throws IllegalArgumentException if only one of them computes its halves alike
   */
  static Pairing of(WeightLayer hidden, WeightLayer output) {
    if (hidden.isDoubled() != output.isDoubled()) {
      throw new IllegalArgumentException(
          hidden.isDoubled()
              ? sentence(hidden, "DoubledDenseLayer", output, "DoubledOutputLayer")
              : sentence(output, "DoubledOutputLayer", hidden, "DoubledDenseLayer"));
    }
    return hidden.isDoubled() ? HALVES : NEIGHBOURS;
  }

  private static String sentence(WeightLayer is, String kind, WeightLayer other, String missing) {
    return is.subject()
        + " is a "
        + kind
        + ", but "
        + other.name()
        + " is no "
        + missing
        + "; use both, or a dense layer and an ordinary output layer.";
  }

  abstract int first(int pair, int pairs);

  abstract int second(int pair, int pairs);

  /** Returns the magnitude of the output weights for a given one. */
  abstract double magnitude(double given);
}
