package io.github.implicitbias.nn.init;

import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Starts the output weights of a network with one hidden layer at +1/sqrt(m) or -1/sqrt(m), with
 * random signs.
 *
 * <p>m is the number of hidden units; with several outputs every weight has a sign of its own. The
 * output layer is trained as usual: for one that no training moves use {@link
 * io.github.implicitbias.nn.layer.FixedSignOutputLayer}, as Frei, Vardi, Bartlett, Srebro and Hu
 * (arXiv 2210.07082) do. A bias of the hidden layer counts as one more input: it is drawn as the
 * last entry of w_j. A bias of the output layer starts at 0. Any hidden activation will do.
 *
 * <p>Draws: first the hidden layer, then unit by unit the signs. Cost: O(parameters).
 */
public final class FixedSigns extends RandomInitializer {

  private static final long serialVersionUID = 1L;

  @JsonProperty("hidden")
  private final DrawnWeights hidden;

  @JsonCreator
  private FixedSigns(
      @JsonProperty("hidden") @Nullable DrawnWeights hidden,
      @JsonProperty("seed") @Nullable Long seed) {
    super(seed);
    this.hidden = required(hidden);
  }

  /**
   * Creates the initializer.
   *
   * @param hidden distribution of the incoming vectors of the hidden layer
   * @throws IllegalArgumentException if it is null
   */
  public FixedSigns(DrawnWeights hidden) {
    this(hidden, null);
  }

  @Override
  public FixedSigns withSeed(long seed) {
    return new FixedSigns(hidden, seed);
  }

  @Override
  void start(WeightStack stack, Draws draws) {
    requireTwoLayers(stack);
    drawn(hidden, draws, stack.first());
    WeightLayer output = stack.last();
    double magnitude = 1 / Math.sqrt(output.inputs());
    int length = output.vectorLength();
    double[] vectors = new double[Math.multiplyExact(output.units(), length)];
    for (int j = 0; j < output.inputs(); j++) {
      for (int k = 0; k < output.units(); k++) {
        vectors[k * length + j] = draws.sign() * magnitude;
      }
    }
    output.setTrained(vectors);
  }

  @Override
  Object[] distribution() {
    return new Object[] {hidden};
  }

  @Override
  String describeDistribution() {
    return hidden.toString();
  }
}
