package io.github.implicitbias.core.solution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ActiveLeastSquaresTest {

  private static boolean[] marks(boolean... active) {
    return active;
  }

  private static boolean[] all(int samples) {
    boolean[] active = new boolean[samples];
    Arrays.fill(active, true);
    return active;
  }

  @Test
  void onlyActiveSamplesCount() {
    // Sample 1 is off: -4/3 and 2 solve 2 w_1 = 4, -1.5 w_0 + 0.5 w_1 = 3.
    ActiveLeastSquares found =
        ActiveLeastSquares.of(
            new double[] {0, 2, -.5, -.5, -1.5, .5},
            2,
            new double[] {4, 2.5, 3},
            marks(true, false, true));
    assertArrayEquals(new double[] {-4.0 / 3, 2}, found.solution(), 1e-15);
    assertEquals(2, found.samples());
    assertEquals(2, found.rank());
    assertTrue(found.isUnique());
    assertEquals(0, found.misfit(), 1e-15);
  }

  @Test
  void samplesThatCannotBeFitted_areFittedInTheLeastSquaresSense() {
    // One input: w = sum x y / sum x^2 = (1 + 6) / 5, residuals 1 - 1.4 and 3 - 2.8.
    ActiveLeastSquares found =
        ActiveLeastSquares.of(new double[] {1, 2}, 1, new double[] {1, 3}, all(2));
    assertEquals(1.4, found.solution()[0], 1e-15);
    assertEquals(Math.sqrt(.4 * .4 + .2 * .2), found.misfit(), 1e-15);
    assertEquals(Math.sqrt(5), found.smallestSingularValue(), 1e-15);
    assertEquals(1, found.condition());
  }

  @Test
  void severalSolutions_giveTheShortest() {
    ActiveLeastSquares found =
        ActiveLeastSquares.of(new double[] {3, 0, 4}, 3, new double[] {50}, all(1));
    assertArrayEquals(new double[] {6, 0, 8}, found.solution(), 1e-14);
    assertFalse(found.isUnique());
    assertEquals(1, found.rank());
  }

  @Test
  void nothingActive_givesZero() {
    ActiveLeastSquares none =
        ActiveLeastSquares.of(new double[] {1, 2, 3, 4}, 2, new double[] {1, 1}, new boolean[2]);
    assertArrayEquals(new double[2], none.solution());
    assertEquals(0, none.rank());
    assertEquals(0, none.samples());
    ActiveLeastSquares zeros = ActiveLeastSquares.of(new double[4], 2, new double[] {3, 4}, all(2));
    assertEquals(0, zeros.rank());
    assertEquals(5, zeros.misfit());
    assertEquals(0, zeros.relativeError());
  }

  @Test
  void illConditionedSamples_saySo() {
    double[] x = {1, 1, 1, 1 + 1e-7};
    ActiveLeastSquares fitted = ActiveLeastSquares.of(x, 2, new double[] {1, 1}, all(2));
    assertEquals(4e7, fitted.condition(), 1e6);
    assertFalse(fitted.isIllConditioned(), () -> "error " + fitted.relativeError());
    double[] three = {1, 1, 1, 1 + 1e-7, 1, 1 - 1e-7};
    ActiveLeastSquares misfit = ActiveLeastSquares.of(three, 2, new double[] {2, 1, 1}, all(3));
    assertTrue(misfit.isIllConditioned(), () -> "error " + misfit.relativeError());
    ActiveLeastSquares equal =
        ActiveLeastSquares.of(new double[] {1, 1, 1, 1}, 2, new double[] {1, 2}, all(2));
    assertEquals(1, equal.rank());
    assertFalse(equal.isIllConditioned());
  }

  @Test
  void sizesOfAnyMagnitude_doNotOverflow() {
    for (int exponent : new int[] {-900, 900}) {
      double[] x = {0, Math.scalb(2.0, exponent), Math.scalb(-1.0, exponent), 0};
      ActiveLeastSquares found = ActiveLeastSquares.of(x, 2, new double[] {4, 3}, all(2));
      assertEquals(Math.scalb(-3.0, -exponent), found.solution()[0]);
      assertEquals(Math.scalb(2.0, -exponent), found.solution()[1]);
      assertEquals(2, found.condition());
    }
  }

  @Test
  void whatDoesNotFit_isRefused() {
    double[] y = {1, 2};
    assertThrows(
        IllegalArgumentException.class, () -> ActiveLeastSquares.of(new double[3], 2, y, all(2)));
    assertThrows(
        IllegalArgumentException.class, () -> ActiveLeastSquares.of(new double[4], 2, y, all(3)));
    double[] x = {1, Double.NaN, 1, 0};
    assertThrows(IllegalArgumentException.class, () -> ActiveLeastSquares.of(x, 2, y, all(2)));
    assertEquals(2, ActiveLeastSquares.of(x, 2, y, marks(false, true)).solution()[0]);
  }

  /** Full-rank factors by Gauss-Jordan elimination, and normal equations with each of them. */
  @Test
  void randomProblems_agreeWithNormalEquations() {
    SplittableRandom random = new SplittableRandom(11);
    int degenerate = 0;
    for (int trial = 0; trial < 200; trial++) {
      int n = 1 + random.nextInt(8);
      int d = 1 + random.nextInt(6);
      double[] x = new double[n * d];
      double[] y = new double[n];
      boolean[] active = new boolean[n];
      for (int i = 0; i < n; i++) {
        y[i] = random.nextInt(-9, 10);
        active[i] = random.nextInt(4) > 0;
        boolean copy = i > 0 && random.nextInt(4) == 0;
        for (int k = 0; k < d; k++) {
          x[i * d + k] = copy ? -2 * x[(i - 1) * d + k] : random.nextInt(-4, 5);
        }
      }
      ActiveLeastSquares found = ActiveLeastSquares.of(x, d, y, active);
      double[] expected = oracle(x, d, y, active);
      assertArrayEquals(
          expected,
          found.solution(),
          1e-12 * (found.rank() == 0 ? 1 : square(found.condition())),
          "" + trial);
      assertTrue(found.residual() < 1e-14, () -> "residual " + found.residual());
      degenerate += found.isUnique() ? 0 : 1;
    }
    assertTrue(degenerate > 50 && degenerate < 150, degenerate + " are degenerate");
  }

  /** F^T (F F^T)^-1 (C^T C)^-1 C^T y, with X = C F, C being pivot columns of X. */
  private static double[] oracle(double[] x, int d, double[] y, boolean[] active) {
    int n = y.length;
    double[][] rows = new double[n][d];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < d; k++) {
        rows[i][k] = active[i] ? x[i * d + k] : 0;
      }
    }
    double[][] reduced = Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    int[] pivots = new int[d];
    int rank = 0;
    for (int k = 0; k < d && rank < n; k++) {
      int best = rank;
      for (int i = rank; i < n; i++) {
        best = Math.abs(reduced[i][k]) > Math.abs(reduced[best][k]) ? i : best;
      }
      if (Math.abs(reduced[best][k]) < 1e-9) {
        continue;
      }
      double[] swap = reduced[best];
      reduced[best] = reduced[rank];
      reduced[rank] = swap;
      double pivot = swap[k];
      for (int c = 0; c < d; c++) {
        swap[c] /= pivot;
      }
      for (int i = 0; i < n; i++) {
        double factor = i == rank ? 0 : reduced[i][k];
        for (int c = 0; c < d && factor != 0; c++) {
          reduced[i][c] -= factor * swap[c];
        }
      }
      pivots[rank++] = k;
    }
    double[][] columns = new double[rank][n];
    for (int r = 0; r < rank; r++) {
      for (int i = 0; i < n; i++) {
        columns[r][i] = rows[i][pivots[r]];
      }
    }
    double[] right = new double[rank];
    for (int r = 0; r < rank; r++) {
      for (int i = 0; i < n; i++) {
        right[r] += columns[r][i] * y[i];
      }
    }
    double[][] factors = Arrays.copyOf(reduced, rank);
    double[] u = eliminate(gram(factors), eliminate(gram(columns), right));
    double[] w = new double[d];
    for (int r = 0; r < rank; r++) {
      for (int k = 0; k < d; k++) {
        w[k] += factors[r][k] * u[r];
      }
    }
    return w;
  }

  private static double square(double value) {
    return value * value;
  }

  private static double[][] gram(double[][] rows) {
    double[][] gram = new double[rows.length][rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows.length; j++) {
        for (int k = 0; k < rows[i].length; k++) {
          gram[i][j] += rows[i][k] * rows[j][k];
        }
      }
    }
    return gram;
  }

  private static double[] eliminate(double[][] a, double[] b) {
    double[] u = b.clone();
    for (int k = 0; k < u.length; k++) {
      for (int i = 0; i < u.length; i++) {
        double factor = i == k ? 0 : a[i][k] / a[k][k];
        for (int c = k; c < u.length; c++) {
          a[i][c] -= factor * a[k][c];
        }
        u[i] -= factor * u[k];
      }
    }
    for (int k = 0; k < u.length; k++) {
      u[k] /= a[k][k];
    }
    return u;
  }
}
