package io.github.implicitbias.nn.init;

import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Independent normal weights of mean 0, with a standard deviation that is given or follows the
 * number of inputs.
 *
 * <p>{@link #ofScale} draws N(0, (scale / sqrt(fanIn))^2): the squared norm of an incoming vector
 * with fanIn entries has mean scale^2, and ||w||^2 fanIn / scale^2 is chi-square distributed with
 * fanIn degrees of freedom. {@link #ofStandardDeviation} draws N(0, deviation^2). Weights are drawn
 * unit by unit.
 *
 * <p>The fan-in is the one Deeplearning4j gives its own initializers, so that {@code
 * ofScale(scale)} has the law of {@code WeightInit.NORMAL} times scale: the inputs of a dense,
 * output or simple recurrent layer, the channels in times the size of the kernel for convolutions.
 * It is not the number of entries of an incoming vector for an LSTM (the number of cells, for both
 * weight arrays), an embedding (1), a 1d convolution (the length of the kernel counts twice) and a
 * depthwise convolution (all channels count): there E ||w||^2 = scale^2 entries / fanIn. PReLU
 * gives none; each slope then counts as one input.
 *
 * <p>Small normal weights are the start of Frei, Vardi, Bartlett, Srebro and Hu (arXiv 2210.07082)
 * for the hidden layer, with a standard deviation, and with a scale that goes to 0, of the hidden
 * layer of Boursier, Pillaud-Vivien and Flammarion (arXiv 2206.00939), whose code divides it by the
 * square root of units times inputs: {@code ofScale(scale / Math.sqrt(units))}.
 *
 * <p>Cost: O(weights), once.
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

  /**
   * Draws N(0, (scale / sqrt(fanIn))^2).
   *
   * @param scale root mean square of the norm of an incoming vector with fanIn entries
   * @throws IllegalArgumentException if the scale is not positive and finite
   */
  public static GaussianWeights ofScale(double scale) {
    return new GaussianWeights(scale, true, null);
  }

  /**
   * Draws N(0, deviation^2).
   *
   * @throws IllegalArgumentException if the deviation is not positive and finite
   */
  public static GaussianWeights ofStandardDeviation(double deviation) {
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
