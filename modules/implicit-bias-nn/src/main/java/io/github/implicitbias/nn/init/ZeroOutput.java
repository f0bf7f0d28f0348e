package io.github.implicitbias.nn.init;

import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Antisymmetric initialisation: units come in pairs that cancel, so that the network starts at 0
 * for every input.
 *
 * <p>Units 2j and 2j + 1 of the last hidden layer have the same incoming vector (and bias) and the
 * output weights +a and -a, or -a and +a: one random sign per pair and output. Biases of the output
 * layer start at 0. In networks with more than one hidden layer the earlier ones stay as they are.
 * A bias of the last hidden layer counts as one more input: it is drawn as the last entry of the
 * incoming vector.
 *
 * <p>For the parameters that the network holds, the output is 0 in exact arithmetic, whatever the
 * input. What a matrix library computes depends on the order of its sums. Two things are done for
 * it: |a| is the power of two nearest to the given magnitude (in ratio), so that the products a h
 * are exact and fused multiply-adds round nothing away; and the units of a pair are neighbours. The
 * output is then exactly 0 wherever neighbours stay together in the sum, and elsewhere what
 * rounding leaves of sum_j |a_j| (|h_j| + sum_i |w_ji x_i| + |b_j|): at most 0.2 eps of it in what
 * was measured, eps being 2^-23 for float and 2^-52 for double. Measured with the OpenBLAS 0.3.19
 * of nd4j-native on x86-64 (widths 2 to 70, 128, 200, 256, 1000; batches of 1 to 64 and 1000):
 *
 * <ul>
 *   <li>kernels for AVX and AVX-512: exactly 0 in all, with one, two and four threads (AVX-512
 *       tried with one and two);
 *   <li>kernels for AVX2 (Haswell, Zen) on one thread: exactly 0 in float; in double exactly 0 for
 *       widths up to 8 and for multiples of 8 up to 256, because the units beyond a multiple of 8
 *       are added to the sum of every fourth unit;
 *   <li>the same on several threads: not exactly 0 in some large batches, where the units of a pair
 *       are computed by different threads in different order;
 *   <li>kernels for SSE (Nehalem): not exactly 0 from four units on.
 * </ul>
 *
 * <p>Where exact zeros matter, use such a width and one native thread ({@code OMP_NUM_THREADS=1}),
 * or the AVX kernels ({@code OPENBLAS_CORETYPE=SANDYBRIDGE}).
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
      @JsonProperty("hidden") DrawnWeights hidden,
      @JsonProperty("outputMagnitude") double outputMagnitude,
      @JsonProperty("seed") Long seed) {
    super(seed);
    this.hidden = required(hidden);
    positive("The magnitude of the output weights", outputMagnitude);
    int exponent = nearestExponent(outputMagnitude);
    if (!Precision.DOUBLE.holdsPowerOfTwo(exponent)) {
      throw new IllegalArgumentException(
          "The magnitude of the output weights is "
              + outputMagnitude
              + "; give a number from "
              + Double.MIN_NORMAL
              + " to "
              + 0x1p1023
              + ".");
    }
    this.outputMagnitude = Math.scalb(1.0, exponent);
  }

  /**
   * Creates the initializer.
   *
   * @param hidden distribution of the incoming vectors of the last hidden layer
   * @param outputMagnitude |a|, which is rounded to a power of two
   * @throws IllegalArgumentException if hidden is null, or the magnitude not positive and finite
   */
  public ZeroOutput(DrawnWeights hidden, double outputMagnitude) {
    this(hidden, outputMagnitude, null);
  }

  /** Returns |a|, a power of two. */
  public double outputMagnitude() {
    return outputMagnitude;
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
    if (!layer.precision().holdsPowerOfTwo(Math.getExponent(outputMagnitude))) {
      throw new IllegalArgumentException(
          "The output weights would be "
              + outputMagnitude
              + ", which the data type "
              + layer.type()
              + " does not hold as a normal number; use another magnitude, or"
              + " dataType(DataType.DOUBLE).");
    }
    pairUnits(layer, draws);
    pairOutputs(stack.last(), draws);
  }

  private void pairUnits(WeightLayer layer, Draws draws) {
    int pairs = layer.units() / 2;
    int length = layer.vectorLength();
    double[] rows = hidden.rows(draws, pairs, length);
    double[] vectors = new double[2 * rows.length];
    for (int j = 0; j < pairs; j++) {
      System.arraycopy(rows, j * length, vectors, 2 * j * length, length);
      System.arraycopy(rows, j * length, vectors, (2 * j + 1) * length, length);
    }
    layer.setTrained(vectors);
  }

  private void pairOutputs(WeightLayer output, Draws draws) {
    int length = output.vectorLength();
    double[] vectors = new double[Math.multiplyExact(output.units(), length)];
    for (int j = 0; j < output.inputs(); j += 2) {
      for (int k = 0; k < output.units(); k++) {
        double a = draws.sign() * outputMagnitude;
        vectors[k * length + j] = a;
        vectors[k * length + j + 1] = -a;
      }
    }
    output.setTrained(vectors);
  }

  private static int nearestExponent(double magnitude) {
    int exponent = Math.getExponent(magnitude);
    return Math.scalb(magnitude, -exponent) > Math.sqrt(2) ? exponent + 1 : exponent;
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
