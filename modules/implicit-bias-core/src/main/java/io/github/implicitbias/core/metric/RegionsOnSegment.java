package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.pattern.SegmentRegions;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Number of linear regions of the network on the segment from the first to the second sample of the
 * probe, see {@link io.github.implicitbias.core.pattern.SegmentRegions}. For stacks.
 */
public final class RegionsOnSegment implements Metric {

  @Override
  public String id() {
    return "regionsOnSegment";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "1 + number of points at which a unit of the stack switches, on the segment from the"
                + " first to the second sample")
        .parameters("all")
        .applies("stack, two samples")
        .source("Hanin and Rolnick 2019*")
        .expect("falls: simpler functions from smaller starts")
        .title("linear regions between two samples")
        .unit("regions")
        .group("Kernel and sharpness")
        .chart("Linear regions between two samples");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Matrices.switchCadence(dimensions);
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    Stack stack = ObservedStack.of(observation);
    return stack == null || stack.samples() < 2
        ? Absent.VALUE
        : observation.shared(Regions.class, Regions::new).regions.count(stack);
  }

  /** Keeps the arrays from one observation to the next. */
  private static final class Regions implements Shared {
    final SegmentRegions regions = new SegmentRegions();

    @Override
    public void compute(Observation observation) {}
  }
}
