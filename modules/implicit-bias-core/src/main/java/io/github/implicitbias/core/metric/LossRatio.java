package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.Absent;

/**
 * max_i g_i / min_i g_i, with g_i = -dl_i/dq_i the share of a sample in the gradient, taken by the
 * pre-activation of its label: 1 / (1 + exp(q_i)) for the logistic loss. Absent unless labels are
 * classes and all g_i are positive, as they are for losses that fall with the margin. Cost:
 * O(samples).
 */
public final class LossRatio implements Metric {

  @Override
  public String id() {
    return "lossRatio";
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    Targets targets = observation.shared(Targets.class, Targets::new);
    double[] derivatives = observation.network().lossDerivatives();
    if (derivatives == null || !(targets.isBinary() || targets.isMulticlass())) {
      return Absent.VALUE;
    }
    int outputs = observation.network().outputs();
    int[] classes = targets.classes();
    double largest = 0;
    double smallest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < classes.length; i++) {
      double share =
          targets.isMulticlass()
              ? -derivatives[i * outputs + classes[i]]
              : classes[i] == 1 ? -derivatives[i] : derivatives[i];
      largest = Math.max(largest, share);
      smallest = Math.min(smallest, share);
    }
    return smallest > 0 ? largest / smallest : Absent.VALUE;
  }
}
