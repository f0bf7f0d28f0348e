package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
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
    String none = MarginAbsences.homogeneous(observation, layer);
    double loss = observation.loss();
    if (none != null || (loss > 0 && loss < 1)) {
      return none;
    }
    return Absent.is(loss)
        ? "the loss of the probe is not known"
        : "the loss is "
            + Absences.number(loss)
            + " at step "
            + observation.step()
            + "; the rate is that of one between 0 and 1";
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
    String none = MarginAbsences.homogeneous(observation, layer);
    none = none == null ? Absences.lossGradient(observation) : none;
    none = none == null ? whyNoCrossEntropy(observation) : none;
    if (none != null) {
      return none;
    }
    double summed = observation.probe().samples() * observation.loss();
    if (!(summed > 0 && summed < Math.log(2))) {
      return "the summed loss is "
          + Absences.number(summed)
          + " at step "
          + observation.step()
          + "; needs one "
          + (summed > 0 ? "below log 2" : "above 0");
    }
    LossGradient gradient = LossGradient.of(observation);
    if (gradient == null) {
      return null;
    }
    String zero = gradient.norm() == 0 ? "the gradient is" : "all trained parameters are";
    return zero + " 0 at step " + observation.step();
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
    if (!(gradients > 0) || whyNoCrossEntropy(observation) != null) {
      return Absent.VALUE;
    }
    double smoothed = -Math.log(Math.expm1(summed));
    double root = k * -Math.expm1(-summed) * smoothed / (n * gradients);
    return root * root;
  }

  /** Returns why the derivatives of the loss are not probabilities less labels; null if so. */
  private static @Nullable String whyNoCrossEntropy(Observation observation) {
    Targets targets = Targets.of(observation);
    double[] z = observation.network().outputPreActivations();
    double[] derivatives = observation.network().lossDerivatives();
    int outputs = observation.network().outputs();
    if (z == null || derivatives == null) {
      return "the derivatives of the loss are not known";
    }
    if (!targets.isBinary() && !targets.isMulticlass()) {
      return targets.whyNoClasses();
    }
    if (!targets.countsAll()) {
      return "samples are masked";
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
          return observation.network().lossName()
              + " does not have the derivatives of a cross entropy at sample "
              + i;
        }
      }
    }
    return null;
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
    if (stack.depth() != 1) {
      return Absences.counted(stack.depth(), "layer") + "; needs 1 layer";
    }
    WeightLayer only = stack.layer(0);
    if (!only.isTrained()) {
      return only.name() + " is not trained";
    }
    return stack.isLinear()
        ? null
        : only.name() + " has the activation function " + only.activation() + "; needs none";
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
