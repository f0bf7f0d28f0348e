package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Definition;

/**
 * Distance norm(w - w*) of what the network computes from the shortest solution w* of the probe.
 *
 * <p>For stacks of one output and a squared loss whose layers are all linear, w being their
 * product, and w* the minimum-norm interpolator; and for one ReLU neuron, w* being the shortest w
 * with w x_i = y_i where y_i &gt; 0 and w x_i &lt;= 0 elsewhere. With biases, w has a last entry,
 * that of an input 1. For two ReLU units without bias under fixed output weights a &gt; 0 &gt; b, w
 * being both rows, and w* the shortest pair of which one fits the positive labels, the other the
 * negative ones, each off where the other fits ({@link
 * io.github.implicitbias.core.solution.TwoNeuronMinimumNorm}). Absent for every other network, and
 * where the samples have no such solution by linear independence. See arXiv:2603.04895, of which
 * only the abstract was read.
 */
public final class GapToMinNorm implements Metric {

  @Override
  public String id() {
    return "gapToMinNorm";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "norm(w - w*). Linear stack: w = W_L ... W_1 (and the constant, if there are biases),"
                + " w* the minimum-norm interpolator of the probe. One ReLU neuron: w* the shortest"
                + " w with w x_i = y_i where y_i > 0 and w x_i <= 0 elsewhere. Two ReLU units under"
                + " fixed output weights a > 0 > b: w both rows, w* the shortest pair of which one"
                + " fits the positive, the other the negative labels, each off where the other"
                + " fits")
        .parameters("first-layer space")
        .applies(
            "regression; stack of one output whose layers are all linear, which is one ReLU neuron,"
                + " or two ReLU units without bias under fixed output weights of opposite sign;"
                + " samples with labels to fit linearly independent")
        .source("arXiv:2603.04895 (abstract)")
        .expect("0 for linear networks from a start of 0; small, not 0, for ReLU in high dimension")
        .title("distance to the minimum-norm solution")
        .group("Distance to reference solutions")
        .chart("Distance to the minimum-norm solution");
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
    return MinNormReference.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return MinNormReference.of(observation).gap();
  }
}
