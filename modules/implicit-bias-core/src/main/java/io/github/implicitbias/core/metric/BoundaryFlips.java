package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.pattern.Boundary;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Number of flips since the record before that ended at an entry on the boundary, where the
 * pre-activation is 0 within rounding: flips that may be noise. They are counted among the flips of
 * their kinds as well. Absent where pre-activations were not computed.
 */
public final class BoundaryFlips implements Metric {

  @Override
  public String id() {
    return "boundaryFlips";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "flips since the record before that ended at a boundary entry; counted among the flips"
                + " of their kinds, too")
        .applies("pre-activations known")
        .expect("0; flips counted here are rounding, not learning")
        .title("flips on the boundary")
        .unit("flips")
        .withoutChart();
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public Needs needs() {
    return Needs.BOUNDARY;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    Boundary boundary = observation.boundary(layer);
    return boundary == null ? Absent.VALUE : boundary.flips();
  }
}
