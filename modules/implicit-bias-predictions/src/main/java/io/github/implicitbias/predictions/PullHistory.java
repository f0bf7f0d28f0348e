package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.PatternHistory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the samples pull at one neuron without bias with, at this record and at the one before: P =
 * (1/n) sum over the samples that are on of r_i x_i, r_i = y_i - w . x_i. A step of gradient
 * descent adds tau P to w, and tau P . x_j to z_j.
 */
final class PullHistory implements Shared {

  /** One record. */
  static final class Moment {
    long step = -1;

    /** The step tau that follows. */
    double tau;

    double epsilon;
    double[] pull = {};

    /** (1/n) sum of |r_i| norm(x_i) over the samples that are on: what rounding of P scales by. */
    double size;

    double squaredNorm;

    /** w . P = (1/n) sum of z_i r_i over the samples that are on. */
    double push;

    /** (1/n) sum of |z_i r_i| over the samples that are on. */
    double pushSize;
  }

  private boolean started;
  private double[] x = {};
  private double[] y = {};
  private double[] lengths = {};
  private int inputs;
  private Moment now = new Moment();
  private Moment before = new Moment();

  static PullHistory of(Observation observation) {
    return observation.shared(PullHistory.class, PullHistory::new);
  }

  @Override
  public Needs needs() {
    return Prediction.USUAL_NEEDS;
  }

  @Override
  public void compute(Observation observation) {
    if (!started) {
      started = true;
      start(observation);
    }
    Moment swap = before;
    before = now;
    now = swap;
    double[] w = Neurons.weights(observation);
    boolean linear = observation.knownStack().layer(0).negativeSlope() == 1;
    @Nullable PatternHistory pattern = linear ? null : Neurons.pattern(observation);
    now.step = observation.step();
    now.tau = Neurons.step(observation);
    now.epsilon = Neurons.epsilon(observation);
    now.squaredNorm = Neurons.dot(w, 0, w, inputs);
    now.size = 0;
    now.push = 0;
    now.pushSize = 0;
    Arrays.fill(now.pull, 0);
    int n = y.length;
    for (int i = 0; i < n; i++) {
      if (pattern == null || Neurons.isOn(pattern, i)) {
        double z = Neurons.dot(x, i * inputs, w, inputs);
        double share = (y[i] - z) / n;
        for (int k = 0; k < inputs; k++) {
          now.pull[k] += share * x[i * inputs + k];
        }
        now.size += Math.abs(share) * lengths[i];
        now.push += z * share;
        now.pushSize += Math.abs(z * share);
      }
    }
  }

  private void start(Observation first) {
    x = first.probe().features();
    y = Targets.of(first).labels();
    inputs = first.probe().inputs();
    now.pull = new double[inputs];
    before.pull = new double[inputs];
    lengths = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      double squared = 0;
      for (int k = 0; k < inputs; k++) {
        squared += x[i * inputs + k] * x[i * inputs + k];
      }
      lengths[i] = Math.sqrt(squared);
    }
  }

  /** Returns true if exactly one step lies between the two records, and its size is known. */
  boolean isOneStep() {
    return before.step >= 0 && now.step == before.step + 1 && before.tau >= 0;
  }

  Moment now() {
    return now;
  }

  Moment before() {
    return before;
  }

  int samples() {
    return y.length;
  }

  double label(int sample) {
    return y[sample];
  }

  /** Returns by how much the step between the two records has moved z of a sample. */
  double move(int sample) {
    return before.tau * Neurons.dot(x, sample * inputs, before.pull, inputs);
  }

  /** Returns what rounding may make of z of a sample, and of {@link #move}. */
  double rounding(int sample) {
    double epsilon = Math.max(now.epsilon, before.epsilon);
    double weights = Math.sqrt(now.squaredNorm) + Math.sqrt(before.squaredNorm);
    double scale = lengths[sample] * (weights + before.tau * before.size);
    return 8 * epsilon * (inputs + y.length) * scale;
  }

  /** Returns what rounding may make of the difference of the squared norms. */
  double normRounding() {
    double epsilon = Math.max(now.epsilon, before.epsilon);
    double scale = now.squaredNorm + before.squaredNorm + before.tau * before.pushSize;
    return 8 * epsilon * (inputs + y.length) * scale;
  }
}
