package io.github.implicitbias.nn.loss;

import static io.github.implicitbias.nn.Samples.column;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ExponentialLossTest {

  private static final ActivationIdentity IDENTITY = new ActivationIdentity();

  private final ExponentialLoss loss = new ExponentialLoss();

  @Test
  void valueAndDerivative_agreeWithFiftyDigits_forMarginsUpTo700() {
    for (double q : margins()) {
      BigDecimal exact = Digits.exp(new BigDecimal(-q));
      assertTrue(Digits.relativeError(loss.loss(q, 1), exact) < 1e-15, "loss " + q);
      assertTrue(Digits.relativeError(-loss.slope(q, 1), exact) < 1e-15, "slope " + q);
      assertEquals(loss.loss(q, 1), loss.loss(-q, -1));
      assertEquals(-loss.slope(q, 1), loss.slope(-q, -1));
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
      BigDecimal exact = Digits.exp(new BigDecimal(-margins[i]));
      assertTrue(Digits.relativeError(scores.getDouble(i, 0), exact) < 1e-13);
      assertTrue(Digits.relativeError(-gradient.getDouble(i, 0), exact) < 1e-13);
    }
  }

  @Test
  void beyondTheRangeOfDouble_theLossIsInfiniteOrZero_andItsLogarithmsExact() {
    assertTrue(loss.loss(-709.78, 1) < Double.POSITIVE_INFINITY);
    assertEquals(Double.POSITIVE_INFINITY, loss.loss(-709.79, 1));
    assertEquals(Double.NEGATIVE_INFINITY, loss.slope(-709.79, 1));
    assertEquals(Double.POSITIVE_INFINITY, loss.slope(709.79, -1));
    assertTrue(loss.loss(745.13, 1) > 0);
    assertEquals(0, loss.loss(745.14, 1));
    for (double q : new double[] {0.1, 700, 1e4, 1e6, 1e300, Double.MAX_VALUE}) {
      assertFalse(Double.isNaN(loss.loss(q, 1)) || Double.isNaN(loss.loss(-q, 1)));
      assertFalse(Double.isNaN(loss.slope(q, 1)) || Double.isNaN(loss.slope(-q, 1)));
      assertEquals(-q, loss.logAtMargin(q));
      assertEquals(q, loss.logAtMargin(-q));
      assertEquals(-q, loss.logSteepness(q));
    }
  }

  @Test
  void inFloat_theGradientIsTheDoubleOneRoundedOnce_andOverflowsEarlier() {
    double[] margins = {-88.75, -88.7, -20, 0, 1, 60, 103.9, 104};
    INDArray z = column(DataType.FLOAT, margins);
    INDArray y = column(DataType.FLOAT, 1, 1, 1, 1, 1, 1, 1, 1);
    INDArray scores = loss.computeScoreArray(y, z, IDENTITY, null);
    INDArray gradient = loss.computeGradient(y, z, IDENTITY, null);
    assertEquals(DataType.FLOAT, scores.dataType());
    assertEquals(DataType.FLOAT, gradient.dataType());
    for (int i = 0; i < margins.length; i++) {
      double q = (float) margins[i];
      assertEquals((float) loss.loss(q, 1), scores.getFloat(i, 0), "margin " + q);
      assertEquals((float) loss.slope(q, 1), gradient.getFloat(i, 0), "margin " + q);
    }
    assertEquals(Float.NEGATIVE_INFINITY, gradient.getFloat(0, 0));
    assertTrue(gradient.getFloat(1, 0) > Float.NEGATIVE_INFINITY);
    assertTrue(gradient.getFloat(6, 0) < 0);
    assertEquals(0, gradient.getFloat(7, 0), Float.MIN_VALUE / 2);
    assertTrue(Double.isFinite(loss.computeScore(y, z, IDENTITY, null, true)));
  }

  @Test
  void anotherActivation_orAnotherLabel_isRefusedWithTheCure() {
    INDArray z = column(DataType.DOUBLE, 1, 2);
    Exception activation =
        assertThrows(
            IllegalArgumentException.class,
            () -> loss.computeScore(z, z, new ActivationSigmoid(), null, false));
    assertTrue(activation.getMessage().startsWith("ExponentialLoss"));
    assertTrue(activation.getMessage().contains("Activation.IDENTITY"));
    INDArray y = column(DataType.DOUBLE, 1, 0);
    Exception label =
        assertThrows(
            IllegalArgumentException.class, () -> loss.computeScore(y, z, IDENTITY, null, false));
    assertTrue(label.getMessage().startsWith("ExponentialLoss"));
    assertTrue(label.getMessage().contains("2 y - 1"));
  }

  private static double[] margins() {
    DoubleStream fixed = DoubleStream.of(-700, 700, -1, 1, -1e-8, 1e-300, 0, 36.7, 0.5);
    return DoubleStream.concat(fixed, new SplittableRandom(8).doubles(300, -700, 700)).toArray();
  }
}
