package io.github.implicitbias.predictions;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.norm.SingularValues;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.solution.MinimumNorm;
import io.github.implicitbias.testkit.PlainStack;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Random networks and data of the kinds that each family of predictions is about. */
enum Families {
  /** One ReLU or linear neuron without bias on squared loss, on orthogonal or other samples. */
  NEURON(400) {
    @Override
    PlainStack net(SplittableRandom random) {
      int d = 2 + random.nextInt(5);
      boolean orthogonal = random.nextInt(3) == 0;
      int n = orthogonal ? 2 + random.nextInt(d - 1) : 2 + random.nextInt(8);
      double[][] x = orthogonal ? orthogonal(random, n, d) : rows(random, n, d, 1);
      double[] v = normal(random, d, 1);
      double[] y = new double[n];
      int labels = random.nextInt(3);
      for (int i = 0; i < n; i++) {
        double fitted = dot(v, x[i]);
        y[i] = labels == 0 ? normal(random, 1, 1)[0] : labels == 1 ? Math.abs(fitted) : fitted;
        if (labels == 2 && fitted < 0) {
          scale(x[i], -1);
          y[i] = -fitted;
        }
      }
      double size = Math.pow(10, -4 * random.nextDouble());
      double kappa = random.nextBoolean() ? 1 : 2;
      double share = random.nextInt(6) == 0 ? 1.9 : random.nextDouble();
      double rate = share / curvature(x, false) / kappa;
      return PlainStack.builder(probe(x, y), new Squares(kappa), rate)
          .neurons(1, random.nextInt(4) == 0 ? 1 : 0, normal(random, d, size), null)
          .build();
    }
  },
  /** A leaky layer below fixed outputs of both signs, two classes, nearly orthogonal or not. */
  MARGIN(150) {
    @Override
    PlainStack net(SplittableRandom random) {
      int n = 3 + random.nextInt(8);
      int d = n + random.nextInt(120);
      int units = 4 + random.nextInt(40);
      double slope = 0.1 + 0.85 * random.nextDouble();
      double noise = Math.pow(10, -3 * random.nextDouble());
      double[][] x = rows(random, n, d, noise);
      boolean near = random.nextBoolean();
      for (int i = 0; i < n; i++) {
        x[i][i] += near ? 1 + Math.sqrt(d) : 0;
      }
      double[] y = new double[n];
      for (int i = 0; i < n; i++) {
        y[i] = i == 0 || i > 1 && random.nextBoolean() ? 1 : -1;
      }
      double[] a = new double[units];
      boolean equal = random.nextInt(4) > 0;
      for (int j = 0; j < units; j++) {
        double size = equal ? 1 : 0.2 + random.nextDouble();
        a[j] = (j % 2 == 0 ? 1 : -1) * size / Math.sqrt(units);
      }
      double start = Math.pow(10, 1 - 8 * random.nextDouble());
      double rate = (0.05 + random.nextDouble()) / curvature(x, false);
      return PlainStack.builder(probe(x, y), new Tail(random.nextBoolean()), rate)
          .hidden("hidden", units, slope, normal(random, units * d, start / Math.sqrt(d)), null)
          .fixedOutput(1, a)
          .build();
    }
  },
  /** ReLU neurons with biases whose labels are made by one such neuron. */
  TEACHER(600) {
    @Override
    PlainStack net(SplittableRandom random) {
      int d = 1 + random.nextInt(4);
      int n = 3 + random.nextInt(80);
      int neurons = 1 + random.nextInt(4);
      double[][] x = rows(random, n, d, 1);
      double[] v = normal(random, d, 1);
      double bias = random.nextDouble() - 0.5;
      double[] y = new double[n * neurons];
      for (int i = 0; i < n; i++) {
        double label = Math.max(0, dot(v, x[i]) + bias);
        Arrays.fill(y, i * neurons, (i + 1) * neurons, label);
      }
      double size = Math.pow(10, 0.5 - 2.5 * random.nextDouble());
      double rate = 1.9 * random.nextDouble() / curvature(x, true) / 2;
      return PlainStack.builder(probe(x, y), new Squares(2), rate)
          .neurons(
              neurons,
              0,
              normal(random, neurons * d, size),
              normal(random, neurons, size * (random.nextBoolean() ? 0 : 1)))
          .build();
    }
  },
  /** Two trained layers of any slope, with or without biases, on any data. */
  PAIR(200) {
    @Override
    PlainStack net(SplittableRandom random) {
      int n = 2 + random.nextInt(10);
      int d = 1 + random.nextInt(6);
      int units = 1 + random.nextInt(8);
      double[] slopes = {0, 0.01, 0.3, 1};
      double size = Math.pow(10, 0.3 - 4 * random.nextDouble());
      boolean small = random.nextBoolean();
      double[] w = normal(random, units * d, size);
      double[] a = new double[units];
      for (int j = 0; j < units; j++) {
        double norm = 0;
        for (int k = 0; k < d; k++) {
          norm += w[j * d + k] * w[j * d + k];
        }
        a[j] = (random.nextBoolean() ? 1 : -1) * Math.sqrt(norm) * (small ? 1 : 1.5);
      }
      double[][] x = rows(random, n, d, 1);
      double[] y = new double[n];
      boolean squares = random.nextBoolean();
      for (int i = 0; i < n; i++) {
        y[i] = squares ? normal(random, 1, 1)[0] : random.nextBoolean() ? 1 : -1;
      }
      return PlainStack.builder(
              probe(x, y),
              squares ? new Squares(2) : new Tail(true),
              0.3 * random.nextDouble() / curvature(x, true))
          .hidden(
              "hidden",
              units,
              slopes[random.nextInt(4)],
              w,
              random.nextBoolean() ? null : normal(random, units, size * 0.1))
          .output(1, a, null)
          .build();
    }
  },
  /** Orthogonal samples and a small balanced start: saddle to saddle. */
  SADDLE(4_000) {
    @Override
    PlainStack net(SplittableRandom random) {
      int n = 2 + random.nextInt(3);
      int d = n + random.nextInt(3);
      double[][] x = orthogonal(random, n, d);
      double[] y = new double[n];
      for (int i = 0; i < n; i++) {
        y[i] = (i == 0 || random.nextBoolean() ? 1 : -0.7) * (0.5 + random.nextDouble());
      }
      int units = 16 + random.nextInt(60);
      double[] w = normal(random, units * d, Math.pow(10, -3 - 5 * random.nextDouble()));
      double[] a = new double[units];
      for (int j = 0; j < units; j++) {
        double[] row = Arrays.copyOfRange(w, j * d, (j + 1) * d);
        double norm = Math.sqrt(dot(row, row));
        a[j] = random.nextBoolean() ? norm : -norm;
      }
      return PlainStack.builder(probe(x, y), new Squares(1), 0.05)
          .hidden("hidden", units, 0, w, null)
          .output(1, a, null)
          .build();
    }
  },
  /** One neuron or a pair on many more inputs than samples, all on at the start. */
  MINNORM(400) {
    @Override
    PlainStack net(SplittableRandom random) {
      int n = 3 + random.nextInt(8);
      int d = (random.nextInt(4) == 0 ? 5 : 20 + random.nextInt(60)) * n;
      double[][] x = rows(random, n, d, 1);
      boolean positive = random.nextInt(3) == 0;
      double[] y = new double[n];
      double[] z = new double[n];
      double trace = 0;
      for (int i = 0; i < n; i++) {
        y[i] = (0.5 + random.nextDouble()) * (positive || i % 2 == 0 ? 1 : -1);
        z[i] = 1e-6;
        trace += dot(x[i], x[i]) / n;
      }
      double[] w = MinimumNorm.of(x, z).solution();
      double rate = (0.05 + 0.95 * random.nextDouble()) * n / (2 * trace);
      PlainStack.Builder builder = PlainStack.builder(probe(x, y), new Squares(2), rate);
      if (random.nextBoolean()) {
        return builder.neurons(1, 0, w, null).build();
      }
      double[] both = Arrays.copyOf(w, 2 * d);
      System.arraycopy(w, 0, both, d, d);
      return builder.hidden("units", 2, 0, both, null).fixedOutput(1, new double[] {1, -1}).build();
    }
  },
  /** A classifier or a regression of up to three layers, with momentum, l2 or neither. */
  ORDINARY(1_500) {
    @Override
    PlainStack net(SplittableRandom random) {
      Ordinary run = new Ordinary(random.nextLong());
      run.inputs = 1 + random.nextInt(6);
      run.outputs = 2 + random.nextInt(3);
      run.units = 2 + random.nextInt(12);
      int n = run.outputs * (1 + random.nextInt(5));
      int kind = random.nextInt(4);
      if (kind == 3) {
        run.numbers(n);
      } else {
        run.classes(n);
      }
      if (kind == 2) {
        run.loss = new Ordinary.SigmoidCrossEntropy();
      }
      if (random.nextInt(4) == 0 && n > 3) {
        run.conflicting();
      }
      run.hiddenLayers = random.nextInt(3);
      run.slope = new double[] {0, 0.01, 0.2, 1}[random.nextInt(4)];
      run.hiddenBias = random.nextInt(3) == 0;
      run.outputBias = random.nextInt(3) == 0;
      run.scale = Math.pow(10, -1.5 + 1.5 * random.nextDouble());
      run.rate = Math.pow(10, -2 + 1.7 * random.nextDouble());
      PlainStack net = run.build();
      double momentum = random.nextInt(4) == 0 ? 0.5 + 0.45 * random.nextDouble() : 0;
      double lambda = random.nextInt(3) == 0 ? Math.pow(10, -3 + 2 * random.nextDouble()) : 0;
      net.train(momentum, lambda);
      return net;
    }
  };

