package io.github.implicitbias.nn.init;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A network initializer that draws random numbers.
 *
 * <p>With a seed they come from a generator of their own, without one from a generator started by a
 * number drawn from ND4J's, which {@code net.init()} sets to the seed of the network.
 */
abstract class RandomInitializer extends ChainInitializer {

  private static final long serialVersionUID = 1L;

  @JsonProperty("seed")
  private final @Nullable Long seed;

  RandomInitializer(@Nullable Long seed) {
    this.seed = seed;
  }

  /** Returns the seed; null where the draws follow ND4J's generator. */
  public final @Nullable Long seed() {
    return seed;
  }

  @Override
  public abstract RandomInitializer withSeed(long seed);

  /** Sets new vectors in the layers, without writing them. */
  abstract void start(WeightStack stack, Draws draws);

  /** Returns everything but the seed that distinguishes two initializers of this class. */
  abstract Object[] distribution();

  /** Returns the distribution as words. */
  abstract String describeDistribution();

  @Override
  final void start(WeightStack stack) {
    start(stack, Draws.from(seed));
  }

  @Override
  final Object[] settings() {
    Object[] settings = Arrays.copyOf(distribution(), distribution().length + 1, Object[].class);
    settings[settings.length - 1] = seed;
    return settings;
  }

  @Override
  final String describe() {
    return describeDistribution() + (seed == null ? "" : ", seed " + seed);
  }

  /**
   * Draws the incoming vectors of a layer and sets them.
   *
   * @return the vectors as the network will hold them, unit by unit
   */
  static double[] drawn(DrawnWeights hidden, Draws draws, WeightLayer layer) {
    double[] vectors = hidden.rows(draws, layer.units(), layer.vectorLength());
    layer.setTrained(vectors);
    return vectors;
  }

  static DrawnWeights required(@Nullable DrawnWeights hidden) {
    if (hidden == null) {
      throw new IllegalArgumentException(
          "There is no distribution for the hidden layer; give one, such as"
              + " Weights.gaussian(1e-3).");
    }
    return hidden;
  }

  /**
   * Checks that a network has one hidden layer and one output layer.
   *
   * @throws IllegalArgumentException if it has another number of layers with weights
   */
  void requireTwoLayers(WeightStack stack) {
    if (stack.size() != 2) {
      throw new IllegalArgumentException(
          getClass().getSimpleName()
              + " sets networks with one hidden layer and one output layer, but this one has "
              + stack.size()
              + (stack.size() == 1 ? " layer" : " layers")
              + " with weights.");
    }
  }
}
