package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.testkit.PlainStack;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reference numbers and networks for tests of metrics. */
final class Fixture {

  private Fixture() {}

  /** Returns the lines of a reference file. */
  static String text(String name) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Fixture.class.getResourceAsStream("/reference/" + name), StandardCharsets.UTF_8))) {
      return reader.lines().collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the rows of a CSV file of numbers, without the header. */
  static double[][] csv(String name) {
    String[] lines = text(name).split("\n");
    double[][] rows = new double[lines.length - 1][];
    for (int i = 1; i < lines.length; i++) {
      String[] fields = lines[i].split(",");
      rows[i - 1] = new double[fields.length];
      for (int k = 0; k < fields.length; k++) {
        rows[i - 1][k] =
            fields[k].matches("[-+.0-9eE]+") ? Double.parseDouble(fields[k]) : Double.NaN;
      }
    }
    return rows;
  }

  /** Returns a number of the golden file. */
  static double golden(String key) {
    Matcher matcher =
        Pattern.compile("\"" + key + "\": (-?[0-9.eE+-]+)").matcher(text("s6_golden.json"));
    if (!matcher.find()) {
      throw new IllegalArgumentException(key);
    }
    return Double.parseDouble(matcher.group(1));
  }

  /** Returns some columns of a table, row-major. */
  static double[] columns(double[][] rows, int from, int to) {
    double[] values = new double[rows.length * (to - from)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], from, values, i * (to - from), to - from);
    }
    return values;
  }

  /** Returns the probe of the reference network: 8 samples, 5 inputs. */
  static Probe s6Probe() {
    double[][] data = csv("s6_data.csv");
    return new Probe(data.length, columns(data, 0, 5), columns(data, 5, 6), null);
  }

  /** Returns the reference network with the parameters of a file. */
  static PlainStack s6(String parameters, PerSampleLoss loss) {
    double[][] net = csv(parameters);
    return PlainStack.builder(s6Probe(), loss, 0.1)
        .hidden("hidden", net.length, 0, columns(net, 0, 5), null)
        .output(1, columns(net, 5, 6), null)
        .build();
  }

  /** Returns random normal numbers. */
  static double[] normal(SplittableRandom random, int length, double deviation) {
    double[] values = new double[length];
    for (int k = 0; k < length; k++) {
      double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
      values[k] = deviation * radius * Math.cos(2 * Math.PI * random.nextDouble());
    }
    return values;
  }

  /** The squared error times a factor, summed over the outputs. */
  static final class Squared implements PerSampleLoss {
    private final double factor;

    Squared(double factor) {
      this.factor = factor;
    }

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        sum += factor * (z[k] - y[k]) * (z[k] - y[k]);
      }
      return sum;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
      for (int k = offset; k < offset + outputs; k++) {
        derivative[k] = 2 * factor * (z[k] - y[k]);
      }
    }

    @Override
    public boolean curvature(
        double[] z, double[] y, int offset, int outputs, double[] direction, double[] into) {
      for (int k = offset; k < offset + outputs; k++) {
        into[k] = 2 * factor * direction[k];
      }
      return true;
    }

    @Override
    public double kappa(int outputs) {
      return 2 * factor;
    }
  }

  /** log(1 + exp(-s z)), s the label -1 or 1, or that of a label 0 or 1. */
  static final class Logistic implements PerSampleLoss {

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double q = (y[offset] > 0 ? 1 : -1) * z[offset];
      return Math.max(-q, 0) + Math.log1p(Math.exp(-Math.abs(q)));
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
      double sign = y[offset] > 0 ? 1 : -1;
      derivative[offset] = -sign / (1 + Math.exp(sign * z[offset]));
    }

    @Override
    public boolean curvature(
        double[] z, double[] y, int offset, int outputs, double[] direction, double[] into) {
      double p = 1 / (1 + Math.exp(-z[offset]));
      into[offset] = p * (1 - p) * direction[offset];
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

  /** Cross entropy of softmax. */
  static final class Softmax implements PerSampleLoss {

    private static double logSum(double[] z, int offset, int outputs) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int k = offset; k < offset + outputs; k++) {
        largest = Math.max(largest, z[k]);
      }
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        sum += Math.exp(z[k] - largest);
      }
      return largest + Math.log(sum);
    }

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        sum -= y[k] * z[k];
      }
      return sum + logSum(z, offset, outputs);
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
      double logSum = logSum(z, offset, outputs);
      for (int k = offset; k < offset + outputs; k++) {
        derivative[k] = Math.exp(z[k] - logSum) - y[k];
      }
    }

    @Override
    public boolean curvature(
        double[] z, double[] y, int offset, int outputs, double[] direction, double[] into) {
      double logSum = logSum(z, offset, outputs);
      double mean = 0;
      for (int k = offset; k < offset + outputs; k++) {
        mean += Math.exp(z[k] - logSum) * direction[k];
      }
      for (int k = offset; k < offset + outputs; k++) {
        into[k] = Math.exp(z[k] - logSum) * (direction[k] - mean);
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
