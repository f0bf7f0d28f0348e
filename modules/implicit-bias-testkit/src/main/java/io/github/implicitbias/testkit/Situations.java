package io.github.implicitbias.testkit;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.probe.Probe;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Networks and data at which instruments are tried: ordinary ones, and the corners. */
final class Situations {

  private Situations() {}

  /** Returns fresh stacks by what is special about them. */
  static Map<String, PlainStack> all() {
    Map<String, PlainStack> all = new LinkedHashMap<>();
    all.put("two layers, regression", twoLayers(1, 8, 3, 5, 1, 0, 0.5, true));
    all.put("two layers, several outputs", twoLayers(2, 9, 4, 6, 3, 0, 0.5, true));
    all.put("leaky, without biases", twoLayers(3, 8, 3, 5, 1, 0.1, 0.5, false));
    all.put("more inputs than samples", twoLayers(4, 4, 20, 6, 1, 0, 0.5, false));
    all.put("more than 64 samples", twoLayers(5, 70, 3, 4, 1, 0, 0.5, true));
    all.put("one sample", twoLayers(6, 1, 3, 4, 1, 0, 0.5, true));
    all.put("one unit", twoLayers(7, 6, 2, 1, 1, 0, 0.5, false));
    all.put("all weights 0", twoLayers(8, 6, 3, 4, 1, 0, 0, true));
    all.put("tiny weights", twoLayers(9, 6, 3, 4, 1, 0, 1e-170, false));
    all.put("huge weights", twoLayers(10, 6, 3, 4, 1, 0, 1e160, false));
    all.put("weights that are not numbers", twoLayers(11, 6, 3, 4, 1, 0, Double.NaN, true));
    all.put("three layers", threeLayers());
    all.put("equal samples of one class", equalSamples());
    return all;
  }

  private static PlainStack twoLayers(
      long seed,
      int samples,
      int inputs,
      int units,
      int outputs,
      double slope,
      double scale,
      boolean biases) {
    SplittableRandom random = new SplittableRandom(seed);
    Probe probe =
        new Probe(
            samples, draws(random, samples * inputs, 1), signs(random, samples * outputs), null);
    return PlainStack.builder(probe, new Square(), 0.05)
        .hidden(
            "hidden",
            units,
            slope,
            draws(random, units * inputs, scale),
            biases ? draws(random, units, scale) : null)
        .output(
            outputs,
            draws(random, outputs * units, scale),
            biases ? draws(random, outputs, scale) : null)
        .build();
  }

  private static PlainStack threeLayers() {
    SplittableRandom random = new SplittableRandom(20);
    Probe probe = new Probe(7, draws(random, 7 * 3, 1), signs(random, 7), null);
    return PlainStack.builder(probe, new Square(), 0.05)
        .hidden("first", 5, 0, draws(random, 15, 0.7), null)
        .hidden("second", 4, 0.2, draws(random, 20, 0.7), null)
        .output(1, draws(random, 4, 0.7), null)
        .build();
  }

  private static PlainStack equalSamples() {
    double[] x = new double[15];
    double[] y = new double[5];
    for (int i = 0; i < 5; i++) {
      x[3 * i] = 1;
      x[3 * i + 2] = -2;
      y[i] = 1;
    }
    SplittableRandom random = new SplittableRandom(21);
    return PlainStack.builder(new Probe(5, x, y, null), new Square(), 0.05)
        .hidden("hidden", 4, 0, draws(random, 12, 0.5), null)
        .output(1, draws(random, 4, 0.5), null)
        .build();
  }

  private static double[] draws(SplittableRandom random, int length, double scale) {
    double[] values = new double[length];
    for (int k = 0; k < length; k++) {
      values[k] = scale * (2 * random.nextDouble() - 1);
    }
    return values;
  }

  private static double[] signs(SplittableRandom random, int length) {
    double[] values = new double[length];
    for (int k = 0; k < length; k++) {
      values[k] = random.nextDouble() < 0.5 ? 1 : -1;
    }
    return values;
  }

  /** Half the squared error, summed over the outputs. */
  private static final class Square implements PerSampleLoss {

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        sum += (z[k] - y[k]) * (z[k] - y[k]);
      }
      return sum / 2;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
      for (int k = offset; k < offset + outputs; k++) {
        derivative[k] = z[k] - y[k];
      }
    }

    @Override
    public boolean curvature(
        double[] z, double[] y, int offset, int outputs, double[] direction, double[] into) {
      System.arraycopy(direction, offset, into, offset, outputs);
      return true;
    }

    @Override
    public double kappa(int outputs) {
      return 1;
    }
  }
}
