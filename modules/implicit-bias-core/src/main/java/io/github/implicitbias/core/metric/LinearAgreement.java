package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.alignment.LinearMap;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Share of the probe on which the network and its linear surrogate, sum_j a_j (w_j x + b_j) +
 * b_out, decide alike: both above 0, or neither. For stacks of two layers and two classes, one
 * output. Cost: O(parameters + samples x inputs).
 */
public final class LinearAgreement implements Metric {

  @Override
  public String id() {
    return "linearAgreement";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "share of the probe with f(x) > 0 exactly where the linear surrogate sum_j a_j (w_j x +"
                + " b_j) + b_out > 0")
        .parameters("all")
        .applies("stack of two layers, one output, binary")
        .source("arXiv:2210.07082*")
        .expect("goes to 1 on nearly orthogonal data from a small start: the boundary is linear")
        .title("agreement with the linear surrogate")
        .group("Margin and alignment")
        .chart("Agreement with the linear surrogate");
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
  public Needs needs() {
    return Targets.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    Stack stack = ObservedStack.of(observation);
    Targets targets = Targets.of(observation);
    if (stack == null || stack.depth() != 2 || !targets.isBinary()) {
      return Absent.VALUE;
    }
    LinearMap map = observation.shared(ObservedMap.class, ObservedMap::new).map();
    double[] f = observation.network().outputPreActivations();
    double[] x = stack.layer(0).inputActivations();
    int alike = 0;
    for (int i = 0; i < f.length; i++) {
      alike += f[i] > 0 == map.value(x, i * map.inputs()) > 0 ? 1 : 0;
    }
    return (double) alike / f.length;
  }
}
