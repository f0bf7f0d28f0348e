package io.github.implicitbias.predictions;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A run to be trained, of the reference data, and changed in one respect; and its verdicts. */
final class Orthogonal {

  double[] x;
  double[] y;
  double[] w;
  double[] a;
  double[] biases;
  double rate;
  double factor = 1;
  double slope;
  double[] outputBias;
  boolean fixedOutput;
  boolean threeLayers;
  PerSampleLoss loss;

  /** Two samples in two dimensions, 60 units; escapes at the times 12.44 and 25.86. */
  static Orthogonal two() {
    return new Orthogonal("s4a_fast", 0.01, 1);
  }

  /** Four samples in six dimensions, 100 units, from weights of a scale. */
  static Orthogonal four(double scale) {
    return new Orthogonal("s4b_lam1e-08", 0.02, scale / 1e-8);
  }

  private Orthogonal(String name, double rate, double scale) {
    double[][] data = csv(name + "_data.csv");
    double[][] start = csv(name + "_init.csv");
    int d = data[0].length - 1;
    x = columns(data, 0, d, 1);
    y = columns(data, d, d + 1, 1);
    w = columns(start, 0, d, scale);
    a = columns(start, d, d + 1, scale);
    this.rate = rate;
  }

  static double[][] csv(String name) {
    return ReferenceFile.rows(name);
  }

  private static double[] columns(double[][] rows, int from, int to, double scale) {
    double[] values = new double[rows.length * (to - from)];
    for (int i = 0; i < rows.length; i++) {
      for (int k = from; k < to; k++) {
        values[i * (to - from) + k - from] = scale * rows[i][k];
      }
    }
    return values;
  }

  PlainStack net() {
    Probe probe = new Probe(y.length, x, y, null);
    PerSampleLoss of = loss == null ? new Squares(factor) : loss;
    PlainStack.Builder builder =
        PlainStack.builder(probe, of, rate).hidden("hidden", a.length, slope, w, biases);
    if (threeLayers) {
      builder.hidden("second", 1, 0, a, null);
      return builder.output(1, new double[] {1}, null).build();
    }
    return fixedOutput
        ? builder.fixedOutput(1, a).build()
        : builder.output(1, a, outputBias).build();
  }

  /** Trains and judges every step. */
  Judged judge(int steps) {
    return judge(net(), steps, Predictions.saddle());
  }

  static Judged judge(PlainStack net, int steps, List<Prediction> predictions) {
    Judged judged = new Judged();
    net.observe();
    judged.start(net, predictions);
    judged.judge(net);
    for (int step = 0; step < steps; step++) {
      net.descend();
      net.observe();
      judged.judge(net);
    }
    return judged;
  }

  /** The checks of a run, the last verdict of each, and the step at which it became that. */
  static final class Judged {
    private final Map<String, Prediction.Check> checks = new LinkedHashMap<>();
    private final Map<String, Verdict> verdicts = new LinkedHashMap<>();
    private final Map<String, Long> steps = new LinkedHashMap<>();

    void start(Observation first, List<Prediction> predictions) {
      predictions.forEach(p -> checks.put(p.id(), p.start(first)));
    }

    void judge(Observation observation) {
      checks.forEach(
          (id, check) -> {
            Verdict verdict = check.judge(observation);
            Verdict before = verdicts.put(id, verdict);
            if (before == null || before.state() != verdict.state()) {
              steps.put(id, observation.step());
            }
          });
    }

    Verdict of(String id) {
      return verdicts.get(id);
    }

    long step(String id) {
      return steps.get(id);
    }

    String states() {
      return verdicts.entrySet().stream()
          .map(e -> e.getKey() + " " + e.getValue())
          .collect(Collectors.joining("\n"));
    }

    /** Returns the conditions of a prediction that are not met. */
    List<String> unmet(String id) {
      return checks.get(id).conditions().stream()
          .filter(c -> !c.isMet())
          .map(Condition::text)
          .collect(Collectors.toList());
    }
  }

  /** factor (z - y)^2 / 2, of which factor is kappa. */
  static final class Squares implements PerSampleLoss {
    private final double factor;

    Squares(double factor) {
      this.factor = factor;
    }

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      return factor * (z[offset] - y[offset]) * (z[offset] - y[offset]) / 2;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
      derivative[offset] = factor * (z[offset] - y[offset]);
    }

    @Override
    public boolean curvature(
        double[] z, double[] y, int offset, int outputs, double[] direction, double[] into) {
      into[offset] = factor * direction[offset];
      return true;
    }

    @Override
    public double kappa(int outputs) {
      return factor;
    }
  }

  /** The logistic loss, which is not squared. */
  static final class Logistic implements PerSampleLoss {

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      return Math.log1p(Math.exp(-y[offset] * z[offset]));
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
      derivative[offset] = -y[offset] / (1 + Math.exp(y[offset] * z[offset]));
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
