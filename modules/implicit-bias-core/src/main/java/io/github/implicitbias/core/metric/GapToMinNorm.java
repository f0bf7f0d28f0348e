package io.github.implicitbias.core.metric;

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
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Matrices.passCadence(dimensions);
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return MinNormReference.of(observation).gap();
  }
}
