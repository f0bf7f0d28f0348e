package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * max_i g_i / min_i g_i, with g_i the share of a sample in the gradient: -dl_i/dq_i with two
 * classes, 1 / (1 + exp(q_i)) for the logistic loss; with several the sum of the derivatives by the
 * outputs other than the label, which for softmax is minus that by the label, without its rounding.
 * Absent unless labels are classes and all g_i are positive, as they are for losses that fall with
 * the margin. Cost: O(samples).
 */
public final class LossRatio implements Metric {

  @Override
  public String id() {
    return "lossRatio";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "max_i g_i / min_i g_i, g_i = -dl_i/dq_i (binary), sum of dl_i/df_k over the outputs k"
                + " other than the label (multi-class)")
        .applies("binary, multi-class; all g_i > 0")
        .source("arXiv:2210.07082*")
        .expect("falls towards 1 where all samples end with the same margin")
        .title("ratio of the losses of samples")
        .group("Margin and alignment")
        .chart("Ratio of the losses of samples");
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
    Targets targets = Targets.of(observation);
    double[] derivatives = observation.network().lossDerivatives();
    if (derivatives == null || !(targets.isBinary() || targets.isMulticlass())) {
      return Absent.VALUE;
    }
    int outputs = observation.network().outputs();
    int[] classes = targets.classes();
    double largest = 0;
    double smallest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < classes.length; i++) {
      double share = targets.isMulticlass() ? 0 : derivatives[i] * (classes[i] == 1 ? -1 : 1);
      for (int k = 0; k < outputs && targets.isMulticlass(); k++) {
        share += k == classes[i] ? 0 : derivatives[i * outputs + k];
      }
      largest = Math.max(largest, share);
      smallest = Math.min(smallest, share);
    }
    return smallest > 0 ? largest / smallest : Absent.VALUE;
  }
}
