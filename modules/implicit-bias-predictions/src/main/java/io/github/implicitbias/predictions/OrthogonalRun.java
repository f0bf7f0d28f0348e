package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.solution.MinimumVariationNorm;

/**
 * A run of two layers on orthogonal inputs, as its first record shows it: whether it is one, and
 * the numbers from which the predictions are made.
 */
final class OrthogonalRun implements Shared {

  /** The largest norm(w_j) of a small start, as a share of the root of the final path norm. */
  static final double SMALL = 1e-2;

  private static final double MOST_OPERATIONS = 5e8;
  private static final double BALANCED = 1e-6;

  /** Residuals decay by exp(-4) in this many times the inverse rate. */
  private static final double SETTLED = 4;

  private final LabelSide positive = new LabelSide();
  private final LabelSide negative = new LabelSide();
  private boolean started;
  private boolean isPair;
  private boolean isSquared;
  private boolean isSmallProblem;
  private String unsolved = "";
  private double cosine = Double.NaN;
  private double tolerance;
  private double kappa;
  private double rate;
  private double firstLoss;
  private double largestWeight;
  private double longestPull;
  private double imbalance;

  /** Returns what is known of the run; to be asked at its first record at first. */
  static OrthogonalRun of(Observation observation) {
    return observation.shared(OrthogonalRun.class, OrthogonalRun::new);
  }

  @Override
  public Needs needs() {
    return Prediction.USUAL_NEEDS;
  }

  @Override
  public void compute(Observation observation) {
    if (started) {
      return;
    }
    started = true;
    kappa = observation.network().training().kappa();
    rate = observation.network().training().learningRate();
    firstLoss = observation.loss();
    Stack stack = observation.stack();
    isPair = stack != null && isPair(stack);
    isSquared = isPair && Targets.of(observation).isRegression();
    if (stack == null || !isSquared || !Conditions.ofGradientDescent(observation).areMet()) {
      return;
    }
    Probe probe = observation.probe();
    WeightLayer hidden = stack.layer(0);
    double n = probe.samples();
    double operations = n * (n * hidden.inputs() + hidden.units());
    isSmallProblem = operations + 2.0 * hidden.units() * hidden.inputs() <= MOST_OPERATIONS;
    if (!isSmallProblem) {
      return;
    }
    double[][] x = probe.rows(hidden.hasBias());
    double[] y = probe.labels();
    cosine = MinimumVariationNorm.largestCosine(x);
    tolerance = MinimumVariationNorm.tolerance(x);
    if (cosine > tolerance) {
      return;
    }
    try {
      labels(x, y, MinimumVariationNorm.of(x, y));
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      unsolved = message.substring(0, message.length() - 1);
      return;
    }
    units(stack, x, y);
    for (boolean sign : new boolean[] {true, false}) {
      LabelSide side = side(sign);
      side.firstShare = n * side.rate * side.grownMass / side.squares;
    }
  }

  /** Returns true for a ReLU layer, with or without biases, below one linear output without. */
  private static boolean isPair(Stack stack) {
    if (stack.depth() != 2 || stack.outputs() != 1) {
      return false;
    }
    WeightLayer hidden = stack.layer(0);
    WeightLayer output = stack.layer(1);
    return hidden.negativeSlope() == 0
        && hidden.isTrained()
        && hidden.outputActivations() != null
        && output.negativeSlope() == 1
        && output.isTrained()
        && !output.hasBias();
  }

  private void labels(double[][] x, double[] y, MinimumVariationNorm least) {
    double n = y.length;
    positive.norm = least.normPositive();
    negative.norm = least.normNegative();
    for (boolean sign : new boolean[] {true, false}) {
      LabelSide side = side(sign);
      double shortest = Double.POSITIVE_INFINITY;
      double weakest = Double.POSITIVE_INFINITY;
      double squared = 0;
      for (int i = 0; i < y.length; i++) {
        if (y[i] != 0 && y[i] > 0 == sign) {
          double norm = Math.sqrt(ScalarProduct.of(x[i], 0, x[i], 0, x[i].length));
          double share = Math.abs(y[i]) * norm / n;
          side.samples++;
          side.squares += y[i] * y[i];
          squared += share * share;
          shortest = Math.min(shortest, norm);
          weakest = Math.min(weakest, share);
        }
      }
      side.rate = Math.sqrt(squared);
      side.partialRate = side.samples < 2 ? 0 : Math.sqrt(Math.max(0, squared - weakest * weakest));
      side.settling = side.norm * shortest * shortest / n;
    }
  }

