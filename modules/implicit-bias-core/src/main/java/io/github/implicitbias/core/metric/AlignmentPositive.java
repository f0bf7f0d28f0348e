package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Definition;

/**
 * How far the units with positive output weights with D+ are aligned: weighted mean of the cosines,
 * between -1 and 1, see {@link io.github.implicitbias.core.alignment.DataDirections}. For stacks of
 * two layers with one output; absent without such units or labels of that sign. Cost:
 * O(parameters).
 */
public final class AlignmentPositive implements Metric {

  @Override
  public String id() {
    return "alignmentPositive";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "mean of cos(w_j, D+) over units with a_j > 0, weighted by abs(a_j) norm(w_j); D+ ="
                + " (1/n) sum_{y_k > 0} y_k x_k")
        .parameters("W_1 and biases (input 1), a")
        .applies("stack of two layers, one output, all labels finite; binary labels count as s_i")
        .source("arXiv:2206.00939*")
        .expect("goes to 1 on the first plateau, before the norm grows")
        .title("alignment of positive units")
        .group("Margin and alignment")
        .chart("Alignment");
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
    return ObservedDirections.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return ObservedDirections.alignment(observation, true);
  }
}
