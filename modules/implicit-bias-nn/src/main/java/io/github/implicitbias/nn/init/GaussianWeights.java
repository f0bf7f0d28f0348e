package io.github.implicitbias.nn.init;

import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What {@link Weights#gaussian} and {@link Weights#gaussianOfDeviation} describe. */
final class GaussianWeights extends DrawnWeights {

  private static final long serialVersionUID = 1L;

  @JsonProperty("size")
  private final double size;

  @JsonProperty("perInput")
  private final boolean perInput;

  private GaussianWeights(
      @JsonProperty("size") double size,
      @JsonProperty("perInput") boolean perInput,
      @JsonProperty("seed") @Nullable Long seed) {
    super(seed);
    if (!(size > 0) || Double.isInfinite(size)) {
      throw new IllegalArgumentException(
          "GaussianWeights needs a positive finite "
              + (perInput ? "scale" : "standard deviation")
              + ", not "
              + size
              + ".");
    }
    this.size = size;
    this.perInput = perInput;
  }

  static GaussianWeights ofScale(double scale) {
    return new GaussianWeights(scale, true, null);
  }

  static GaussianWeights ofStandardDeviation(double deviation) {
    return new GaussianWeights(deviation, false, null);
  }

  @Override
  public GaussianWeights withSeed(long seed) {
    return new GaussianWeights(size, perInput, seed);
  }

  @Override
  void draw(Draws draws, double[] rows, int units, int inputs, double fanIn) {
    double deviation = perInput ? size / Math.sqrt(fanIn > 0 ? fanIn : inputs) : size;
    for (int i = 0; i < rows.length; i++) {
      rows[i] = deviation * draws.gaussian();
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GaussianWeights
        && super.equals(other)
        && Double.compare(size, ((GaussianWeights) other).size) == 0
        && perInput == ((GaussianWeights) other).perInput;
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + Double.hashCode(size) + (perInput ? 1 : 0);
  }

  @Override
  public String toString() {
    return "GaussianWeights("
        + (perInput ? "scale " : "standard deviation ")
        + size
        + (seed() == null ? "" : ", seed " + seed())
        + ")";
  }
}
