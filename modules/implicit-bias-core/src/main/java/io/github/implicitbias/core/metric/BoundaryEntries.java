package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.pattern.Boundary;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Number of entries (unit, sample) on the boundary, where the pre-activation is 0 within rounding,
 * so that the bit says nothing. Absent where pre-activations were not computed.
 */
public final class BoundaryEntries implements Metric {

  @Override
  public String id() {
    return "boundaryEntries";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "entries with abs(z) <= 8 eps norm(w) norm(x): their bit says nothing")
        .applies("pre-activations known")
        .expect("0, but for units that are exactly 0 or samples of zeros")
        .title("entries on the boundary")
        .unit("entries")
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
    return boundary == null ? Absent.VALUE : boundary.entries();
  }
}
