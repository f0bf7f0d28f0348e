package io.github.implicitbias.nn.init;

import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What {@link NetworkInitializer#dominated} describes. */
final class Dominated extends RandomInitializer {

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

  Dominated(DrawnWeights hidden, double ratio) {
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
