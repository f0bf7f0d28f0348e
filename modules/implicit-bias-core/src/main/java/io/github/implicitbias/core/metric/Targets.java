package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.probe.Probe;

/**
 * What the labels of the probe ask for, found at the first record: two classes, several, or
 * numbers. docs/metrics.md says what counts as which.
 */
public final class Targets implements Shared {

  /** What those who ask for it need. */
  public static final Needs NEEDS = Needs.fromFirst(Targets.class, Targets::new);

  private static final double TOLERANCE = 1e-5;

  private boolean found;
  private boolean squared;
  private boolean binary;
  private boolean multiclass;
  private double[] labels = {};
  private int[] classes = {};

  /** Returns what the labels of the probe ask for. */
  public static Targets of(Observation observation) {
    return observation.shared(Targets.class, Targets::new);
  }

  @Override
  public Needs needs() {
    return NEEDS;
  }

  @Override
  public void compute(Observation observation) {
    if (!found) {
      find(observation);
      found = true;
    }
  }

  private void find(Observation observation) {
    Probe probe = observation.probe();
    NetworkView network = observation.network();
    int outputs = network.outputs();
    if (!probe.isMatrix() || !probe.hasLabels() || outputs < 1 || probe.outputs() != outputs) {
      return;
    }
    labels = probe.labels();
    classes = probe.classes();
    squared = isSquaredLoss(network);
    if (outputs > 1) {
      multiclass = isOneHot(outputs);
      return;
    }
    boolean zeroOrOne = true;
    boolean signs = true;
    for (double y : labels) {
      zeroOrOne &= y == 0 || y == 1;
      signs &= y == -1 || y == 1;
    }
    binary = signs || zeroOrOne && !squared;
    for (int i = 0; binary && i < labels.length; i++) {
      labels[i] = classes[i] == 1 ? 1 : -1;
    }
  }

  private boolean isOneHot(int outputs) {
    for (int i = 0; i < classes.length; i++) {
      for (int k = 0; k < outputs; k++) {
        if (labels[i * outputs + k] != (k == classes[i] ? 1 : 0)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns true if the loss is c (f - y)^2 / 2 per output, for one of the usual factors c. */
  private boolean isSquaredLoss(NetworkView network) {
    double[] z = network.outputPreActivations();
    double[] derivatives = network.lossDerivatives();
    if (z == null || derivatives == null) {
      return false;
    }
    // The slope below 0 of an output layer that is a neuron; 1 if f is the pre-activation itself.
    WeightLayer last = network.layers() == 0 ? null : network.layer(network.layers() - 1);
    double below =
        last != null && last.isOutput() && last.negativeSlope() >= 0 ? last.negativeSlope() : 1;
    double outputs = network.outputs();
    for (double factor : new double[] {1, 2, 1 / outputs, 2 / outputs}) {
      boolean fits = true;
      for (int k = 0; k < labels.length && fits; k++) {
        double slope = z[k] > 0 ? 1 : below;
        double expected = factor * (slope * z[k] - labels[k]) * slope;
        fits = Math.abs(derivatives[k] - expected) <= TOLERANCE * Math.abs(expected) + 1e-300;
      }
      if (fits) {
        return true;
      }
    }
    return false;
  }

  /** Returns true if there are two classes and f = 0 is the boundary between them. */
  public boolean isBinary() {
    return binary;
  }

  /** Returns true if there is one output per class. */
  public boolean isMulticlass() {
    return multiclass;
  }

  /**
   * Returns true if numbers are fitted by a squared loss on the outputs of the network, whose
   * derivative by an output is a constant times its residual.
   */
  public boolean isSquared() {
    return squared;
  }

  /** Returns true if one number per sample is fitted by a squared loss on f itself. */
  public boolean isRegression() {
    return squared && labels.length == classes.length;
  }

  /** Returns a class per sample. */
  public int[] classes() {
    return classes;
  }

  /**
   * Returns the labels, samples x outputs; -1 and 1 if there are two classes; empty if there are no
   * labels that fit the outputs.
   */
  public double[] labels() {
    return labels;
  }
}
