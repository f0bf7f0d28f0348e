package io.github.implicitbias.predictions;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** A network of the setting of the paper, whose parts a test may change, and its training. */
final class LeakyRun {

  static final PerSampleLoss LOGISTIC = new Tail(true, 1);
  static final PerSampleLoss EXPONENTIAL = new Tail(false, 1);

  double[][] x;
  double[] y;
  int outputs = 1;
  int units;
  double slope;
  double[] w;
  double[] a;
  double[] biases;
  boolean trainsOutput;
  boolean third;
  PerSampleLoss loss = LOGISTIC;
  double rate = 0.1;

  /** Divides every step by the loss. */
  boolean normalised;

  PlainStack net;

  /** Returns the reference run s2a. */
  static LeakyRun s2a() {
    LeakyRun run = new LeakyRun();
    List<double[]> data = rows("s2a_data.csv");
    run.x = data.stream().map(row -> Arrays.copyOf(row, 60)).toArray(double[][]::new);
    run.y = data.stream().mapToDouble(row -> row[60]).toArray();
    run.units = 20;
    run.slope = 0.5;
    run.w = rows("s2a_W0.csv").stream().flatMapToDouble(Arrays::stream).toArray();
    run.a = signs(20, 12);
    return run;
  }

  /** As s2a, with classes of equal size and a start that is so small that every law applies. */
  static LeakyRun balanced() {
    LeakyRun run = s2a();
    for (int i = 0; i < run.y.length; i++) {
      run.y[i] = i % 2 == 0 ? 1 : -1;
    }
    run.units = 40;
    run.a = signs(40, 24);
    run.w = normal(new SplittableRandom(5), 40 * 60, 1e-6);
    return run;
  }

  /** Returns the reference run s2b, whose start has a scale. */
  static LeakyRun s2b(double scale) {
    LeakyRun run = new LeakyRun();
    int n = 60;
    int d = 1500;
    SplittableRandom random = new SplittableRandom(100);
    run.y = new double[n];
    for (int i = 0; i < n; i++) {
      run.y[i] = random.nextDouble() < 0.5 ? 1 : -1;
    }
    run.x = new double[n][];
    for (int i = 0; i < n; i++) {
      run.x[i] = normal(random, d, 1);
    }
    for (int i = 0; i < n; i++) {
      run.x[i][0] += run.y[i] * Math.pow(d, 0.26);
    }
    run.units = 64;
    run.slope = 0.1;
    run.w = normal(random, 64 * d, scale * Math.sqrt(2.0 / (d + 64)));
    run.a = alternating(64);
    return run;
  }

  static double[] signs(int units, int positive) {
    double[] a = new double[units];
    for (int j = 0; j < units; j++) {
      a[j] = (j < positive ? 1 : -1) / Math.sqrt(units);
    }
    return a;
  }

  static double[] alternating(int units) {
    double[] a = new double[units];
    for (int j = 0; j < units; j++) {
      a[j] = (j % 2 == 0 ? 1 : -1) / Math.sqrt(units);
    }
    return a;
  }

  static double[] normal(SplittableRandom random, int length, double deviation) {
    double[] values = new double[length];
    for (int k = 0; k < length; k++) {
      double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
      values[k] = deviation * radius * Math.cos(2 * Math.PI * random.nextDouble());
    }
    return values;
  }

  /** Returns the rows of a table of numbers; what is no number is NaN. */
  static List<double[]> rows(String name) {
    return List.of(ReferenceFile.rows(name));
  }

  /** Makes the network. */
  LeakyRun build() {
    double[] features = Arrays.stream(x).flatMapToDouble(Arrays::stream).toArray();
    Probe probe = new Probe(x.length, features, y, null);
    PlainStack.Builder builder =
        PlainStack.builder(probe, loss, rate).hidden("hidden", units, slope, w.clone(), biases);
    if (third) {
      double[] identity = new double[units * units];
      for (int j = 0; j < units; j++) {
        identity[j * units + j] = 1;
      }
      builder.hidden("second", units, slope, identity, null);
    }
    net =
        trainsOutput
            ? builder.output(outputs, a, null).build()
            : builder.fixedOutput(outputs, a).build();
    return this;
  }

  /** Trains, judges every record, and returns the verdicts of steps 0 to {@code steps}. */
  List<Verdict> judge(Prediction prediction, int steps) {
    build();
    net.observe();
    Prediction.Check check = prediction.start(net);
    List<Verdict> verdicts = new ArrayList<>();
    verdicts.add(check.judge(net));
    while (verdicts.size() <= steps) {
      step();
      net.observe();
      verdicts.add(check.judge(net));
    }
    return verdicts;
  }

  /** Makes one step. */
  void step() {
    if (normalised) {
      net.setLearningRate(rate / net.loss());
    }
    net.descend();
  }

  /** Trains for some steps, then goes on with other weights of the first layer as one step. */
  Verdict judgeAfterChange(Prediction prediction, int steps, double[] weights) {
    build();
    net.observe();
    Prediction.Check check = prediction.start(net);
    Verdict verdict = check.judge(net);
    for (int step = 0; step < steps; step++) {
      step();
      net.observe();
      verdict = check.judge(net);
    }
    if (verdict.state() != Verdict.State.REACHED && verdict.state() != Verdict.State.HOLDS) {
      throw new AssertionError("before the change: " + verdict);
    }
    net.setWeights(0, weights);
    net.countStep();
    net.observe();
    return check.judge(net);
  }

  /** log(1 + exp(-q)) or exp(-q), with signs as labels, times a factor. */
  static final class Tail implements PerSampleLoss {
    private final boolean logistic;
    private final double factor;

    Tail(boolean logistic, double factor) {
      this.logistic = logistic;
      this.factor = factor;
    }

    @Override
    public double value(double[] z, double[] labels, int offset, int outputs) {
      double q = labels[offset] * z[offset];
      double logistic1 = Math.max(-q, 0) + Math.log1p(Math.exp(-Math.abs(q)));
      return factor * (logistic ? logistic1 : Math.exp(-q));
    }

    @Override
    public void derivative(double[] z, double[] labels, int offset, int outputs, double[] into) {
      for (int k = offset; k < offset + outputs; k++) {
        double q = labels[k] * z[k];
        into[k] = -factor * labels[k] * (logistic ? 1 / (1 + Math.exp(q)) : Math.exp(-q));
      }
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

  /** factor (f - y)^2. */
  static final class Square implements PerSampleLoss {
    private final double factor;

    Square(double factor) {
      this.factor = factor;
    }

    @Override
    public double value(double[] z, double[] labels, int offset, int outputs) {
      return factor * (z[offset] - labels[offset]) * (z[offset] - labels[offset]);
    }

    @Override
    public void derivative(double[] z, double[] labels, int offset, int outputs, double[] into) {
      into[offset] = 2 * factor * (z[offset] - labels[offset]);
    }

    @Override
    public double kappa(int outputs) {
      return 2 * factor;
    }
  }
}
