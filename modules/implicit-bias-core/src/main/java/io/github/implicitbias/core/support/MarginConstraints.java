package io.github.implicitbias.core.support;

import io.github.implicitbias.core.probe.Probe;
import org.jspecify.annotations.Nullable;

/**
 * The constraints "margin of at least 1" of a classification: per sample one, y f &gt;= 1, if there
 * is one output, else one per other class, f_label - f_other &gt;= 1.
 */
final class MarginConstraints {

  private final int outputs;
  private final int[] sample;
  private final int[] plus;
  private final int[] minus;

  private MarginConstraints(int outputs, int count) {
    this.outputs = outputs;
    sample = new int[count];
    plus = new int[count];
    minus = new int[count];
  }

  /**
   * Returns the constraints of the samples that count; null if there are none, or the labels are
   * not classes: -1 and 1 or 0 and 1 for one output, one 1 among 0 for several.
   */
  static @Nullable MarginConstraints of(Probe probe, int outputs) {
    double[] weights = probe.sampleWeights();
    if (outputs < 1 || weights == null || probe.outputs() != outputs) {
      return null;
    }
    int counted = 0;
    for (double weight : weights) {
      counted += weight == 0 ? 0 : 1;
    }
    if (counted == 0) {
      return null;
    }
    double[] labels = probe.labels();
    return outputs == 1
        ? binary(labels, weights, counted)
        : multiClass(labels, weights, counted, outputs);
  }

  /** Returns why a probe has none, if it has none. */
  static String whyNot(Probe probe) {
    if (!probe.hasLabels()) {
      return "the probe has no labels";
    }
    double[] weights = probe.sampleWeights();
    if (!probe.hasLabelMatrix()) {
      return "the labels of a sample are not a row of numbers";
    }
    if (weights == null) {
      return "every single label has a weight of its own";
    }
    boolean counts = false;
    for (double weight : weights) {
      counts |= weight != 0;
    }
    return counts ? "the labels are not one class per sample" : "every sample has weight 0";
  }

  private static @Nullable MarginConstraints binary(
      double[] labels, double[] weights, int counted) {
    boolean signs = true;
    boolean bits = true;
    for (int i = 0; i < labels.length; i++) {
      signs &= weights[i] == 0 || labels[i] == 1 || labels[i] == -1;
      bits &= weights[i] == 0 || labels[i] == 1 || labels[i] == 0;
    }
    if (!signs && !bits) {
      return null;
    }
    MarginConstraints constraints = new MarginConstraints(1, counted);
    int at = 0;
    for (int i = 0; i < labels.length; i++) {
      if (weights[i] != 0) {
        constraints.sample[at] = i;
        constraints.plus[at] = labels[i] > 0 ? 0 : -1;
        constraints.minus[at++] = labels[i] > 0 ? -1 : 0;
      }
    }
    return constraints;
  }

  private static @Nullable MarginConstraints multiClass(
      double[] labels, double[] weights, int counted, int outputs) {
    MarginConstraints constraints = new MarginConstraints(outputs, counted * (outputs - 1));
    int at = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] == 0) {
        continue;
      }
      int label = -1;
      for (int k = 0; k < outputs; k++) {
        double value = labels[i * outputs + k];
        if ((value != 0 && value != 1) || (value == 1 && label >= 0)) {
          return null;
        }
        label = value == 1 ? k : label;
      }
      if (label < 0) {
        return null;
      }
      for (int k = 0; k < outputs; k++) {
        if (k != label) {
          constraints.sample[at] = i;
          constraints.plus[at] = label;
          constraints.minus[at++] = k;
        }
      }
    }
    return constraints;
  }

  int count() {
    return sample.length;
  }

  int sample(int constraint) {
    return sample[constraint];
  }

  /** Returns the output that the margin grows with, -1 for none. */
  int plus(int constraint) {
    return plus[constraint];
  }

  /** Returns the output that the margin falls with, -1 for none. */
  int minus(int constraint) {
    return minus[constraint];
  }

  /** Returns the margin of a constraint. */
  double margin(int constraint, double[] z) {
    int row = sample[constraint] * outputs;
    double up = plus[constraint] < 0 ? 0 : z[row + plus[constraint]];
    double down = minus[constraint] < 0 ? 0 : z[row + minus[constraint]];
    return up - down;
  }
}
