package io.github.implicitbias.nn.loss;

import static io.github.implicitbias.nn.Samples.array;
import static io.github.implicitbias.nn.Samples.column;
import static io.github.implicitbias.nn.Samples.uniform;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossL2;

class SquareLossesTest {

  private static final IActivation IDENTITY = Activation.IDENTITY.getActivationFunction();

  private final double[][] z = uniform(1, 5, 3);
  private final double[][] y = uniform(2, 5, 3);

  @Test
  void meanSquareLoss_isLossL2_forEveryActivationAndMask() {
    double[][] perOutput = {{1, 0, 1}, {0, 0, 0}, {1, 1, 1}, {0, 1, 1}, {1, 0, 0}};
    for (Activation activation :
        new Activation[] {
          Activation.IDENTITY, Activation.TANH, Activation.SIGMOID, Activation.RELU
        }) {
      for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
        for (INDArray mask :
            new INDArray[] {
              null, column(DataType.FLOAT, 1, 0, 1, 1, 0), array(DataType.DOUBLE, perOutput)
            }) {
          assertSame(new MeanSquareLoss(), new LossL2(), 1, activation, type, mask);
          assertSame(new HalfMeanSquareLoss(), new LossL2(), 0.5, activation, type, mask);
        }
      }
    }
  }

  private void assertSame(
      ILossFunction ours,
      ILossFunction stock,
      double factor,
      Activation name,
      DataType type,
      INDArray mask) {
    IActivation activation = name.getActivationFunction();
    double tolerance = type == DataType.DOUBLE ? 1e-14 : 2e-6;
    INDArray labels = array(type, y);
    INDArray expectedGradient =
        stock.computeGradient(labels, array(type, z), activation, mask).mul(factor);
    INDArray expectedScores =
        stock.computeScoreArray(labels, array(type, z), activation, mask).mul(factor);
    INDArray gradient = ours.computeGradient(labels, array(type, z), activation, mask);
    INDArray scores = ours.computeScoreArray(labels, array(type, z), activation, mask);
    assertEquals(type, gradient.dataType());
    assertTrue(gradient.equalsWithEps(expectedGradient, tolerance), name + " " + gradient);
    assertTrue(scores.equalsWithEps(expectedScores, tolerance), name + " " + scores);
    double sum = ours.computeScore(labels, array(type, z), activation, mask, false);
    assertEquals(expectedScores.sumNumber().doubleValue(), sum, 5 * tolerance);
    assertEquals(
        sum / 5, ours.computeScore(labels, array(type, z), activation, mask, true), tolerance);
    assertEquals(
        sum,
        ours.computeGradientAndScore(labels, array(type, z), activation, mask, false).getFirst(),
        tolerance);
  }

  @Test
  void scoring_leavesThePreActivationsAlone() {
    INDArray preOutput = array(DataType.DOUBLE, z);
    new MeanSquareLoss()
        .computeScore(
            array(DataType.DOUBLE, y),
            preOutput,
            Activation.TANH.getActivationFunction(),
            null,
            false);
    assertEquals(array(DataType.DOUBLE, z), preOutput);
  }

  @Test
  void everyLayoutAndLabelType_givesTheSameNumbers() {
    MeanSquareLoss loss = new MeanSquareLoss();
    INDArray plainZ = array(DataType.DOUBLE, z);
    INDArray labels = array(DataType.DOUBLE, y);
    INDArray expected = loss.computeGradient(labels, plainZ, IDENTITY, null);
    INDArray wide = Nd4j.rand(DataType.DOUBLE, 9, 7);
    INDArray view = wide.get(NDArrayIndex.interval(2, 7), NDArrayIndex.interval(1, 4));
    view.assign(plainZ);
    INDArray rows = Nd4j.vstack(Nd4j.ones(DataType.DOUBLE, 2, 3), plainZ);
    INDArray slice = rows.get(NDArrayIndex.interval(2, 7), NDArrayIndex.all());
    INDArray strided = Nd4j.zeros(DataType.DOUBLE, 5, 6);
    INDArray everyOther = strided.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 2, 6));
    everyOther.assign(plainZ);
    for (INDArray layout :
        new INDArray[] {
          plainZ.dup('f'), view, slice, everyOther, plainZ.dup().transpose().dup().transpose()
        }) {
      assertEquals(expected, loss.computeGradient(labels, layout, IDENTITY, null));
      assertEquals(expected, loss.computeGradient(labels.dup('f'), layout, IDENTITY, null));
      assertEquals(expected.neg(), loss.computeGradient(layout, labels, IDENTITY, null));
    }
    INDArray integers = Nd4j.createFromArray(new int[][] {{1, 2, 3}, {0, 1, 0}});
    INDArray two = plainZ.get(NDArrayIndex.interval(0, 2), NDArrayIndex.all());
    assertEquals(
        loss.computeScore(integers.castTo(DataType.DOUBLE), two, IDENTITY, null, false),
        loss.computeScore(integers, two, IDENTITY, null, false));
  }

  @Test
  void aColumnOfALargerMatrix_isReadAsThatColumn() {
    INDArray wide = array(DataType.DOUBLE, z);
    INDArray labels = column(DataType.DOUBLE, 0, 0, 0, 0, 0);
    INDArray column = wide.get(NDArrayIndex.all(), NDArrayIndex.interval(1, 2));
    double expected = 0;
    for (double[] row : z) {
      expected += row[1] * row[1];
    }
    assertEquals(
        expected, new MeanSquareLoss().computeScore(labels, column, IDENTITY, null, false), 1e-15);
  }

  @Test
  void perSample_valueAndDerivativeAreThoseOfTheLossFunction() {
    for (EntrywiseLoss loss :
        new EntrywiseLoss[] {new MeanSquareLoss(), new HalfMeanSquareLoss()}) {
      INDArray scores =
          loss.computeScoreArray(
              array(DataType.DOUBLE, y), array(DataType.DOUBLE, z), IDENTITY, null);
      INDArray gradient =
          loss.computeGradient(
              array(DataType.DOUBLE, y), array(DataType.DOUBLE, z), IDENTITY, null);
      double[] flatZ = array(DataType.DOUBLE, z).data().asDouble();
      double[] flatY = array(DataType.DOUBLE, y).data().asDouble();
      double[] derivative = new double[15];
      for (int i = 0; i < 5; i++) {
        assertEquals(scores.getDouble(i, 0), loss.value(flatZ, flatY, 3 * i, 3));
        loss.derivative(flatZ, flatY, 3 * i, 3, derivative);
        for (int k = 0; k < 3; k++) {
          assertEquals(gradient.getDouble(i, k), derivative[3 * i + k]);
        }
      }
    }
  }

  @Test
  void kappa_doesNotDependOnTheNumberOfOutputs() {
    assertEquals(1, new HalfMeanSquareLoss().kappa(7));
    assertEquals(2, new MeanSquareLoss().kappa(7));
    assertEquals(1, new LogisticLoss().kappa(7));
  }

  @Test
  void paddingBehindTheMask_mayBeNaN() {
    INDArray labels = column(DataType.DOUBLE, 1, Double.NaN);
    INDArray outputs = column(DataType.DOUBLE, 3, 4);
    INDArray mask = column(DataType.DOUBLE, 1, 0);
    MeanSquareLoss loss = new MeanSquareLoss();
    assertEquals(4, loss.computeScore(labels, outputs, IDENTITY, mask, false));
    assertEquals(
        column(DataType.DOUBLE, 4, 0), loss.computeGradient(labels, outputs, IDENTITY, mask));
  }

  @Test
  void shapesThatDoNotFit_areNamed() {
    MeanSquareLoss loss = new MeanSquareLoss();
    INDArray outputs = array(DataType.DOUBLE, z);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> loss.computeScore(column(DataType.DOUBLE, 1, 2), outputs, IDENTITY, null, false));
    assertTrue(e.getMessage().contains("[2, 1]") && e.getMessage().contains("[5, 3]"));
    Exception mask =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                loss.computeScore(
                    outputs, outputs, IDENTITY, column(DataType.DOUBLE, 1, 2), false));
    assertTrue(mask.getMessage().contains("[2, 1]"));
  }

  @Test
  void losses_areEqualByKind() {
    assertEquals(new MeanSquareLoss(), new MeanSquareLoss());
    assertEquals(new MeanSquareLoss().hashCode(), new MeanSquareLoss().hashCode());
    org.junit.jupiter.api.Assertions.assertNotEquals(
        new MeanSquareLoss(), new HalfMeanSquareLoss());
    assertEquals("LogisticLoss()", new LogisticLoss().name());
  }
}
