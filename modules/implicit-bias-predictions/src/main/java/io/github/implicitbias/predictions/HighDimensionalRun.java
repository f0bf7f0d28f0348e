package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.norm.SingularValues;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.solution.MinimumNorm;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.PatternHistory;

/**
 * What the statements of this package are about, found once at the first record, and the norm of
 * the gradient at every record at which it is asked for.
 *
 * <p>One neuron, f = relu(w . x), or a pair, f = a relu(w_1 . x) - a relu(w_2 . x) with a fixed,
 * trained by steps eta on (1/2) sum r^2, eta = kappa rate / n. X [n samples, d inputs] has trace
 * (1/n) sum norm(x_i)^2, and c = a^2 eta trace. Cost: O(n^2 d) once, O(n^2) per record.
 */
final class HighDimensionalRun implements Shared {

  /** Where all of these statements come from. */
  static final String SOURCE =
      "arXiv:2603.04895, of which only the abstract was read; reconstructed setting; ";

  private static final double MOST_WORK = 5e8;
  private static final double WORK_PER_PRODUCT = 10;
  private static final double LEAST_SINGULAR_RATIO = 1e-6;
  private static final double LARGEST_START = 1e-3;
  private static final double VANISHED = 1e-10;

  private boolean started;
  private boolean squared;
  private int units;
  private int tracked;
  private int samples;
  private int inputs;
  private double magnitude = 1;
  private double firstSign = 1;
  private double[][] rows = {};
  private double[] labels = {};
  private double[] firstWeights = {};
  private double[] products = {};
  private double trace;
  private double eta;
  private double largest = Double.NaN;
  private double smallest = Double.NaN;
  private double shortest = Double.NaN;
  private double startRatio = Double.NaN;
  private boolean allOn;
  private long[] expected = {};
  private double[] deltas = {};
  private double firstGradient = Double.NaN;
  private double gradient = Double.NaN;

  /** Returns it as of an observation. */
  static HighDimensionalRun of(Observation observation) {
    return observation.shared(HighDimensionalRun.class, HighDimensionalRun::new);
  }

  @Override
  public Needs needs() {
    return Prediction.USUAL_NEEDS;
  }

  @Override
  public void compute(Observation observation) {
    boolean first = !started;
    if (first) {
      started = true;
      find(observation);
      if (rows.length > 0) {
        measure(observation);
      }
    }
    gradient = rows.length == 0 ? Double.NaN : gradientNorm(observation);
    if (first) {
      firstGradient = gradient;
    }
  }

  private void find(Observation observation) {
    Stack stack = observation.stack();
    Targets targets = Targets.of(observation);
    squared = targets.isRegression();
    if (stack == null) {
      return;
    }
    WeightLayer neurons = stack.layer(0);
    boolean rectified =
        neurons.negativeSlope() == 0
            && !stack.hasBias()
            && neurons.isTrained()
            && neurons.trackedLayer() >= 0
            && stack.outputs() == 1;
    if (rectified && stack.depth() == 1) {
      units = 1;
    } else if (rectified && stack.depth() == 2 && neurons.units() == 2) {
      WeightLayer top = stack.layer(1);
      double[] a = top.weights();
      boolean fixed = top.negativeSlope() == 1 && !top.isTrained();
      if (fixed && a[0] == -a[1] && Math.abs(a[0]) > 0) {
        units = 2;
        magnitude = Math.abs(a[0]);
        firstSign = Math.signum(a[0]);
      }
    }
    samples = stack.samples();
    inputs = neurons.inputs();
    tracked = neurons.trackedLayer();
    boolean applies =
        units > 0
            && squared
            && inputs > samples
            && work() <= MOST_WORK
            && Conditions.ofGradientDescent(observation).areMet();
    if (applies) {
      rows = observation.probe().rows(false);
      labels = targets.labels().clone();
      firstWeights = neurons.weights().clone();
    }
  }

  private double work() {
    return WORK_PER_PRODUCT * samples * samples * inputs;
  }

