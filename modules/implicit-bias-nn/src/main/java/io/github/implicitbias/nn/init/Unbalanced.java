package io.github.implicitbias.nn.init;

import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What {@link NetworkInitializer#unbalanced} describes. */
final class Unbalanced extends RandomInitializer {

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

  Unbalanced(DrawnWeights hidden, double outputDeviation) {
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
