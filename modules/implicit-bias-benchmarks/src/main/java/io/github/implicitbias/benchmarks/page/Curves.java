package io.github.implicitbias.benchmarks.page;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * What is recorded with the patterns: metrics of patterns as they are, and curves in place of the
 * metrics that need a network. The curves cost next to nothing, so that a million records are
 * written in minutes; what is stored of them, indexed and drawn is that of real metrics.
 */
final class Curves {

  private static final String[] OF_RUN = {
    "parameterNorm",
    "distanceFromInit",
    "updateNorm",
    "minMargin",
    "normalizedMargin",
    "gradientNorm",
    "gradientAlignment",
    "balanceGap",
    "pathNorm",
    "lossRatio",
    "relativeDistanceFromInit",
    "cosineToInit",
    "sharpness",
    "stabilityRatio"
  };

  private static final String[] OF_LAYER = {
    "frobeniusNorm", "spectralNorm", "stableRank", "effectiveRank", "meanUnitCosine"
  };

  private static final String[] OF_SAMPLES = {"spanCoefficients", "marginSupport", "tiedMargin"};

  /** Records between two rows of values per sample. */
  private static final int SAMPLES_EVERY = 100;

  private Curves() {}

  static double loss(long step) {
    double noise = 0.02 * Math.sin(0.7 * step) * Math.sin(0.0131 * step);
    return (1 + noise) / (1 + 0.001 * step) + 1e-4;
  }

  static List<Metric> metrics() {
    List<Metric> metrics = new ArrayList<>();
    for (Metric metric : Metrics.standard()) {
      if (!List.of(OF_RUN).contains(metric.id())) {
        metrics.add(metric);
      }
    }
    for (int k = 0; k < OF_RUN.length; k++) {
      metrics.add(new Curve(OF_RUN[k], Metric.Scope.NETWORK, k));
    }
    for (int k = 0; k < OF_LAYER.length; k++) {
      metrics.add(new Curve(OF_LAYER[k], Metric.Scope.LAYER, OF_RUN.length + k));
    }
    return metrics;
  }

  static List<SampleMetric> sampleMetrics() {
    List<SampleMetric> metrics = new ArrayList<>();
    for (int k = 0; k < OF_SAMPLES.length; k++) {
      metrics.add(new SampleCurve(OF_SAMPLES[k], k));
    }
    return metrics;
  }

  static List<Prediction> predictions() {
    return List.of(new Falls());
  }

  private static final class Curve implements Metric {
    private final String id;
    private final Scope scope;
    private final int number;

    Curve(String id, Scope scope, int number) {
      this.id = id;
      this.scope = scope;
      this.number = number;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public Scope scope() {
      return scope;
    }

    @Override
    public double evaluate(Observation observation, int layer) {
      long step = observation.step();
      return (1 + number) * (2 - 1 / (1 + 1e-5 * step)) + 0.01 * Math.sin(step * (0.3 + number));
    }
  }

  private static final class SampleCurve implements SampleMetric {
    private final String id;
    private final int number;

    SampleCurve(String id, int number) {
      this.id = id;
      this.number = number;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public Metric.Scope scope() {
      return Metric.Scope.NETWORK;
    }

    @Override
    public Cadence cadence(Dimensions dimensions) {
      return Cadence.every(SAMPLES_EVERY);
    }

    @Override
    public boolean evaluate(Observation observation, int layer, double[] into) {
      double t = 1 - 1 / (1 + 1e-5 * observation.step());
      for (int i = 0; i < into.length; i++) {
        double weight = Math.sin(1.0 + 3 * i) * (0.2 + t);
        into[i] = number == 0 ? weight : number == 1 ? Math.max(0, weight) : i % 97 == 0 ? 1 : 0;
      }
      return true;
    }
  }

  private static final class Falls implements Prediction {
    @Override
    public String id() {
      return "lossStaysBelowItsStart";
    }

    @Override
    public String statement() {
      return "The loss never exceeds twice the loss of the first record.";
    }

    @Override
    public String source() {
      return "benchmark";
    }

    @Override
    public Check start(Observation first) {
      double bound = 2 * first.loss();
      return observation -> Verdict.holds(observation.loss(), bound);
    }
  }
}
