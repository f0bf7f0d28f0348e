package io.github.implicitbias.predictions;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.Arrays;

/**
 * Neurons with bias that start on a sphere and learn a neuron with weights (1, 0, 0, 0, 0) and bias
 * -0.3 from points of the unit ball, as in the reference runs; what a test changes, it sets.
 */
final class Sphere {

  static final int INPUTS = 5;

  int samples = 500;
  int[] neurons = {0, 1, 2};
  double scale = 1e-2;
  double startBias;
  boolean hasBias = true;
  double teacherBias = -0.3;
  double slope;
  double rate = 0.25;
  PerSampleLoss loss = new Squared();
  double[] x = points("s3_data.csv", samples);
  double[] y;

  /** Returns the first rows of a file, row after row. */
  static double[] points(String file, int rows) {
    return Arrays.stream(ReferenceFile.rows(file))
        .limit(rows)
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  /** Returns the labels, samples x neurons. */
  double[] labels() {
    if (y == null) {
      y = new double[samples * neurons.length];
      for (int i = 0; i < samples; i++) {
        double label = Math.max(0, x[i * INPUTS] + teacherBias);
        Arrays.fill(y, i * neurons.length, (i + 1) * neurons.length, label);
      }
    }
    return y;
  }

  double[] weights() {
    double[] directions = points("s3_dirs.csv", 200);
    double[] weights = new double[neurons.length * INPUTS];
    for (int k = 0; k < weights.length; k++) {
      weights[k] = scale * directions[neurons[k / INPUTS] * INPUTS + k % INPUTS];
    }
    return weights;
  }

  double[] biases() {
    double[] biases = new double[neurons.length];
    Arrays.fill(biases, startBias);
    return biases;
  }

  Probe probe() {
    return new Probe(samples, x, labels(), null);
  }

  PlainStack build() {
    PlainStack net =
        PlainStack.builder(probe(), loss, rate)
            .neurons(neurons.length, slope, weights(), hasBias ? biases() : null)
            .build();
    net.observe();
    return net;
  }

  /** Returns the verdict at the first record. */
  static Verdict first(Prediction prediction, Observation net) {
    return prediction.start(net).judge(net);
  }

  /** Makes steps and judges each, until a verdict is final or the steps are done. */
  static Verdict run(Prediction.Check check, PlainStack net, int steps) {
    Verdict verdict = check.judge(net);
    for (int k = 0; k < steps && verdict.state() == Verdict.State.HOLDS; k++) {
      net.descend();
      net.observe();
      verdict = check.judge(net);
    }
    return verdict;
  }

  static Verdict run(Prediction prediction, PlainStack net, int steps) {
    return run(prediction.start(net), net, steps);
  }

  /** The sum of squared residuals. */
  static final class Squared implements PerSampleLoss {

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        sum += (z[k] - y[k]) * (z[k] - y[k]);
      }
      return sum;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] into) {
      for (int k = offset; k < offset + outputs; k++) {
        into[k] = 2 * (z[k] - y[k]);
      }
    }

    @Override
    public double kappa(int outputs) {
      return 2;
    }
  }

  /** The sum of the fourth powers of residuals. */
  static final class Fourth implements PerSampleLoss {

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        sum += Math.pow(z[k] - y[k], 4);
      }
      return sum;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] into) {
      for (int k = offset; k < offset + outputs; k++) {
        into[k] = 4 * Math.pow(z[k] - y[k], 3);
      }
    }

    @Override
    public double kappa(int outputs) {
      return 1;
    }
  }
}