  private void units(Stack stack, double[][] x, double[] y) {
    WeightLayer hidden = stack.layer(0);
    double[] a = stack.layer(1).weights();
    int units = hidden.units();
    int inputs = hidden.inputs();
    double[] w = hidden.weights();
    double[] h = stack.activations(0);
    for (int j = 0; j < units; j++) {
      double squared = ScalarProduct.of(w, j * inputs, w, j * inputs, inputs);
      squared += hidden.bias(j) * hidden.bias(j);
      double norm = Math.sqrt(squared);
      double gap = Math.abs(a[j] * a[j] - squared);
      if (!(gap <= imbalance * squared)) {
        imbalance = squared > 0 ? gap / squared : Double.POSITIVE_INFINITY;
      }
      largestWeight = norm <= largestWeight ? largestWeight : norm;
      longestPull = Math.max(longestPull, Math.sqrt(squaredPull(x, h, j, units, y)));
      if (a[j] != 0) {
        LabelSide side = side(a[j] > 0);
        if (seesAll(h, j, units, y, a[j] > 0)) {
          side.seeing++;
          side.seeingMass += squared;
          double along = (Math.abs(a[j]) + pull(h, j, units, y, a[j] > 0) / side.rate) / 2;
          side.grownMass += along * along;
          side.largest = Math.max(side.largest, norm);
        } else {
          side.otherMass += squared;
        }
      }
    }
  }

