package io.github.implicitbias.nn.loss;

import static io.github.implicitbias.nn.Samples.array;
import static io.github.implicitbias.nn.Samples.column;
import static io.github.implicitbias.nn.Samples.signs;
import static io.github.implicitbias.nn.Samples.uniform;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.loss.LogDomainLoss;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

class LogOfTest {

  private static final IActivation IDENTITY = new ActivationIdentity();
  private static final int SAMPLES = 5;
  private static final int OUTPUTS = 3;

  private final double[][] z = uniform(1, SAMPLES, OUTPUTS);
  private final double[][] y = signs(2, SAMPLES, OUTPUTS);

  @Test
  void scoresAndGradient_areThoseOfTheLogarithmOfTheMean_forEveryMaskAndType() {
    double[][] perOutput = {{1, 0, 2.5}, {0, 0, 0}, {1, 1, 1}, {0, 1e-3, 1}, {1, 0, 0}};
    for (ILossFunction loss : new ILossFunction[] {new LogisticLoss(), new ExponentialLoss()}) {
      for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
        for (INDArray mask :
            new INDArray[] {
              null, column(DataType.FLOAT, 1, 0, 2, 1, 0), array(DataType.DOUBLE, perOutput)
            }) {
          assertLogOf(loss, type, mask);
        }
      }
    }
  }

  /** By the wrapped loss itself, where nothing over- or underflows. */
  private void assertLogOf(ILossFunction loss, DataType type, INDArray mask) {
    LogOf logOf = new LogOf(loss, SAMPLES);
    double tolerance = type == DataType.DOUBLE ? 2e-15 : 3e-7;
    INDArray outputs = array(type, z).mul(7);
    INDArray labels = array(type, y);
    double mean = loss.computeScore(labels, outputs, IDENTITY, mask, true);
    double log = logOf.computeScore(labels, outputs, IDENTITY, mask, true);
    assertEquals(Math.log(mean), log, 2e-15);
    assertEquals(SAMPLES * log, logOf.computeScore(labels, outputs, IDENTITY, mask, false), 1e-14);
    INDArray perSample = loss.computeScoreArray(labels, outputs, IDENTITY, mask);
    INDArray logs = logOf.computeScoreArray(labels, outputs, IDENTITY, mask);
    assertArrayEquals(new long[] {SAMPLES, 1}, logs.shape());
    assertEquals(type, logs.dataType());
    INDArray slopes = loss.computeGradient(labels, outputs, IDENTITY, mask);
    INDArray gradient = logOf.computeGradient(labels, outputs, IDENTITY, mask);
    assertArrayEquals(new long[] {SAMPLES, OUTPUTS}, gradient.shape());
    assertEquals(type, gradient.dataType());
    for (int i = 0; i < SAMPLES; i++) {
      double expected = Math.log(perSample.getDouble(i, 0));
      assertEquals(expected, logs.getDouble(i, 0), tolerance * Math.max(1, Math.abs(expected)));
      for (int k = 0; k < OUTPUTS; k++) {
        double slope = slopes.getDouble(i, k) / mean;
        assertEquals(slope, gradient.getDouble(i, k), 2 * tolerance * Math.abs(slope) + 1e-300);
      }
    }
    Pair<Double, INDArray> both =
        logOf.computeGradientAndScore(labels, outputs, IDENTITY, mask, true);
    assertEquals(log, both.getFirst());
    assertEquals(gradient, both.getSecond());
    assertEquals(array(type, z).mul(7), outputs);
  }

  @Test
  void derivativeOfABatch_isTheGradient_atAnyMargin() {
    for (ILossFunction loss : new ILossFunction[] {new LogisticLoss(), new ExponentialLoss()}) {
      for (double scale : new double[] {1, 1e3, 1e6}) {
        double[] flatZ = Arrays.stream(z).flatMapToDouble(Arrays::stream).toArray();
        double[] flatY = Arrays.stream(y).flatMapToDouble(Arrays::stream).toArray();
        Arrays.setAll(flatZ, i -> scale * flatZ[i]);
        LogOf logOf = new LogOf(loss, SAMPLES);
        double[] derivative = new double[flatZ.length];
        assertTrue(logOf.derivativeOfBatch(flatZ, flatY, SAMPLES, OUTPUTS, derivative));
        INDArray outputs = array(DataType.DOUBLE, z).mul(scale);
        INDArray gradient =
            logOf.computeGradient(array(DataType.DOUBLE, y), outputs, IDENTITY, null);
        for (int i = 0; i < derivative.length; i++) {
          double expected = gradient.getDouble(i / OUTPUTS, i % OUTPUTS);
          assertEquals(expected, derivative[i], 1e-14 * Math.abs(expected));
        }
      }
    }
  }

  @Test
  void farBeyondTheRangeOfExp_scoreAndGradientAgreeWithFiftyDigits() {
    for (double[] around :
        new double[][] {{1e6, 30}, {-1e6, 30}, {350, 350}, {900, 900}, {35, 10}, {0, 3}}) {
      double[] q =
          new SplittableRandom(4)
              .doubles(30, around[0] - around[1], around[0] + around[1])
              .toArray();
      assertFiftyDigits(new ExponentialLoss(), q);
      assertFiftyDigits(new LogisticLoss(), q);
    }
  }

  private static void assertFiftyDigits(ILossFunction loss, double[] q) {
    boolean logistic = loss instanceof LogisticLoss;
    BigDecimal[] steepness = new BigDecimal[q.length];
    BigDecimal sum = BigDecimal.ZERO;
    for (int i = 0; i < q.length; i++) {
      BigDecimal exponential = Digits.exp(new BigDecimal(-q[i]));
      sum = sum.add(logistic ? Digits.logistic(q[i]) : exponential, Digits.WORK);
      steepness[i] = logistic ? Digits.sigmoidOfMinus(q[i]) : exponential;
    }
    BigDecimal mean = sum.divide(BigDecimal.valueOf(q.length), Digits.WORK);
    LogOf logOf = new LogOf(loss, q.length);
    double[] y = new SplittableRandom(9).doubles(q.length).map(u -> u < 0.5 ? -1 : 1).toArray();
    double[] f = new double[q.length];
    Arrays.setAll(f, i -> y[i] * q[i]);
    INDArray labels = column(DataType.DOUBLE, y);
    INDArray outputs = column(DataType.DOUBLE, f);
    String what = logOf + " at " + Arrays.toString(q);
    double score = logOf.computeScore(labels, outputs, IDENTITY, null, true);
    double scoreError = Digits.logError(score, Digits.log(mean));
    assertTrue(scoreError < 6e-16, () -> scoreError + " in the score of " + what);
    assertEquals(score, logOf.valueOfBatch(f, y, q.length, 1));
    INDArray gradient = logOf.computeGradient(labels, outputs, IDENTITY, null);
    for (int i = 0; i < q.length; i++) {
      BigDecimal exact = steepness[i].multiply(BigDecimal.valueOf(-y[i])).divide(mean, Digits.WORK);
      double actual = gradient.getDouble(i, 0);
      if (exact.abs().doubleValue() < 1e-300) {
        assertEquals(exact.doubleValue(), actual, 1e-300);
        continue;
      }
      double error = Digits.relativeError(actual, exact);
      assertTrue(
          error < 1e-14 - 2e-16 * Math.log(Math.abs(actual) / q.length),
          () -> error + " in the gradient of " + what);
      assertTrue(Math.abs(actual) <= q.length);
    }
  }

  @Test
  void valueOfBatch_isTheScore_forSeveralOutputs() {
    LogOf logOf = new LogOf(new LogisticLoss(), 99);
    INDArray outputs = array(DataType.DOUBLE, z);
    INDArray labels = array(DataType.DOUBLE, y);
    assertEquals(
        logOf.computeScore(labels, outputs, IDENTITY, null, true),
        logOf.valueOfBatch(outputs.data().asDouble(), labels.data().asDouble(), SAMPLES, OUTPUTS),
        1e-15);
    assertEquals(1, logOf.kappa(OUTPUTS));
  }

  @Test
  void underACompleteMask_theScoreIsMinusInfinity_andTheGradientZero() {
    LogOf logOf = new LogOf(new LogisticLoss(), 2);
    INDArray outputs = column(DataType.DOUBLE, 3, Double.NaN);
    INDArray labels = column(DataType.DOUBLE, 0.5, Double.NaN);
    INDArray mask = column(DataType.DOUBLE, 0, 0);
    assertEquals(
        Double.NEGATIVE_INFINITY, logOf.computeScore(labels, outputs, IDENTITY, mask, true));
    assertEquals(
        Double.NEGATIVE_INFINITY, logOf.computeScore(labels, outputs, IDENTITY, mask, false));
    assertEquals(
        column(DataType.DOUBLE, 0, 0), logOf.computeGradient(labels, outputs, IDENTITY, mask));
  }

  @Test
  void aBatchThatIsNotTheWholeSet_isScored_butNotTrainedOn() {
    LogOf logOf = new LogOf(new ExponentialLoss(), 12);
    INDArray outputs = column(DataType.DOUBLE, 3, 1);
    INDArray labels = column(DataType.DOUBLE, 1, 1);
    assertEquals(
        Math.log((Math.exp(-3) + Math.exp(-1)) / 2),
        logOf.computeScore(labels, outputs, IDENTITY, null, true),
        1e-15);
    assertEquals(
        column(DataType.DOUBLE, -3, -1), logOf.computeScoreArray(labels, outputs, IDENTITY, null));
    assertRefused(
        () -> logOf.computeGradient(labels, outputs, IDENTITY, null),
        "LogOf(ExponentialLoss(), 12)",
        "2 rows",
        "mini-batches",
        "one batch");
    assertRefused(
        () -> logOf.computeGradientAndScore(labels, outputs, IDENTITY, null, true), "2 rows");
  }

  @Test
  void lossesWithoutLogarithm_andOtherMistakes_areRefusedWithTheCure() {
    assertRefused(
        () -> new LogOf(new MeanSquareLoss(), 3), "MeanSquareLoss()", "Losses.logistic()");
    assertRefused(() -> new LogOf(new LossMSE(), 3), "LossMSE", "Losses.exponential()");
    assertRefused(() -> new LogOf(null, 3), "null");
    assertRefused(
        () -> new LogOf(new LogOf(new LogisticLoss(), 3), 3), "LogOf(LogisticLoss(), 3)", "Wrap");
    assertRefused(() -> new LogOf(new LogisticLoss(), 0), "given 0");

    LogOf logOf = new LogOf(new LogisticLoss(), 2);
    INDArray outputs = column(DataType.DOUBLE, 3, 1);
    INDArray labels = column(DataType.DOUBLE, 1, -1);
    assertRefused(
        () -> logOf.computeScore(labels, outputs, new ActivationSigmoid(), null, true),
        "LogOf(LogisticLoss(), 2)",
        "Activation.IDENTITY");
    assertRefused(
        () -> logOf.computeGradient(column(DataType.DOUBLE, 1, 0), outputs, IDENTITY, null),
        "sample 1",
        "2 y - 1");
    for (double weight : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      INDArray mask = column(DataType.DOUBLE, 1, weight);
      assertRefused(
          () -> logOf.computeGradient(labels, outputs, IDENTITY, mask), "sample 1", "" + weight);
    }
    assertRefused(
        () -> logOf.computeScore(array(DataType.DOUBLE, y), outputs, IDENTITY, null, true),
        "[5, 3]",
        "[2, 1]");
  }

  private static void assertRefused(
      org.junit.jupiter.api.function.Executable call, String... parts) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), () -> part + " is missing in: " + message);
    }
  }

  @Test
  void aLossThatIsNoSumOverTheOutputs_canBeWrapped_withOneWeightPerSample() {
    LogOf logOf = new LogOf(new SecondMargin(), SAMPLES);
    INDArray outputs = array(DataType.DOUBLE, z);
    INDArray labels = array(DataType.DOUBLE, y);
    double[] weights = {1, 0, 2, 1, 0.5};
    INDArray mask = column(DataType.DOUBLE, weights);
    double mean = 0;
    for (int i = 0; i < SAMPLES; i++) {
      mean += weights[i] * Math.exp(-z[i][0] * z[i][1]) / SAMPLES;
    }
    assertEquals(Math.log(mean), logOf.computeScore(labels, outputs, IDENTITY, mask, true), 1e-15);
    INDArray gradient = logOf.computeGradient(labels, outputs, IDENTITY, mask);
    for (int i = 0; i < SAMPLES; i++) {
      double l = weights[i] * Math.exp(-z[i][0] * z[i][1]) / mean;
      assertEquals(-z[i][1] * l, gradient.getDouble(i, 0), 1e-14);
      assertEquals(-z[i][0] * l, gradient.getDouble(i, 1), 1e-14);
      assertEquals(0, gradient.getDouble(i, 2), 1e-300);
    }
    INDArray perOutput =
        array(
            DataType.DOUBLE,
            new double[][] {{1, 1, 1}, {1, 0, 1}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}});
    assertRefused(
        () -> logOf.computeScore(labels, outputs, IDENTITY, perOutput, true),
        "outputs of sample 1",
        "one weight per sample");
  }

  @Test
  void twoOfTheSameLossAndSize_areEqual() {
    LogOf logOf = new LogOf(new LogisticLoss(), 3);
    assertEquals(new LogOf(new LogisticLoss(), 3), logOf);
    assertEquals(new LogOf(new LogisticLoss(), 3).hashCode(), logOf.hashCode());
    assertNotEquals(new LogOf(new LogisticLoss(), 4), logOf);
    assertNotEquals(new LogOf(new ExponentialLoss(), 3), logOf);
    assertNotEquals(new LogisticLoss(), logOf);
    assertEquals("LogOf(LogisticLoss(), 3)", logOf.name());
  }

  @Test
  void aLogSum_ofNothingIsMinusInfinity_andOneNaNSpoilsIt() {
    assertEquals(Double.NEGATIVE_INFINITY, new LogSum().log());
    for (int nan = 0; nan < 3; nan++) {
      LogSum sum = new LogSum();
      for (int i = 0; i < 3; i++) {
        sum.add(i == nan ? Double.NaN : i);
      }
      assertTrue(Double.isNaN(sum.log()));
    }
    LogSum sum = new LogSum();
    sum.add(-1e6);
    sum.add(Double.NEGATIVE_INFINITY);
    sum.add(-1e6);
    assertEquals(-1e6 + Math.log(2), sum.log());
    assertEquals(0.5, sum.share(-1e6));
  }

  /** exp(-z_0 z_1), which couples two outputs. */
  private static final class SecondMargin implements ILossFunction, LogDomainLoss {

    private static final long serialVersionUID = 1L;

    @Override
    public double logValue(double[] z, double[] y, int offset, int outputs) {
      return -z[offset] * z[offset + 1];
    }

    @Override
    public void logDerivative(
        double[] z, double[] y, int offset, int outputs, double[] sign, double[] logMagnitude) {
      double log = logValue(z, y, offset, outputs);
      for (int k = 0; k < outputs; k++) {
        double factor = k == 0 ? -z[offset + 1] : k == 1 ? -z[offset] : 0;
        sign[offset + k] = Math.signum(factor);
        logMagnitude[offset + k] = log + Math.log(Math.abs(factor));
      }
    }

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      return Math.exp(logValue(z, y, offset, outputs));
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
      throw new UnsupportedOperationException();
    }

    @Override
    public double kappa(int outputs) {
      return 1;
    }

    @Override
    public double computeScore(
        INDArray labels, INDArray z, IActivation activation, INDArray mask, boolean average) {
      throw new UnsupportedOperationException();
    }

    @Override
    public INDArray computeScoreArray(
        INDArray labels, INDArray z, IActivation activation, INDArray mask) {
      throw new UnsupportedOperationException();
    }

    @Override
    public INDArray computeGradient(
        INDArray labels, INDArray z, IActivation activation, INDArray mask) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
        INDArray labels, INDArray z, IActivation activation, INDArray mask, boolean average) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String name() {
      return "SecondMargin()";
    }
  }
}
