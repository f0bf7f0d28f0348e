package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.TrainingSetup;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why metrics of the gradient, the kernel, curvature and named solutions do not apply. */
final class SolutionAbsences {

  private SolutionAbsences() {}

  /** Of metrics of the gradient. */
  static @Nullable String gradient(Observation observation, int layer) {
    String none = Absences.lossGradient(observation);
    return none != null ? none : untrained(observation.knownStack());
  }

  /** Of the alignment of the gradient with the parameters. */
  static @Nullable String gradientDirection(Observation observation, int layer) {
    String none = gradient(observation, layer);
    LossGradient found = LossGradient.of(observation);
    if (none != null || found == null) {
      return none;
    }
    String zero = found.norm() == 0 ? "the gradient is" : "all trained parameters are";
    return zero + " 0 at step " + observation.step();
  }

  private static @Nullable String untrained(Stack stack) {
    return stack.lowestTrained() >= stack.depth() ? "no layer of the stack is trained" : null;
  }

  /** Of metrics of the tangent kernel. */
  static @Nullable String kernel(Observation observation, int layer) {
    Stack stack = observation.stack();
    if (stack == null) {
      return observation.whyNoStack();
    }
    String none = untrained(stack);
    if (none == null && ObservedKernel.of(observation) == null) {
      none = ObservedKernel.whyTooLarge(stack);
    }
    ObservedKernel kernel = ObservedKernel.of(observation);
    return none == null && kernel != null && kernel.isZero()
        ? "the kernel is 0 at step " + observation.step()
        : none;
  }

  /** Of the alignment of the kernel with the labels. */
  static @Nullable String kernelAlignment(Observation observation, int layer) {
    String none = kernel(observation, layer);
    if (none != null) {
      return none;
    }
    if (!observation.probe().hasLabels()) {
      return "the probe has no labels";
    }
    return observation.probe().hasLabelMasks() ? "samples have weights" : "all labels are 0";
  }

  /** Of the change of the kernel. */
  static @Nullable String kernelDistance(Observation observation, int layer) {
    String none = kernel(observation, layer);
    if (none != null) {
      return none;
    }
    ObservedKernel kernel = ObservedKernel.of(observation);
    return kernel != null && kernel.first().length > 0
        ? "the kernel of the first record was 0"
        : "the kernel was not computed at the first record";
  }

  /** Of metrics of curvature. */
  static @Nullable String curvature(Observation observation, int layer) {
    String none = gradient(observation, layer);
    if (none != null) {
      return none;
    }
    none = ObservedCurvature.whyTooLarge(observation.knownStack());
    if (none != null) {
      return none;
    }
    return observation.probe().hasLabelMasks()
        ? "samples have weights, and then there is no curvature"
        : "the second derivative of " + observation.network().lossName() + " is not known";
  }

  /** Of the stability of gradient descent. */
  static @Nullable String stability(Observation observation, int layer) {
    if (ObservedCurvature.largest(observation) == null) {
      return curvature(observation, layer);
    }
    TrainingSetup training = observation.network().training();
    if (!training.isMomentumSgd()) {
      String why = training.whyNoFlowTime();
      return why == null ? "training is neither plain SGD nor the method of Nesterov" : why;
    }
    if (training.isRegularized()) {
      return training.regularization();
    }
    if (!training.isFullBatch()) {
      return "a step was trained on something else than the whole probe";
    }
    return training.dividesByBatch()
        ? "there is no learning rate above 0 that all that is trained has"
        : "the gradient is not divided by the number of samples";
  }

  /** Of the gap to the solution of least norm. */
  static @Nullable String minimumNorm(Observation observation, int layer) {
    String none = regression(observation);
    return none != null ? none : MinNormReference.of(observation).whyNone();
  }

  /** Of the gap to the solution of the samples on which a neuron is on. */
  static @Nullable String activeSolution(Observation observation, int layer) {
    String none = regression(observation);
    if (none != null) {
      return none;
    }
    Stack stack = observation.knownStack();
    if (stack.depth() != 1) {
      return Absences.counted(stack.depth(), "layer") + "; needs one neuron";
    }
    if (stack.hasBias()) {
      return stack.layer(0).name() + " has a bias";
    }
    double slope = stack.layer(0).negativeSlope();
    if (slope != 0 && slope != 1) {
      return stack.layer(0).name()
          + " has the slope "
          + slope
          + " below 0; needs ReLU, whose slope is 0";
    }
    return ActiveSolution.whyNone(observation);
  }

  private static @Nullable String regression(Observation observation) {
    return observation.stack() == null
        ? observation.whyNoStack()
        : Targets.of(observation).whyNoRegression();
  }

  /** Returns a number of operations beside the most that are spent. */
  static String tooMany(String what, double operations, double most) {
    return String.format(
        Locale.ROOT, "%s takes %.1e operations; at most %.0e are spent", what, operations, most);
  }
}
