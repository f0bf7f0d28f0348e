package io.github.implicitbias.core.weightspace;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.ObservedStack;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/** The bias of the output layer of a stack with one output. Cost: O(1). */
public final class OutputBias implements Metric {

  @Override
  public String id() {
    return "outputBias";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "the bias of the output layer; with two layers f(x) = outputBias + sum_j"
                + " outgoingWeight_j act(w_j . x + unitBias_j)")
        .applies("stack with one output and an output bias")
        .expect("the output where no unit is on")
        .title("bias of the output")
        .withoutChart();
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    Stack stack = ObservedStack.of(observation);
    if (stack == null || stack.outputs() != 1) {
      return Absent.VALUE;
    }
    WeightLayer last = stack.layer(stack.depth() - 1);
    return last.hasBias() ? last.biases()[0] : Absent.VALUE;
  }
}
