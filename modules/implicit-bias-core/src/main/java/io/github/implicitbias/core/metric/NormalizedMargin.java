package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.Absent;
import io.github.implicitbias.core.network.Stack;

/**
 * minMargin / norm(theta)^k for stacks that are homogeneous of degree k in their trained parameters
 * theta, see {@link Stack#homogeneousDegree}: it does not depend on the size of theta. Absent for
 * every other network, and where theta was not read.
 */
public final class NormalizedMargin implements Metric {

  @Override
  public String id() {
    return "normalizedMargin";
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    Margins margins = observation.shared(Margins.class, Margins::new);
    Stack stack = ObservedStack.of(observation);
    if (!margins.applies() || stack == null || !observation.hasParameters()) {
      return Absent.VALUE;
    }
    int degree = stack.homogeneousDegree();
    double norm = observation.parameters().norm();
    if (degree == 0
        || norm == 0
        || stack.trainedParameters() != observation.parameters().length()) {
      return Absent.VALUE;
    }
    return margins.smallest() / Math.pow(norm, degree);
  }
}