  /** How long a run of the family takes. */
  final int steps;

  Families(int steps) {
    this.steps = steps;
  }

  /** Returns a network before its first observation. */
  abstract PlainStack net(SplittableRandom random);

  private static Probe probe(double[][] x, double[] y) {
    return new Probe(x.length, Arrays.stream(x).flatMapToDouble(Arrays::stream).toArray(), y, null);
  }

  private static double[] normal(SplittableRandom random, int length, double deviation) {
    double[] values = new double[length];
    for (int k = 0; k < length; k++) {
      double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
      values[k] = deviation * radius * Math.cos(2 * Math.PI * random.nextDouble());
    }
    return values;
  }

  private static double[][] rows(SplittableRandom random, int n, int d, double deviation) {
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = normal(random, d, deviation);
    }
    return rows;
  }

  /** Returns rows of lengths from 0.5 to 2 that are orthogonal to each other, n at most d. */
  private static double[][] orthogonal(SplittableRandom random, int n, int d) {
    double[][] rows = rows(random, n, d, 1);
    for (int i = 0; i < n; i++) {
      for (int pass = 0; pass < 3; pass++) {
        for (int o = 0; o < i; o++) {
          double share = dot(rows[i], rows[o]) / dot(rows[o], rows[o]);
          for (int k = 0; k < d; k++) {
            rows[i][k] -= share * rows[o][k];
          }
        }
      }
      scale(rows[i], (0.5 + 1.5 * random.nextDouble()) / Math.sqrt(dot(rows[i], rows[i])));
    }
    return rows;
  }

  private static void scale(double[] row, double factor) {
    for (int k = 0; k < row.length; k++) {
      row[k] *= factor;
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  /** Returns the largest eigenvalue of X^T X / n, an input 1 added if there is a bias. */
  private static double curvature(double[][] x, boolean bias) {
    int width = x[0].length + (bias ? 1 : 0);
    double[] flat = new double[x.length * width];
    Arrays.fill(flat, 1);
    for (int i = 0; i < x.length; i++) {
      System.arraycopy(x[i], 0, flat, i * width, x[i].length);
    }
    double largest = SingularValues.of(flat, x.length, width).value(0);
    return largest * largest / x.length;
  }

  /** kappa / 2 times the squared error, summed over the outputs. */
  static final class Squares implements PerSampleLoss {
    private final double kappa;

    Squares(double kappa) {
      this.kappa = kappa;
    }

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        sum += kappa / 2 * (z[k] - y[k]) * (z[k] - y[k]);
      }
      return sum;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] into) {
      for (int k = offset; k < offset + outputs; k++) {
        into[k] = kappa * (z[k] - y[k]);
      }
    }

    @Override
    public boolean curvature(
        double[] z, double[] y, int offset, int outputs, double[] direction, double[] into) {
      for (int k = offset; k < offset + outputs; k++) {
        into[k] = kappa * direction[k];
      }
      return true;
    }

    @Override
    public double kappa(int outputs) {
      return kappa;
    }
  }

  /** The logistic or the exponential loss of the margin. */
  static final class Tail implements PerSampleLoss {
    private final boolean logistic;

    Tail(boolean logistic) {
      this.logistic = logistic;
    }

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double q = y[offset] * z[offset];
      return logistic ? Math.max(-q, 0) + Math.log1p(Math.exp(-Math.abs(q))) : Math.exp(-q);
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] into) {
      double q = y[offset] * z[offset];
      into[offset] = -y[offset] * (logistic ? 1 / (1 + Math.exp(q)) : Math.exp(-q));
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
