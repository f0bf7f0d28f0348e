package io.github.implicitbias.predictions.neuron;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.ObservedStack;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.PatternHistory;

/**
 * How far z_ij may have been moved by other samples, where samples are orthogonal up to a cosine c
 * only: a step of rate h moves it by at most h c norm(x_i) (1/n) sum_k |l_kj| norm(x_k), l_kj the
 * derivative of the loss of sample k by z_kj; and rounding of the weights by norm(x_i) norm(w_j)
 * times the rounding unit. For stacks of one or two layers that are observed at every step.
 */
final class OrthogonalLeak {

  private final double cosine;
  private final double[] lengths;
  private final double[] moved;
  private final double[] next;
  private long step = -1;

  /** Begins at the first record. */
  OrthogonalLeak(Observation first, double cosine) {
    WeightLayer layer = ObservedStack.known(first).layer(0);
    double[] x = first.probe().features();
    int inputs = layer.inputs();
    this.cosine = cosine;
    moved = new double[layer.units()];
    next = new double[layer.units()];
    lengths = new double[first.probe().samples()];
    for (int i = 0; i < lengths.length; i++) {
      double squared = layer.hasBias() ? 1 : 0;
      for (int k = i * inputs; k < (i + 1) * inputs; k++) {
        squared += x[k] * x[k];
      }
      lengths[i] = Math.sqrt(squared);
    }
  }

  /**
   * Takes note of a record.
   *
   * @return false if one was left out, so that nothing can be said any more
   */
  boolean follow(Observation observation) {
    double[] derivatives = observation.network().lossDerivatives();
    if (derivatives == null || step >= 0 && observation.step() != step + 1) {
      return false;
    }
    step = observation.step();
    Stack stack = ObservedStack.known(observation);
    WeightLayer layer = stack.layer(0);
    double rate = observation.network().training().learningRate();
    double unit = observation.network().training().roundingUnit();
    for (int j = 0; j < moved.length; j++) {
      moved[j] += next[j];
      double pull = 0;
      for (int k = 0; k < lengths.length; k++) {
        pull += Math.abs(derivative(stack, derivatives, k, j)) * lengths[k] / lengths.length;
      }
      next[j] = rate * pull * (cosine + unit) + unit * norm(layer, j);
    }
    return true;
  }

  private double derivative(Stack stack, double[] ofOutputs, int sample, int unit) {
    int outputs = stack.outputs();
    if (stack.depth() == 1) {
      return ofOutputs[sample * outputs + unit];
    }
    double sum = 0;
    double[] a = stack.layer(1).weights();
    for (int k = 0; k < outputs; k++) {
      sum += a[k * moved.length + unit] * ofOutputs[sample * outputs + k];
    }
    return sum;
  }

  private static double norm(WeightLayer layer, int unit) {
    double b = layer.bias(unit);
    double squared = b * b;
    for (int k = 0; k < layer.inputs(); k++) {
      double w = layer.weights()[unit * layer.inputs() + k];
      squared += w * w;
    }
    return Math.sqrt(squared);
  }

  /** Returns how many flips of a kind end no farther than other samples and rounding may go. */
  long excused(Observation observation, PatternHistory pattern, FlipKind kind) {
    Stack stack = ObservedStack.known(observation);
    double[] z =
        stack.depth() == 1 ? stack.outputPreActivations() : stack.layer(0).outputActivations();
    double unit = observation.network().training().roundingUnit();
    long count = 0;
    for (int f = 0; z != null && f < pattern.flipCount(kind); f++) {
      int j = pattern.flips(kind)[f] / pattern.samples();
      int i = pattern.flips(kind)[f] % pattern.samples();
      double rounding = 16 * unit * norm(stack.layer(0), j);
      count += z[i * moved.length + j] <= lengths[i] * (moved[j] + rounding) ? 1 : 0;
    }
    return count;
  }
}
