package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * The path norm of a stack, sum_j |a_j| norm(w_j) for two layers and one output, see {@link
 * io.github.implicitbias.core.norm.StackPaths#euclidean}. Cost: O(parameters).
 */
public final class PathNorm implements Metric {

  @Override
  public String id() {
    return "pathNorm";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "sum of the entries of abs(W_L) ... abs(W_2) u, u_j = norm((w_j, b_j)) of the first"
                + " layer, biases of later layers added on the way as abs(b)")
        .parameters("all layers of the stack, fixed ones too")
        .applies("stack")
        .source("Neyshabur et al. 2015*, Bach 2017*")
        .expect("ends near the smallest value that fits, from a small balanced start")
        .title("path norm")
        .group("Norms, balance and rank")
        .chart("Path norms");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Matrices.passCadence(dimensions);
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    Stack stack = ObservedStack.of(observation);
    return stack == null
        ? Absent.VALUE
        : observation.shared(PathBuffers.class, PathBuffers::new).paths.euclidean(stack);
  }
}
