package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LeakyKktPointTest {

  @Test
  void onTheReferenceData_itIsTheReferencePoint() {
    double[][] data = ReferenceFile.rows("s2a_data.csv");
    double[][] x = Arrays.stream(data).map(r -> Arrays.copyOf(r, 60)).toArray(double[][]::new);
    int[] classes = Arrays.stream(data).mapToInt(row -> row[60] > 0 ? 1 : 0).toArray();
    LeakyKktPoint point = LeakyKktPoint.of(x, classes, 12, 8, 1 / Math.sqrt(20), 0.5);
    assertArrayEquals(ReferenceFile.rows("s2a_lambda.csv")[0], point.multipliers(), 1e-14);
    double[][] w = ReferenceFile.rows("s2a_Wkkt.csv");
    for (int j = 0; j < 20; j++) {
      assertArrayEquals(w[j], j < 12 ? point.plus() : point.minus(), 1e-14, "unit " + j);
    }
    assertEquals(0.432244546, point.norm(), 1e-9);
    assertTrue(point.residual() < 1e-13);
  }

  /** Margins and stationarity, from W and lambda alone. */
  @Test
  void onNearlyOrthogonalSamples_theConditionsOfKarushKuhnAndTuckerHold() {
    SplittableRandom random = new SplittableRandom(9);
    for (int problem = 0; problem < 200; problem++) {
      int n = 2 + random.nextInt(9);
      int d = n + random.nextInt(20);
      double slope = 0.1 + 0.8 * random.nextDouble();
      double size = Math.pow(10, 4 * random.nextDouble() - 2);
      double magnitude = 0.05 + random.nextDouble();
      int[] signs = new int[2 + random.nextInt(9)];
      int positive = 1 + random.nextInt(signs.length - 1);
      for (int j = 0; j < signs.length; j++) {
        signs[j] = j < positive ? 1 : -1;
      }
      double[][] x = new double[n][d];
      int[] classes = new int[n];
      for (int i = 0; i < n; i++) {
        classes[i] = i < 2 ? i : random.nextInt(2);
        for (int k = 0; k < d; k++) {
          x[i][k] = size * 0.05 * slope * slope / n * (random.nextDouble() - 0.5);
        }
        x[i][i] += size * (0.9 + 0.2 * random.nextDouble());
      }
      LeakyKktPoint point =
          LeakyKktPoint.of(x, classes, positive, signs.length - positive, magnitude, slope);
      check(point, x, classes, signs, magnitude, slope);
    }
  }

  private static void check(
      LeakyKktPoint point,
      double[][] x,
      int[] classes,
      int[] signs,
      double magnitude,
      double slope) {
    double[] f = new double[x.length];
    double squared = 0;
    double missed = 0;
    for (int sign : signs) {
      double[] w = sign > 0 ? point.plus() : point.minus();
      double[] rest = w.clone();
      for (int i = 0; i < x.length; i++) {
        double z = 0;
        for (int k = 0; k < w.length; k++) {
          z += w[k] * x[i][k];
        }
        double derivative = z > 0 ? 1 : slope;
        f[i] += sign * magnitude * derivative * z;
        double label = classes[i] == 1 ? 1 : -1;
        for (int k = 0; k < w.length; k++) {
          rest[k] -= point.multipliers()[i] * label * sign * magnitude * derivative * x[i][k];
        }
      }
      squared += Arrays.stream(w).map(v -> v * v).sum();
      missed += Arrays.stream(rest).map(v -> v * v).sum();
    }
    for (int i = 0; i < x.length; i++) {
      assertEquals(classes[i] == 1 ? 1 : -1, f[i], 1e-10);
      assertTrue(point.multipliers()[i] > 0);
    }
    assertTrue(Math.sqrt(missed / squared) < 1e-12);
    assertEquals(Math.sqrt(squared), point.norm(), 1e-12 * point.norm());
    assertTrue(point.residual() < 1e-10);
  }

  private static String refused(double[][] x, int... classes) {
    return assertThrows(
            IllegalArgumentException.class, () -> LeakyKktPoint.of(x, classes, 1, 1, 1, 0.5))
        .getMessage();
  }

  @Test
  void whatHasNoSuchPoint_isRefusedWithASentence() {
    double[][] dependent = {{1, 0, 0}, {1, 0, 0}, {0, 1, 0}};
    assertTrue(refused(dependent, 1, 1, 0).contains("singular"));
    assertTrue(refused(new double[][] {{0, 0}, {0, 1}}, 1, 0).contains("singular"));
    double[][] nearly = {{1, 0, 0}, {1, 1e-9, 0}, {0, 1, 0}};
    assertTrue(refused(nearly, 1, 1, 0).contains("singular"));
    double[][] easy = {{1, 0, 0}, {3, 0.5, 0}, {0, 0, 1}};
    assertTrue(refused(easy, 1, 1, 0).contains("Sample 1 would have a multiplier of -"));
    assertTrue(refused(new double[][] {{Double.NaN, 0}, {0, 1}}, 1, 0).contains("finite"));
    // Samples whose squares differ by more than the range of a double.
    assertTrue(refused(new double[][] {{1e200, 0}, {0, 1}}, 1, 0).contains("singular"));
    assertTrue(refused(new double[0][]).contains("Give samples"));
  }

  @Test
  void samplesOfAnySize_haveThePointOfSamplesOfOrdinarySize() {
    double[][] x = {{1, 0.1, 0}, {0, 1, 0.2}, {0.1, 0, 1}};
    LeakyKktPoint expected = LeakyKktPoint.of(x, new int[] {1, 0, 1}, 2, 3, 0.4, 0.5);
    for (int k = -140; k <= 140; k += 35) {
      double factor = Double.parseDouble("1e" + k);
      double[][] scaled = new double[3][3];
      for (int i = 0; i < 9; i++) {
        scaled[i / 3][i % 3] = factor * x[i / 3][i % 3];
      }
      LeakyKktPoint point = LeakyKktPoint.of(scaled, new int[] {1, 0, 1}, 2, 3, 0.4, 0.5);
      assertEquals(expected.norm(), point.norm() * factor, 1e-12 * expected.norm());
      for (int i = 0; i < 3; i++) {
        double multiplier = point.multipliers()[i] * factor * factor;
        assertEquals(expected.multipliers()[i], multiplier, 1e-12 * expected.multipliers()[i]);
      }
    }
  }

  @Test
  void unitsThatAreOnForTheOtherClass_areRefused() {
    // Opposite labels on nearly the same direction: both units would be on for both samples.
    double[][] x = {{1, 0.1}, {1, -0.1}};
    String said = refused(x, 1, 0);
    assertTrue(said.contains("on for their class alone") || said.contains("multiplier of -"), said);
  }
}
