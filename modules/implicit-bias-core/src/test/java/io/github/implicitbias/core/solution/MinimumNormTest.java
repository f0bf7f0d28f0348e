package io.github.implicitbias.core.solution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MinimumNormTest {

  @Test
  void oneSample_hasTheClosedForm() {
    // w = b x / |x|^2
    MinimumNorm w = MinimumNorm.of(new double[][] {{3, 0, 4}}, new double[] {50});
    assertArrayEquals(new double[] {6, 0, 8}, w.solution(), 4e-15);
    assertTrue(w.residual() < 1e-13, () -> "residual " + w.residual());
  }

  @Test
  void twoSamples_haveTheClosedForm() {
    // X X^T = [[2, 1], [1, 2]], its inverse [[2, -1], [-1, 2]] / 3.
    double[][] x = {{1, 1, 0}, {0, 1, 1}};
    double[] w = MinimumNorm.of(x, new double[] {1, 5}).solution();
    assertArrayEquals(new double[] {-1, 2, 3}, w, 4e-15);
  }

  @Test
  void orthogonalSamples_contributeOneByOne() {
    double[][] x = {{0, 2, 0, 0}, {0, 0, 0, -8}};
    assertArrayEquals(
        new double[] {0, 0.5, 0, -0.25}, MinimumNorm.of(x, new double[] {1, 2}).solution(), 1e-16);
  }

  @Test
  void squareMatrix_isInverted() {
    double[] w = MinimumNorm.of(new double[][] {{2, 1}, {1, 3}}, new double[] {5, 10}).solution();
    assertArrayEquals(new double[] {1, 3}, w, 1e-15);
  }

  @Test
  void solution_liesInTheSpanOfTheSamples_andAnyOtherOneIsLonger() {
    double[][] x = gaussian(new SplittableRandom(5), 6, 40);
    double[] b = {1, -2, 3, 0, .5, 1e-3};
    double[] w = MinimumNorm.of(x, b).solution();
    // A vector outside the span: what is left of e_0 is a solution of X v = X e_0 too.
    double[] column = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      column[i] = x[i][0];
    }
    double[] span = MinimumNorm.of(x, column).solution();
    double inner = 0;
    for (int j = 0; j < 40; j++) {
      double left = (j == 0 ? 1 : 0) - span[j];
      inner += left * w[j];
    }
    assertEquals(0, inner, 1e-15 * norm(w));
  }

  @Test
  void residual_isThatOfTheReturnedNumbers_exactly() {
    double[][] x = gaussian(new SplittableRandom(8), 5, 9);
    double[] b = {1, 2, 3, 4, 5};
    MinimumNorm solved = MinimumNorm.of(x, b);
    double[] w = solved.solution();
    BigDecimal largest = BigDecimal.ZERO;
    for (int i = 0; i < b.length; i++) {
      BigDecimal r = new BigDecimal(-b[i]);
      for (int j = 0; j < w.length; j++) {
        r = r.add(new BigDecimal(x[i][j]).multiply(new BigDecimal(w[j])));
      }
      largest = largest.max(r.abs());
    }
    assertEquals(largest.doubleValue(), solved.residual(), 1e-6 * solved.residual());
    assertTrue(solved.residual() < 1e-14, () -> "residual " + solved.residual());
  }

  @Test
  void samplesOfVeryDifferentSize_areSolvedAsWell() {
    double[][] x = gaussian(new SplittableRandom(6), 4, 7);
    double[] b = {1, 2, 3, 4};
    double[] expected = MinimumNorm.of(x, b).solution();
    double[] sizes = {0x1p-500, 0x1p-3, 0x1p20, 0x1p400};
    for (int i = 0; i < sizes.length; i++) {
      for (int j = 0; j < 7; j++) {
        x[i][j] *= sizes[i];
      }
      b[i] *= sizes[i];
    }
    assertArrayEquals(expected, MinimumNorm.of(x, b).solution());
  }

  @Test
  void tinyRightSide_keepsAllDigits() {
    double[][] x = gaussian(new SplittableRandom(7), 4, 7);
    double[] expected = MinimumNorm.of(x, new double[] {1, 1, 1, 1}).solution();
    double tiny = 0x1p-900;
    double[] w = MinimumNorm.of(x, new double[] {tiny, tiny, tiny, tiny}).solution();
    for (int j = 0; j < w.length; j++) {
      assertEquals(expected[j] * tiny, w[j]);
    }
  }

  @Test
  void highDimensionalStart_isTheReferenceOne() {
    // Generator seed 2603, 20 x 2000 Gaussian inputs, every pre-activation 1e-6.
    double[][] x = gaussian(new SplittableRandom(2603), 20, 2000);
    double[] b = new double[20];
    Arrays.fill(b, 1e-6);
    double[] w = MinimumNorm.of(x, b).solution();
    assertEquals(9.969332834754343e-08, norm(w), 1e-12 * 9.969332834754343e-08);
    for (double[] row : x) {
      double z = 0;
      for (int j = 0; j < row.length; j++) {
        z += row[j] * w[j];
      }
      assertEquals(1e-6, z, 1e-18);
    }
    // The span coefficients of the reference run at step 0.
    double[] beta = {
      4.703366131634087e-10, 5.308718205949926e-10, 4.3231851755113525e-10,
      5.061476537980532e-10, 5.935141003214782e-10, 4.3053521208661475e-10,
      5.031214615049187e-10, 5.351760271574278e-10, 5.305178418060474e-10,
      4.6219183296241565e-10, 3.983237780649812e-10, 5.324269037381861e-10,
      5.162442057841683e-10, 5.07828164748413e-10, 4.1387501339031485e-10,
      4.597099272114945e-10, 5.349858222313839e-10, 4.749953518435541e-10,
      5.161154496591252e-10, 5.895240193929916e-10
    };
    for (int j = 0; j < w.length; j++) {
      double expected = 0;
      for (int i = 0; i < beta.length; i++) {
        expected += beta[i] * x[i][j];
      }
      assertEquals(expected, w[j], 1e-12 * norm(w));
    }
  }

  @Test
  void dependentSamples_areRefused_withTheirRank() {
    double[][] three = {{1, 2, 3}, {2, 4, 6}, {0, 0, 1}};
    refused("rank is 2", three, 1, 1, 1);
    refused("rank is 1", new double[][] {{1}, {2}}, 1, 2);
    refused("rank is 0", new double[][] {{0, 0}}, 1);
    refused("rank is 1", new double[][] {{0, 0}, {0, 1}}, 0, 1);
    double[][] nearly = {{1, 1, 1}, {1, 1, 1 + 0x1p-52}};
    refused("rank is 1", nearly, 1, 1);
    double[][] sum = gaussian(new SplittableRandom(4), 5, 8);
    for (int j = 0; j < 8; j++) {
      sum[4][j] = sum[0][j] + sum[1][j] - sum[2][j];
    }
    refused("rank is 4", sum, 1, 1, 1, 1, 1);
  }

  @Test
  void whatIsNotASystem_isRefused() {
    refused("no samples", new double[][] {});
    refused("no samples", null);
    refused("sample 1 has 1", new double[][] {{1, 2}, {3}}, 1, 1);
    refused("2 samples but 1 values", new double[][] {{1, 2}, {3, 4}}, 1);
    refused("not finite", new double[][] {{1, Double.NaN}}, 1);
    refused("not finite", new double[][] {{1, 2}}, 1 / 0.0);
  }

  private static void refused(String sentence, double[][] x, double... b) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> MinimumNorm.of(x, b));
    assertTrue(e.getMessage().contains(sentence), e.getMessage());
  }

  private static double norm(double[] w) {
    double square = 0;
    for (double value : w) {
      square += value * value;
    }
    return Math.sqrt(square);
  }

  private static double[][] gaussian(SplittableRandom random, int rows, int columns) {
    double[][] x = new double[rows][columns];
    for (double[] row : x) {
      for (int j = 0; j < columns; j++) {
        double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
        row[j] = radius * Math.cos(2 * Math.PI * random.nextDouble());
      }
    }
    return x;
  }
}
