package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.loss.BatchLoss;
import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.loss.Losses;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossHinge;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;
import org.nd4j.linalg.lossfunctions.impl.LossSquaredHinge;

/** Losses on plain arrays against ND4J's own, and their derivatives against differences. */
class StockLossesTest {

  private static final int SAMPLES = 30;
  private static final int OUTPUTS = 4;

  private final SplittableRandom random = new SplittableRandom(11);
  private final double[] z = random.doubles(SAMPLES * OUTPUTS, -4, 4).toArray();

  private static void agree(ILossFunction loss, Activation activation, double[] z, double[] y) {
    agree(loss, activation.getActivationFunction(), z, y, 1e-12);
  }

  private static void agree(
      ILossFunction loss, IActivation function, double[] z, double[] y, double tolerance) {
    int outputs = z.length / SAMPLES;
    BatchLoss ours = StockLosses.of(loss, function);
    double[] derivative = new double[z.length];
    assertTrue(ours.derivativeOfBatch(z, y, SAMPLES, outputs, derivative), loss.toString());
    double score = loss.computeScore(matrix(y, outputs), matrix(z, outputs), function, null, true);
    double value = ours.valueOfBatch(z, y, SAMPLES, outputs);
    assertEquals(score, value, 1e-12 * Math.max(1, Math.abs(score)), loss.toString());
    if (ours instanceof PerSampleLoss) {
      double[] both = new double[z.length];
      PerSampleLoss one = (PerSampleLoss) ours;
      for (int at = 0; at < z.length; at += outputs) {
        double alone = one.value(z, y, at, outputs);
        assertEquals(alone, one.valueAndDerivative(z, y, at, outputs, both), "bit for bit");
      }
      assertArrayEquals(derivative, both, "bit for bit");
    }
    INDArray gradient =
        loss.computeGradient(matrix(y, outputs), matrix(z, outputs), function, null);
    for (int i = 0; i < z.length; i++) {
      double expected = gradient.getDouble(i / outputs, i % outputs);
      assertEquals(expected, derivative[i], tolerance * Math.max(1, Math.abs(expected)), "" + loss);
    }
  }

  private static INDArray matrix(double[] values, int outputs) {
    return Nd4j.createFromArray(values).reshape(SAMPLES, outputs);
  }

  private static void isDerivative(
      ILossFunction loss, Activation activation, double[] z, double[] y) {
    int outputs = z.length / SAMPLES;
    BatchLoss ours = StockLosses.of(loss, activation.getActivationFunction());
    double[] derivative = new double[z.length];
    ours.derivativeOfBatch(z, y, SAMPLES, outputs, derivative);
    double h = 1e-5;
    for (int i = 0; i < z.length; i++) {
      double[] up = z.clone();
      double[] down = z.clone();
      up[i] += h;
      down[i] -= h;
      double difference =
          ours.valueOfBatch(up, y, SAMPLES, outputs) - ours.valueOfBatch(down, y, SAMPLES, outputs);
      double expected = SAMPLES * difference / (2 * h);
      assertEquals(expected, derivative[i], 1e-7 * Math.max(1, Math.abs(expected)), "" + loss);
    }
  }

  private static void isCurvature(
      ILossFunction loss, Activation activation, double[] z, double[] y) {
    int outputs = z.length / SAMPLES;
    BatchLoss ours = StockLosses.of(loss, activation.getActivationFunction());
    double[] direction = new SplittableRandom(z.length).doubles(z.length, -1, 1).toArray();
    double[] curvature = new double[z.length];
    boolean known = ours.curvatureOfBatch(z, y, SAMPLES, outputs, direction, curvature);
    assertEquals(loss instanceof PerSampleLoss || !(loss instanceof BatchLoss), known, "" + loss);
    double h = 1e-6;
    double[] up = z.clone();
    double[] down = z.clone();
    for (int i = 0; i < z.length; i++) {
      up[i] += h * direction[i];
      down[i] -= h * direction[i];
    }
    double[] above = new double[z.length];
    double[] below = new double[z.length];
    ours.derivativeOfBatch(up, y, SAMPLES, outputs, above);
    ours.derivativeOfBatch(down, y, SAMPLES, outputs, below);
    for (int i = 0; i < z.length && known; i++) {
      double expected = (above[i] - below[i]) / (2 * h);
      assertEquals(expected, curvature[i], 1e-7 * Math.max(1, Math.abs(expected)), "" + loss);
    }
  }

  private static void check(ILossFunction loss, Activation activation, double[] z, double[] y) {
    agree(loss, activation, z, y);
    isDerivative(loss, activation, z, y);
    isCurvature(loss, activation, z, y);
  }

  private double[] signs() {
    return random.doubles(z.length).map(u -> u < 0.5 ? -1 : 1).toArray();
  }

  private double[] oneHot() {
    double[] y = new double[z.length];
    for (int i = 0; i < SAMPLES; i++) {
      y[i * OUTPUTS + random.nextInt(OUTPUTS)] = 1;
    }
    return y;
  }

