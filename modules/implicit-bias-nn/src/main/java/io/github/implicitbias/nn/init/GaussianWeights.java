package io.github.implicitbias.nn.init;

import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Independent normal weights of mean 0, with a standard deviation that is given or follows the
 * number of inputs.
 *
 * <p>{@link #ofScale} draws N(0, (scale / sqrt(fanIn))^2), so that the norm of a unit's incoming
 * vector is about {@code scale}; {@link #ofStandardDeviation} draws N(0, deviation^2). Weights are
 * drawn unit by unit.
 */
public final class GaussianWeights extends DrawnWeights {

  private static final long serialVersionUID = 1L;

  @JsonProperty("size")
  private final double size;

  @JsonProperty("perInput")
  private final boolean perInput;

  private GaussianWeights(
      @JsonProperty("size") double size,
      @JsonProperty("perInput") boolean perInput,
      @JsonProperty("seed") Long seed) {
    super(seed);
    if (!(size > 0) || Double.isInfinite(size)) {
      throw new IllegalArgumentException(
          "GaussianWeights needs a positive finite size, not " + size + ".");
    }
    this.size = size;
    this.perInput = perInput;
  }

  /** Draws N(0, (scale / sqrt(fanIn))^2). */
  public static GaussianWeights ofScale(double scale) {
    return new GaussianWeights(scale, true, null);
  }

  /** Draws N(0, deviation^2). */
  public static GaussianWeights ofStandardDeviation(double deviation) {
    return new GaussianWeights(deviation, false, null);
  }

  @Override
  public GaussianWeights withSeed(long seed) {
    return new GaussianWeights(size, perInput, seed);
  }

  @Override
  void draw(Draws draws, double[] rows, int units, int inputs, double fanIn) {
    double deviation = perInput ? size / Math.sqrt(fanIn) : size;
    for (int i = 0; i < rows.length; i++) {
      rows[i] = deviation * draws.gaussian();
    }
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other)
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
