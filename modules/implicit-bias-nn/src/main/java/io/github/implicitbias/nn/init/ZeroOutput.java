package io.github.implicitbias.nn.init;

import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What {@link NetworkInitializer#zeroOutput} describes. */
final class ZeroOutput extends RandomInitializer {

  private static final long serialVersionUID = 1L;

  @JsonProperty("hidden")
  private final DrawnWeights hidden;

  @JsonProperty("outputMagnitude")
  private final double outputMagnitude;

  @JsonCreator
  private ZeroOutput(
      @JsonProperty("hidden") @Nullable DrawnWeights hidden,
      @JsonProperty("outputMagnitude") double outputMagnitude,
      @JsonProperty("seed") @Nullable Long seed) {
    super(seed);
    this.hidden = required(hidden);
    this.outputMagnitude = positive("The magnitude of the output weights", outputMagnitude);
  }

  ZeroOutput(DrawnWeights hidden, double outputMagnitude) {
    this(hidden, outputMagnitude, null);
  }

  @Override
  public ZeroOutput withSeed(long seed) {
    return new ZeroOutput(hidden, outputMagnitude, seed);
  }

  @Override
  void start(WeightStack stack, Draws draws) {
    if (stack.size() < 2) {
      throw new IllegalArgumentException(
          "ZeroOutput needs a hidden layer and an output layer, but only "
              + stack.first().name()
              + " has weights; add an output layer.");
    }
    WeightLayer layer = stack.layer(stack.size() - 2);
    if (layer.units() % 2 != 0) {
      throw new IllegalArgumentException(
          "ZeroOutput pairs the units of "
              + layer.name()
              + ", but it has "
              + layer.units()
              + "; give it an even number of units.");
    }
    Pairing pairing = Pairing.of(layer, stack.last());
    double magnitude = pairing.magnitude(outputMagnitude);
    // Of what is subnormal, the type holds few digits or none.
    int exponent = Math.getExponent(layer.precision().round(magnitude));
    if (!layer.precision().holdsPowerOfTwo(exponent)) {
      throw new IllegalArgumentException(
          "The output weights would be "
              + magnitude
              + ", which the data type "
              + layer.type()
              + " does not hold as a normal number; use another magnitude, or"
              + " dataType(DataType.DOUBLE).");
    }
    pairUnits(layer, pairing, draws);
    pairOutputs(stack.last(), pairing, magnitude, draws);
  }

  private void pairUnits(WeightLayer layer, Pairing pairing, Draws draws) {
    int pairs = layer.units() / 2;
    int length = layer.vectorLength();
    double[] rows = hidden.rows(draws, pairs, length);
    double[] vectors = new double[2 * rows.length];
    for (int j = 0; j < pairs; j++) {
      System.arraycopy(rows, j * length, vectors, pairing.first(j, pairs) * length, length);
      System.arraycopy(rows, j * length, vectors, pairing.second(j, pairs) * length, length);
    }
    layer.setTrained(vectors);
  }

  private static void pairOutputs(
      WeightLayer output, Pairing pairing, double magnitude, Draws draws) {
    int pairs = output.inputs() / 2;
    int length = output.vectorLength();
    double[] vectors = new double[Math.multiplyExact(output.units(), length)];
    for (int j = 0; j < pairs; j++) {
      for (int k = 0; k < output.units(); k++) {
        double a = draws.sign() * magnitude;
        vectors[k * length + pairing.first(j, pairs)] = a;
        vectors[k * length + pairing.second(j, pairs)] = -a;
      }
    }
    output.setTrained(vectors);
  }

  @Override
  Object[] distribution() {
    return new Object[] {hidden, outputMagnitude};
  }

  @Override
  String describeDistribution() {
    return hidden + ", output magnitude " + outputMagnitude;
  }
}
