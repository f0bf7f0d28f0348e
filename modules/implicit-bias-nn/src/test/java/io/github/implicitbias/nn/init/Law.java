package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.RealDistribution;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;

/**
 * Whether numbers follow a law. Each statistic is divided by its critical value at 1 %: above 1 the
 * law is rejected.
 */
final class Law {

  /** Asymptotic critical value of sqrt(n) D at 1 %. */
  private static final double KOLMOGOROV = 1.63;

  private static final double NORMAL = 2.576;
  private static final KolmogorovSmirnovTest TEST = new KolmogorovSmirnovTest();

  private Law() {}

  static void follows(String what, double statistic) {
    assertTrue(statistic < 1, what + ": statistic " + statistic + " times the critical value");
  }

  static void rejected(String what, double statistic) {
    assertTrue(statistic > 1, what + " passes: " + statistic + " times the critical value");
  }

  /** Kolmogorov and Smirnov. */
  static double fit(RealDistribution law, double[] sample) {
    return TEST.kolmogorovSmirnovStatistic(law, sample) * Math.sqrt(sample.length) / KOLMOGOROV;
  }

  /** As many positive as negative numbers. */
  static double signs(double[] sample) {
    double sum = 0;
    for (double value : sample) {
      sum += Math.signum(value);
    }
    return Math.abs(sum) / Math.sqrt(sample.length) / NORMAL;
  }

  /** Normal numbers of mean 0 have this deviation: their mean square. */
  static double deviation(double deviation, double[] sample) {
    double sum = 0;
    for (double value : sample) {
      sum += (value / deviation) * (value / deviation);
    }
    return Math.abs(sum / sample.length - 1) / Math.sqrt(2.0 / sample.length) / NORMAL;
  }

  /** Normal numbers of mean 0 and this deviation. */
  static double normal(double deviation, double[] sample) {
    return fit(new NormalDistribution(0, deviation), sample);
  }

  /** Squared norms of normal vectors whose entries have this deviation. */
  static double norms(double deviation, double[][] rows) {
    double[] squares = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (double value : rows[i]) {
        squares[i] += (value / deviation) * (value / deviation);
      }
    }
    return fit(new ChiSquaredDistribution(rows[0].length), squares);
  }

  /** One coordinate of directions that are uniform on the sphere. */
  static double coordinate(int index, double[][] rows) {
    double half = (rows[0].length - 1) / 2.0;
    double[] sample = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      sample[i] = (rows[i][index] / norm(rows[i]) + 1) / 2;
    }
    return fit(new BetaDistribution(half, half), sample);
  }

  /** The mean of directions that are uniform on the sphere (Rayleigh). */
  static double meanDirection(double[][] rows) {
    int d = rows[0].length;
    double square = 0;
    for (int j = 0; j < d; j++) {
      double sum = 0;
      for (double[] row : rows) {
        sum += row[j] / norm(row);
      }
      square += sum * sum;
    }
    return square * d / rows.length / chiSquareQuantile(d);
  }

  /** The second moments of directions that are uniform on the sphere (Bingham). */
  static double axes(double[][] rows) {
    int d = rows[0].length;
    double trace = 0;
    for (int j = 0; j < d; j++) {
      for (int k = 0; k < d; k++) {
        double sum = 0;
        for (double[] row : rows) {
          double norm = norm(row);
          sum += row[j] / norm * row[k] / norm;
        }
        trace += (sum / rows.length) * (sum / rows.length);
      }
    }
    double statistic = rows.length * d * (d + 2) / 2.0 * (trace - 1.0 / d);
    return statistic / chiSquareQuantile((d - 1) * (d + 2) / 2);
  }

  /** The angle of directions in the plane, around the circle. */
  static double angle(double[][] rows) {
    return angles(rows, 2 * Math.PI);
  }

  /** The angle of directions in the plane within its quadrant. */
  static double angleInQuadrant(double[][] rows) {
    return angles(rows, Math.PI / 2);
  }

  private static double angles(double[][] rows, double period) {
    double[] sample = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      double angle = Math.atan2(rows[i][1], rows[i][0]);
      sample[i] = angle - period * Math.floor(angle / period);
    }
    return fit(new UniformRealDistribution(0, period), sample);
  }

  static double norm(double[] row) {
    double sum = 0;
    for (double value : row) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  private static double chiSquareQuantile(int degrees) {
    return new ChiSquaredDistribution(degrees).inverseCumulativeProbability(0.99);
  }
}
