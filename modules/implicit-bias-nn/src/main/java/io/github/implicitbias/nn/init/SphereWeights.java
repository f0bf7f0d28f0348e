package io.github.implicitbias.nn.init;

import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What {@link Weights#sphere} describes. */
final class SphereWeights extends DrawnWeights {

  private static final long serialVersionUID = 1L;

  @JsonProperty("radius")
  private final double radius;

  SphereWeights(double radius) {
    this(radius, null);
  }

  private SphereWeights(
      @JsonProperty("radius") double radius, @JsonProperty("seed") @Nullable Long seed) {
    super(seed);
    if (!(radius > 0) || Double.isInfinite(radius)) {
      throw new IllegalArgumentException(
          "SphereWeights needs a positive finite radius, not " + radius + ".");
    }
    this.radius = radius;
  }

  @Override
  public SphereWeights withSeed(long seed) {
    return new SphereWeights(radius, seed);
  }

  @Override
  void draw(Draws draws, double[] rows, int units, int inputs, double fanIn) {
    for (int unit = 0; unit < units; unit++) {
      int from = unit * inputs;
      draws.direction(rows, from, inputs);
      double correction = UnitNorm.defect(rows, from, inputs) / 2;
      for (int i = from; i < from + inputs; i++) {
        rows[i] = radius * (rows[i] + correction * rows[i]);
      }
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SphereWeights
        && super.equals(other)
        && Double.compare(radius, ((SphereWeights) other).radius) == 0;
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + Double.hashCode(radius);
  }

  @Override
  public String toString() {
    return "SphereWeights(radius " + radius + (seed() == null ? "" : ", seed " + seed()) + ")";
  }
}
