package io.github.implicitbias.nn.init;

import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Balanced initialisation: every hidden unit starts with an outgoing vector as long as its incoming
 * one.
 *
 * <p>With one output, a_j = s_j ||w_j|| with random signs s_j; with several, the outgoing vector of
 * unit j is uniform on the sphere of radius ||w_j||. In networks with more than two layers this is
 * done layer by layer from the input on: the outgoing vectors of a layer are the columns of the
 * next weight matrix (in the layout [units, inputs]), whose rows are the incoming vectors of the
 * next layer. A bias of the first hidden layer counts as one more input (the papers write (x, 1)):
 * it is drawn as the last entry of w_j, and ||w_j|| includes it. Later biases start at 0.
 *
 * <p>Gradient flow conserves a_j^2 - ||w_j||^2 (Du, Hu and Lee 2018), so units started this way
 * stay balanced and keep the signs of a_j; this is the setting of Boursier, Pillaud-Vivien and
 * Flammarion (arXiv 2206.00939). It needs positively homogeneous hidden activations: ReLU, leaky
 * ReLU or the identity.
 *
 * <p>For the numbers that the network holds, |a_j^2 - ||w_j||^2| is at most 4 ulp of ||w_j||^2 in
 * its data type, for every ||w_j|| between the smallest normal number and the largest one. With
 * several outputs the same holds for the norm of the outgoing vector.
 *
 * <p>Draws: first the hidden layer, then unit by unit the outgoing vectors. Cost: O(parameters).
 */
public final class Balanced extends RandomInitializer {

  private static final long serialVersionUID = 1L;

  @JsonProperty("hidden")
  private final @Nullable DrawnWeights hidden;

  @JsonCreator
  private Balanced(
      @JsonProperty("hidden") @Nullable DrawnWeights hidden,
      @JsonProperty("seed") @Nullable Long seed) {
    super(seed);
    this.hidden = hidden;
  }

  /**
   * Creates the initializer.
   *
   * @param hidden distribution of the incoming vectors of the first hidden layer
   * @throws IllegalArgumentException if it is null
   */
  public Balanced(DrawnWeights hidden) {
    this(required(hidden), null);
  }

  /** Keeps the weights and biases that the first hidden layer has, and balances the rest. */
  public static Balanced ofPresentWeights() {
    return new Balanced(null, null);
  }

  @Override
  public Balanced withSeed(long seed) {
    return new Balanced(hidden, seed);
  }

  @Override
  void start(WeightStack stack, Draws draws) {
    if (stack.size() < 2) {
      throw new IllegalArgumentException(
          "Balanced needs a hidden layer and an output layer, but only "
              + stack.first().name()
              + " has weights; add an output layer.");
    }
    for (int l = 0; l < stack.size() - 1; l++) {
      Homogeneity.require("Balanced", stack.layer(l));
    }
    WeightLayer layer = stack.first();
    double[] incoming = hidden == null ? layer.vectors() : drawn(hidden, draws, layer);
    for (int l = 1; l < stack.size(); l++) {
      WeightLayer next = stack.layer(l);
      double[] vectors = new double[Math.multiplyExact(next.units(), next.vectorLength())];
      OutgoingVectors outgoing = new OutgoingVectors(draws, layer.precision(), next.units());
      int length = layer.vectorLength();
      for (int j = 0; j < layer.units(); j++) {
        double[] a = outgoing.next(incoming, j * length, length, 1, false);
        OutgoingVectors.scatter(a, vectors, next.vectorLength(), j);
      }
      next.setTrained(vectors);
      incoming = vectors;
      layer = next;
    }
  }

  @Override
  Object[] distribution() {
    return new Object[] {hidden};
  }

  @Override
  String describeDistribution() {
    return hidden == null ? "present weights" : hidden.toString();
  }
}
