package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.probe.Probe;
import org.jspecify.annotations.Nullable;

/**
 * What the labels of the probe ask for, found at the first record: two classes, several, or
 * numbers. It is a matter of labels, outputs and loss, not of the features; docs/metrics.md says
 * what counts as which.
 */
public final class Targets implements Shared {

  /** What those who ask for it need. */
  public static final Needs NEEDS = Needs.fromFirst(Targets.class, Targets::new);

  private static final double TOLERANCE = 1e-5;

  private boolean found;
  private boolean squared;
  private boolean binary;
  private boolean multiclass;
  private boolean[] counted = {};
  private boolean countsAll = true;
  private double[] labels = {};
  private int[] classes = {};
  private @Nullable String whyNoClasses;
  private @Nullable String whyNoRegression;

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
    String none = whyNoRows(probe, network);
    if (none != null) {
      whyNoClasses = none;
      whyNoRegression = none;
      return;
    }
    double[] given = probe.labels();
    double[] weights = probe.sampleWeights();
    boolean weighted = probe.hasLabelMasks();
    // Statements about the labels themselves take every sample alike.
    labels = weighted ? labels : given;
    squared = !weighted && isSquaredLoss(network);
    whyNoRegression = whyNoRegression(weighted, outputs, network);
    if (weights == null) {
      whyNoClasses = "every single label has a weight of its own";
      return;
    }
    classes = probe.classes();
    counted = new boolean[weights.length];
    for (int i = 0; i < weights.length; i++) {
      counted[i] = weights[i] != 0;
      countsAll &= counted[i];
    }
    if (!network.classifies()) {
      whyNoClasses = network.lossName() + " is not a loss of classification";
      return;
    }
    multiclass = outputs > 1 && isOneHot(given, outputs);
    binary = outputs == 1 && areTwoClasses(given);
    if (!multiclass && !binary) {
      whyNoClasses =
          outputs > 1
              ? "the labels of some sample are not a single 1 among zeros"
              : "the labels of one output are not two numbers, 0 and 1, nor -1 and 1";
    }
    for (int i = 0; binary && i < labels.length; i++) {
      labels[i] = classes[i] == 1 ? 1 : -1;
    }
  }

  private boolean areTwoClasses(double[] given) {
    boolean zeroOrOne = true;
    boolean signs = true;
    for (int i = 0; i < given.length; i++) {
      zeroOrOne &= !counted[i] || given[i] == 0 || given[i] == 1;
      signs &= !counted[i] || given[i] == -1 || given[i] == 1;
    }
    return signs || zeroOrOne;
  }

  private boolean isOneHot(double[] given, int outputs) {
    for (int i = 0; i < classes.length; i++) {
      for (int k = 0; k < outputs && counted[i]; k++) {
        if (given[i * outputs + k] != (k == classes[i] ? 1 : 0)) {
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

  private static @Nullable String whyNoRows(Probe probe, NetworkView network) {
    if (!probe.hasLabels()) {
      return "the probe has no labels";
    }
    if (network.outputs() < 1) {
      return network.whyNoOutputs();
    }
    if (!probe.hasLabelMatrix()) {
      return "the labels of a sample are not a row of numbers";
    }
    return probe.outputs() == network.outputs()
        ? null
        : "the probe has " + probe.outputs() + " labels for " + network.outputs() + " outputs";
  }

  private @Nullable String whyNoRegression(boolean weighted, int outputs, NetworkView network) {
    if (weighted) {
      return "samples have weights";
    }
    if (outputs != 1) {
      return "the network has " + outputs + " outputs; needs 1";
    }
    return squared ? null : network.lossName() + " is not the square of one residual per sample";
  }

  /** Returns why labels are not classes, as a clause with names; null if they are. */
  public @Nullable String whyNoClasses() {
    return whyNoClasses;
  }

  /** Returns why labels are not numbers to be fitted, as a clause with names; null if they are. */
  public @Nullable String whyNoRegression() {
    return whyNoRegression;
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
    return squared && labels.length > 0 && labels.length == classes.length;
  }

  /** Returns a class per sample, empty if there is not one label, or one row of them, for each. */
  public int[] classes() {
    return classes;
  }

  /** Returns true if a sample counts: its weight in the loss is not 0. */
  public boolean counts(int sample) {
    return counted[sample];
  }

  /** Returns true if every sample counts. */
  public boolean countsAll() {
    return countsAll;
  }

  /**
   * Returns the labels, samples x outputs; -1 and 1 if there are two classes; empty if there are no
   * labels that fit the outputs, or samples have weights.
   */
  public double[] labels() {
    return labels;
  }
}
