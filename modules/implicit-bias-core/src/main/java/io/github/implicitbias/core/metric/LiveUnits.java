package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.alignment.Units;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Number of units of a layer that matter: norm of the outgoing weights x norm of (w_j, b_j) above
 * 1e-3 of the sum over its units. For stacks, and layers followed by another; absent if the sum is
 * 0.
 */
public final class LiveUnits implements Metric {

  @Override
  public String id() {
    return "liveUnits";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "units with abs(a_j) norm((w_j, b_j)) > 1e-3 of the sum over units; norm of the"
                + " outgoing weights for abs(a_j)")
        .parameters("matrix, next matrix")
        .applies("stack with a next layer")
        .source("arXiv:2206.00939*")
        .expect("falls to the few units that carry the function")
        .title("live units")
        .unit("units")
        .group("Units and patterns")
        .chart("Units");
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
    Units units = observation.shared(UnitBuffers.class, UnitBuffers::new).of(layer);
    return units.liveUnits(stack.layer(number), stack.layer(number + 1), 1e-3);
  }
}
