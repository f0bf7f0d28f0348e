package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.network.Precision;
import io.github.implicitbias.core.solution.MinimumVariationNorm;
import io.github.implicitbias.predictions.Orthogonal.Judged;
import io.github.implicitbias.run.Verdict;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What rounding may do depends on the type of parameters and of samples. */
class PrecisionTest {

  @Test
  void roundingUnits_areThoseOfTheTypes() {
    // 1 + 2 u is the number after 1, and half of it is lost by rounding.
    assertEquals(Math.ulp(1.0) / 2, Precision.DOUBLE.unit());
    assertEquals(Math.ulp(1f) / 2, Precision.FLOAT.unit());
    assertEquals(Math.pow(2, -11), Precision.HALF.unit());
    assertEquals(Math.pow(2, -8), Precision.BFLOAT16.unit());
    assertEquals(Double.MIN_NORMAL, Precision.DOUBLE.smallestNormal());
    assertEquals(Float.MIN_NORMAL, Precision.FLOAT.smallestNormal());
    assertEquals(Math.pow(2, -14), Precision.HALF.smallestNormal());
    assertEquals(Float.MIN_NORMAL, Precision.BFLOAT16.smallestNormal());
    assertEquals(Precision.HALF, Precision.HALF.coarser(Precision.FLOAT));
    assertEquals(Precision.BFLOAT16, Precision.HALF.coarser(Precision.BFLOAT16));
    assertEquals(Precision.FLOAT, Precision.DOUBLE.coarser(Precision.FLOAT));
  }

  /** Rows of a random rotation. */
  private static double[][] rotation(SplittableRandom random, int n) {
    double[][] rows = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        rows[i][k] = random.nextDouble() - 0.5;
      }
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < i; j++) {
          double part = dot(rows[i], rows[j]);
          for (int k = 0; k < n; k++) {
            rows[i][k] -= part * rows[j][k];
          }
        }
        double norm = Math.sqrt(dot(rows[i], rows[i]));
        for (int k = 0; k < n; k++) {
          rows[i][k] /= norm;
        }
      }
    }
    return rows;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  @Test
  void orthogonality_ofFloatsIsThatOfFloats() {
    SplittableRandom random = new SplittableRandom(3);
    for (int trial = 0; trial < 20; trial++) {
      double[][] exact = rotation(random, 6);
      assertEquals(1e-12, MinimumVariationNorm.tolerance(exact));
      assertTrue(MinimumVariationNorm.largestCosine(exact) <= 1e-12);
      double[][] floats = new double[6][6];
      double[][] shifted = new double[6][6];
      for (int i = 0; i < 6; i++) {
        for (int k = 0; k < 6; k++) {
          floats[i][k] = (float) exact[i][k];
          shifted[i][k] = (float) exact[i][k] + (k == 0 ? 1e-9 : 0);
        }
      }
      double cosine = MinimumVariationNorm.largestCosine(floats);
      double tolerance = MinimumVariationNorm.tolerance(floats);
      assertEquals(4 * Math.pow(2, -24), tolerance);
      assertTrue(cosine > 1e-12 && cosine < tolerance, cosine + "");
      assertEquals(1e-12, MinimumVariationNorm.tolerance(shifted), "these are no floats");
    }
  }

  @Test
  void predictionsOfOrthogonalInputs_applyToARotationKeptInFloats() {
    SplittableRandom random = new SplittableRandom(8);
    double[][] rows = rotation(random, 2);
    Orthogonal run = Orthogonal.two();
    double[] x = run.x.clone();
    double[] w = run.w.clone();
    // The same run in rotated axes.
    for (int i = 0; i < x.length; i += 2) {
      for (int k = 0; k < 2; k++) {
        run.x[i + k] = (float) (x[i] * rows[0][k] + x[i + 1] * rows[1][k]);
      }
    }
    for (int j = 0; j < w.length; j += 2) {
      for (int k = 0; k < 2; k++) {
        run.w[j + k] = w[j] * rows[0][k] + w[j + 1] * rows[1][k];
      }
    }
    Judged judged = run.judge(3000);
    for (String id : new String[] {"escapeTimePositive", "escapeTimeNegative", "plateauLoss"}) {
      assertEquals(Verdict.State.REACHED, judged.of(id).state(), judged.states());
    }
    assertEquals(12.44, judged.of("escapeTimePositive").measured(), 0.02);
  }
}
