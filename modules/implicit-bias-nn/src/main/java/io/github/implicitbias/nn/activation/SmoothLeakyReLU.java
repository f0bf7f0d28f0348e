package io.github.implicitbias.nn.activation;

import io.github.implicitbias.core.network.ExposesPreActivation;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A leaky rectifier without a kink: it passes smoothly from slope gamma to slope 1.
 *
 * <p>phi(z) = gamma z + (1 - gamma) log((1 + e^z) / 2), with derivative gamma + (1 - gamma) / (1 +
 * e^-z) and 0 &lt;= gamma &lt;= 1. phi(0) = 0, the slope there is (1 + gamma) / 2, and phi(z) has
 * the sign of z. With gamma = 0 this is the softplus shifted to pass through 0, with gamma = 1 the
 * identity. Frei, Vardi, Bartlett, Srebro and Hu (arXiv 2210.07082) study gradient descent with
 * finite steps on a smooth leaky activation; the formula here is one example of such a function.
 *
 * <p>The relative error in double is below 5e-16 (measured against 60 digits for |z| from 1e-300 to
 * 1e3), since networks may start at any scale. In float and double a positive z never gives 0, and
 * no finite z overflows.
 *
 * <p>Works in place on its input, any shape; keeps no reference to it. The arithmetic is done in
 * Java in double. Cost: one {@code expm1} and one {@code log1p} per element forward, one {@code
 * exp} backward: 21 and 14 microseconds for 12 x 20 elements, 11 and 4.5 milliseconds for 1000 x
 * 256.
 */
public final class SmoothLeakyReLU extends BaseActivationFunction implements ExposesPreActivation {

  private static final long serialVersionUID = 1L;

  /** Beyond this distance from 0 an ordinary logarithm has all digits of a double. */
  private static final double NEAR = 1;

  /** Beyond this one it has all digits of a float, and many more. */
  private static final double NEAR_IN_SINGLE = 1e-3;

  private final double gamma;

  /**
   * Creates the activation function.
   *
   * @param gamma slope as z goes to minus infinity
   * @throws IllegalArgumentException if gamma is not between 0 and 1
   */
  public SmoothLeakyReLU(@JsonProperty("gamma") double gamma) {
    if (!(gamma >= 0 && gamma <= 1)) {
      throw new IllegalArgumentException(
          "The slope gamma of SmoothLeakyReLU is "
              + gamma
              + "; give a number from 0 (shifted softplus) to 1 (identity).");
    }
    this.gamma = gamma;
  }

  /** Returns the slope as z goes to minus infinity. */
  public double gamma() {
    return gamma;
  }

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    boolean single = in.dataType() != DataType.DOUBLE;
    double near = single ? NEAR_IN_SINGLE : NEAR;
    // Half of the smallest positive number would round to 0 and lose the sign.
    double smallest = single ? Float.MIN_VALUE : Double.MIN_VALUE;
    return replace(in, z -> z > 0 ? Math.max(phi(z, near), smallest) : phi(z, near));
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    assertShape(in, epsilon);
    return Pair.of(replace(in, this::slope).muli(epsilon), null);
  }

  /**
   * Returns phi(z). ND4J's own expm1 and log1p go through 1 + z and lose all digits near 0.
   *
   * <p>With g = log((1 + e^-|z|) / 2), phi(z) is gamma z + (1 - gamma) g for negative z and z + (1
   * - gamma) g otherwise. Away from 0 an exponential and a logarithm give g to all digits, as g is
   * not small there; they are several times faster than expm1 and log1p. Up to z = 1 the terms are
   * chosen to have the same sign; beyond, too little is subtracted for cancellation.
   */
  private double phi(double z, double near) {
    if (z > 1) {
      return z + (1 - gamma) * Math.log(0.5 + 0.5 * Math.exp(-z));
    }
    // 0 times minus infinity is not a number.
    double linear = gamma == 0 ? 0 : gamma * z;
    boolean far = z > near || z < -near;
    double g = far ? Math.log(0.5 + 0.5 * Math.exp(z)) : Math.log1p(0.5 * Math.expm1(z));
    return linear + (1 - gamma) * g;
  }

  private double slope(double z) {
    double e = Math.exp(-Math.abs(z));
    return gamma + (1 - gamma) * (z >= 0 ? 1 / (1 + e) : e / (1 + e));
  }

  private static INDArray replace(INDArray in, DoubleUnaryOperator function) {
    double[] values = in.dup('c').data().asDouble();
    for (int i = 0; i < values.length; i++) {
      values[i] = function.applyAsDouble(values[i]);
    }
    return in.assign(Nd4j.create(values, in.shape(), in.dataType()));
  }

  @Override
  public boolean preservesSign() {
    return true;
  }

  @Override
  public boolean hasKink() {
    return false;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SmoothLeakyReLU
        && Double.compare(gamma, ((SmoothLeakyReLU) other).gamma) == 0;
  }

  @Override
  public int hashCode() {
    return Double.hashCode(gamma);
  }

  @Override
  public String toString() {
    return "SmoothLeakyReLU(" + gamma + ")";
  }
}
