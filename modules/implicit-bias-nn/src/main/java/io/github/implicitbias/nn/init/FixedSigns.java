package io.github.implicitbias.nn.init;

import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What {@link NetworkInitializer#fixedSigns} describes. */
final class FixedSigns extends RandomInitializer {

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

  FixedSigns(DrawnWeights hidden) {
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