  private void measure(Observation first) {
    products = new double[samples * samples];
    for (int i = 0; i < samples; i++) {
      for (int k = 0; k <= i; k++) {
        double product = ScalarProduct.of(rows[i], 0, rows[k], 0, inputs);
        products[i * samples + k] = product;
        products[k * samples + i] = product;
      }
      trace += products[i * samples + i] / samples;
    }
    TrainingSetup training = first.network().training();
    eta = training.kappa() * training.learningRate() / samples;
    SingularValues values = SingularValues.of(first.probe().features(), samples, inputs);
    if (values != null) {
      largest = values.value(0);
      smallest = values.value(samples - 1);
    }
    PatternHistory pattern = first.pattern(tracked);
    allOn = pattern.activeEntries() == (long) units * samples;
    deltas = new double[samples];
    int words = ActivationPattern.wordsPerUnit(samples);
    expected = new long[units * words];
    for (int j = 0; j < units; j++) {
      for (int i = 0; i < samples; i++) {
        expected[j * words + (i >>> 6)] |= isFitted(j, i) ? 1L << (i & 63) : 0;
      }
    }
    double start = ScalarProduct.of(firstWeights, 0, firstWeights, 0, firstWeights.length);
    shortest = shortestFit();
    startRatio = Math.sqrt(start) * magnitude / shortest;
  }

  /** Returns true if a unit is to fit a sample: its output can have the sign of the label. */
  private boolean isFitted(int unit, int sample) {
    return sign(unit) * labels[sample] > 0;
  }

  private double sign(int unit) {
    return unit == 0 ? firstSign : -firstSign;
  }

  /** Returns the length of the shortest weights that fit, without keeping any sample off. */
  private double shortestFit() {
    double sum = 0;
    for (int j = 0; j < units; j++) {
      int fitted = 0;
      for (int i = 0; i < samples; i++) {
        fitted += isFitted(j, i) ? 1 : 0;
      }
      if (fitted > 0) {
        double[][] x = new double[fitted][];
        double[] y = new double[fitted];
        for (int i = 0, k = 0; i < samples; i++) {
          if (isFitted(j, i)) {
            x[k] = rows[i];
            y[k++] = Math.abs(labels[i]);
          }
        }
        try {
          double[] w = MinimumNorm.of(x, y).solution();
          sum += ScalarProduct.of(w, 0, w, 0, w.length);
        } catch (IllegalArgumentException e) {
          // Linearly dependent: a condition of its own says so.
          return Double.NaN;
        }
      }
    }
    return Math.sqrt(sum);
  }

  /** The gradient is (1/n) sum_i delta_ij x_i, so its norm follows from the products of samples. */
  private double gradientNorm(Observation observation) {
    double[] derivatives = observation.network().lossDerivatives();
    if (derivatives == null) {
      return Double.NaN;
    }
    long[] words = observation.pattern(tracked).current();
    int perUnit = ActivationPattern.wordsPerUnit(samples);
    double sum = 0;
    for (int j = 0; j < units; j++) {
      for (int i = 0; i < samples; i++) {
        boolean on = (words[j * perUnit + (i >>> 6)] >>> (i & 63) & 1) != 0;
        deltas[i] = on ? magnitude * derivatives[i] / samples : 0;
      }
      for (int i = 0; i < samples; i++) {
        if (deltas[i] != 0) {
          sum += deltas[i] * ScalarProduct.of(products, i * samples, deltas, 0, samples);
        }
      }
    }
    return Math.sqrt(Math.max(0, sum));
  }

  /** Starts with the conditions that all statements have in common. */
  Conditions conditions(Observation first) {
    Conditions conditions =
        Conditions.ofGradientDescent(first)
            .require(
                units > 0,
                units == 1
                    ? "one ReLU neuron without bias"
                    : "two ReLU units without bias under fixed output weights a and -a",
                "neither one ReLU neuron without bias, nor two of them under fixed output weights"
                    + " a and -a")
            .require(
                squared,
                "the squared error of one output",
                "the loss is not the squared error of one output");
    if (units == 0) {
      return conditions;
    }
    conditions
        .require(
            inputs > samples,
            inputs + " inputs, more than " + samples + " samples",
            inputs + " inputs, should be more than the " + samples + " samples")
        .require(
            work() <= MOST_WORK,
            "small enough to be judged",
            "too large for the comparisons at the start: "
                + Conditions.number(work())
                + " operations, at most "
                + Conditions.number(MOST_WORK));
    if (rows.length == 0) {
      return conditions;
    }
    return conditions
        .require(
            smallest >= LEAST_SINGULAR_RATIO * largest,
            "linearly independent samples",
            "the samples are linearly dependent, or nearly: their smallest singular value is "
                + Conditions.number(smallest / largest)
                + " of the largest")
        .require(
            allOn,
            "every unit is on for every sample at the start",
            "some unit is off for a sample" + " at the start")
        .require(
            !(shortest == 0),
            "there are labels to fit",
            "no label is above 0, so there is nothing to fit")
        .atMost(
            "length of the first weights by that of the shortest ones that fit",
            startRatio,
            LARGEST_START)
        .atMost(
            "first step times the largest eigenvalue of X X^T",
            magnitude * magnitude * eta * largest * largest,
            2);
  }

