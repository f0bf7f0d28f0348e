package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How fast loss and margin move, where theory has a rate without constants or a loose bound. */
final class RateMetrics {

  private static final double TOLERANCE = 1e-6;

  /**
   * L t log(1/L)^(2 - 2/k): bounded above and below by the asymptotic law, whose constants are not
   * known.
   */
  static final Metric LOSS_RATE =
      Metric.ofNetwork("lossRate")
          .definition(
              Definition.formula("L t log(1/L)^(2 - 2/k), t the step, k the degree in theta")
                  .parameters("theta")
                  .applies("as normalizedMargin; 0 < L < 1")
                  .source("Lyu and Li 2020*")
                  .expect("levels off at a constant rate, up to slow drifts")
                  .title("loss times what it should fall like")
                  .group(Definition.MARGIN)
                  .chart("Rate of the loss"))
          .absent(RateMetrics::whyNoRate)
          .needs(Targets.NEEDS)
          .value(RateMetrics::lossRate);

  /** What the next short step has to lower the loss by at least, as a share of what it does. */
  static final Metric LOSS_FALL_SHARE =
      Metric.ofNetwork("lossFallShare")
          .definition(
              Definition.formula(
                      "(k (1 - e^-S) q / (n norm(theta) norm(grad L)))^2, q = -log(e^S - 1), S = n"
                          + " L: the least fall of a step of gradient descent divided by its fall")
                  .parameters("theta")
                  .applies("as normalizedMargin; cross entropy, S < log 2")
                  .source("derived")
                  .expect("at most 1, and far below it: the bound is loose")
                  .title("share of the fall that is certain")
                  .group(Definition.MARGIN)
                  .chart("Share of the fall of the loss that is certain"))
          .absent(RateMetrics::whyNoShare)
          .needs(Targets.NEEDS)
          .cadence(LossGradient::cadence)
          .price(LossGradient::price)
          .value(RateMetrics::lossFallShare);

  /** The margin that Adam's flow goes for in linear models. */
  static final Metric MAX_NORM_MARGIN =
      Metric.ofNetwork("maxNormMargin")
          .definition(
              Definition.formula("minMargin / max_k |theta_k|")
                  .parameters("theta")
                  .applies("binary, multi-class; a single linear layer, all trained")
                  .source("Zhang et al. 2024*")
                  .expect(
                      "rises slowly with Adam, towards the largest margin of weights between -1"
                          + " and 1; gradient descent goes for normalizedMargin instead")
                  .title("margin by the largest weight")
                  .group(Definition.MARGIN)
                  .chart("Margin by the largest weight"))
          .absent(RateMetrics::whyNotLinear)
          .needs(Targets.NEEDS)
          .value(RateMetrics::maxNormMargin);

  private RateMetrics() {}

  static List<Metric> all() {
    return List.of(LOSS_RATE, LOSS_FALL_SHARE, MAX_NORM_MARGIN);
  }

  private static int degree(Observation observation) {
    Stack stack = observation.stack();
    boolean whole =
        stack != null
            && observation.hasParameters()
            && stack.trainedParameters() == observation.parameters().length();
    return stack == null || !whole ? 0 : stack.homogeneousDegree();
  }

  private static @Nullable String whyNoRate(Observation observation, int layer) {
    String none = MarginAbsences.normalizedMargin(observation, layer);
    if (none != null) {
      return none;
    }
    double loss = observation.loss();
    return loss > 0 && loss < 1 ? null : "the loss is not between 0 and 1";
  }

  private static double lossRate(Observation observation, int layer) {
    int k = degree(observation);
    double loss = observation.loss();
    Targets targets = Targets.of(observation);
    boolean classes = targets.isBinary() || targets.isMulticlass();
    return k > 0 && classes && loss > 0 && loss < 1
        ? loss * observation.step() * Math.pow(-Math.log(loss), 2 - 2.0 / k)
        : Absent.VALUE;
  }

  private static @Nullable String whyNoShare(Observation observation, int layer) {
    String none = MarginAbsences.normalizedMargin(observation, layer);
    none = none == null ? Absences.lossGradient(observation) : none;
    if (none != null) {
      return none;
    }
    if (!isCrossEntropy(observation)) {
      return "the loss is not a cross entropy after softmax or one logistic output";
    }
    return observation.probe().samples() * observation.loss() < Math.log(2)
        ? null
        : "the summed loss is not below log 2";
  }

  private static double lossFallShare(Observation observation, int layer) {
    int k = degree(observation);
    int n = observation.probe().samples();
    double summed = n * observation.loss();
    LossGradient gradient = LossGradient.of(observation);
    if (k == 0 || gradient == null || !(summed > 0 && summed < Math.log(2))) {
      return Absent.VALUE;
    }
    double gradients = gradient.norm() * observation.parameters().norm();
    if (!(gradients > 0) || !isCrossEntropy(observation)) {
      return Absent.VALUE;
    }
    double smoothed = -Math.log(Math.expm1(summed));
    double root = k * -Math.expm1(-summed) * smoothed / (n * gradients);
    return root * root;
  }

  /** Returns true if the derivatives of the loss are probabilities less labels. */
  private static boolean isCrossEntropy(Observation observation) {
    Targets targets = Targets.of(observation);
    double[] z = observation.network().outputPreActivations();
    double[] derivatives = observation.network().lossDerivatives();
    int outputs = observation.network().outputs();
    boolean classes = targets.isBinary() || targets.isMulticlass();
    if (z == null || derivatives == null || !classes || !targets.countsAll()) {
      return false;
    }
    int[] of = targets.classes();
    for (int i = 0; i < of.length; i++) {
      for (int k = 0; k < outputs; k++) {
        double others = targets.isBinary() ? Math.exp(-z[i]) : 0;
        for (int o = 0; o < outputs && !targets.isBinary(); o++) {
          others += o == k ? 0 : Math.exp(z[i * outputs + o] - z[i * outputs + k]);
        }
        double label = targets.isBinary() ? of[i] : of[i] == k ? 1 : 0;
        double expected = 1 / (1 + others) - label;
        if (!(Math.abs(derivatives[i * outputs + k] - expected) <= TOLERANCE)) {
          return false;
        }
      }
    }
    return true;
  }

  private static @Nullable String whyNotLinear(Observation observation, int layer) {
    String none = MarginAbsences.margins(observation, layer);
    if (none != null) {
      return none;
    }
    Stack stack = observation.stack();
    if (stack == null) {
      return observation.whyNoStack();
    }
    return stack.depth() == 1 && stack.layer(0).isTrained() && stack.isLinear()
        ? null
        : "not a single linear layer that is trained";
  }

  private static double maxNormMargin(Observation observation, int layer) {
    if (whyNotLinear(observation, layer) != null) {
      return Absent.VALUE;
    }
    Stack stack = observation.knownStack();
    ObservedMargins margins = observation.shared(ObservedMargins.class, ObservedMargins::new);
    double largest = 0;
    for (double w : stack.layer(0).weights()) {
      largest = Math.max(largest, Math.abs(w));
    }
    for (int j = 0; j < stack.outputs(); j++) {
      largest = Math.max(largest, Math.abs(stack.layer(0).bias(j)));
    }
    return margins.applies() && largest > 0 ? margins.smallest() / largest : Absent.VALUE;
  }
}
