package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Definition;

/**
 * How far the units with negative output weights with -D- are aligned: weighted mean of the
 * cosines, between -1 and 1, see {@link io.github.implicitbias.core.alignment.DataDirections}. For
 * stacks of two layers with one output; absent without such units or labels of that sign. Cost:
 * O(parameters).
 */
public final class AlignmentNegative implements Metric {

  @Override
  public String id() {
    return "alignmentNegative";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "alignmentPositive over units with a_j < 0 and cos(w_j, -D-), D- = (1/n) sum_{y_k < 0}"
                + " y_k x_k")
        .parameters("W_1 and biases (input 1), a")
        .applies("stack of two layers, one output, all labels finite; binary labels count as s_i")
        .source("arXiv:2206.00939*")
        .expect("as alignmentPositive, for the other sign")
        .title("alignment of negative units")
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
    return ObservedDirections.alignment(observation, false);
  }
}
