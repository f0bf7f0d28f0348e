package io.github.implicitbias.predictions;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** A small classifier or regression, trained in ways that predictions of any run are about. */
final class Ordinary {

  /** Row-major. */
  double[] x;

  double[] y;
  int samples;
  int inputs = 3;
  int outputs = 3;
  int units = 6;
  int hiddenLayers = 1;
  double slope;
  boolean hiddenBias;
  boolean outputBias;
  double scale = 0.6;
  double rate = 0.1;
  PerSampleLoss loss = new SoftmaxCrossEntropy();
  final SplittableRandom random;

  /** Draws samples of three classes that a small network can tell apart. */
  Ordinary(long seed) {
    random = new SplittableRandom(seed);
    classes(12);
  }

  /** Draws samples of one class per output around random centres. */
  Ordinary classes(int n) {
    samples = n;
    x = new double[n * inputs];
    y = new double[n * outputs];
    double[] centres = normal(outputs * inputs, 2);
    for (int i = 0; i < n; i++) {
      int of = i % outputs;
      for (int k = 0; k < inputs; k++) {
        x[i * inputs + k] = centres[of * inputs + k] + 0.3 * gaussian();
      }
      y[i * outputs + of] = 1;
    }
    return this;
  }

  /** Draws numbers to fit, one output. */
  Ordinary numbers(int n) {
    samples = n;
    outputs = 1;
    x = normal(n * inputs, 1);
    y = normal(n, 1);
    loss = new Families.Squares(2);
    return this;
  }

  /** Gives each row of the first half once more, with the label of another row. */
  Ordinary conflicting() {
    int half = samples / 2;
    for (int i = 0; i < half; i++) {
      System.arraycopy(x, (i + 1) % half * inputs, x, (half + i) * inputs, inputs);
    }
    return this;
  }

  double gaussian() {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    return radius * Math.cos(2 * Math.PI * random.nextDouble());
  }

  double[] normal(int length, double deviation) {
    double[] values = new double[length];
    for (int k = 0; k < length; k++) {
      values[k] = deviation * gaussian();
    }
    return values;
  }

  PlainStack build() {
    PlainStack.Builder builder = PlainStack.builder(new Probe(samples, x, y, null), loss, rate);
    int width = inputs;
    for (int l = 0; l < hiddenLayers; l++) {
      double[] bias = hiddenBias ? new double[units] : null;
      builder.hidden("hidden" + l, units, slope, normal(units * width, scale), bias);
      width = units;
    }
    double[] bias = outputBias ? new double[outputs] : null;
    return builder.output(outputs, normal(outputs * width, scale), bias).build();
  }

  /** Returns the last verdict of a training; what is violated or does not apply ends it. */
  static Verdict run(PlainStack net, Prediction prediction, int steps) {
    return run(net, prediction, steps, step -> {});
  }

  /** As {@link #run}, something being done after each step. */
  static Verdict run(PlainStack net, Prediction prediction, int steps, Consumer<Integer> then) {
    net.observe();
    Prediction.Check check = prediction.start(net);
    Verdict verdict = check.judge(net);
    for (int step = 1; step <= steps && isOpen(verdict); step++) {
      net.descend();
      then.accept(step);
      net.observe();
      verdict = check.judge(net);
    }
    return verdict;
  }

  private static boolean isOpen(Verdict verdict) {
    return verdict.state() == Verdict.State.HOLDS || verdict.state() == Verdict.State.REACHED;
  }

  /** Softmax and cross entropy. */
  static final class SoftmaxCrossEntropy implements PerSampleLoss {

    private static double[] probabilities(double[] z, int offset, int outputs) {
      double largest = Arrays.stream(z, offset, offset + outputs).max().orElseThrow();
      double[] p = new double[outputs];
      double sum = 0;
      for (int k = 0; k < outputs; k++) {
        p[k] = Math.exp(z[offset + k] - largest);
        sum += p[k];
      }
      for (int k = 0; k < outputs; k++) {
        p[k] /= sum;
      }
      return p;
    }

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      // The sum of the others' shares keeps its digits where the loss is tiny.
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        double others = 0;
        double largest = Double.NEGATIVE_INFINITY;
        for (int o = offset; o < offset + outputs; o++) {
          others += o == k ? 0 : Math.exp(z[o] - z[k]);
          largest = o == k ? largest : Math.max(largest, z[o] - z[k]);
        }
        sum += y[k] * (largest > 700 ? largest : Math.log1p(others));
      }
      return sum;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] into) {
      double[] p = probabilities(z, offset, outputs);
      for (int k = 0; k < outputs; k++) {
        double others = 0;
        for (int o = 0; o < outputs; o++) {
          others += o == k ? 0 : p[o];
        }
        into[offset + k] = y[offset + k] == 1 ? -others : p[k] - y[offset + k];
      }
    }

    @Override
    public boolean curvature(
        double[] z, double[] y, int offset, int outputs, double[] direction, double[] into) {
      double[] p = probabilities(z, offset, outputs);
      double mean = 0;
      for (int k = 0; k < outputs; k++) {
        mean += p[k] * direction[offset + k];
      }
      for (int k = 0; k < outputs; k++) {
        into[offset + k] = p[k] * (direction[offset + k] - mean);
      }
      return true;
    }

    @Override
    public boolean classifies() {
      return true;
    }

    @Override
    public double kappa(int outputs) {
      return 1;
    }
  }

  /** A sigmoid per output and cross entropy, summed over the outputs. */
  static final class SigmoidCrossEntropy implements PerSampleLoss {

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        sum += Math.max(z[k], 0) - y[k] * z[k] + Math.log1p(Math.exp(-Math.abs(z[k])));
      }
      return sum;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] into) {
      for (int k = offset; k < offset + outputs; k++) {
        into[k] = 1 / (1 + Math.exp(-z[k])) - y[k];
      }
    }

    @Override
    public boolean curvature(
        double[] z, double[] y, int offset, int outputs, double[] direction, double[] into) {
      for (int k = offset; k < offset + outputs; k++) {
        double p = 1 / (1 + Math.exp(-z[k]));
        into[k] = p * (1 - p) * direction[k];
      }
      return true;
    }

    @Override
    public boolean classifies() {
      return true;
    }

    @Override
    public double kappa(int outputs) {
      return 1;
    }
  }
}
