package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.ObservedStack;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import org.jspecify.annotations.Nullable;

/**
 * Why metrics do not apply to a run, in plain words with names and numbers. Each asks one thing
 * after another, as its metrics do, and names the first that is missing; null if none is.
 */
final class Absences {

  private Absences() {}

  /** Of metrics of margins. */
  static @Nullable String margins(Observation observation, int layer) {
    NetworkView network = observation.network();
    if (!observation.probe().hasLabels()) {
      return "the probe has no labels";
    }
    if (network.outputPreActivations() == null) {
      String none = network.whyNoStack();
      return none.isEmpty() ? "the outputs of the network are not known" : none;
    }
    Targets targets = Targets.of(observation);
    return targets.isBinary() || targets.isMulticlass() ? null : "the labels are not classes";
  }

  /** Of the normalized margin. */
  static @Nullable String normalizedMargin(Observation observation, int layer) {
    String none = margins(observation, layer);
    Stack stack = ObservedStack.of(observation);
    if (none != null || stack == null) {
      return none != null ? none : ObservedStack.whyNone(observation);
    }
    return stack.homogeneousDegree() == 0
        ? "biases make the network inhomogeneous in its parameters"
        : null;
  }

  /** Of metrics of stacks of two layers with one output and two classes. */
  static @Nullable String twoLayersOfClasses(Observation observation, int layer) {
    String none = twoLayers(observation, layer);
    return none != null ? none : binary(observation);
  }

  /** Of metrics of stacks of two layers with one output. */
  static @Nullable String twoLayers(Observation observation, int layer) {
    Stack stack = ObservedStack.of(observation);
    if (stack == null) {
      return ObservedStack.whyNone(observation);
    }
    return stack.depth() == 2 && stack.outputs() == 1
        ? null
        : counted(stack.depth(), "layer")
            + " and "
            + counted(stack.outputs(), "output")
            + "; needs 2 layers and 1 output";
  }

  private static @Nullable String binary(Observation observation) {
    return Targets.of(observation).isBinary() ? null : "the labels are not two classes";
  }

  /** Of the angle to the separator of the largest margin. */
  static @Nullable String separator(Observation observation, int layer) {
    Stack stack = ObservedStack.of(observation);
    if (stack == null) {
      return ObservedStack.whyNone(observation);
    }
    if (stack.outputs() != 1) {
      return counted(stack.outputs(), "output") + "; needs 1 output";
    }
    String none = binary(observation);
    if (none == null && stack.depth() > 2 && !stack.isLinear()) {
      return counted(stack.depth(), "layer") + "; needs at most 2, or linear ones";
    }
    return none;
  }

  /** Of the gaps to solutions of least norm. */
  static @Nullable String reference(Observation observation, int layer) {
    Stack stack = ObservedStack.of(observation);
    if (stack == null) {
      return ObservedStack.whyNone(observation);
    }
    if (!Targets.of(observation).isRegression()) {
      return stack.outputs() != 1
          ? counted(stack.outputs(), "output") + "; needs 1 output"
          : "the loss is not the square of one residual per sample";
    }
    return stack.depth() == 1 || stack.isLinear()
        ? null
        : counted(stack.depth(), "layer") + " that are not all linear; needs one neuron";
  }

  /** Of metrics of the matrix of a layer. */
  static @Nullable String matrix(Observation observation, int layer) {
    WeightLayer matrix = Matrices.of(observation, layer);
    if (matrix == null) {
      return "it has no matrix of weights, or several";
    }
    for (double w : matrix.weights()) {
      if (w != 0) {
        return null;
      }
    }
    return "all its weights are 0";
  }

  /** Of the balance of a layer with the next. */
  static @Nullable String balance(Observation observation, int layer) {
    NetworkView network = observation.network();
    if (!network.isStack()) {
      return network.whyNoStack();
    }
    int number = Matrices.number(observation, layer);
    if (number < 0) {
      return "it has no matrix of weights, or several";
    }
    if (number + 1 >= network.layers()) {
      return "it is the last layer, and balance is that with the next";
    }
    for (int l = number; l <= number + 1; l++) {
      if (!network.layer(l).isTrained()) {
        return network.layer(l).name() + " is not trained";
      }
    }
    return null;
  }

  private static String counted(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
