package io.github.implicitbias.nn.loss;

import static io.github.implicitbias.nn.Samples.column;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class LogisticLossTest {

  private static final ActivationIdentity IDENTITY = new ActivationIdentity();

  private final LogisticLoss loss = new LogisticLoss();

  @Test
  void valueAndDerivative_agreeWithFiftyDigits_forMarginsUpTo700() {
    for (double q : margins()) {
      assertTrue(Digits.relativeError(loss.loss(q, 1), Digits.logistic(q)) < 1e-15, "loss " + q);
      double slope = loss.slope(q, 1);
      assertTrue(Digits.relativeError(-slope, Digits.sigmoidOfMinus(q)) < 1e-15, "slope " + q);
      assertEquals(-slope, loss.slope(-q, -1));
      assertEquals(loss.loss(q, 1), loss.loss(-q, -1));
    }
  }

  @Test
  void valueAndGradient_agreeWithFiftyDigits_throughNd4jInDouble() {
    double[] margins = margins();
    INDArray z = column(DataType.DOUBLE, margins);
    INDArray y = column(DataType.DOUBLE, DoubleStream.of(margins).map(q -> 1).toArray());
    INDArray scores = loss.computeScoreArray(y, z, IDENTITY, null);
    INDArray gradient = loss.computeGradient(y, z, IDENTITY, null);
    assertEquals(DataType.DOUBLE, gradient.dataType());
    for (int i = 0; i < margins.length; i++) {
      double q = margins[i];
      assertTrue(Digits.relativeError(scores.getDouble(i, 0), Digits.logistic(q)) < 1e-13);
      assertTrue(Digits.relativeError(-gradient.getDouble(i, 0), Digits.sigmoidOfMinus(q)) < 1e-13);
    }
  }

  @Test
  void logarithms_agreeWithFiftyDigits_forMarginsUpToAMillion() {
    double[] wide = new SplittableRandom(6).doubles(40, -1e6, 1e6).toArray();
    double[] near = new SplittableRandom(7).doubles(200, -5, 41).toArray();
    double[] atLoss1AndLinear = {-0.541324854612918, 39.9, 40, 40.1, 708.5, 745.2, 1e4, 1e6};
    for (double[] some : new double[][] {margins(), wide, near, atLoss1AndLinear}) {
      for (double margin : some) {
        for (double q : new double[] {margin, -margin}) {
          BigDecimal log = Digits.log(Digits.logistic(q));
          assertTrue(Digits.logError(loss.logAtMargin(q), log) < 4e-16, "log loss " + q);

          BigDecimal logSteepness = Digits.logistic(-q).negate();
          double actual = loss.logSteepness(q);
          assertTrue(Digits.logError(actual, logSteepness) < 4e-16, "log slope " + q);
          if (q > -700) {
            assertTrue(Digits.relativeError(actual, logSteepness) < 4e-16, "log slope " + q);
          }
        }
      }
    }
  }

  @Test
  void logarithms_areFiniteAtEveryFiniteMargin() {
    for (double q : new double[] {1e300, Double.MAX_VALUE}) {
      assertEquals(-q, loss.logAtMargin(q));
      assertEquals(-q, loss.logSteepness(q));
      assertEquals(Math.log(q), loss.logAtMargin(-q));
      assertEquals(0, loss.logSteepness(-q), Double.MIN_VALUE);
    }
    assertTrue(Double.isNaN(loss.logAtMargin(Double.NaN)));
    assertTrue(Double.isNaN(loss.logSteepness(Double.NaN)));
  }

  @Test
  void beyondTheRangeOfExp_theLossIsLinearOrZero_andTheSlopeBounded() {
    for (double q : new double[] {709.8, 745.2, 1e4, 1e300, Double.MAX_VALUE}) {
      assertTrue(loss.loss(q, 1) >= 0 && loss.loss(q, 1) < 1e-300);
      assertEquals(q, loss.loss(-q, 1));
      assertTrue(loss.slope(q, 1) <= 0 && loss.slope(q, 1) > -1e-300);
      assertEquals(-1, loss.slope(-q, 1));
    }
    assertEquals(0, loss.loss(Double.POSITIVE_INFINITY, 1));
    assertEquals(Double.POSITIVE_INFINITY, loss.loss(Double.NEGATIVE_INFINITY, 1));
    assertTrue(Double.isNaN(loss.loss(Double.NaN, 1)));
  }

  @Test
  void inFloat_valueAndGradientAreTheDoubleOnesRoundedOnce() {
    double[] margins = {-700, -120, -20, -1, 0, 1, 20, 60, 100};
    INDArray z = column(DataType.FLOAT, margins);
    INDArray y = column(DataType.FLOAT, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    INDArray scores = loss.computeScoreArray(y, z, IDENTITY, null);
    INDArray gradient = loss.computeGradient(y, z, IDENTITY, null);
    assertEquals(DataType.FLOAT, scores.dataType());
    assertEquals(DataType.FLOAT, gradient.dataType());
    for (int i = 0; i < margins.length; i++) {
      assertEquals((float) loss.loss(margins[i], 1), scores.getFloat(i, 0));
      assertEquals((float) loss.slope(margins[i], 1), gradient.getFloat(i, 0));
    }
  }

  @Test
  void anotherActivation_isRefusedWithTheCure() {
    INDArray z = column(DataType.DOUBLE, 1);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> loss.computeScore(z, z, new ActivationTanH(), null, false));
    assertTrue(e.getMessage().contains("Activation.IDENTITY"));
  }

  @Test
  void labelsZeroAndOne_areRefusedWithTheCure_unlessMasked() {
    INDArray z = column(DataType.DOUBLE, 1, 2);
    INDArray y = column(DataType.DOUBLE, 1, 0);
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> loss.computeGradient(y, z, IDENTITY, null));
    assertTrue(e.getMessage().contains("sample 1") && e.getMessage().contains("2 y - 1"));
    INDArray mask = column(DataType.DOUBLE, 1, 0);
    assertEquals(loss.loss(1, 1), loss.computeScore(y, z, IDENTITY, mask, false));
    assertEquals(0, loss.computeGradient(y, z, IDENTITY, mask).getDouble(1, 0));
  }

  private static double[] margins() {
    DoubleStream fixed =
        DoubleStream.of(-700, 700, -38, 38, -1, 1, -1e-8, 1e-8, -1e-300, 1e-300, 0, 36.7, 0.5);
    return DoubleStream.concat(fixed, new SplittableRandom(5).doubles(300, -700, 700)).toArray();
  }
}
