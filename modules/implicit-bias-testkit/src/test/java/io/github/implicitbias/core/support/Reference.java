package io.github.implicitbias.core.support;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.probe.Probe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** Reference runs, losses and random numbers for tests. */
final class Reference {

  private Reference() {}

  /** Returns the rows of a reference file without its header, fields as text. */
  static String[][] text(String name) {
    List<String[]> rows = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(Reference.class.getResourceAsStream("/reference/" + name)))) {
      in.readLine();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        rows.add(line.split(","));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows.toArray(new String[0][]);
  }

  static double[][] rows(String name) {
    return Arrays.stream(text(name))
        .map(
            row ->
                Arrays.stream(row)
                    .mapToDouble(f -> f.startsWith("0x") ? Long.decode(f) : Double.parseDouble(f))
                    .toArray())
        .toArray(double[][]::new);
  }

  static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  /** Returns a data file whose last column is the label. */
  static Probe probe(String name) {
    double[][] rows = rows(name);
    int d = rows[0].length - 1;
    double[] y = new double[rows.length];
    double[][] x = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      x[i] = Arrays.copyOf(rows[i], d);
      y[i] = rows[i][d];
    }
    return new Probe(rows.length, flat(x), y, null);
  }

  static double gaussian(SplittableRandom random) {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    return radius * Math.cos(2 * Math.PI * random.nextDouble());
  }

  static double[] gaussians(SplittableRandom random, int count) {
    double[] values = new double[count];
    for (int k = 0; k < count; k++) {
      values[k] = gaussian(random);
    }
    return values;
  }

  /** Returns the coefficients of the columns that come closest to the target, by EJML. */
  static double[] leastSquares(double[][] columns, double[] target) {
    DMatrixRMaj a = new DMatrixRMaj(target.length, columns.length);
    for (int k = 0; k < columns.length; k++) {
      for (int j = 0; j < target.length; j++) {
        a.set(j, k, columns[k][j]);
      }
    }
    DMatrixRMaj inverse = new DMatrixRMaj(columns.length, target.length);
    CommonOps_DDRM.pinv(a, inverse);
    DMatrixRMaj c = new DMatrixRMaj(columns.length, 1);
    CommonOps_DDRM.mult(inverse, DMatrixRMaj.wrap(target.length, 1, target), c);
    return c.data;
  }

  /** Returns the distance of a combination of columns from the target. */
  static double distance(double[][] columns, double[] c, double[] target) {
    double sum = 0;
    for (int j = 0; j < target.length; j++) {
      double left = target[j];
      for (int k = 0; k < columns.length; k++) {
        left -= c[k] * columns[k][j];
      }
      sum += left * left;
    }
    return Math.sqrt(sum);
  }

  /** The squared residual, summed over outputs: kappa is 2. */
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
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
      for (int k = offset; k < offset + outputs; k++) {
        derivative[k] = 2 * (z[k] - y[k]);
      }
    }

    @Override
    public double kappa(int outputs) {
      return 2;
    }
  }

  /** log(1 + exp(-y z)), labels -1 and 1. */
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

  /** Cross entropy of softmax. */
  static final class Softmax implements PerSampleLoss {
    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double sum = 0;
      double label = 0;
      for (int k = offset; k < offset + outputs; k++) {
        sum += Math.exp(z[k]);
        label += y[k] * z[k];
      }
      return Math.log(sum) - label;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        sum += Math.exp(z[k]);
      }
      for (int k = offset; k < offset + outputs; k++) {
        derivative[k] = Math.exp(z[k]) / sum - y[k];
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
}
