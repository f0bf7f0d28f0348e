package io.github.implicitbias.predictions;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.solution.MinimumNorm;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Regressions with Gaussian inputs and labels of alternating sign, by default the reference one.
 */
final class HighDimension {

  private int samples = 20;
  private int inputs = 2000;
  private long seed = 2603;
  private double step = Double.NaN;
  private boolean pair;
  private double[] outputs = {1, -1};
  private double start = 1e-6;
  private double slope;
  private double[] bias;
  private PerSampleLoss loss = new MeanSquare();
  private BiConsumer<double[][], double[]> change = (x, y) -> {};
  private double[][] x;

  HighDimension size(int n, int d) {
    samples = n;
    inputs = d;
    step = Double.isNaN(step) ? 0.5 : step;
    return this;
  }

  HighDimension seed(long of) {
    seed = of;
    return this;
  }

  /** Sets c, the step in units of 1 / trace, instead of the learning rate of the reference. */
  HighDimension step(double c) {
    step = c;
    return this;
  }

  HighDimension pair(double... a) {
    pair = true;
    outputs = a;
    return this;
  }

  /** Sets the pre-activations at the start. */
  HighDimension start(double z) {
    start = z;
    return this;
  }

  HighDimension slope(double below) {
    slope = below;
    return this;
  }

  HighDimension bias(double... b) {
    bias = b;
    return this;
  }

  HighDimension loss(PerSampleLoss other) {
    loss = other;
    return this;
  }

  /** Changes samples and labels before anything is made of them. */
  HighDimension data(BiConsumer<double[][], double[]> changing) {
    change = changing;
    return this;
  }

  HighDimension unitLabels() {
    return data((rows, y) -> Arrays.setAll(y, i -> Math.signum(y[i])));
  }

  HighDimension positiveLabels() {
    return data((rows, y) -> Arrays.setAll(y, i -> Math.abs(y[i])));
  }

  /** Returns the samples of the network that was built last. */
  double[][] x() {
    return x;
  }

  PlainStack build() {
    SplittableRandom random = new SplittableRandom(seed);
    x = new double[samples][inputs];
    for (double[] row : x) {
      for (int k = 0; k < inputs; k++) {
        double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
        row[k] = radius * Math.cos(2 * Math.PI * random.nextDouble());
      }
    }
    double[] y = new double[samples];
    for (int i = 0; i < samples; i++) {
      y[i] = (0.5 + random.nextDouble()) * (i % 2 == 0 ? 1 : -1);
    }
    change.accept(x, y);
    double trace = 0;
    double[] flat = new double[samples * inputs];
    for (int i = 0; i < samples; i++) {
      System.arraycopy(x[i], 0, flat, i * inputs, inputs);
      trace += Arrays.stream(x[i]).map(entry -> entry * entry).sum() / samples;
    }
    double rate =
        Double.isNaN(step) ? 0.0025 : step * samples / (2 * outputs[0] * outputs[0] * trace);
    double[] w = firstWeights(x, start);
    PlainStack.Builder builder = PlainStack.builder(new Probe(samples, flat, y, null), loss, rate);
    if (pair) {
      double[] both = Arrays.copyOf(w, 2 * inputs);
      System.arraycopy(w, 0, both, inputs, inputs);
      return builder.hidden("units", 2, slope, both, bias).fixedOutput(1, outputs).build();
    }
    return builder.neurons(1, slope, w, bias).build();
  }

  private static double[] firstWeights(double[][] x, double start) {
    double[] z = new double[x.length];
    Arrays.fill(z, start);
    try {
      return MinimumNorm.of(x, z).solution();
    } catch (IllegalArgumentException e) {
      double[] w = new double[x[0].length];
      Arrays.fill(w, start);
      return w;
    }
  }

  /** Returns the verdicts of steps 0, 1, ... */
  static List<Verdict> judge(Prediction prediction, PlainStack net, int steps) {
    net.observe();
    Prediction.Check check = prediction.start(net);
    List<Verdict> verdicts = new ArrayList<>();
    verdicts.add(check.judge(net));
    for (int t = 0; t < steps; t++) {
      net.descend();
      net.observe();
      verdicts.add(check.judge(net));
    }
    return verdicts;
  }

  static Verdict last(List<Verdict> verdicts) {
    return verdicts.get(verdicts.size() - 1);
  }

  /** Returns the texts of the conditions that a network does not meet at its first record. */
  static List<String> unmet(Prediction prediction, PlainStack net) {
    net.observe();
    Prediction.Check check = prediction.start(net);
    return check.conditions().stream()
        .filter(condition -> !condition.isMet())
        .map(Condition::text)
        .collect(Collectors.toList());
  }

  /** Returns a vector on which no sample depends, of length 0.1 or so. */
  static double[] outsideSpan(double[][] x) {
    double[] column = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      column[i] = x[i][0];
    }
    double[] inSpan = MinimumNorm.of(x, column).solution();
    double[] rest = new double[inSpan.length];
    for (int k = 0; k < rest.length; k++) {
      rest[k] = 0.1 * ((k == 0 ? 1 : 0) - inSpan[k]);
    }
    return rest;
  }

  /**
   * Moves the weights outside the span of the samples, where neither output nor gradient change.
   */
  void shift(PlainStack net) {
    double[] w = net.network().layer(0).weights().clone();
    double[] outside = outsideSpan(x);
    for (int k = 0; k < outside.length; k++) {
      w[k] += outside[k];
    }
    net.setWeights(0, w);
    net.countStep();
    net.observe();
  }

  /** The squared error. */
  static class MeanSquare implements PerSampleLoss {

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      return (z[offset] - y[offset]) * (z[offset] - y[offset]);
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] into) {
      into[offset] = 2 * (z[offset] - y[offset]);
    }

    @Override
    public double kappa(int outputs) {
      return 2;
    }
  }

  /** The fourth power of the error. */
  static final class FourthPower extends MeanSquare {

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] into) {
      into[offset] = 4 * Math.pow(z[offset] - y[offset], 3);
    }
  }
}
