package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.gradient.LossGradient;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * cos(theta, -grad L): 1 when gradient descent only makes the trained parameters longer. For stacks
 * of dense layers; absent where one of the two is 0. Cost: O(samples x parameters), shared with
 * {@link GradientNorm}.
 */
public final class GradientAlignment implements Metric {

  @Override
  public String id() {
    return "gradientAlignment";
  }

  @Override
  public Definition definition() {
    return Definition.formula("cos(theta, -grad L)")
        .parameters("theta")
        .applies("stack, loss known, neither is 0")
        .source("Ji and Telgarsky 2020*")
        .expect("goes to 1 when only the norm still grows: the direction has converged")
        .title("alignment with the gradient")
        .group("Margin and alignment")
        .chart("Alignment");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return ObservedGradient.cadence(dimensions);
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    LossGradient gradient = ObservedGradient.of(observation);
    if (gradient == null || gradient.isZero()) {
      return Absent.VALUE;
    }
    return gradient.alignment();
  }
}
