package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * The path norm of a stack, sum_j |a_j| sum_k |w_jk| for two layers and one output, see {@link
 * io.github.implicitbias.core.norm.StackPaths#absolute}. Cost: O(parameters).
 */
public final class PathNormL1 implements Metric {

  @Override
  public String id() {
    return "pathNormL1";
  }

  @Override
  public Definition definition() {
    return Definition.formula("pathNorm with u_j = sum_k abs(w_jk) + abs(b_j)")
        .parameters("all layers of the stack, fixed ones too")
        .applies("stack")
        .source("Neyshabur et al. 2015*, Bach 2017*")
        .expect("as pathNorm, for sparse inputs")
        .title("path norm, absolute values")
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
        : observation.shared(PathBuffers.class, PathBuffers::new).paths.absolute(stack);
  }
}