  private double[] shares() {
    double[] y = random.doubles(z.length).toArray();
    for (int i = 0; i < SAMPLES; i++) {
      double sum = Arrays.stream(y, i * OUTPUTS, (i + 1) * OUTPUTS).sum();
      for (int k = 0; k < OUTPUTS; k++) {
        y[i * OUTPUTS + k] /= sum;
      }
    }
    return y;
  }

  @Test
  void errorsOfRegression() {
    double[] y = random.doubles(z.length, -3, 3).toArray();
    for (ILossFunction loss :
        new ILossFunction[] {
          new LossMSE(),
          new LossL2(),
          new LossMAE(),
          new LossL1(),
          Losses.meanSquare(),
          Losses.halfMeanSquare()
        }) {
      check(loss, Activation.IDENTITY, z, y);
    }
  }

  @Test
  void crossEntropies_withHardAndSoftLabels() {
    for (ILossFunction loss :
        new ILossFunction[] {new LossMCXENT(), new LossNegativeLogLikelihood()}) {
      check(loss, Activation.SOFTMAX, z, oneHot());
      check(loss, Activation.SOFTMAX, z, shares());
    }
    for (ILossFunction loss :
        new ILossFunction[] {new LossBinaryXENT(), new LossBinaryXENT(0.0, null)}) {
      check(loss, Activation.SIGMOID, z, oneHot());
      check(loss, Activation.SIGMOID, z, shares());
    }
  }

  @Test
  void lossesOfTheMargin() {
    for (ILossFunction loss :
        new ILossFunction[] {
          new LossHinge(),
          new LossSquaredHinge(),
          Losses.logistic(),
          Losses.exponential(),
          Losses.logOf(Losses.logistic(), SAMPLES),
          Losses.logOf(Losses.exponential(), SAMPLES)
        }) {
      check(loss, Activation.IDENTITY, z, signs());
    }
  }

  @Test
  void whereDl4jsGradientIsNotThatOfItsScore_itIsTheGradientThatCounts() {
    double[] far = random.doubles(SAMPLES * OUTPUTS, -16, 16).toArray();
    double[] counts = Arrays.stream(oneHot()).map(v -> 3 * v).toArray();
    agree(new LossMCXENT(), Activation.SOFTMAX, z, counts);
    agree(new LossMCXENT(0.01, null), Activation.SOFTMAX, far, oneHot());
    double[] clipped = random.doubles(SAMPLES, 6, 12).toArray();
    double[] y = random.doubles(SAMPLES).map(Math::rint).toArray();
    agree(new LossBinaryXENT(0.01, null), Activation.SIGMOID, clipped, y);
    isCurvature(new LossBinaryXENT(0.01, null), Activation.SIGMOID, clipped, y);
  }

  @Test
  void atKinksAndTies_theDerivativeIsThatOfNd4j() {
    double[] ones = new double[SAMPLES];
    Arrays.fill(ones, 1);
    agree(new LossHinge(), Activation.IDENTITY, ones, ones);
    agree(new LossSquaredHinge(), Activation.IDENTITY, ones, ones);
    agree(new LossL1(), Activation.IDENTITY, ones, ones);
  }

  @Test
  void behindRectifiers_leakyOrNot() {
    double[] y = random.doubles(z.length, -3, 3).toArray();
    double[] kinked = z.clone();
    for (int i = 0; i < kinked.length; i += 7) {
      kinked[i] = 0;
    }
    for (ILossFunction loss :
        new ILossFunction[] {
          new LossMSE(),
          new LossL2(),
          new LossL1(),
          new LossSquaredHinge(),
          Losses.meanSquare(),
          Losses.halfMeanSquare()
        }) {
      agree(loss, new ActivationReLU(), kinked, y, 1e-12);
      isCurvature(loss, Activation.RELU, z, y);
      agree(loss, new ExactLeakyReLU(0.3), kinked, y, 1e-12);
      agree(loss, new ActivationLReLU(0.25), kinked, y, 1e-12);
      agree(loss, new ActivationReLU(null, null, 0.25), kinked, y, 1e-12);
      // In the derivative DL4J rounds other slopes to float.
      agree(loss, new ActivationLReLU(0.3), kinked, y, 1e-7);
    }
    assertNull(StockLosses.of(new LossMSE(), new ActivationReLU(1.0, null, null)));
    assertNull(StockLosses.of(new LossMSE(), new ActivationReLU(null, 0.5, null)));
    assertNull(StockLosses.of(Losses.logistic(), new ActivationReLU()));
  }

  @Test
  void whatIsNotKnownOnArrays_isSaidSo() {
    INDArray weights = Nd4j.createFromArray(new double[][] {{1, 2}});
    for (ILossFunction loss :
        new ILossFunction[] {
          new LossMSE(weights), new LossL1(weights), new LossMAE(weights), new LossL2(weights)
        }) {
      assertNull(StockLosses.of(loss, Activation.IDENTITY.getActivationFunction()));
    }
    assertNull(StockLosses.of(new LossMSE(), Activation.TANH.getActivationFunction()));
    assertNull(StockLosses.of(Losses.logistic(), Activation.TANH.getActivationFunction()));
  }
}