  /** Returns true if it is one neuron. */
  boolean isNeuron() {
    return units == 1;
  }

  /** Adds the condition that it is one neuron. */
  Conditions neuronConditions(Observation first) {
    return conditions(first)
        .require(isNeuron(), "one neuron, not a pair", "stated of one neuron, not of a pair");
  }

  int samples() {
    return samples;
  }

  int inputs() {
    return inputs;
  }

  double[][] rows() {
    return rows;
  }

  double[] labels() {
    return labels;
  }

  /** Returns the weights at the first record. */
  double[] firstWeights() {
    return firstWeights;
  }

  /** Returns the step on (1/2) sum r^2 that leaves the first record. */
  double eta() {
    return eta;
  }

  /** Returns (1/n) sum norm(x_i)^2. */
  double trace() {
    return trace;
  }

  /** Returns first step times trace (c). */
  double relativeStep() {
    return relativeStep(eta * samples);
  }

  /** Returns c for a step on the mean of squares, kappa times the learning rate. */
  double relativeStep(double step) {
    return magnitude * magnitude * step / samples * trace;
  }

  /** Returns a, 1 for one neuron. */
  double magnitude() {
    return magnitude;
  }

  /** Returns sum y_i^2 over the labels below 0. */
  double negativeSquares() {
    double sum = 0;
    for (double y : labels) {
      sum += y < 0 ? y * y : 0;
    }
    return sum;
  }

  /** Returns sum y_i^2. */
  double squares() {
    return ScalarProduct.of(labels, 0, labels, 0, labels.length);
  }

  /** Returns the mean squared cosine between two samples, 0 for a single sample. */
  double meanSquaredCosine() {
    double sum = 0;
    for (int i = 0; i < samples; i++) {
      for (int k = 0; k < i; k++) {
        double product = products[i * samples + k];
        sum += product * product / (products[i * samples + i] * products[k * samples + k]);
      }
    }
    return samples < 2 ? 0 : sum / (0.5 * samples * (samples - 1));
  }

  /** Returns the lowest loss that the model has on the probe. */
  double floor(Observation observation) {
    double kappa = observation.network().training().kappa();
    return isNeuron() ? kappa * negativeSquares() / (2 * samples) : 0;
  }

  PatternHistory pattern(Observation observation) {
    return observation.pattern(tracked);
  }

  /** Returns true if every unit is on for just the samples that it is to fit. */
  boolean isPatternOfLabels(Observation observation) {
    long[] words = observation.pattern(tracked).current();
    for (int k = 0; k < expected.length; k++) {
      if (words[k] != expected[k]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the first entry, unit x samples + sample, that is not as the labels say; -1 if none.
   */
  int firstStray(Observation observation) {
    long[] words = observation.pattern(tracked).current();
    int perUnit = ActivationPattern.wordsPerUnit(samples);
    for (int k = 0; k < expected.length; k++) {
      long stray = words[k] ^ expected[k];
      if (stray != 0) {
        return k / perUnit * samples + (k % perUnit << 6) + Long.numberOfTrailingZeros(stray);
      }
    }
    return -1;
  }

  /** Returns whether an entry, unit x samples + sample, is on. */
  boolean isOn(Observation observation, int entry) {
    int perUnit = ActivationPattern.wordsPerUnit(samples);
    int sample = entry % samples;
    long word = observation.pattern(tracked).current()[entry / samples * perUnit + (sample >>> 6)];
    return (word >>> (sample & 63) & 1) != 0;
  }

  /**
   * Returns true if the gradient has vanished: so far that weights on the same side of all kinks
   * are within about 1e-10 of the length of the shortest fit from where they go.
   */
  boolean hasVanished() {
    double ratio = smallest / largest;
    return gradient <= VANISHED * ratio * ratio * firstGradient;
  }

  /** Returns the weights of a neuron at an observation. */
  static double[] weights(Observation observation) {
    return observation.knownStack().layer(0).weights();
  }
}
