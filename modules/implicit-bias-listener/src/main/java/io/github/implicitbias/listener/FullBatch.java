package io.github.implicitbias.listener;

import io.github.implicitbias.core.probe.Probe;
import java.util.function.Predicate;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Whether every step since the first record was trained on exactly the probe, features and labels.
 *
 * <p>Comparing takes time at every step, recorded or not, so it is done only if somebody needs the
 * answer, see {@link #compareIf}, and ends when that has become no. A graph does not show its
 * labels before the backward pass: there the labels of the step that has begun are not yet in the
 * answer.
 */
final class FullBatch {

  private final Network net;
  private final NativeReader reader;
  private final Predicate<Activations> areFeatures;
  private final ProbeMatcher[] labels;
  private boolean possible;
  private boolean started;
  private boolean wanted;
  private boolean labelsPending;

  /**
   * Prepares to compare.
   *
   * @param areFeatures says whether a forward pass is one of exactly the features of the probe
   */
  FullBatch(Network net, Probe probe, NativeReader reader, Predicate<Activations> areFeatures) {
    this.net = net;
    this.reader = reader;
    this.areFeatures = areFeatures;
    this.labels = new ProbeMatcher[probe.labelArrays().size()];
    this.possible = !probe.hasMasks() && labels.length == net.outputs().size();
    for (int k = 0; k < labels.length; k++) {
      labels[k] = new ProbeMatcher(probe.labelArrays().get(k), net.dataType() != DataType.DOUBLE);
    }
  }

  /** Goes on where another has ended. */
  void continueAfter(FullBatch before) {
    possible &= before.possible;
    started = before.started;
  }

  /**
   * Says whether somebody needs the answer; without it nothing is compared and the answer is no. To
   * be called before the first step.
   */
  void compareIf(boolean needed) {
    wanted = needed;
  }

  /**
   * Takes note of a training step, at its forward pass.
   *
   * @param featuresKnown true if the features are known to be those of the probe
   * @return true if something had to be compared
   */
  boolean forward(Activations ofTraining, boolean featuresKnown) {
    if (!wanted || !possible) {
      return false;
    }
    // Labels that were never shown are not known to be those of the probe.
    possible = !labelsPending && (featuresKnown || areFeatures.test(ofTraining));
    started = true;
    labelsPending = possible;
    if (labelsPending && net.labels(0) != null) {
      backward();
    }
    return true;
  }

  /** Takes note of the same step, at its backward pass, where the labels are known for certain. */
  void backward() {
    if (labelsPending) {
      possible = !net.hasLabelMasks() && areLabels();
      labelsPending = false;
    }
  }

  private boolean areLabels() {
    for (int k = 0; k < labels.length; k++) {
      if (!labels[k].matches(net.labels(k), reader)) {
        return false;
      }
    }
    return true;
  }

  boolean isTrue() {
    return wanted && possible && started;
  }
}
