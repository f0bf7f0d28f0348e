package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.probe.Probe;
import org.jspecify.annotations.Nullable;

/**
 * What the loss of the probe is of the pre-activations of the output layer: told by its derivatives
 * and by its value, whatever class the loss function is of.
 */
final class OutputLoss {

  /** The losses that can be told. */
  enum Kind {
    /** Softmax and cross entropy, minus the sum of y_k ln p_k. */
    SOFTMAX,
    /** An independent sigmoid per output and cross entropy, summed over the outputs. */
    SIGMOID,
    /** A constant times the squared residuals, summed over the outputs. */
    SQUARED
  }

  static final String MET =
      "the loss is a cross entropy after softmax or sigmoid, or squared error";
  static final String NOT_MET =
      "the loss of the probe is not known to be a cross entropy after softmax or sigmoid, or a"
          + " squared error, of samples without masks or weights";

  private static final double TOLERANCE = 1e-5;

  private final Kind kind;
  private final double factor;

  /** Row-major, samples x outputs; from 0 to 1 for the cross entropies. */
  private final double[] labels;

  private final int outputs;

  private OutputLoss(Kind kind, double factor, double[] labels, int outputs) {
    this.kind = kind;
    this.factor = factor;
    this.labels = labels;
    this.outputs = outputs;
  }

  /** Returns what the loss is, null if it is none of those. */
  static @Nullable OutputLoss of(Observation first) {
    Probe probe = first.probe();
    NetworkView network = first.network();
    double[] z = network.outputPreActivations();
    double[] derivatives = network.lossDerivatives();
    int outputs = network.outputs();
    boolean known = z != null && derivatives != null && outputs > 0;
    if (!known || !probe.hasLabelMatrix() || probe.hasMasks() || probe.outputs() != outputs) {
      return null;
    }
    double[] given = probe.labels();
    double[] shares = shares(given, outputs);
    OutputLoss found = null;
    if (shares != null) {
      found = matching(new OutputLoss(Kind.SOFTMAX, 1, shares, outputs), first, found);
      found = matching(new OutputLoss(Kind.SIGMOID, 1, shares, outputs), first, found);
    }
    for (double factor : new double[] {1, 2, 1.0 / outputs, 2.0 / outputs}) {
      found = matching(new OutputLoss(Kind.SQUARED, factor, given, outputs), first, found);
    }
    return found;
  }

  private static @Nullable OutputLoss matching(
      OutputLoss candidate, Observation first, @Nullable OutputLoss found) {
    return found == null && candidate.matches(first) ? candidate : found;
  }

  /** Returns labels between 0 and 1, made of -1 and 1 if those are the only ones; else null. */
  private static double @Nullable [] shares(double[] given, int outputs) {
    boolean shares = true;
    boolean signs = outputs == 1;
    for (double y : given) {
      shares &= y >= 0 && y <= 1;
      signs &= y == -1 || y == 1;
    }
    if (shares || !signs) {
      return shares ? given : null;
    }
    double[] mapped = given.clone();
    for (int k = 0; k < mapped.length; k++) {
      mapped[k] = (mapped[k] + 1) / 2;
    }
    return mapped;
  }

  private boolean matches(Observation first) {
    NetworkView network = first.network();
    double[] z = network.outputPreActivations();
    double[] found = network.lossDerivatives();
    if (z == null || found == null) {
      return false;
    }
    if (kind == Kind.SOFTMAX && outputs < 2) {
      return false;
    }
    double slope = kind == Kind.SQUARED ? slopeBelow(network) : 1;
    double[] p = new double[outputs];
    double value = 0;
    for (int i = 0; i < labels.length / outputs; i++) {
      value += probabilities(z, i * outputs, p, slope);
      double mass = 0;
      for (int k = 0; k < outputs; k++) {
        mass += labels[i * outputs + k];
      }
      // DL4J takes labels to add up to 1 after softmax.
      if (kind == Kind.SOFTMAX && !(Math.abs(mass - 1) <= TOLERANCE)) {
        return false;
      }
      for (int k = 0; k < outputs; k++) {
        double y = labels[i * outputs + k];
        double sloped = z[i * outputs + k] > 0 ? 1 : slope;
        double expected = factor * (p[k] - y) * (kind == Kind.SQUARED ? sloped : 1);
        double allowed =
            TOLERANCE * Math.abs(expected) + (kind == Kind.SQUARED ? 1e-300 : TOLERANCE);
        if (!(Math.abs(found[i * outputs + k] - expected) <= allowed)) {
          return false;
        }
      }
    }
    double mean = value / (labels.length / outputs);
    // Cross entropies are clipped where a probability is below 1e-10.
    return Math.abs(first.loss() - mean) <= 1e-3 * Math.abs(mean) + 1e-9;
  }

  /** Returns the slope below 0 of an output layer that is a neuron; 1 for every other. */
  private static double slopeBelow(NetworkView network) {
    WeightLayer last = network.layers() == 0 ? null : network.layer(network.layers() - 1);
    return last != null && last.isOutput() && last.negativeSlope() >= 0 ? last.negativeSlope() : 1;
  }

  /** Writes what the outputs of a sample are and returns the loss of the sample. */
  private double probabilities(double[] z, int at, double[] p, double slope) {
    double sum = 0;
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < outputs; k++) {
      largest = Math.max(largest, z[at + k]);
    }
    double loss = 0;
    for (int k = 0; k < outputs; k++) {
      double y = labels[at + k];
      double its = z[at + k];
      if (kind == Kind.SOFTMAX) {
        p[k] = Math.exp(its - largest);
        sum += p[k];
        loss -= y * (its - largest);
      } else if (kind == Kind.SIGMOID) {
        p[k] = 1 / (1 + Math.exp(-its));
        loss += Math.max(its, 0) - y * its + Math.log1p(Math.exp(-Math.abs(its)));
      } else {
        p[k] = its > 0 ? its : slope * its;
        loss += factor / 2 * (p[k] - y) * (p[k] - y);
      }
    }
    for (int k = 0; k < outputs && kind == Kind.SOFTMAX; k++) {
      p[k] /= sum;
    }
    return kind == Kind.SOFTMAX ? loss + Math.log(sum) : loss;
  }

  Kind kind() {
    return kind;
  }

  /** Returns c where the loss is c/2 times the squared residuals, summed over the outputs. */
  double factor() {
    return factor;
  }

  /** Returns the labels, samples x outputs, row-major; from 0 to 1 for cross entropies. */
  double[] labels() {
    return labels;
  }

  int outputs() {
    return outputs;
  }

  /** Returns true if every sample has a single class, and nothing else. */
  boolean isHard() {
    for (double y : labels) {
      if (y != 0 && y != 1) {
        return false;
      }
    }
    return kind == Kind.SOFTMAX || kind == Kind.SIGMOID && outputs == 1;
  }

  /**
   * Returns the least mean loss that one output per group can have, if a sample of a group has
   * these mean labels: their entropy for cross entropies.
   *
   * @param from the first of as many labels as there are outputs
   */
  double entropy(double[] means, int from) {
    double sum = 0;
    for (int k = from; k < from + outputs; k++) {
      sum -= logProduct(means[k]);
      sum -= kind == Kind.SIGMOID ? logProduct(1 - means[k]) : 0;
    }
    return Math.max(0, sum);
  }

  private static double logProduct(double p) {
    return p > 0 ? p * Math.log(p) : 0;
  }
}
