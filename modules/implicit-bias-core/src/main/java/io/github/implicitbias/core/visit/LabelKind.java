package io.github.implicitbias.core.visit;

import io.github.implicitbias.run.Absent;
import org.jspecify.annotations.Nullable;

/**
 * What the labels of a network say, and with it what margin, confidence and the named class of one
 * sample are. Outputs are those before the output layer's activation function.
 */
public enum LabelKind {

  /** One class of several, through a softmax; soft labels stand for their largest entry. */
  CLASSES {
    @Override
    int label(double[] y, int offset, int outputs) {
      int largest = largest(y, offset, outputs);
      for (int k = 0; k < outputs; k++) {
        if (k != largest && y[offset + k] == y[offset + largest]) {
          return -1;
        }
      }
      return y[offset + largest] > 0 ? largest : -1;
    }

    @Override
    int predicted(double[] z, int offset, int outputs) {
      return largest(z, offset, outputs);
    }

    @Override
    double margin(double[] z, double[] y, int offset, int outputs) {
      return margin(z, y, offset, outputs, label(y, offset, outputs));
    }

    @Override
    double margin(double[] z, double[] y, int offset, int outputs, int label) {
      if (label < 0 || outputs < 2) {
        return Absent.VALUE;
      }
      double other = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < outputs; k++) {
        if (k != label) {
          other = Math.max(other, z[offset + k]);
        }
      }
      return z[offset + label] - other;
    }

    @Override
    double confidence(double[] z, double[] y, int offset, int outputs) {
      return confidence(z, y, offset, outputs, label(y, offset, outputs));
    }

