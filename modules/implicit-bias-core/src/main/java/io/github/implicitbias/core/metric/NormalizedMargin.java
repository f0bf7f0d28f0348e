package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

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
  public Definition definition() {
    return Definition.formula(
            "minMargin / norm(theta)^k, k the number of trained layers of the stack")
        .parameters("theta")
        .applies(
            "stack that is homogeneous of degree k in theta: a bias is allowed only in a trained"
                + " layer that is the first trained one, or in a fixed layer below it")
        .source("Lyu and Li 2020*; k = 1: arXiv:2210.07082*")
        .expect("rises to the largest margin a network of norm 1 can have")
        .title("normalized margin")
        .group("Margin and alignment")
        .chart("Margin");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Needs needs() {
    return Targets.NEEDS;
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
