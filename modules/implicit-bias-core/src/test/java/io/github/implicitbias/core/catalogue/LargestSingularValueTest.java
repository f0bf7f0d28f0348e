package io.github.implicitbias.core.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.norm.SingularValues;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LargestSingularValueTest {

  private static double[] random(SplittableRandom random, int length) {
    double[] values = new double[length];
    for (int k = 0; k < length; k++) {
      values[k] = random.nextDouble() - 0.5;
    }
    return values;
  }

  /** Rows are multiples of so many random vectors. */
  private static double[] ofRank(SplittableRandom random, int rows, int columns, int rank) {
    double[] left = random(random, rows * rank);
    double[] right = random(random, rank * columns);
    double[] product = new double[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int r = 0; r < rank; r++) {
        for (int k = 0; k < columns; k++) {
          product[i * columns + k] += left[i * rank + r] * right[r * columns + k];
        }
      }
    }
    return product;
  }

  @Test
  void smallMatrices_areExact_whateverTheirRank() {
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < 200; trial++) {
      int rows = 1 + random.nextInt(40);
      int columns = 1 + random.nextInt(8);
      boolean wide = random.nextBoolean();
      int m = wide ? columns : rows;
      int d = wide ? rows : columns;
      double[] w = ofRank(random, m, d, 1 + random.nextInt(Math.min(m, d)));
      LargestSingularValue largest = new LargestSingularValue(m, d);
      largest.compute(w);
      double expected = SingularValues.of(w, m, d).value(0);
      assertEquals(expected, largest.value(), 1e-13 * expected, m + " x " + d);
      assertTrue(largest.residual() < 1e-7, () -> "residual " + largest.residual());
    }
  }

  @Test
  void largerMatrices_areWithinTheirResidual_whileTheyChange() {
    SplittableRandom random = new SplittableRandom(2);
    for (int trial = 0; trial < 40; trial++) {
      int m = 9 + random.nextInt(90);
      int d = 9 + random.nextInt(90);
      int rank = 1 + random.nextInt(Math.min(m, d));
      double[] w = ofRank(random, m, d, rank);
      double[] towards = ofRank(random, m, d, rank);
      LargestSingularValue largest = new LargestSingularValue(m, d);
      for (int step = 0; step < 5; step++) {
        largest.compute(w);
        double expected = SingularValues.of(w, m, d).value(0);
        double error = Math.abs(largest.value() - expected) / expected;
        assertTrue(
            error <= largest.residual() + 1e-12,
            "error " + error + ", residual " + largest.residual() + " of " + m + " x " + d);
        assertTrue(error < 1e-5, "error " + error);
        for (int k = 0; k < w.length; k++) {
          w[k] += 0.1 * towards[k];
        }
      }
    }
  }

  @Test
  void anewLargestVector_isFound_thoughItIsOrthogonalToTheOneBefore() {
    int order = 30;
    LargestSingularValue largest = new LargestSingularValue(order, order);
    for (int top = 0; top < order; top++) {
      double[] w = new double[order * order];
      for (int k = 0; k < order; k++) {
        w[k * order + k] = k == top ? 2 : 1 - 0.01 * k;
      }
      largest.compute(w);
      assertEquals(2, largest.value(), 1e-12, "vector " + top);
    }
  }

  @Test
  void zeroMatrix_hasNormZero_andBadNumbersGiveNaN() {
    LargestSingularValue largest = new LargestSingularValue(12, 10);
    largest.compute(new double[120]);
    assertEquals(0, largest.value());
    assertEquals(0, largest.residual());
    double[] w = new double[120];
    w[7] = Double.NaN;
    largest.compute(w);
    assertTrue(Double.isNaN(largest.value()));
    w[7] = 3;
    largest.compute(w);
    assertEquals(3, largest.value(), 1e-14);
  }

  @Test
  void verySmallMatrices_keepTheirDigits() {
    SplittableRandom random = new SplittableRandom(3);
    double[] w = random(random, 20 * 30);
    LargestSingularValue one = new LargestSingularValue(20, 30);
    one.compute(w);
    double expected = one.value();
    for (int k = 0; k < w.length; k++) {
      w[k] *= 0x1p-200;
    }
    LargestSingularValue other = new LargestSingularValue(20, 30);
    other.compute(w);
    assertEquals(expected, other.value() * 0x1p200, 1e-12);
  }

  @Test
  void bothEndsOfASymmetricMatrix_areFound() {
    SplittableRandom random = new SplittableRandom(4);
    int order = 25;
    double[] a = new double[order * order];
    for (int i = 0; i < order; i++) {
      for (int k = 0; k <= i; k++) {
        a[i * order + k] = random.nextDouble() - 0.5;
        a[k * order + i] = a[i * order + k];
      }
    }
    SymmetricOperator operator =
        (x, into) -> {
          for (int i = 0; i < order; i++) {
            into[i] = 0;
            for (int k = 0; k < order; k++) {
              into[i] += a[i * order + k] * x[k];
            }
          }
        };
    org.ejml.data.DMatrixRMaj matrix = org.ejml.data.DMatrixRMaj.wrap(order, order, a.clone());
    org.ejml.interfaces.decomposition.EigenDecomposition_F64<org.ejml.data.DMatrixRMaj> eigen =
        org.ejml.dense.row.factory.DecompositionFactory_DDRM.eig(order, false, true);
    assertTrue(eigen.decompose(matrix));
    double most = Double.NEGATIVE_INFINITY;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < order; k++) {
      most = Math.max(most, eigen.getEigenvalue(k).getReal());
      least = Math.min(least, eigen.getEigenvalue(k).getReal());
    }
    Lanczos up = new Lanczos(order, order, Lanczos.End.LARGEST);
    up.run(operator, 0, order);
    assertEquals(most, up.value(), 1e-13);
    Lanczos down = new Lanczos(order, order, Lanczos.End.SMALLEST);
    down.run(operator, 0, order);
    assertEquals(least, down.value(), 1e-13);
  }
}
