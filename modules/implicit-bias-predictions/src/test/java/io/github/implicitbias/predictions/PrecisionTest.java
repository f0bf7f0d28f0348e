package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.network.Precision;
import io.github.implicitbias.core.solution.MinimumVariationNorm;
import io.github.implicitbias.predictions.Orthogonal.Judged;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
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

  /** Trains with weights that are rounded to a type after every step. */
  private static Judged rounded(Precision precision, int samples) {
    SplittableRandom random = new SplittableRandom(4);
    Orthogonal run = Orthogonal.two();
    int inputs = 3;
    run.x = random.doubles((long) samples * inputs, -1, 1).toArray();
    run.y = random.doubles(samples, -1, 1).toArray();
    run.w = random.doubles(4L * inputs, -1, 1).toArray();
    run.a = random.doubles(4, -1, 1).toArray();
    PlainStack net = run.net();
    net.setPrecision(1, precision);
    round(net, precision);
    net.observe();
    Judged judged = new Judged();
    judged.start(net, Predictions.saddle());
    judged.judge(net);
    for (int step = 0; step < 30; step++) {
      net.descend();
      round(net, precision);
      net.observe();
      judged.judge(net);
    }
    return judged;
  }

  private static void round(PlainStack net, Precision precision) {
    for (int l = 0; l < 2; l++) {
      double[] weights = net.network().layer(l).weights().clone();
      for (int k = 0; k < weights.length; k++) {
        double unit = 2 * precision.unit() * Math.scalb(1.0, Math.getExponent(weights[k]));
        weights[k] =
            precision == Precision.DOUBLE ? weights[k] : Math.rint(weights[k] / unit) * unit;
      }
      net.setWeights(l, weights);
    }
  }

  @Test
  void theBalanceLaw_allowsForTheRoundingOfTheCoarserLayer() {
    for (Precision precision :
        new Precision[] {Precision.DOUBLE, Precision.FLOAT, Precision.HALF}) {
      Judged judged = rounded(precision, 5);
      Verdict verdict = judged.of("balanceDriftLaw");
      assertEquals(Verdict.State.HOLDS, verdict.state(), verdict.toString());
      assertTrue(verdict.measured() < verdict.bound());
    }
  }

  @Test
  void whereRoundingHidesTheLaw_itIsNotApplicable() {
    // 4 (n + d + 8) 2^-11 is more than 0.1 from n + d + 8 = 52 on.
    assertTrue(rounded(Precision.HALF, 40).unmet("balanceDriftLaw").isEmpty());
    String said = String.join("; ", rounded(Precision.HALF, 41).unmet("balanceDriftLaw"));
    assertTrue(said.startsWith("rounding hides it: with parameters of type HALF"), said);
    said = String.join("; ", rounded(Precision.BFLOAT16, 5).unmet("balanceDriftLaw"));
    assertTrue(said.contains("BFLOAT16"), said);
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
