package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * The smallest margin of the probe, before the output activation: with two classes f for class 1
 * and -f for the other, with several the output of the label minus the largest other one. Absent
 * where the labels are not classes, see docs/metrics.md. Cost: O(samples x outputs).
 */
public final class MinMargin implements Metric {

  @Override
  public String id() {
    return "minMargin";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "min_i q_i; binary q_i = s_i f(x_i), multi-class q_i = f_label - max of the others")
        .applies("binary, multi-class")
        .expect(
            "turns positive when the last sample is classified, then grows like log t at a fixed"
                + " rate")
        .title("smallest margin")
        .group("Margin and alignment")
        .chart("Margin");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Needs needs() {
    return Targets.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    Margins margins = observation.shared(Margins.class, Margins::new);
    return margins.applies() ? margins.smallest() : Absent.VALUE;
  }
}
