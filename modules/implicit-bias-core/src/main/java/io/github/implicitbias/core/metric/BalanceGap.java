package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.norm.Balance;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * max_j |norm(w_j)^2 + b_j^2 - norm(v_j)^2| over the units of a layer, see {@link Balance}; for
 * stacks, where this layer and the next are trained. Cost: O(parameters).
 */
public final class BalanceGap implements Metric {

  @Override
  public String id() {
    return "balanceGap";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "max_j abs(norm(w_j)^2 + b_j^2 - norm(v_j)^2), v_j the outgoing weights of unit j")
        .parameters("matrices of the layer and of the next, biases of the layer")
        .applies("stack, layer and next trained")
        .source("Du, Hu and Lee 2018*")
        .expect("constant under gradient flow; drifts with the square of the step")
        .title("balance gap")
        .group("Norms, balance and rank")
        .chart("Balance gap between layers");
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Matrices.passCadence(dimensions);
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    Stack stack = ObservedStack.of(observation);
    int number = Matrices.number(observation, layer);
    if (stack == null || number < 0 || number + 1 >= stack.depth()) {
      return Absent.VALUE;
    }
    if (!stack.layer(number).isTrained() || !stack.layer(number + 1).isTrained()) {
      return Absent.VALUE;
    }
    return observation
        .shared(Buffers.class, Buffers::new)
        .balance
        .gap(stack.layer(number), stack.layer(number + 1));
  }

  /** What keeps its arrays from one observation to the next. */
  private static final class Buffers implements Shared {
    final Balance balance = new Balance();

    @Override
    public void compute(Observation observation) {}
  }
}
