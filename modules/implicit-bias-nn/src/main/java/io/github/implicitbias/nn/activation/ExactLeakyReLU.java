package io.github.implicitbias.nn.activation;

import io.github.implicitbias.core.network.ExposesPreActivation;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.LeakyReLU;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMax;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The leaky rectifier with a slope that is exact in the data type of the network.
 *
 * <p>phi(z) = max(z, alpha z), that is z for z &gt; 0 and alpha z otherwise, with 0 &lt;= alpha
 * &lt;= 1. The derivative is 1 for z &gt; 0 and alpha otherwise; at z = 0 it is alpha, so a unit at
 * the kink counts as off, as in its activation pattern. (Deeplearning4j's {@code ActivationLReLU}
 * uses 1 there, and rounds the slope of the derivative to float: a relative error of 4e-8 for alpha
 * = 0.3 in a network of type double.) With alpha = 0 this is the rectifier, with alpha = 1 the
 * identity.
 *
 * <p>Works in place on its input, any shape; keeps no reference to it. Cost: one operation forward,
 * three backward, all element by element.
 */
public final class ExactLeakyReLU extends BaseActivationFunction implements ExposesPreActivation {

  private static final long serialVersionUID = 1L;

  private final double alpha;

  /**
   * Creates the activation function.
   *
   * @param alpha slope for z &lt;= 0
   * @throws IllegalArgumentException if alpha is not between 0 and 1
   */
  public ExactLeakyReLU(@JsonProperty("alpha") double alpha) {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException(
          "The slope alpha of ExactLeakyReLU is "
              + alpha
              + "; give a number from 0 (rectifier) to 1 (identity).");
    }
    this.alpha = alpha;
  }

  /** Returns the slope for z &lt;= 0. */
  public double alpha() {
    return alpha;
  }

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    Nd4j.getExecutioner().exec(new LeakyReLU(in, alpha));
    return in;
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    assertShape(in, epsilon);
    // max(1[z > 0], alpha) is the derivative without any rounding.
    Nd4j.getExecutioner().exec(new Step(in, 0.0));
    Nd4j.getExecutioner().exec(new ScalarMax(in, alpha));
    return Pair.of(in.muli(epsilon), null);
  }

  @Override
  public boolean preservesSign() {
    return true;
  }

  @Override
  public boolean hasKink() {
    return alpha < 1;
  }

  @Override
  public double negativeSlope() {
    return alpha;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ExactLeakyReLU
        && Double.compare(alpha, ((ExactLeakyReLU) other).alpha) == 0;
  }

  @Override
  public int hashCode() {
    return Double.hashCode(alpha);
  }

  @Override
  public String toString() {
    return "ExactLeakyReLU(" + alpha + ")";
  }
}
