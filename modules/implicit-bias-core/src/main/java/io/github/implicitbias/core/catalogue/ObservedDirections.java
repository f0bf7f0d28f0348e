package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.run.Absent;
import org.jspecify.annotations.Nullable;

/** The directions of the data, once per probe, for stacks of two layers with one output. */
final class ObservedDirections implements Shared {

  /** What those who ask for it need. */
  static final Needs NEEDS =
      Needs.fromFirst(ObservedDirections.class, ObservedDirections::new).and(Targets.NEEDS);

  private boolean started;
  private @Nullable DataDirections directions;

  @Override
  public Needs needs() {
    return NEEDS;
  }

  @Override
  public void compute(Observation observation) {
    if (started) {
      return;
    }
    started = true;
    Stack stack = observation.stack();
    double[] labels = Targets.of(observation).labels();
    if (stack == null || stack.depth() != 2 || stack.outputs() != 1 || labels.length == 0) {
      return;
    }
    for (double y : labels) {
      if (!(Math.abs(y) < Double.POSITIVE_INFINITY)) {
        return;
      }
    }
    directions =
        new DataDirections(observation.probe().features(), labels, stack.layer(0).hasBias());
  }

  /** Returns the alignment of the units of one sign, absent where it does not apply. */
  static double alignment(Observation observation, boolean positive) {
    ObservedDirections observed =
        observation.shared(ObservedDirections.class, ObservedDirections::new);
    Stack stack = observation.stack();
    return observed.directions == null || stack == null
        ? Absent.VALUE
        : observed.directions.alignment(stack.layer(0), stack.layer(1).weights(), positive);
  }
}
