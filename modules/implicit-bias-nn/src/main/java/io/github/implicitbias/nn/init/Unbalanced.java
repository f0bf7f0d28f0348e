package io.github.implicitbias.nn.init;

import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Starts the output weights of a network with one hidden layer at normal numbers that do not depend
 * on the hidden ones.
 *
 * <p>a_jk ~ N(0, outputDeviation^2) for unit j and output k. A bias of the hidden layer counts as
 * one more input: it is drawn as the last entry of w_j. A bias of the output layer starts at 0. Any
 * hidden activation will do. This is the usual start to compare {@link Balanced} with: the gaps
 * a_j^2 - ||w_j||^2 are what they are by chance, and gradient flow conserves them if the activation
 * is positively homogeneous.
 *
 * <p>Draws: first the hidden layer, then unit by unit the output weights. Cost: O(parameters).
 */
public final class Unbalanced extends RandomInitializer {

  private static final long serialVersionUID = 1L;

  @JsonProperty("hidden")
  private final DrawnWeights hidden;

  @JsonProperty("outputDeviation")
  private final double outputDeviation;

  @JsonCreator
  private Unbalanced(
      @JsonProperty("hidden") @Nullable DrawnWeights hidden,
      @JsonProperty("outputDeviation") double outputDeviation,
      @JsonProperty("seed") @Nullable Long seed) {
    super(seed);
    this.hidden = required(hidden);
    this.outputDeviation =
        positive("The standard deviation of the output weights", outputDeviation);
  }

  /**
   * Creates the initializer.
   *
   * @param hidden distribution of the incoming vectors of the hidden layer
   * @param outputDeviation standard deviation of the output weights
   * @throws IllegalArgumentException if hidden is null, or the deviation not positive and finite
   */
  public Unbalanced(DrawnWeights hidden, double outputDeviation) {
    this(hidden, outputDeviation, null);
  }

  @Override
  public Unbalanced withSeed(long seed) {
    return new Unbalanced(hidden, outputDeviation, seed);
  }

  @Override
  void start(WeightStack stack, Draws draws) {
    requireTwoLayers(stack);
    drawn(hidden, draws, stack.first());
    WeightLayer output = stack.last();
    int length = output.vectorLength();
    double[] vectors = new double[Math.multiplyExact(output.units(), length)];
    for (int j = 0; j < output.inputs(); j++) {
      for (int k = 0; k < output.units(); k++) {
        vectors[k * length + j] = outputDeviation * draws.gaussian();
      }
    }
    output.setTrained(vectors);
  }

  @Override
  Object[] distribution() {
    return new Object[] {hidden, outputDeviation};
  }

  @Override
  String describeDistribution() {
    return hidden + ", output deviation " + outputDeviation;
  }
}
