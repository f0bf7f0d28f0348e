package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SumOfSquaresTest {

  private static final MathContext DIGITS = new MathContext(60);

  @Test
  void root_isTheRoundedExactOne_atEveryScale() {
    SplittableRandom random = new SplittableRandom(1);
    int wrong = 0;
    for (int exponent : new int[] {0, -3, 60, -500, -1000, 1000}) {
      for (int n = 1; n < 300; n += 7) {
        double[] values = new double[n];
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < n; i++) {
          values[i] = Math.scalb(random.nextDouble() - 0.5, exponent);
          sum = sum.add(new BigDecimal(values[i]).pow(2));
        }
        double root = SumOfSquares.of(values, 0, n).root();
        double exact = sum.sqrt(DIGITS).doubleValue();
        wrong += root == exact ? 0 : 1;
        assertEquals(exact, root, Math.ulp(exact));
      }
    }
    assertEquals(0, wrong);
  }

  @Test
  void oneNumber_isItsOwnRoot_evenSubnormal() {
    for (double x : new double[] {0, 1, -3, 1e-300, Double.MIN_VALUE, 3e-320, Double.MAX_VALUE}) {
      assertEquals(Math.abs(x), SumOfSquares.of(new double[] {x}, 0, 1).root());
    }
  }

  @Test
  void onlyTheGivenPart_counts() {
    assertEquals(5, SumOfSquares.of(new double[] {9, 3, 4, 9}, 1, 2).root());
  }

  @Test
  void difference_keepsTheDigitsThatSubtractionOfDoublesLoses() {
    double small = 0x1p-40;
    double[] values = {1, small};
    assertEquals(
        small, SumOfSquares.of(values, 0, 2).minus(new double[] {1}).root(), small * 0x1p-20);
    assertEquals(0, SumOfSquares.of(values, 0, 2).minus(new double[] {2}).root());
  }

  @Test
  void factor_scalesTheRoot() {
    double[] values = {0.3, 0.4};
    double root = SumOfSquares.of(values, 0, 2).root();
    for (double factor : new double[] {1, 2, 3, 1.7, 1e10, 1e150}) {
      double expected =
          new BigDecimal(0.3)
              .pow(2)
              .add(new BigDecimal(0.4).pow(2))
              .sqrt(DIGITS)
              .multiply(new BigDecimal(factor))
              .doubleValue();
      assertEquals(expected, SumOfSquares.of(values, 0, 2).timesSquareOf(factor).root());
    }
    assertEquals(root * 4, SumOfSquares.of(values, 0, 2).timesSquareOf(4).root());
  }

  @Test
  void comparison_isExactForOneNumber_andOnTheSafeSideForSeveral() {
    assertTrue(SumOfSquares.of(new double[] {3}, 0, 1).isAtMost(new double[] {3}));
    assertFalse(
        SumOfSquares.of(new double[] {3}, 0, 1).isAtMost(new double[] {Math.nextDown(3.0)}));
    SumOfSquares norm = SumOfSquares.of(new double[] {1, 1}, 0, 2);
    double below = Math.sqrt(2);
    below =
        new BigDecimal(below).pow(2).compareTo(new BigDecimal(2)) < 0
            ? below
            : Math.nextDown(below);
    assertFalse(norm.isAtMost(new double[] {below}));
    assertTrue(norm.isAtMost(new double[] {Math.nextUp(below)}));
  }
}
