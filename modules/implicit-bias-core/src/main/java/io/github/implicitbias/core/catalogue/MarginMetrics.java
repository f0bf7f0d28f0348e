package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.solution.ConstrainedMinimumNorm;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/** Margins of a classification, and the linear map that it is compared with. */
final class MarginMetrics {

  /**
   * The smallest margin of the probe, before the output activation: with two classes f for class 1
   * and -f for the other, with several the output of the label minus the largest other one. Absent
   * where the labels are not classes, see docs/metrics.md. Cost: O(samples x outputs).
   */
  public static final Metric MIN_MARGIN =
      Metric.ofNetwork("minMargin")
          .definition(
              Definition.formula(
                      "min_i q_i; binary q_i = s_i f(x_i), multi-class q_i = f_label - max of the"
                          + " others")
                  .applies("binary, multi-class")
                  .expect(
                      "turns positive when the last sample is classified, then grows like log t at"
                          + " a fixed rate")
                  .title("smallest margin")
                  .group(Definition.MARGIN)
                  .chart("Margin"))
          .absent(MarginAbsences::margins)
          .needs(Targets.NEEDS)
          .value(MarginMetrics::minMargin);

  /**
   * minMargin / norm(theta)^k for stacks that are homogeneous of degree k in their trained
   * parameters theta, see {@link Stack#homogeneousDegree}: it does not depend on the size of theta.
   * Absent for every other network, and where theta was not read.
   */
  public static final Metric NORMALIZED_MARGIN =
      Metric.ofNetwork("normalizedMargin")
          .definition(
              Definition.formula(
                      "minMargin / norm(theta)^k, k the number of trained layers of the stack")
                  .parameters("theta")
                  .applies(
                      "stack that is homogeneous of degree k in theta: a bias is allowed only in a"
                          + " trained layer that is the first trained one, or in a fixed layer"
                          + " below it")
                  .source("Lyu and Li 2020*; k = 1: arXiv:2210.07082*")
                  .expect("rises to the largest margin a network of norm 1 can have")
                  .title("normalized margin")
                  .group(Definition.MARGIN)
                  .chart("Margin"))
          .absent(MarginAbsences::normalizedMargin)
          .needs(Targets.NEEDS)
          .value(MarginMetrics::normalizedMargin);

  /**
   * max_i g_i / min_i g_i, with g_i the share of a sample in the gradient: -dl_i/dq_i with two
   * classes, 1 / (1 + exp(q_i)) for the logistic loss; with several the sum of the derivatives by
   * the outputs other than the label, which for softmax is minus that by the label, without its
   * rounding. Absent unless labels are classes and all g_i are positive, as they are for losses
   * that fall with the margin. Cost: O(samples).
   */
  public static final Metric LOSS_RATIO =
      Metric.ofNetwork("lossRatio")
          .definition(
              Definition.formula(
                      "max_i g_i / min_i g_i, g_i = -dl_i/dq_i (binary), sum of dl_i/df_k over the"
                          + " outputs k other than the label (multi-class)")
                  .applies("binary, multi-class; all g_i > 0")
                  .source("arXiv:2210.07082*")
                  .expect("falls towards 1 where all samples end with the same margin")
                  .title("ratio of the losses of samples")
                  .group(Definition.MARGIN)
                  .chart("Ratio of the losses of samples"))
          .absent(MarginAbsences::lossRatio)
          .needs(Targets.NEEDS)
          .value(MarginMetrics::lossRatio);

  /**
   * Share of the probe on which the network and its linear surrogate, sum_j a_j (w_j x + b_j) +
   * b_out, decide alike: both above 0, or neither. For stacks of two layers and two classes, one
   * output. Cost: O(parameters + samples x inputs).
   */
  public static final Metric LINEAR_AGREEMENT =
      Metric.ofNetwork("linearAgreement")
          .definition(
              Definition.formula(
                      "share of the probe with f(x) > 0 exactly where the linear surrogate sum_j"
                          + " a_j (w_j x + b_j) + b_out > 0")
                  .parameters("all")
                  .applies("stack of two layers, one output, binary")
                  .source("arXiv:2210.07082*")
                  .expect(
                      "goes to 1 on nearly orthogonal data from a small start: the boundary is"
                          + " linear")
                  .title("agreement with the linear surrogate")
                  .group(Definition.MARGIN)
                  .chart("Agreement with the linear surrogate"))
          .absent(MarginAbsences::twoLayersOfClasses)
          .needs(Targets.NEEDS)
          .cadence(Matrices::passCadence)
          .price(Prices::twoLayers)
          .value(MarginMetrics::linearAgreement);

