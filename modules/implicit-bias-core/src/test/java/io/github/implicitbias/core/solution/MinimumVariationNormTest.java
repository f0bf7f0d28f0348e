package io.github.implicitbias.core.solution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.support.NonNegativeLeastSquares;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MinimumVariationNormTest {

  /** Theory: N+ + N- of the two samples is 1 / 5^(1/2) + 1 / 1.25^(1/2). */
  @Test
  void twoSamples_haveTheClosedForm() {
    MinimumVariationNorm least =
        MinimumVariationNorm.of(new double[][] {{-0.5, 1}, {2, 1}}, new double[] {-1, 1});
    assertEquals(0.447213595499958, least.normPositive(), 1e-15);
    assertEquals(0.894427190999916, least.normNegative(), 1e-15);
    assertEquals(1.341640786499874, least.value(), 1e-15);
    assertArrayEquals(new double[] {0.4, 0.2}, least.directionPositive(), 1e-15);
    assertArrayEquals(new double[] {-0.4, 0.8}, least.directionNegative(), 1e-15);
    assertTrue(least.residual() < 1e-15);
  }

  /**
   * The two neurons fit, and no network is shorter: sum_k p_k f(x_k) is at most the variation norm
   * of f for numbers p_k with |sum_k p_k relu(w . x_k)| of at most norm(w).
   */
  @Test
  void randomProblems_areFittedByTwoNeurons_andHaveACertificate() {
    SplittableRandom random = new SplittableRandom(41);
    for (int problem = 0; problem < 200; problem++) {
      int inputs = 1 + random.nextInt(8);
      int samples = 1 + random.nextInt(inputs);
      double[][] x = orthogonal(random, samples, inputs);
      double[] y = new double[samples];
      for (int i = 0; i < samples; i++) {
        y[i] = gaussian(random);
        y[i] = problem % 4 == 1 ? Math.abs(y[i]) : problem % 4 == 2 && i == 0 ? 0 : y[i];
        if (problem % 4 == 3 && i == 0) {
          Arrays.fill(x[i], 0);
          y[i] = 0;
        }
      }
      MinimumVariationNorm least = MinimumVariationNorm.of(x, y);
      String where = "problem " + problem;
      assertTrue(least.residual() <= 1e-13, () -> where + ", residual " + least.residual());
      double plus = norm(least.directionPositive());
      double minus = norm(least.directionNegative());
      assertEquals(least.value(), plus + minus, 1e-13 * least.value(), where);
      double[] p = new double[samples];
      double dual = 0;
      for (int i = 0; i < samples; i++) {
        double side = y[i] > 0 ? plus : minus;
        double squared = Math.pow(norm(x[i]), 2);
        p[i] = y[i] == 0 ? 0 : y[i] / squared / side;
        dual += p[i] * y[i];
      }
      assertEquals(least.value(), dual, 1e-13 * least.value(), where);
      for (int trial = 0; trial < 50; trial++) {
        double[] w = new double[inputs];
        for (int k = 0; k < inputs; k++) {
          w[k] = gaussian(random);
        }
        for (int climb = 0; climb < 10; climb++) {
          double value = certificate(p, x, w);
          assertTrue(Math.abs(value) <= norm(w) * (1 + 1e-12), where + ": " + value);
          ascend(p, x, w);
        }
      }
    }
  }

  private static double certificate(double[] p, double[][] x, double[] w) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += p[i] * Math.max(0, dot(w, x[i]));
    }
    return sum;
  }

  /** Moves w to where |certificate| / norm(w) is larger. */
  private static void ascend(double[] p, double[][] x, double[] w) {
    double sign = Math.signum(certificate(p, x, w));
    double[] gradient = new double[w.length];
    for (int i = 0; i < p.length; i++) {
      for (int k = 0; k < w.length; k++) {
        gradient[k] += dot(w, x[i]) > 0 ? sign * p[i] * x[i][k] : 0;
      }
    }
    double norm = norm(w);
    for (int k = 0; k < w.length; k++) {
      w[k] = w[k] / norm + gradient[k];
    }
  }

  /** The best of all networks whose neurons have one of 720 directions in the plane. */
  @Test
  void bruteForce_overManyDirections_findsNothingShorter() {
    SplittableRandom random = new SplittableRandom(42);
    for (int problem = 0; problem < 6; problem++) {
      double[][] x = orthogonal(random, problem == 0 ? 1 : 2, 2);
      double[] y = new double[x.length];
      for (int i = 0; i < y.length; i++) {
        y[i] = 0.5 + random.nextDouble();
        y[i] *= problem < 3 || i == 0 ? 1 : -1;
      }
      double least = MinimumVariationNorm.of(x, y).value();
      double found = shortest(x, y, 720);
      assertTrue(found > least * (1 - 1e-4), least + " but found " + found);
      assertTrue(found < least * (1 + 1e-3), least + " but found " + found);
    }
  }

  /** Minimises norm(A c - y)^2 + (e sum c)^2 over c >= 0, e small. */
  private static double shortest(double[][] x, double[] y, int directions) {
    int samples = y.length;
    double[][] columns = new double[2 * directions][samples + 1];
    for (int j = 0; j < columns.length; j++) {
      double angle = 2 * Math.PI * (j / 2) / directions;
      double[] w = {Math.cos(angle), Math.sin(angle)};
      for (int i = 0; i < samples; i++) {
        columns[j][i] = (j % 2 == 0 ? 1 : -1) * Math.max(0, dot(w, x[i]));
      }
      columns[j][samples] = 1e-3;
    }
    double[] gram = new double[columns.length * columns.length];
    double[] right = new double[columns.length];
    for (int j = 0; j < columns.length; j++) {
      for (int i = 0; i < samples; i++) {
        right[j] += columns[j][i] * y[i];
      }
      for (int k = 0; k < columns.length; k++) {
        gram[j * columns.length + k] = dot(columns[j], columns[k]);
      }
    }
    NonNegativeLeastSquares solver = new NonNegativeLeastSquares(columns.length);
    assertTrue(solver.solve(gram, right));
    double sum = 0;
    double[] f = new double[samples];
    for (int j = 0; j < columns.length; j++) {
      double c = solver.solution()[j];
      sum += c;
      for (int i = 0; i < samples; i++) {
        f[i] += c * columns[j][i];
      }
    }
    assertArrayEquals(y, f, 1e-4);
    return sum;
  }

  @Test
  void oneSample_oneClass_andNoLabels() {
    MinimumVariationNorm one = MinimumVariationNorm.of(new double[][] {{3, 4}}, new double[] {-10});
    assertEquals(2, one.value(), 1e-15);
    assertEquals(0, one.normPositive());
    MinimumVariationNorm none = MinimumVariationNorm.of(new double[][] {{3, 4}}, new double[1]);
    assertEquals(0, none.value());
    assertEquals(0, none.residual());
  }

  @Test
  void samplesOfAnySize_areOrthogonalOrNot() {
    double[][] x = {{1e-170, 0, 0}, {0, 1e170, 1e170}, {0, 1, -1}};
    double[] y = {1e-170, 1e170, 0};
    MinimumVariationNorm least = MinimumVariationNorm.of(x, y);
    assertEquals(Math.sqrt(1.5), least.value(), 1e-15);
    assertEquals(1, MinimumVariationNorm.largestCosine(new double[][] {{1e-200}, {1e200}}), 1e-15);
  }

  @Test
  void whatCannotBeSolved_isRefused_withASentence() {
    double[][] square = {{1, 0}, {0, 1}};
    double[][] slanted = {{1, 0}, {1e-11, 1}};
    refused("cosine of magnitude", slanted, 1, 1);
    refused("Sample 1 is 0 but its label is 2", new double[][] {{1, 0}, {0, 0}}, 1, 2);
    refused("not finite", square, 1, Double.NaN);
    refused("not finite", new double[][] {{1, Double.POSITIVE_INFINITY}}, 1);
    refused("another number of entries", new double[][] {{1, 0}, {1}}, 1, 1);
    refused("one label for each", square, 1);
    refused("at least one sample", new double[0][]);
    refused("overflow", new double[][] {{1e-300}}, 1e300);
  }

  private static void refused(String words, double[][] x, double... y) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> MinimumVariationNorm.of(x, y))
            .getMessage();
    assertTrue(message.contains(words) && message.endsWith("."), message);
  }

  private static double[][] orthogonal(SplittableRandom random, int samples, int inputs) {
    double[][] x = new double[samples][inputs];
    for (int i = 0; i < samples; i++) {
      for (int k = 0; k < inputs; k++) {
        x[i][k] = gaussian(random);
      }
      for (int pass = 0; pass < 3; pass++) {
        for (int o = 0; o < i; o++) {
          double share = dot(x[i], x[o]) / dot(x[o], x[o]);
          for (int k = 0; k < inputs; k++) {
            x[i][k] -= share * x[o][k];
          }
        }
      }
      double size = (0.1 + 3 * random.nextDouble()) / norm(x[i]);
      for (int k = 0; k < inputs; k++) {
        x[i][k] *= size;
      }
    }
    return x;
  }

  private static double gaussian(SplittableRandom random) {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    return radius * Math.cos(2 * Math.PI * random.nextDouble());
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  private static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }
}
