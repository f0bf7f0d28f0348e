package io.github.implicitbias.nn.init;

import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Starts every unit of a network with one hidden layer with an output weight that dominates its
 * incoming vector.
 *
 * <p>|a_j| = ratio ||w_j|| with random signs and ratio &gt;= 1; with several outputs the outgoing
 * vector of unit j is uniform on the sphere of that radius. A bias of the hidden layer counts as
 * one more input: it is drawn as the last entry of w_j, and ||w_j|| includes it. A bias of the
 * output layer starts at 0.
 *
 * <p>|a_j| &gt;= ||w_j|| holds exactly for the numbers that the network holds; where the nearest
 * number is too small the next one is taken. Because gradient flow conserves a_j^2 - ||w_j||^2 (Du,
 * Hu and Lee 2018), a_j then never changes sign: the assumption under which Boursier,
 * Pillaud-Vivien and Flammarion (arXiv 2206.00939) and later work fix the signs. It needs a
 * positively homogeneous hidden activation: ReLU, leaky ReLU or the identity.
 *
 * <p>Draws: first the hidden layer, then unit by unit the outgoing vectors. Cost: O(parameters).
 */
public final class Dominated extends RandomInitializer {

  private static final long serialVersionUID = 1L;

  @JsonProperty("hidden")
  private final DrawnWeights hidden;

  @JsonProperty("ratio")
  private final double ratio;

  @JsonCreator
  private Dominated(
      @JsonProperty("hidden") @Nullable DrawnWeights hidden,
      @JsonProperty("ratio") double ratio,
      @JsonProperty("seed") @Nullable Long seed) {
    super(seed);
    this.hidden = required(hidden);
    if (!(ratio >= 1) || Double.isInfinite(ratio)) {
      throw new IllegalArgumentException(
          "The ratio of output weight to incoming norm is "
              + ratio
              + "; give a finite number of at least 1.");
    }
    this.ratio = ratio;
  }

  /**
   * Creates the initializer.
   *
   * @param hidden distribution of the incoming vectors of the hidden layer
   * @param ratio |a_j| / ||w_j||
   * @throws IllegalArgumentException if hidden is null, or the ratio below 1 or not finite
   */
  public Dominated(DrawnWeights hidden, double ratio) {
    this(hidden, ratio, null);
  }

  @Override
  public Dominated withSeed(long seed) {
    return new Dominated(hidden, ratio, seed);
  }

  @Override
  void start(WeightStack stack, Draws draws) {
    requireTwoLayers(stack);
    WeightLayer layer = stack.first();
    Homogeneity.require("Dominated", layer);
    double[] incoming = drawn(hidden, draws, layer);
    WeightLayer output = stack.last();
    double[] vectors = new double[Math.multiplyExact(output.units(), output.vectorLength())];
    OutgoingVectors outgoing = new OutgoingVectors(draws, layer.precision(), output.units());
    int length = layer.vectorLength();
    for (int j = 0; j < layer.units(); j++) {
      double[] a = outgoing.next(incoming, j * length, length, ratio, true);
      OutgoingVectors.scatter(a, vectors, output.vectorLength(), j);
    }
    output.setTrained(vectors);
  }

  @Override
  Object[] distribution() {
    return new Object[] {hidden, ratio};
  }

  @Override
  String describeDistribution() {
    return hidden + ", ratio " + ratio;
  }
}