  /**
   * Angle, in radians, between the linear map of the network, see {@link LinearMap}, and the
   * hard-margin separator of the probe through the origin, see {@link
   * ConstrainedMinimumNorm#separating}; with biases, samples have a last entry of 1. For linear
   * stacks of any depth, single neurons, and stacks of two layers; absent without two classes that
   * are separable.
   */
  public static final Metric ANGLE_TO_MAX_MARGIN =
      Metric.ofNetwork("angleToMaxMargin")
          .definition(
              Definition.formula(
                      "angle, in radians, between the linear surrogate (two layers), the product"
                          + " (linear stacks) or w (one neuron) and the hard-margin separator of"
                          + " the probe through the origin; inputs are extended by 1 if there are"
                          + " biases")
                  .parameters("all")
                  .applies(
                      "stack of one neuron, two layers, or linear layers, one output; binary, both"
                          + " classes, no weight of 0, separable; up to 5 10^8 operations")
                  .source("Soudry et al. 2018*")
                  .expect("falls slowly, like 1 / log t at a fixed rate")
                  .title("angle to the max-margin separator")
                  .unit("radians")
                  .group(Definition.MARGIN)
                  .chart("Angle to the max-margin separator"))
          .absent(MarginAbsences::separator)
          .needs(MaxMarginReference.NEEDS)
          .cadence(Matrices::passCadence)
          .value((observation, layer) -> MaxMarginReference.angle(observation));

  private MarginMetrics() {}

  private static double minMargin(Observation observation, int layer) {
    ObservedMargins margins = observation.shared(ObservedMargins.class, ObservedMargins::new);
    return margins.applies() ? margins.smallest() : Absent.VALUE;
  }

  private static double normalizedMargin(Observation observation, int layer) {
    ObservedMargins margins = observation.shared(ObservedMargins.class, ObservedMargins::new);
    Stack stack = observation.stack();
    if (!margins.applies() || stack == null || !observation.hasParameters()) {
      return Absent.VALUE;
    }
    int degree = stack.homogeneousDegree();
    double norm = observation.parameters().norm();
    if (degree == 0
        || norm == 0
        || stack.trainedParameters() != observation.parameters().length()) {
      return Absent.VALUE;
    }
    return margins.smallest() / Math.pow(norm, degree);
  }

  private static double lossRatio(Observation observation, int layer) {
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
      if (targets.counts(i)) {
        double pull = pull(i, classes[i], targets.isMulticlass(), outputs, derivatives);
        largest = Math.max(largest, pull);
        smallest = Math.min(smallest, pull);
      }
    }
    return smallest > 0 ? largest / smallest : Absent.VALUE;
  }

  private static double pull(
      int sample, int label, boolean multiclass, int outputs, double[] derivatives) {
    if (!multiclass) {
      return derivatives[sample] * (label == 1 ? -1 : 1);
    }
    double sum = 0;
    for (int k = 0; k < outputs; k++) {
      sum += k == label ? 0 : derivatives[sample * outputs + k];
    }
    return sum;
  }

  /** Returns the first sample whose loss does not fall with its margin; -1 if there is none. */
  static int withoutPull(Observation observation) {
    Targets targets = Targets.of(observation);
    NetworkView network = observation.network();
    double[] derivatives = network.lossDerivatives();
    int[] classes = targets.classes();
    for (int i = 0; derivatives != null && i < classes.length; i++) {
      boolean multiclass = targets.isMulticlass();
      if (targets.counts(i)
          && !(pull(i, classes[i], multiclass, network.outputs(), derivatives) > 0)) {
        return i;
      }
    }
    return -1;
  }

  private static double linearAgreement(Observation observation, int layer) {
    Stack stack = observation.stack();
    Targets targets = Targets.of(observation);
    if (stack == null || stack.depth() != 2 || !targets.isBinary()) {
      return Absent.VALUE;
    }
    LinearMap map = ObservedMap.of(observation);
    double[] f = observation.network().outputPreActivations();
    if (map == null || f == null) {
      return Absent.VALUE;
    }
    double[] x = stack.inputs(0);
    int alike = 0;
    int counted = 0;
    for (int i = 0; i < f.length; i++) {
      if (targets.counts(i)) {
        alike += f[i] > 0 == map.value(x, i * map.inputs()) > 0 ? 1 : 0;
        counted++;
      }
    }
    return counted == 0 ? Absent.VALUE : (double) alike / counted;
  }
}
