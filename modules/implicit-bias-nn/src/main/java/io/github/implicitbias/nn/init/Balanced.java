package io.github.implicitbias.nn.init;

import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What {@link NetworkInitializer#balanced} describes. */
final class Balanced extends RandomInitializer {

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

  Balanced(DrawnWeights hidden) {
    this(required(hidden), null);
  }

  static Balanced ofPresentWeights() {
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
