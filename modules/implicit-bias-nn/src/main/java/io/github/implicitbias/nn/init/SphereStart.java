package io.github.implicitbias.nn.init;

import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What {@link NetworkInitializer#sphereWithZeroBias} describes. */
final class SphereStart extends RandomInitializer {

  private static final long serialVersionUID = 1L;

  @JsonProperty("radius")
  private final double radius;

  @JsonProperty("positiveBias")
  private final boolean positiveBias;

  @JsonCreator
  private SphereStart(
      @JsonProperty("radius") double radius,
      @JsonProperty("positiveBias") boolean positiveBias,
      @JsonProperty("seed") @Nullable Long seed) {
    super(seed);
    this.radius = positive("The radius of SphereStart", radius);
    this.positiveBias = positiveBias;
  }

  static SphereStart withZeroBias(double radius) {
    return new SphereStart(radius, false, null);
  }

  static SphereStart withPositiveBias(double radius) {
    return new SphereStart(radius, true, null);
  }

  @Override
  public SphereStart withSeed(long seed) {
    return new SphereStart(radius, positiveBias, seed);
  }

  @Override
  void start(WeightStack stack, Draws draws) {
    WeightLayer layer = stack.first();
    if (!layer.hasBias()) {
      throw new IllegalArgumentException(
          "SphereStart sets the bias of "
              + layer.name()
              + ", which has none; set hasBias(true) on it, or use weightInit(...) instead.");
    }
    int inputs = layer.inputs();
    int length = layer.vectorLength();
    double[] vectors = new double[Math.multiplyExact(layer.units(), length)];
    for (int j = 0; j < layer.units(); j++) {
      draws.direction(vectors, j * length, inputs);
      for (int i = j * length; i < j * length + inputs; i++) {
        vectors[i] *= radius;
      }
      vectors[j * length + inputs] = positiveBias ? radius : 0;
    }
    layer.setTrained(vectors);
  }

  @Override
  Object[] distribution() {
    return new Object[] {radius, positiveBias};
  }

  @Override
  String describeDistribution() {
    return "radius " + radius + ", bias " + (positiveBias ? radius : 0);
  }
}
