package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Conditions;

/**
 * The setting of the paper, and its conditions: f(x) = sum_j a_j phi(w_j . x), leaky ReLU phi,
 * fixed a_j of both signs, two classes, a loss with an exponential tail.
 */
final class LeakySetting {

  /** The most multiplications that are spent once per run, in the training thread. */
  static final double MOST_WORK = 5e8;

  private static final double EQUAL = 1e-6;

  private final Conditions conditions;
  private double slope = Double.NaN;
  private double magnitude = Double.NaN;
  private int positive;
  private int negative;

  /**
   * Looks at the first record of a run.
   *
   * @param equalMagnitudes true to demand that all abs(a_j) are equal
   */
  LeakySetting(Observation first, boolean equalMagnitudes) {
    conditions = Conditions.ofGradientDescent(first);
    Stack stack = first.stack();
    if (stack == null) {
      conditions.require(false, "", first.whyNoStack());
      return;
    }
    boolean two = stack.depth() == 2 && stack.outputs() == 1;
    conditions.require(
        two,
        "two dense layers, one output",
        stack.depth() + " layers and " + stack.outputs() + " outputs; needs 2 layers and 1 output");
    if (!two) {
      return;
    }
    layers(stack, equalMagnitudes);
    labels(first);
  }

  private void layers(Stack stack, boolean equalMagnitudes) {
    WeightLayer hidden = stack.layer(0);
    WeightLayer output = stack.layer(1);
    slope = hidden.negativeSlope();
    double least = Double.POSITIVE_INFINITY;
    double[] a = output.weights();
    magnitude = 0;
    for (int j = 0; j < output.inputs(); j++) {
      positive += a[j] > 0 ? 1 : 0;
      negative += a[j] < 0 ? 1 : 0;
      magnitude = Math.max(magnitude, Math.abs(a[j]));
      least = Math.min(least, Math.abs(a[j]));
    }
    conditions
        .require(!stack.hasBias(), "no biases", "there are biases")
        .require(
            slope > 0 && slope < 1,
            "leaky ReLU of slope " + Conditions.number(slope),
            "the slope below 0 is " + Conditions.number(slope) + ", should be between 0 and 1")
        .require(
            hidden.isTrained() && !output.isTrained(),
            "the first layer is trained, the output weights are fixed",
            "should train the first layer only")
        .require(
            positive > 0 && negative > 0,
            positive + " positive and " + negative + " negative output weights",
            positive
                + " positive and "
                + negative
                + " negative output weights, should be some of both");
    if (equalMagnitudes) {
      conditions.require(
          magnitude - least <= EQUAL * magnitude && magnitude < Double.POSITIVE_INFINITY,
          "output weights of magnitude " + Conditions.number(magnitude),
          "output weights of magnitudes "
              + Conditions.number(least)
              + " to "
              + Conditions.number(magnitude)
              + ", should be equal");
    }
  }

  private void labels(Observation first) {
    String otherLoss =
        "value and derivatives of the loss are not those of the logistic or exponential loss";
    if (!first.network().classifies()) {
      // Labels of a loss that fits numbers are no classes, but that is not what is missing first.
      conditions.require(false, "loss", otherLoss);
      return;
    }
    Targets targets = Targets.of(first);
    conditions.require(
        targets.isBinary(), "two classes", "the labels are not those of two classes");
    if (!targets.isBinary()) {
      return;
    }
    int[] classes = targets.classes();
    int ones = ones(classes);
    conditions.require(
        ones > 0 && ones < classes.length,
        ones + " samples of one class, " + (classes.length - ones) + " of the other",
        "all samples are of one class");
    String loss =
        TailLoss.recognise(
            first.network().outputPreActivations(),
            classes,
            first.network().lossDerivatives(),
            first.loss());
    conditions.require(loss != null, "loss: " + loss, otherLoss);
  }

  /** Returns the number of samples of class 1. */
  static int ones(int[] classes) {
    int ones = 0;
    for (int label : classes) {
      ones += label == 1 ? 1 : 0;
    }
    return ones;
  }

  /** Demands nearly orthogonal samples as recalled: R_min^2 at least 3 gamma^-3 R^2 n max. */
  LeakySetting nearlyOrthogonal(Observation first) {
    if (conditions.areMet()) {
      SampleGeometry geometry = SampleGeometry.of(first);
      if (geometry.isTooLarge()) {
        tooLarge();
      } else {
        conditions.atLeast(
            "R_min^2 / (R^2 n max |<x_i, x_k>|), R = R_max / R_min,",
            geometry.nearOrthogonality(),
            3 / (slope * slope * slope));
      }
    }
    return this;
  }

  /** Adds that the run is too large, which is never met. */
  void tooLarge() {
    conditions.require(false, "", "too large: more than 5e8 operations at the start");
  }

  /** Returns the conditions so far, to which others may be added. */
  Conditions conditions() {
    return conditions;
  }

  boolean isMet() {
    return conditions.areMet();
  }

  /** Returns gamma; only if there are two layers. */
  double slope() {
    return slope;
  }

  /** Returns the largest magnitude of an output weight. */
  double magnitude() {
    return magnitude;
  }

  /** Returns the number of units with a positive output weight. */
  int positive() {
    return positive;
  }

  /** Returns the number of units with a negative output weight. */
  int negative() {
    return negative;
  }
}