  /** Returns the squared norm of D_j, the mean of y_k x_k over all, 0 where the unit is off. */
  private static double squaredPull(double[][] x, double[] h, int unit, int units, double[] y) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      if (h[i * units + unit] > 0) {
        sum += y[i] * y[i] * ScalarProduct.of(x[i], 0, x[i], 0, x[i].length);
      }
    }
    return sum / y.length / y.length;
  }

  /** Returns w_j . D for a unit that is on for all labels of its sign. */
  private static double pull(double[] h, int unit, int units, double[] y, boolean sign) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += y[i] > 0 == sign ? Math.abs(y[i]) * h[i * units + unit] : 0;
    }
    return sum / y.length;
  }

  private static boolean seesAll(double[] h, int unit, int units, double[] y, boolean sign) {
    for (int i = 0; i < y.length; i++) {
      if (y[i] != 0 && y[i] > 0 == sign && !(h[i * units + unit] > 0)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Starts with the conditions of all these predictions: gradient descent, two layers as they must
   * be, the squared loss, orthogonal samples whose labels can be fitted.
   */
  Conditions conditions(Observation first) {
    Conditions conditions = Conditions.ofGradientDescent(first);
    conditions.require(
        isPair,
        "a trained ReLU layer below one trained linear output without bias",
        "not a trained ReLU layer below one trained linear output without bias");
    if (!isPair) {
      return conditions;
    }
    conditions.require(isSquared, "squared loss", "the loss is not squared, or labels do not fit");
    if (!conditions.areMet()) {
      return conditions;
    }
    conditions.require(
        kappa > 0 && kappa < Double.POSITIVE_INFINITY && rate > 0,
        "kappa is " + Conditions.number(kappa) + ", learning rate " + Conditions.number(rate),
        "the step on the loss of the paper is not known");
    int samples = first.probe().samples();
    conditions.require(
        isSmallProblem,
        samples + " samples and " + first.probe().inputs() + " inputs",
        samples + " samples of " + first.probe().inputs() + " inputs are too large to compare");
    if (isSmallProblem && !Double.isNaN(cosine)) {
      conditions.atMost("largest cosine found between two samples", cosine, tolerance);
    }
    if (conditions.areMet()) {
      conditions.require(unsolved.isEmpty(), "labels can be fitted", unsolved);
    }
    if (conditions.areMet()) {
      conditions.require(
          positive.rate + negative.rate > 0 && positive.rate + negative.rate < 1e100,
          "some label is not 0",
          "all labels are 0, or labels and samples are of extreme size");
    }
    return conditions;
  }

  /** Adds that the start is balanced and small, and that each side has units that see it all. */
  Conditions small(Conditions conditions) {
    if (!conditions.areMet()) {
      return conditions;
    }
    conditions.atMost("largest |a_j^2 - norm(w_j)^2| / norm(w_j)^2", imbalance, BALANCED);
    conditions.atMost("largest norm(w_j) / root of N+ + N-", smallness(), SMALL);
    seen(conditions, positive, "positive");
    seen(conditions, negative, "negative");
    return conditions;
  }

  private static void seen(Conditions conditions, LabelSide side, String sign) {
    if (side.samples > 0) {
      conditions.require(
          side.seeing > 0 && side.largest > 0,
          side.seeing + " units with " + sign + " outputs are on for all " + sign + " labels",
          "no unit with " + sign + " output is on for all " + sign + " labels");
    }
  }

  /** Adds that there are labels of a sign. */
  Conditions some(Conditions conditions, boolean sign) {
    String word = sign ? "positive" : "negative";
    if (conditions.areMet()) {
      int samples = side(sign).samples;
      conditions.require(
          samples > 0, samples + " " + word + " labels", "there are no " + word + " labels");
    }
    return conditions;
  }

  /** Adds that there are labels of both signs, one of which pulls at least a tenth stronger. */
  Conditions ordered(Conditions conditions) {
    some(some(conditions, true), false);
    if (conditions.areMet()) {
      conditions.atLeast(
          "norms of D+ and D-, the larger by the smaller,", first().rate / second().rate, 1.1);
    }
    return conditions;
  }

  /** Adds that the start is small and that training is to wait between two escapes. */
  Conditions waiting(Conditions conditions) {
    small(ordered(conditions));
    if (conditions.areMet()) {
      conditions.atLeast(
          "expected flow time between the escapes, without the rise of the second,",
          second().timeOf(PlateauLoss.UNFITTED) - first().timeOf(1),
          SETTLED / first().settling);
    }
    return conditions;
  }

  /** Returns the largest norm(w_j) as a share of the root of the path norm to come. */
  double smallness() {
    return largestWeight / Math.sqrt(least());
  }

  /** Returns N+ + N-. */
  double least() {
    return positive.norm + negative.norm;
  }

  /**
   * Returns by what share the final path norm will exceed the minimum, in order of magnitude: what
   * units that see all but one of the samples of a side have grown to when it is fitted.
   */
  double expectedExcess() {
    double largest = 0;
    for (boolean sign : new boolean[] {true, false}) {
      LabelSide side = side(sign);
      if (side.samples > 0) {
        double exponent = 2 * (1 - side.partialRate / side.rate);
        largest = Math.max(largest, Math.pow(smallness(), exponent));
      }
    }
    return largest;
  }

  /** Returns the samples and units of a sign. */
  LabelSide side(boolean ofPositive) {
    return ofPositive ? positive : negative;
  }

  /** Returns the side that is fitted first, by its rate. */
  LabelSide first() {
    return positive.rate >= negative.rate ? positive : negative;
  }

  /** Returns the side that is fitted last. */
  LabelSide second() {
    return positive.rate >= negative.rate ? negative : positive;
  }

  /** Returns true if {@link #first} are the positive labels. */
  boolean positiveFirst() {
    return positive.rate >= negative.rate;
  }

  /** Returns the largest norm(D_j) of a unit at the start. */
  double longestPull() {
    return longestPull;
  }

  /** Returns the trained loss divided by (1/2n) sum r^2. */
  double kappa() {
    return kappa;
  }

  /** Returns the loss at the first record. */
  double firstLoss() {
    return firstLoss;
  }
}
