package io.github.implicitbias.nn.init;

import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Starts the units of the first layer uniformly on a sphere, with a bias that is 0 or positive.
 *
 * <p>w_j is uniform on the sphere of the given radius, the bias not included; b_j is 0 ({@link
 * #withZeroBias}) or the radius ({@link #withPositiveBias}). Layers after the first stay as they
 * are. For a network of one neuron, or of many neurons trained side by side, these are the starts
 * that Vardi, Yehudai and Shamir (arXiv 2106.01101) compare for a single neuron with bias: a unit
 * sphere with bias 0 may fail, a small sphere with a suitable bias starts below the loss of the
 * dead neuron. (What the paper states is quoted from memory here; the measurements are ours.)
 *
 * <p>Draws: unit by unit. Cost: O(parameters of the first layer).
 */
public final class SphereStart extends RandomInitializer {

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

  /**
   * Starts biases at 0.
   *
   * @param radius norm of every incoming vector
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public static SphereStart withZeroBias(double radius) {
    return new SphereStart(radius, false, null);
  }

  /**
   * Starts biases at the radius.
   *
   * @param radius norm of every incoming vector, and every bias
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public static SphereStart withPositiveBias(double radius) {
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
