package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.run.ActivationPattern;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Adds up span coefficients step by step, for networks of one or two layers under full-batch plain
 * gradient descent: every step adds -(rate / n) dl_i/dz_ij to beta_ij, z being the pre-activation
 * of the first layer.
 *
 * <p>The derivative where z &lt;= 0 is the negative slope, so at z = 0 that of the pattern. What
 * the step from theta_t needs is kept at record t and added at record t + 1, when it is known that
 * the step was one on the whole probe.
 */
final class SpanAccumulator {

  private final int samples;
  private final int units;
  private final int outputs;
  private final double[] beta;
  private final double[] rates;
  private final double[] sums;
  private final double @Nullable [] outputWeights;
  private final long[] pattern;
  private final double[] factors = new double[2];
  private double slope;
  private boolean masked;
  private boolean pending;

  private SpanAccumulator(int samples, int units, int outputs, boolean twoLayers) {
    this.samples = samples;
    this.units = units;
    this.outputs = outputs;
    beta = new double[units * samples];
    rates = new double[outputs * samples];
    sums = new double[samples];
    outputWeights = twoLayers ? new double[outputs * units] : null;
    pattern = new long[units * ActivationPattern.wordsPerUnit(samples)];
  }

  /** Returns an accumulator for the network; null if {@link #whyNot} has a reason against it. */
  static @Nullable SpanAccumulator of(Observation observation) {
    if (whyNot(observation) != null) {
      return null;
    }
    NetworkView network = observation.network();
    int samples = observation.probe().samples();
    return new SpanAccumulator(
        samples, network.layer(0).units(), network.outputs(), network.layers() == 2);
  }

  /** Returns why coefficients cannot be accumulated in this training; null if they can. */
  static @Nullable String whyNot(Observation observation) {
    NetworkView network = observation.network();
    TrainingSetup training = network.training();
    if (!network.isStack()) {
      return network.whyNoStack();
    }
    if (network.layers() < 1 || network.layers() > 2) {
      return "the network has " + network.layers() + " dense layers, not one or two";
    }
    WeightLayer first = network.layer(0);
    if (network.outputs() < 1 || network.lossDerivatives() == null) {
      return "the derivatives of the loss are not known";
    }
    if (network.layers() == 1 && network.outputs() != first.units()) {
      return "outputs are not the units of the only layer";
    }
    if ((long) first.units() * observation.probe().samples() > SpanCoefficients.MAX_ENTRIES) {
      return "there are more than " + SpanCoefficients.MAX_ENTRIES + " coefficients";
    }
    if (training.isRegularized()) {
      return training.regularization();
    }
    if (!training.isPlainSgd() || training.isRegularized() || !training.dividesByBatch()) {
      return "training is not plain gradient descent on the mean loss";
    }
    if (!training.isFullBatch()) {
      return "a step was not made on exactly the probe";
    }
    for (int l = 0; l < network.layers(); l++) {
      boolean inLoss = network.layer(l).isOutput() && l == network.layers() - 1;
      if (!inLoss && !(network.layer(l).negativeSlope() >= 0)) {
        return "an activation is not piecewise linear with its kink at 0";
      }
    }
    return null;
  }

  /** Makes the step from the last record kept to the present one. */
  void advance() {
    if (!pending) {
      return;
    }
    for (int j = 0; j < units; j++) {
      if (outputWeights == null) {
        add(1, rates, j * samples, j);
      } else if (outputs == 1) {
        add(outputWeights[j], rates, 0, j);
      } else {
        Arrays.fill(sums, 0);
        for (int k = 0; k < outputs; k++) {
          double weight = outputWeights[k * units + j];
          int from = k * samples;
          for (int i = 0; i < samples; i++) {
            sums[i] += weight * rates[from + i];
          }
        }
        add(1, sums, 0, j);
      }
    }
  }

  /** Adds c times one number per sample to the coefficients of a unit, where it is on. */
  private void add(double c, double[] from, int at, int unit) {
    int to = unit * samples;
    if (!masked) {
      for (int i = 0; i < samples; i++) {
        beta[to + i] += c * from[at + i];
      }
      return;
    }
    // A table in place of a branch: whether a sample is on cannot be foreseen.
    factors[0] = slope * c;
    factors[1] = c;
    int perUnit = ActivationPattern.wordsPerUnit(samples);
    for (int k = 0, i = 0; k < perUnit; k++) {
      int end = Math.min(samples, i + 64);
      for (long word = pattern[unit * perUnit + k]; i < end; i++, word >>>= 1) {
        beta[to + i] += factors[(int) (word & 1)] * from[at + i];
      }
    }
  }

  /** Keeps what the step from the present parameters needs. */
  void keep(Observation observation) {
    NetworkView network = observation.network();
    WeightLayer first = network.layer(0);
    WeightLayer last = network.layer(network.layers() - 1);
    double rate = first.isTrained() ? -network.training().learningRate() / samples : 0;
    double[] derivatives = Objects.requireNonNull(network.lossDerivatives());
    double[] z = Objects.requireNonNull(network.outputPreActivations());
    boolean inLoss = last.isOutput();
    boolean kinked = !inLoss && network.layers() == 2 && last.negativeSlope() != 1;
    for (int i = 0; i < samples; i++) {
      for (int k = 0; k < outputs; k++) {
        double c = rate * derivatives[i * outputs + k];
        rates[k * samples + i] = kinked && !(z[i * outputs + k] > 0) ? c * last.negativeSlope() : c;
      }
    }
    if (outputWeights != null) {
      System.arraycopy(last.weights(), 0, outputWeights, 0, outputWeights.length);
    }
    masked = !(inLoss && network.layers() == 1) && first.negativeSlope() != 1;
    slope = first.negativeSlope();
    if (masked && !keepPattern(observation, first)) {
      pending = false;
      return;
    }
    pending = true;
  }

  private boolean keepPattern(Observation observation, WeightLayer first) {
    if (first.trackedLayer() >= 0) {
      long[] current = observation.pattern(first.trackedLayer()).current();
      if (current.length != pattern.length) {
        return false;
      }
      System.arraycopy(current, 0, pattern, 0, pattern.length);
      return true;
    }
    double[] outputsOfFirst = first.outputActivations();
    if (outputsOfFirst == null) {
      return false;
    }
    Arrays.fill(pattern, 0);
    int perUnit = ActivationPattern.wordsPerUnit(samples);
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < units; j++) {
        if (outputsOfFirst[i * units + j] > 0) {
          pattern[j * perUnit + (i >>> 6)] |= 1L << (i & 63);
        }
      }
    }
    return true;
  }

  /** Returns true if what the step from the last record needs was kept. */
  boolean isPending() {
    return pending;
  }

  /** Returns the coefficients at the present record, row-major, units x samples. */
  double[] beta() {
    return beta;
  }
}
