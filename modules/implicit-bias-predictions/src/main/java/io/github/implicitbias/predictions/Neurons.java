package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Boundary;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.solution.ActiveLeastSquares;
import io.github.implicitbias.run.PatternHistory;
import org.jspecify.annotations.Nullable;

/** What the predictions about one layer of neurons have in common. */
final class Neurons {

  /** The most multiplications that a check may take when it starts. */
  static final double MOST_WORK = 5e8;

  private static final double FLOAT_EPSILON = 0x1p-23;
  private static final double DOUBLE_EPSILON = 0x1p-52;

  private Neurons() {}

  /** Returns the conditions of ReLU neurons, one per output, trained on the squared loss. */
  static Conditions reLuNeurons(Observation first) {
    return neurons(first, false);
  }

  /** Returns the conditions of one ReLU neuron without bias, trained on the squared loss. */
  static Conditions oneReLuNeuron(Observation first) {
    return alone(neurons(first, false), first);
  }

  /** Returns the conditions of one ReLU or linear neuron without bias. */
  static Conditions oneNeuron(Observation first) {
    return alone(neurons(first, true), first);
  }

  private static Conditions neurons(Observation first, boolean orLinear) {
    Conditions conditions = Conditions.ofGradientDescent(first);
    Stack stack = first.stack();
    boolean isOneLayer = stack != null && stack.depth() == 1;
    conditions.require(
        isOneLayer,
        "the network is one layer of neurons",
        stack == null
            ? first.whyNoStack()
            : "the network has " + stack.depth() + " layers; needs one layer of neurons");
    if (stack != null && isOneLayer) {
      WeightLayer layer = stack.layer(0);
      double slope = layer.negativeSlope();
      conditions
          .require(
              slope == 0 || orLinear && slope == 1,
              slope == 1 ? "the activation is the identity" : "the activation is ReLU",
              "the activation is not ReLU" + (orLinear ? " or the identity" : ""))
          .require(layer.isTrained(), "the weights are trained", "the weights are not trained")
          .require(
              Targets.of(first).isSquared(),
              "the loss is a squared one of the outputs",
              "the loss is not a squared one of the outputs");
    }
    return conditions;
  }

  private static Conditions alone(Conditions conditions, Observation first) {
    Stack stack = first.stack();
    if (stack != null && stack.depth() == 1) {
      conditions
          .atMost("the number of neurons", stack.outputs(), 1)
          .require(!stack.hasBias(), "there is no bias", "there is a bias");
    }
    return conditions;
  }

  /** Adds the condition that the pattern of the lowest layer is watched. */
  static Conditions watched(Conditions conditions, Observation first) {
    Stack stack = first.stack();
    return conditions.require(
        stack != null && isWatched(first, stack),
        "which samples are on is watched",
        "which samples are on is not watched");
  }

  private static boolean isWatched(Observation first, Stack stack) {
    WeightLayer layer = stack.layer(0);
    if (layer.trackedLayer() < 0) {
      return false;
    }
    PatternHistory pattern = first.pattern(layer.trackedLayer());
    return pattern.units() == layer.units() && pattern.samples() == stack.samples();
  }

  /** Adds the condition that a pass over the samples may be made at every record. */
  static Conditions smallEnough(Conditions conditions, Observation first, int most) {
    double size = (double) first.probe().samples() * first.probe().inputs();
    return conditions.require(
        size <= most,
        "small enough for a check at every record",
        "too large for a check at every record: samples x inputs is "
            + Conditions.number(size)
            + ", should be at most "
            + most);
  }

  /** Adds the condition that a least-squares solution may be found when a check starts. */
  static Conditions fittable(Conditions conditions, Observation first) {
    double work = ActiveLeastSquares.work(first.probe().samples(), first.probe().inputs());
    return conditions.atMost("the work to fit the labels", work, MOST_WORK);
  }

  /** Returns the pattern of the lowest layer, which must be watched. */
  static PatternHistory pattern(Observation observation) {
    return observation.pattern(observation.knownStack().layer(0).trackedLayer());
  }

  /** Returns the boundary of the lowest layer, null if it is not known. */
  static @Nullable Boundary boundary(Observation observation) {
    int tracked = observation.knownStack().layer(0).trackedLayer();
    return tracked < 0 ? null : observation.boundary(tracked);
  }

  /** Returns the weights of the only neuron, of which the first entries count. */
  static double[] weights(Observation observation) {
    return observation.knownStack().layer(0).weights();
  }

  /** Returns true if the first unit of a pattern is on for a sample. */
  static boolean isOn(PatternHistory pattern, int sample) {
    return (pattern.current()[sample >>> 6] >>> (sample & 63) & 1) != 0;
  }

  /** Returns the step on the loss (1/2n) sum of squared residuals that follows an observation. */
  static double step(Observation observation) {
    TrainingSetup training = observation.network().training();
    return training.kappa() * training.learningRate();
  }

  /**
   * Returns twice the rounding unit of training: that of the parameters' type, and at least that of
   * float if all weights are floats.
   */
  static double epsilon(Observation observation) {
    double[] w = weights(observation);
    boolean floats = true;
    for (int k = 0; floats && k < observation.probe().inputs(); k++) {
      floats = (float) w[k] == w[k];
    }
    double unit = observation.knownStack().layer(0).precision().unit();
    return Math.max(2 * unit, floats ? FLOAT_EPSILON : DOUBLE_EPSILON);
  }

  static double dot(double[] a, int from, double[] b, int length) {
    double sum = 0;
    for (int k = 0; k < length; k++) {
      sum += a[from + k] * b[k];
    }
    return sum;
  }
}
