package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.Absent;
import io.github.implicitbias.core.network.Stack;

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
