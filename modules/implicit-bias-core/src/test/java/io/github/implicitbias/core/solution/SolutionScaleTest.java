package io.github.implicitbias.core.solution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.implicitbias.core.support.NonNegativeLeastSquares;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Solutions for samples and labels of any size are those of ordinary ones, times the sizes. */
class SolutionScaleTest {

  private static final double[][] X = {{1, 0.3, -0.2, 0.5}, {-0.4, 1, 0.6, 0.1}, {0.2, -0.7, 1, 2}};
  private static final double[] Y = {0.7, -1.2, 0.4};

  private static double[][] times(double factor, double[][] x) {
    return Arrays.stream(x).map(row -> times(factor, row)).toArray(double[][]::new);
  }

  private static double[] times(double factor, double[] x) {
    return Arrays.stream(x).map(value -> factor * value).toArray();
  }

  private static double ten(int power) {
    return Double.parseDouble("1e" + power);
  }

  private static void same(double[] expected, double[] found, double factor, int power) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    assertArrayEquals(expected, times(factor, found), 1e-12 * largest, "1e" + power);
  }

  @Test
  void samplesOfAnySize() {
    int[] classes = {1, 0, 1};
    ConstrainedMinimumNorm margin = ConstrainedMinimumNorm.separating(X, classes);
    for (int k = -150; k <= 150; k += 10) {
      double[][] x = times(ten(k), X);
      ConstrainedMinimumNorm found = ConstrainedMinimumNorm.separating(x, classes);
      same(margin.solution(), found.solution(), ten(k), k);
      assertEquals(0, found.residual(), 1e-12);
      same(MinimumNorm.of(X, Y).solution(), MinimumNorm.of(x, Y).solution(), ten(k), k);
      same(
          ConstrainedMinimumNorm.fittingPositive(X, Y).solution(),
          ConstrainedMinimumNorm.fittingPositive(x, Y).solution(),
          ten(k),
          k);
      double[] flat = Arrays.stream(x).flatMapToDouble(Arrays::stream).toArray();
      ActiveLeastSquares least =
          ActiveLeastSquares.of(flat, 4, Y, new boolean[] {true, false, true});
      assertEquals(0, least.residual(), 1e-14);
      double[][] two = {X[0], X[2]};
      double[] solution = MinimumNorm.of(two, new double[] {Y[0], Y[2]}).solution();
      same(solution, least.solution(), ten(k), k);
    }
  }

  @Test
  void labelsOfAnySize() {
    for (int k = -300; k <= 300; k += 20) {
      double[] y = times(ten(k), Y);
      same(MinimumNorm.of(X, Y).solution(), MinimumNorm.of(X, y).solution(), ten(-k), k);
      same(
          ConstrainedMinimumNorm.fittingPositive(X, Y).solution(),
          ConstrainedMinimumNorm.fittingPositive(X, y).solution(),
          ten(-k),
          k);
    }
  }

  @Test
  void leastSquaresOfAnySize() {
    double[] gram = {2, 0.5, 0.3, 0.5, 1, -0.2, 0.3, -0.2, 3};
    double[] right = {1, -0.4, 0.7};
    NonNegativeLeastSquares solver = new NonNegativeLeastSquares(3);
    solver.solve(gram, right);
    double[] expected = solver.solution().clone();
    for (int k = -290; k <= 290; k += 20) {
      solver.solve(times(ten(k), gram), right);
      same(expected, solver.solution(), ten(k), k);
      assertEquals(0, solver.residual(), 1e-14);
      solver.solve(gram, times(ten(k), right));
      same(expected, solver.solution(), ten(-k), k);
    }
  }
}
