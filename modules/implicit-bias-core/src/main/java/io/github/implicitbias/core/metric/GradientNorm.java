package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.gradient.LossGradient;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Euclidean norm of the gradient of the mean unregularised loss of the probe by the trained
 * parameters, for stacks of dense layers. Cost: O(samples x parameters).
 */
public final class GradientNorm implements Metric {

  @Override
  public String id() {
    return "gradientNorm";
  }

  @Override
  public Definition definition() {
    return Definition.formula("norm of grad L")
        .parameters("theta")
        .applies("stack, loss known")
        .expect("small on plateaus, too: look at the loss and saddleIndex with it")
        .title("norm of the gradient")
        .group("Margin and alignment")
        .chart("Gradient");
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
    return gradient == null ? Absent.VALUE : gradient.norm();
  }
}