    @Override
    double confidence(double[] z, double[] y, int offset, int outputs, int label) {
      if (label < 0 || outputs < 2) {
        return Absent.VALUE;
      }
      double sum = 0;
      for (int k = 0; k < outputs; k++) {
        sum += Math.exp(z[offset + k] - z[offset + label]);
      }
      return 1 / sum;
    }
  },

  /** One class or not, through a sigmoid, labels 0 and 1. */
  SIGMOID {
    @Override
    int label(double[] y, int offset, int outputs) {
      return y[offset] == 0.5 ? -1 : y[offset] > 0.5 ? 1 : 0;
    }

    @Override
    int predicted(double[] z, int offset, int outputs) {
      return z[offset] > 0 ? 1 : 0;
    }

    @Override
    double margin(double[] z, double[] y, int offset, int outputs) {
      int label = label(y, offset, outputs);
      return label < 0 ? Absent.VALUE : (2 * label - 1) * z[offset];
    }

    @Override
    double confidence(double[] z, double[] y, int offset, int outputs) {
      double margin = margin(z, y, offset, outputs);
      return Double.isNaN(margin) ? margin : 1 / (1 + Math.exp(-margin));
    }
  },

  /** One class or the other, labels -1 and 1, for losses of the product of label and output. */
  SIGNS {
    @Override
    int label(double[] y, int offset, int outputs) {
      return y[offset] == 0 ? -1 : y[offset] > 0 ? 1 : 0;
    }

    @Override
    int predicted(double[] z, int offset, int outputs) {
      return z[offset] > 0 ? 1 : 0;
    }

    @Override
    double margin(double[] z, double[] y, int offset, int outputs) {
      return y[offset] == 0 ? Absent.VALUE : y[offset] * z[offset];
    }

    @Override
    double confidence(double[] z, double[] y, int offset, int outputs) {
      return Absent.VALUE;
    }
  },

  /**
   * Several classes of which each holds or not, through sigmoids: the margin is the smallest over
   * the outputs, the confidence the probability that all are as the label says.
   */
  INDEPENDENT {
    @Override
    int label(double[] y, int offset, int outputs) {
      return -1;
    }

    @Override
    int predicted(double[] z, int offset, int outputs) {
      return -1;
    }

    @Override
    double margin(double[] z, double[] y, int offset, int outputs) {
      double smallest = Double.POSITIVE_INFINITY;
      for (int k = 0; k < outputs; k++) {
        double one = SIGMOID.margin(z, y, offset + k, 1);
        smallest = one < smallest || Double.isNaN(one) ? one : smallest;
        if (Double.isNaN(smallest)) {
          break;
        }
      }
      return smallest;
    }

    @Override
    double confidence(double[] z, double[] y, int offset, int outputs) {
      double product = 1;
      for (int k = 0; k < outputs; k++) {
        product *= SIGMOID.confidence(z, y, offset + k, 1);
      }
      return Double.isNaN(product) ? Absent.VALUE : product;
    }
  },

  /** Numbers: there is no class, no margin and no confidence. */
  NUMBERS {
    @Override
    int label(double[] y, int offset, int outputs) {
      return -1;
    }

    @Override
    int predicted(double[] z, int offset, int outputs) {
      return -1;
    }

    @Override
    double margin(double[] z, double[] y, int offset, int outputs) {
      return Absent.VALUE;
    }

    @Override
    double confidence(double[] z, double[] y, int offset, int outputs) {
      return Absent.VALUE;
    }
  };

  /**
   * Judges the outputs of the samples of a step: labels, classes named beside them, margins and
   * confidences. A sample may have several rows, such as the time steps of a sequence: its margin
   * and confidence are the means over those that count, its classes what all of them name, -1 if
   * they differ. A sample of which no row counts is left out of the step.
   *
   * @param into where to write
   * @param rows how many rows each sample has: row t of sample i is row {@code i * rows + t}
   * @param z outputs before the output layer's activation function, row-major
   * @param y labels, same layout
   * @param outputs number of outputs
   * @param weights a weight per row or one per entry of {@code y}, those with weight 0 do not
   *     count; null if all do
   */
  public void judge(
      VisitedBatch into,
      int rows,
      double[] z,
      double[] y,
      int outputs,
      double @Nullable [] weights) {
    if (this == CLASSES && rows == 1 && outputs > 1 && weights == null) {
      judgeClasses(into, z, y, outputs);
      return;
    }
    int perRow = weights == null ? 0 : weights.length / (into.samples() * rows);
    for (int i = 0; i < into.samples(); i++) {
      int counted = 0;
      int label = -1;
      int instead = -1;
      double margin = 0;
      double confidence = 0;
      for (int row = i * rows; row < (i + 1) * rows; row++) {
        if (weights != null && !counts(weights, row * perRow, perRow)) {
          continue;
        }
        int at = row * outputs;
        int named = label(y, at, outputs);
        int said = instead(z, at, outputs, named);
        label = counted == 0 || label == named ? named : -1;
        instead = counted == 0 || instead == said ? said : -1;
        if (weights != null && perRow == outputs && this == INDEPENDENT) {
          margin += margin(z, y, at, outputs, weights);
          confidence += confidence(z, y, at, outputs, weights);
        } else {
          margin += margin(z, y, at, outputs, named);
          confidence += confidence(z, y, at, outputs, named);
        }
        counted++;
      }
      if (counted == 0) {
        into.leaveOut(i);
      } else {
        into.labels()[i] = label;
        into.instead()[i] = instead;
        into.margins()[i] = Double.isNaN(margin) ? Absent.VALUE : margin / counted;
        into.confidences()[i] = Double.isNaN(confidence) ? Absent.VALUE : confidence / counted;
      }
    }
  }

  /** What the long way says, too, where each sample has one class of several: the usual case. */
  private static void judgeClasses(VisitedBatch into, double[] z, double[] y, int outputs) {
    for (int i = 0, at = 0; i < into.samples(); i++, at += outputs) {
      int label = CLASSES.label(y, at, outputs);
      int instead = label == 0 ? 1 : 0;
      double other = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < outputs; k++) {
        if (k != label) {
          other = Math.max(other, z[at + k]);
          instead = z[at + k] > z[at + instead] ? k : instead;
        }
      }
      double margin = label < 0 ? Double.NaN : z[at + label] - other;
      double confidence = CLASSES.confidence(z, y, at, outputs, label);
      into.labels()[i] = label;
      into.instead()[i] = Double.isNaN(other) ? CLASSES.instead(z, at, outputs, label) : instead;
      into.margins()[i] = Double.isNaN(margin) ? Absent.VALUE : margin;
      into.confidences()[i] = Double.isNaN(confidence) ? Absent.VALUE : confidence;
    }
  }

  /** Returns true if one of the weights of a row is not 0. */
  private static boolean counts(double[] weights, int from, int length) {
    for (int k = from; k < from + length; k++) {
      if (weights[k] != 0) {
        return true;
      }
    }
    return false;
  }

  private static double margin(double[] z, double[] y, int offset, int outputs, double[] weights) {
    double smallest = Double.POSITIVE_INFINITY;
    for (int k = offset; k < offset + outputs; k++) {
      if (weights[k] != 0) {
        smallest = Math.min(smallest, SIGMOID.margin(z, y, k, 1));
      }
    }
    return smallest;
  }

  private static double confidence(
      double[] z, double[] y, int offset, int outputs, double[] weights) {
    double product = 1;
    for (int k = offset; k < offset + outputs; k++) {
      if (weights[k] != 0) {
        product *= SIGMOID.confidence(z, y, k, 1);
      }
    }
    return product;
  }

  /** Returns the class that a label names; -1 if it names none. */
  abstract int label(double[] y, int offset, int outputs);

  /** Returns the class that an output names; -1 if it names none. */
  abstract int predicted(double[] z, int offset, int outputs);

  /** Returns how far an output is on the side of its label; absent if that is not defined. */
  abstract double margin(double[] z, double[] y, int offset, int outputs);

  /** Returns the probability of the label's class; absent if that is not defined. */
  abstract double confidence(double[] z, double[] y, int offset, int outputs);

  /** Returns the margin, where the class of the label is known already. */
  double margin(double[] z, double[] y, int offset, int outputs, int label) {
    return margin(z, y, offset, outputs);
  }

  /** Returns the confidence, where the class of the label is known already. */
  double confidence(double[] z, double[] y, int offset, int outputs, int label) {
    return confidence(z, y, offset, outputs);
  }

  /** Returns the class that an output names if that of the label is left aside, or -1. */
  int instead(double[] z, double[] y, int offset, int outputs) {
    return instead(z, offset, outputs, label(y, offset, outputs));
  }

  private int instead(double[] z, int offset, int outputs, int label) {
    int predicted = predicted(z, offset, outputs);
    if (label < 0 || predicted != label) {
      return predicted;
    }
    if (outputs == 1) {
      return 1 - label;
    }
    int largest = label == 0 ? 1 : 0;
    for (int k = 0; k < outputs; k++) {
      if (k != label && z[offset + k] > z[offset + largest]) {
        largest = k;
      }
    }
    return largest;
  }

  private static int largest(double[] values, int offset, int outputs) {
    int largest = 0;
    for (int k = 1; k < outputs; k++) {
      if (values[offset + k] > values[offset + largest]) {
        largest = k;
      }
    }
    return largest;
  }
}
