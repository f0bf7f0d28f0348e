package io.github.implicitbias.core.support;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NonNegativeLeastSquaresTest {

  /** A problem from its columns: K = A A^T, r = A b. */
  private static final class Problem {
    final double[][] a;
    final double[] gram;
    final double[] right;
    final double[] b;

    Problem(double[][] a, double[] b) {
      this.a = a;
      this.b = b;
      int n = a.length;
      gram = new double[n * n];
      right = new double[n];
      for (int i = 0; i < n; i++) {
        right[i] = dot(a[i], b);
        for (int j = 0; j < n; j++) {
          gram[i * n + j] = dot(a[i], a[j]);
        }
      }
    }

    double distance(double[] x) {
      return Reference.distance(a, x, b);
    }
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum += x[k] * y[k];
    }
    return sum;
  }

  /** Random problems, in turn: plain, with duplicates and zeros, of mixed scales, of low rank. */
  private static Problem random(SplittableRandom random, int number, int most) {
    int n = 1 + random.nextInt(most);
    int d = 1 + random.nextInt(most + 10);
    double[][] a = new double[n][];
    for (int i = 0; i < n; i++) {
      a[i] = Reference.gaussians(random, d);
    }
    if (number % 4 == 1 && n > 3) {
      a[1] = a[0].clone();
      a[2] = new double[d];
      for (int k = 0; k < d; k++) {
        a[3][k] = -a[0][k];
      }
    }
    if (number % 4 == 2) {
      for (int i = 0; i < n; i++) {
        double scale = Math.pow(10, random.nextInt(9) - 4);
        for (int k = 0; k < d; k++) {
          a[i][k] *= scale;
        }
      }
    }
    if (number % 4 == 3) {
      int rank = 1 + random.nextInt(Math.min(n, d));
      for (int i = rank; i < n; i++) {
        a[i] = new double[d];
        for (int j = 0; j < rank; j++) {
          double c = random.nextInt(5) - 2;
          for (int k = 0; k < d; k++) {
            a[i][k] += c * a[j][k];
          }
        }
      }
    }
    double[] b = Reference.gaussians(random, d);
    if (number % 3 == 0) {
      // In the cone, so that the distance is 0.
      b = new double[d];
      for (int i = 0; i < n; i += 2) {
        double c = random.nextInt(3);
        for (int k = 0; k < d; k++) {
          b[k] += c * a[i][k];
        }
      }
    }
    return new Problem(a, b);
  }

  /** Returns the distance of b from the cone of the rows by trying all sets of rows. */
  private static double byEnumeration(Problem problem) {
    int n = problem.a.length;
    double best = Math.sqrt(dot(problem.b, problem.b));
    for (int set = 1; set < 1 << n; set++) {
      int size = Integer.bitCount(set);
      if (size > problem.b.length) {
        continue;
      }
      double[][] columns = new double[size][];
      for (int i = 0, at = 0; i < n; i++) {
        if ((set >> i & 1) != 0) {
          columns[at++] = problem.a[i];
        }
      }
      double[] c = Reference.leastSquares(columns, problem.b);
      if (Arrays.stream(c).allMatch(value -> value >= 0)) {
        best = Math.min(best, Reference.distance(columns, c, problem.b));
      }
    }
    return best;
  }

  @Test
  void smallProblems_degenerateOnesIncluded_areAsCloseAsAnySetOfColumns() {
    SplittableRandom random = new SplittableRandom(11);
    for (int p = 0; p < 200; p++) {
      Problem problem = random(random, p, 7);
      NonNegativeLeastSquares solver = new NonNegativeLeastSquares(problem.a.length);
      assertTrue(solver.solve(problem.gram, problem.right));
      for (double x : solver.solution()) {
        assertTrue(x >= 0);
      }
      double size = Math.sqrt(dot(problem.b, problem.b));
      double expected = byEnumeration(problem);
      assertEquals(expected, problem.distance(solver.solution()), 1e-7 * size, "problem " + p);
    }
  }

  @Test
  void conditionsOfAnOptimum_holdTo1e10_onProblemsOfManySizes() {
    SplittableRandom random = new SplittableRandom(12);
    double worst = 0;
    for (int p = 0; p < 200; p++) {
      Problem problem = random(random, p, 60);
      int n = problem.a.length;
      NonNegativeLeastSquares solver = new NonNegativeLeastSquares(n);
      assertTrue(solver.solve(problem.gram, problem.right), "problem " + p);
      double[] x = solver.solution();
      double largest = 0;
      double missed = 0;
      for (int i = 0; i < n; i++) {
        double scale = Math.sqrt(problem.gram[i * n + i]);
        if (scale > 0) {
          double gradient = problem.right[i];
          for (int j = 0; j < n; j++) {
            gradient -= problem.gram[i * n + j] * x[j];
          }
          largest = Math.max(largest, Math.abs(problem.right[i]) / scale);
          missed = Math.max(missed, (x[i] > 0 ? Math.abs(gradient) : gradient) / scale);
        }
      }
      double relative = largest > 0 ? missed / largest : 0;
      assertEquals(relative, solver.residual(), 1e-12 + 0.5 * relative, "problem " + p);
      worst = Math.max(worst, relative);
    }
    assertTrue(worst < 1e-10, "worst " + worst);
  }

  @Test
  void solvingAgain_fromTheSolutionBefore_findsTheSame() {
    SplittableRandom random = new SplittableRandom(13);
    for (int p = 0; p < 40; p++) {
      Problem problem = random(random, 4 * p, 40);
      NonNegativeLeastSquares solver = new NonNegativeLeastSquares(problem.a.length);
      solver.solve(problem.gram, problem.right);
      double first = problem.distance(solver.solution());
      double[] other = new double[problem.right.length];
      for (int i = 0; i < other.length; i++) {
        other[i] = problem.right[i] * (1 + i % 3) - i % 2;
      }
      solver.solve(problem.gram, other);
      assertTrue(solver.solve(problem.gram, problem.right));
      assertEquals(first, problem.distance(solver.solution()), 1e-9);
      assertTrue(solver.residual() < 1e-10);
    }
  }

  @Test
  void unknownsLeftOut_stayZero() {
    double[] gram = {2, 0, 0, 3};
    NonNegativeLeastSquares solver = new NonNegativeLeastSquares(2);
    assertTrue(solver.solve(gram, new double[] {4, 9}, new boolean[] {true, false}));
    assertArrayEquals(new double[] {0, 3}, solver.solution(), 1e-15);
    assertTrue(solver.solve(gram, new double[] {4, -9}));
    assertArrayEquals(new double[] {2, 0}, solver.solution(), 1e-15);
  }

  @Test
  void numbersThatAreNotFinite_giveNoSolution_andTheNextProblemIsSolved() {
    NonNegativeLeastSquares solver = new NonNegativeLeastSquares(2);
    assertFalse(solver.solve(new double[] {1, 0, 0, 1}, new double[] {Double.NaN, 1}));
    assertTrue(Double.isNaN(solver.residual()));
    assertFalse(solver.solve(new double[] {1, Double.NaN, Double.NaN, 1}, new double[] {1, 1}));
    assertFalse(
        solver.solve(new double[] {Double.POSITIVE_INFINITY, 0, 0, 1}, new double[] {1, 1}));
    assertTrue(solver.solve(new double[] {1, 0, 0, 1}, new double[] {1, 1}));
    assertArrayEquals(new double[] {1, 1}, solver.solution());
  }

  @Test
  void noUnknowns_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> new NonNegativeLeastSquares(0));
  }
}
