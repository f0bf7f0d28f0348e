package io.github.implicitbias.nn.init;

import io.github.implicitbias.nn.layer.DoubledDenseLayer;
import io.github.implicitbias.nn.layer.DoubledOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Antisymmetric initialisation: units come in pairs that cancel, so that the network starts at 0
 * for every input.
 *
 * <p>The units of a pair have the same incoming vector (and bias) and the output weights +a and -a,
 * or -a and +a: one random sign per pair and output. Biases of the output layer start at 0. The
 * units are those of the last hidden layer; earlier ones stay as they are. A bias of the last
 * hidden layer counts as one more input: it is drawn as the last entry of the incoming vector. This
 * is also known as the doubling trick; see Chizat, Oyallon and Bach (arXiv 1812.07956).
 *
 * <p>Use it with {@link DoubledDenseLayer} as last hidden layer and {@link DoubledOutputLayer}.
 * Units j and j + m/2 of m are then a pair, and the output is exactly 0 for every input whose
 * hidden activations and their weighted sums are finite, in float and in double, whatever kernels
 * and threads the matrix library picks, provided that it computes equal arrays equally each time.
 * (Tried with the kernels of OpenBLAS 0.3.19 for SSE, AVX, AVX2 and AVX-512 on one, two and four
 * threads.)
 *
 * <p>With stock layers the output is 0 up to rounding, because a matrix library adds up the units
 * in an order of its own. Units 2j and 2j + 1 are then a pair, and |a| is the power of two nearest
 * to the given magnitude (in ratio), so that little is rounded: |f| was at most 0.2 eps sum_j |a_j|
 * (|h_j| + sum_i |w_ji x_i| + |b_j|) in all that was measured, eps being 2^-23 for float and 2^-52
 * for double. It was exactly 0 with the AVX kernels of OpenBLAS 0.3.19 on one thread ({@code
 * OPENBLAS_CORETYPE=SANDYBRIDGE}, {@code OMP_NUM_THREADS=1}), and it was not in general with other
 * kernels, or with more threads.
 *
 * <p>Any hidden activation will do, as long as nothing random (dropout, weight noise) tells the
 * units of a pair apart; what is zero is what comes before the output activation. Gradients are not
 * zero: a pair separates in the first step.
 *
 * <p>Draws: first one incoming vector per pair, then pair by pair the signs. Cost: O(parameters).
 */
public final class ZeroOutput extends RandomInitializer {

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

  /**
   * Creates the initializer.
   *
   * @param hidden distribution of the incoming vectors of the last hidden layer
   * @param outputMagnitude |a|
   * @throws IllegalArgumentException if hidden is null, or the magnitude not positive and finite
   */
  public ZeroOutput(DrawnWeights hidden, double outputMagnitude) {
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
