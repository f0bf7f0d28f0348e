package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import org.jspecify.annotations.Nullable;

/** Why metrics of margins, and of stacks that are compared with the labels, do not apply. */
final class MarginAbsences {

  private MarginAbsences() {}

  /** Of metrics of margins. */
  static @Nullable String margins(Observation observation, int layer) {
    if (!observation.probe().hasLabels()) {
      return "the probe has no labels";
    }
    NetworkView network = observation.network();
    return network.outputPreActivations() == null
        ? network.whyNoOutputs()
        : Targets.of(observation).whyNoClasses();
  }

  /** Of the ratio of the losses of samples. */
  static @Nullable String lossRatio(Observation observation, int layer) {
    String none = margins(observation, layer);
    if (none != null) {
      return none;
    }
    NetworkView network = observation.network();
    return network.lossDerivatives() == null
        ? "the derivatives of " + network.lossName() + " are not known"
        : "the loss of sample "
            + MarginMetrics.withoutPull(observation)
            + " does not fall with its margin at step "
            + observation.step();
  }

  /** Of the normalized margin. */
  static @Nullable String normalizedMargin(Observation observation, int layer) {
    String none = homogeneous(observation, layer);
    return none != null ? none : "all trained parameters are 0 at step " + observation.step();
  }

  /** Of metrics of classifiers that are homogeneous in all trained parameters; null if it is. */
  static @Nullable String homogeneous(Observation observation, int layer) {
    String none = margins(observation, layer);
    Stack stack = observation.stack();
    if (none != null || stack == null) {
      return none != null ? none : observation.whyNoStack();
    }
    if (stack.homogeneousDegree() == 0) {
      return whyInhomogeneous(stack);
    }
    if (!observation.hasParameters()) {
      return "the network has no parameters that are shown";
    }
    int others = observation.parameters().length() - (int) stack.trainedParameters();
    return others != 0 ? others + " trained parameters are no weights of the stack" : null;
  }

  private static String whyInhomogeneous(Stack stack) {
    int lowest = stack.lowestTrained();
    if (lowest >= stack.depth()) {
      return "no layer is trained";
    }
    for (int l = lowest + 1; l < stack.depth(); l++) {
      WeightLayer layer = stack.layer(l);
      if (layer.hasBias()) {
        return layer.name()
            + " has biases above "
            + stack.layer(lowest).name()
            + ", so that the network is not homogeneous in its parameters";
      }
    }
    return "biases make the network inhomogeneous in its parameters";
  }

  /** Of metrics of stacks of two layers with one output and two classes. */
  static @Nullable String twoLayersOfClasses(Observation observation, int layer) {
    String none = twoLayers(observation);
    return none != null ? none : margins(observation, layer);
  }

  private static @Nullable String twoLayers(Observation observation) {
    Stack stack = observation.stack();
    if (stack == null) {
      return observation.whyNoStack();
    }
    return stack.depth() == 2 && stack.outputs() == 1
        ? null
        : Absences.counted(stack.depth(), "layer")
            + " and "
            + Absences.counted(stack.outputs(), "output")
            + "; needs 2 layers and 1 output";
  }

  /** Of the alignment of units whose output weights are above 0. */
  static @Nullable String alignedPositive(Observation observation, int layer) {
    return aligned(observation, true);
  }

  /** Of the alignment of units whose output weights are below 0. */
  static @Nullable String alignedNegative(Observation observation, int layer) {
    return aligned(observation, false);
  }

  private static @Nullable String aligned(Observation observation, boolean positive) {
    String none = twoLayers(observation);
    if (none != null) {
      return none;
    }
    none = labels(observation);
    if (none != null) {
      return none;
    }
    String sign = positive ? "above 0" : "below 0";
    for (double y : Targets.of(observation).labels()) {
      if (!Double.isFinite(y)) {
        return "a label is not finite";
      }
    }
    if (squares(observation, positive ? 1 : -1) == 0) {
      return "no label is " + sign;
    }
    for (double a : observation.knownStack().layer(1).weights()) {
      if (positive ? a > 0 : a < 0) {
        return "at step " + observation.step() + " the units that count for it have weights of 0";
      }
    }
    return "at step " + observation.step() + " no unit has an output weight " + sign;
  }

  private static @Nullable String labels(Observation observation) {
    if (!observation.probe().hasLabels()) {
      return "the probe has no labels";
    }
    if (observation.probe().hasLabelMasks()) {
      return "samples have weights";
    }
    return Targets.of(observation).labels().length == 0
        ? "the labels do not fit the outputs"
        : null;
  }

  private static double squares(Observation observation, double sign) {
    double sum = 0;
    for (double y : Targets.of(observation).labels()) {
      sum += sign * y > 0 ? 1 : 0;
    }
    return sum;
  }

  /** Of the share of the labels above 0 that is fitted. */
  static @Nullable String fittedPositive(Observation observation, int layer) {
    return fitted(observation, 1);
  }

  /** Of the share of the labels below 0 that is fitted. */
  static @Nullable String fittedNegative(Observation observation, int layer) {
    return fitted(observation, -1);
  }

  private static @Nullable String fitted(Observation observation, double sign) {
    if (observation.stack() == null) {
      return observation.whyNoStack();
    }
    String none = Targets.of(observation).whyNoRegression();
    return none != null ? none : "no label is " + (sign > 0 ? "above 0" : "below 0");
  }

  /** Of the angle to the separator of the largest margin. */
  static @Nullable String separator(Observation observation, int layer) {
    Stack stack = observation.stack();
    if (stack == null) {
      return observation.whyNoStack();
    }
    if (stack.outputs() != 1) {
      return Absences.counted(stack.outputs(), "output") + "; needs 1 output";
    }
    String none = margins(observation, layer);
    return none != null ? none : MaxMarginReference.whyNone(observation);
  }
}
