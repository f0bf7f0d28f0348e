package io.github.implicitbias.nn.init;

import io.github.implicitbias.core.solution.MinimumNorm;
import java.util.Arrays;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What {@link NetworkInitializer#allActive} describes. */
final class AllActive extends ChainInitializer {

  private static final long serialVersionUID = 1L;

  @JsonProperty("x")
  private final double[][] x;

  @JsonProperty("scale")
  private final double scale;

  /** Is computed from the other two. */
  private final double[] weights;

  @JsonCreator
  AllActive(@JsonProperty("x") double[][] x, @JsonProperty("scale") double scale) {
    this.scale = positive("The scale of AllActive", scale);
    double[] target = new double[x == null ? 0 : x.length];
    Arrays.fill(target, scale);
    this.weights = MinimumNorm.of(x, target).solution();
    this.x = Arrays.stream(x).map(double[]::clone).toArray(double[][]::new);
  }

  @Override
  void start(WeightStack stack) {
    WeightLayer layer = stack.first();
    if (layer.inputs() != weights.length) {
      throw new IllegalArgumentException(
          "AllActive has samples with "
              + weights.length
              + " entries, but "
              + layer.name()
              + " has "
              + layer.inputs()
              + " inputs; give samples as that layer sees them.");
    }
    int length = layer.vectorLength();
    double[] vectors = new double[Math.multiplyExact(layer.units(), length)];
    for (int j = 0; j < layer.units(); j++) {
      System.arraycopy(weights, 0, vectors, j * length, weights.length);
    }
    layer.setTrained(vectors);
    checkActive(layer, vectors);
  }

  /**
   * The pre-activation of the rounded numbers must be positive by more than the error with which a
   * network of the type computes it.
   */
  private void checkActive(WeightLayer layer, double[] w) {
    Precision precision = layer.precision();
    for (int i = 0; i < x.length; i++) {
      double z = 0;
      double sizeOfX = 0;
      double sizeOfW = 0;
      for (int k = 0; k < weights.length; k++) {
        double entry = precision.round(x[i][k]);
        // In units of the scale, so that tiny ones do not underflow.
        double weight = w[k] / scale;
        z += entry * weight;
        sizeOfX = Math.hypot(sizeOfX, entry);
        sizeOfW = Math.hypot(sizeOfW, weight);
      }
      if (!(z > 8 * precision.epsilon() * sizeOfX * sizeOfW)) {
        throw new IllegalArgumentException(
            "In the data type "
                + layer.type()
                + " the pre-activation of sample "
                + i
                + " would be "
                + z * scale
                + ", which is not positive beyond rounding; use dataType(DataType.DOUBLE), a larger"
                + " scale, or fewer samples.");
      }
    }
  }

  @Override
  public AllActive withSeed(long seed) {
    return this;
  }

  @Override
  Object[] settings() {
    return new Object[] {x, scale};
  }

  @Override
  String describe() {
    return x.length + " samples with " + weights.length + " inputs, scale " + scale;
  }
}
