package io.github.implicitbias.core.catalogue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TwoNeuronMinimumNormTest {

  private final SplittableRandom random = new SplittableRandom(77);

  @Test
  void orthogonalSamples_areFittedByOneNeuronEach() {
    double[][] x = {{2, 0, 0}, {0, 4, 0}};
    TwoNeuronMinimumNorm pair = TwoNeuronMinimumNorm.of(x, new double[] {3, -2});
    assertArrayEquals(new double[] {1.5, 0, 0}, pair.first(), 1e-15);
    assertArrayEquals(new double[] {0, 0.5, 0}, pair.second(), 1e-15);
    assertEquals(Math.sqrt(2.5), pair.norm(), 1e-15);
    assertTrue(pair.residual() <= 1e-15);
  }

  @Test
  void eachNeuron_turnsAwayFromWhatTheOtherFits() {
    // The shortest fit of sample 0, (2, 0), is on for sample 1; that of sample 1, (1, 1) / 2, for
    // 0.
    double[][] x = {{1, 0}, {1, 1}};
    TwoNeuronMinimumNorm pair = TwoNeuronMinimumNorm.of(x, new double[] {2, -1});
    assertArrayEquals(new double[] {2, -2}, pair.first(), 1e-14);
    assertArrayEquals(new double[] {0, 1}, pair.second(), 1e-14);
    assertArrayEquals(new double[] {2}, pair.firstMultipliers(), 1e-14);
    assertArrayEquals(new double[] {1}, pair.secondMultipliers(), 1e-14);
  }

  @Test
  void samplesOfAnySize_haveTheNormOfOrdinaryOnes() {
    double[][] x = {{1, 0.3, -0.2, 0.5}, {-0.4, 1, 0.6, 0.1}, {0.2, -0.7, 1, 2}};
    double[] y = {0.7, -1.2, 0.4};
    double expected = TwoNeuronMinimumNorm.of(x, y).norm();
    for (int k = -150; k <= 150; k += 10) {
      double size = Double.parseDouble("1e" + k);
      double[][] scaled =
          Arrays.stream(x)
              .map(row -> Arrays.stream(row).map(value -> size * value).toArray())
              .toArray(double[][]::new);
      assertEquals(expected, TwoNeuronMinimumNorm.of(scaled, y).norm() * size, 1e-12 * expected);
    }
  }

  @Test
  void labelsOfOneSign_leaveTheOtherNeuronAtZero() {
    TwoNeuronMinimumNorm pair =
        TwoNeuronMinimumNorm.of(new double[][] {{1, 0}, {0, 2}}, new double[] {-1, -2});
    assertArrayEquals(new double[2], pair.first());
    assertArrayEquals(new double[] {1, 1}, pair.second(), 1e-15);
  }

  @Test
  void samplesThatNoPairFits_areRefused() {
    // The same sample with labels of both signs, and one that is a sum of others.
    refused(new double[][] {{1, 1}, {1, 1}}, 1, -1);
    refused(new double[][] {{1, 0, 0}, {0, 1, 0}, {1, 1, 0}}, 1, 1, -1);
    refused(new double[][] {{1, 0}, {2, 0}}, 1, 3);
  }

  private static void refused(double[][] x, double... y) {
    assertThrows(IllegalArgumentException.class, () -> TwoNeuronMinimumNorm.of(x, y));
  }

  @Test
  void highDimensionalRegression_hasTheReferenceNorm() {
    SplittableRandom portable = new SplittableRandom(2603);
    double[][] x = new double[20][2000];
    for (double[] row : x) {
      for (int k = 0; k < row.length; k++) {
        double radius = Math.sqrt(-2 * Math.log(1 - portable.nextDouble()));
        row[k] = radius * Math.cos(2 * Math.PI * portable.nextDouble());
      }
    }
    double[] y = new double[20];
    for (int i = 0; i < 20; i++) {
      y[i] = (0.5 + portable.nextDouble()) * (i % 2 == 0 ? 1 : -1);
    }
    TwoNeuronMinimumNorm pair = TwoNeuronMinimumNorm.of(x, y);
    assertEquals(0.095466606, pair.norm(), 1e-9);
    assertTrue(pair.residual() < 1e-14, "residual " + pair.residual());
  }

  /** Compared with coordinate ascent on the dual problem, which shares nothing with the solver. */
  @Test
  void randomProblems_areSolvedAsByCoordinateAscent() {
    int solved = 0;
    int infeasible = 0;
    int active = 0;
    for (int trial = 0; trial < 200; trial++) {
      int samples = 1 + random.nextInt(8);
      int inputs = Math.max(1, samples - 1 + random.nextInt(8));
      double[][] x = new double[samples][inputs];
      double[] y = new double[samples];
      boolean small = trial % 4 == 0;
      for (int i = 0; i < samples; i++) {
        for (int k = 0; k < inputs; k++) {
          x[i][k] = small ? random.nextInt(3) - 1 : 2 * random.nextDouble() - 1;
        }
        y[i] = random.nextInt(5) == 0 ? 0 : 2 * random.nextDouble() - 1;
        if (i > 0 && y[i] == 0 && random.nextBoolean()) {
          // A sample that is off for both neurons, and a multiple of another one.
          for (int k = 0; k < inputs; k++) {
            x[i][k] = -2 * x[i - 1][k];
          }
        }
      }
      double[] opposite = Arrays.stream(y).map(label -> -label).toArray();
      double[] first = ascend(x, y);
      double[] second = ascend(x, opposite);
      TwoNeuronMinimumNorm pair;
      try {
        pair = TwoNeuronMinimumNorm.of(x, y);
      } catch (IllegalArgumentException e) {
        assertTrue(first == null || second == null || isDependent(e), "trial " + trial + ": " + e);
        infeasible++;
        continue;
      }
      assertTrue(pair.residual() <= 1e-10, "trial " + trial + ": " + pair.residual());
      if (first != null && second != null) {
        assertArrayEquals(first, pair.first(), 1e-6 * (1 + norm(first)), "trial " + trial);
        assertArrayEquals(second, pair.second(), 1e-6 * (1 + norm(second)), "trial " + trial);
        assertEquals(Math.hypot(norm(first), norm(second)), pair.norm(), 1e-6 * (1 + pair.norm()));
        solved++;
        active += Arrays.stream(pair.firstMultipliers()).anyMatch(mu -> mu > 0) ? 1 : 0;
      }
    }
    assertTrue(
        solved >= 100 && infeasible >= 10 && active >= 30,
        solved + " solved, " + infeasible + " infeasible, " + active + " with active bounds");
  }

  private static boolean isDependent(IllegalArgumentException e) {
    return e.getMessage().contains("linearly dependent");
  }

  private static double norm(double[] w) {
    return Math.sqrt(Arrays.stream(w).map(entry -> entry * entry).sum());
  }

  /** Returns the shortest w, null if 100 000 sweeps do not find one to 1e-10. */
  private static double[] ascend(double[][] x, double[] y) {
    double[] w = new double[x[0].length];
    double[] multipliers = new double[y.length];
    double worst = 1;
    for (int sweep = 0; sweep < 100_000 && worst > 1e-12; sweep++) {
      worst = 0;
      for (int i = 0; i < y.length; i++) {
        double size = 0;
        double z = 0;
        for (int k = 0; k < w.length; k++) {
          size += x[i][k] * x[i][k];
          z += x[i][k] * w[k];
        }
        if (size == 0) {
          worst = y[i] > 0 ? 1 : worst;
          continue;
        }
        double next = multipliers[i] + (Math.max(0, y[i]) - z) / size;
        next = y[i] > 0 ? next : Math.min(0, next);
        double change = next - multipliers[i];
        multipliers[i] = next;
        for (int k = 0; k < w.length; k++) {
          w[k] += change * x[i][k];
        }
        worst = Math.max(worst, Math.abs(change) * Math.sqrt(size));
      }
    }
    return worst <= 1e-10 ? w : null;
  }
}
