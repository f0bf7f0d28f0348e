package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.Absent;
import io.github.implicitbias.core.alignment.LinearMap;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.solution.MinimumNorm;
import io.github.implicitbias.core.solution.SignConstrainedMinimumNorm;

/** The shortest solution of the probe, once per run, and how far a network is from it. */
final class MinNormReference implements Shared {

  /** The most multiplications that are spent on it, in the training thread. */
  private static final double MOST_WORK = 5e8;

  private boolean started;
  private double[] reference;
  private double norm;
  private double gap = Absent.VALUE;

  @Override
  public void compute(Observation observation) {
    if (!started) {
      started = true;
      find(observation);
    }
    gap = Absent.VALUE;
    LinearMap map = ObservedMap.of(observation);
    if (reference != null && map != null) {
      double sum = 0;
      for (int k = 0; k < map.inputs(); k++) {
        double difference = map.vector()[k] - reference[k];
        sum += difference * difference;
      }
      if (reference.length > map.inputs()) {
        double difference = map.constant() - reference[map.inputs()];
        sum += difference * difference;
      }
      gap = Math.sqrt(sum);
    }
  }

  private void find(Observation observation) {
    Stack stack = ObservedStack.of(observation);
    Targets targets = Targets.of(observation);
    if (stack == null || !targets.isRegression()) {
      return;
    }
    boolean neuron = stack.depth() == 1 && stack.layer(0).negativeSlope() == 0;
    double n = stack.samples();
    double work = n * n * stack.layer(0).inputs() * (neuron ? n : 1);
    if (!(neuron || stack.isLinear()) || work > MOST_WORK) {
      return;
    }
    double[][] x = Samples.rows(observation.probe(), stack.hasBias());
    try {
      reference =
          neuron
              ? SignConstrainedMinimumNorm.of(x, targets.labels()).solution()
              : MinimumNorm.of(x, targets.labels()).solution();
    } catch (IllegalArgumentException e) {
      // The samples are linearly dependent, or no neuron fits them: there is no reference.
      return;
    }
    double sum = 0;
    for (double entry : reference) {
      sum += entry * entry;
    }
    norm = Math.sqrt(sum);
  }

  /** Returns the distance from the reference, absent where there is none. */
  double gap() {
    return gap;
  }

  /** Returns the norm of the reference. */
  double norm() {
    return norm;
  }
}
