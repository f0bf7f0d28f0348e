package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.core.visit.VisitedSample;
import io.github.implicitbias.run.Absent;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/** Several outputs and inputs, outputs at positions, and labels that are numbers of classes. */
class VisitOutputsTest {

  private static final int N = 6;
  private static final int CLASSES = 3;

  private static NeuralNetConfiguration.Builder configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(4)
        .dataType(DataType.DOUBLE)
        .l2(0.01)
        .updater(new Sgd(0.2));
  }

  private static INDArray uniform(int seed, long... shape) {
    return Followed.uniform(DataType.DOUBLE, seed, shape);
  }

  private static INDArray oneHot() {
    return Followed.oneHot(DataType.DOUBLE, 4, N, CLASSES);
  }

  private static OutputLayer softmax() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static ComputationGraph twoInputsTwoOutputs() {
    ComputationGraph graph =
        new ComputationGraph(
            configuration()
                .graphBuilder()
                .addInputs("a", "b")
                .setInputTypes(InputType.feedForward(3), InputType.feedForward(2))
                .addLayer(
                    "hidden",
                    new DenseLayer.Builder().nOut(8).activation(Activation.RELU).build(),
                    "a",
                    "b")
                .addLayer(
                    "number",
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "hidden")
                .addLayer("class", softmax(), "hidden")
                .setOutputs("number", "class")
                .build());
    graph.init();
    return graph;
  }

  private static double margin(double[] z, int label) {
    double other = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < z.length; k++) {
      other = k == label ? other : Math.max(other, z[k]);
    }
    return z[label] - other;
  }

  @Test
  void marginsAreThoseOfTheFirstOutputOfClasses_lossesAreSums_andEveryInputTellsSamplesApart() {
    ComputationGraph graph = twoInputsTwoOutputs();
    INDArray a = uniform(1, N, 3);
    INDArray b = uniform(2, N, 2);
    INDArray numbers = uniform(3, N, 2);
    MultiDataSet data = new MultiDataSet(new INDArray[] {a, b}, new INDArray[] {numbers, oneHot()});
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
    graph.addListeners(bias);
    for (int step = 0; step < 3; step++) {
      ComputationGraph before = graph.clone();
      INDArray hidden = before.feedForward(new INDArray[] {a, b}, false).get("hidden");
      INDArray w = before.getLayer("class").getParam("W");
      INDArray z = hidden.mmul(w).addRowVector(before.getLayer("class").getParam("b"));
      double regularization = graph.calcRegularizationScore(true);
      graph.fit(data);
      double sum = 0;
      for (int i = 0; i < N; i++) {
        VisitedSample sample = bias.visits().of(i);
        int label = oneHot().getRow(i).argMax().getInt(0);
        assertEquals(margin(z.getRow(i).toDoubleVector(), label), sample.lastMargin(), 1e-12);
        sum += sample.lastLoss();
      }
      assertEquals(graph.score(), sum / N + regularization, 1e-12);
    }
    assertEquals(N, bias.visits().visited());
    INDArray other = b.dup();
    other.putScalar(0, 0, 7);
    graph.fit(new MultiDataSet(new INDArray[] {a, other}, new INDArray[] {numbers, oneHot()}));
    assertEquals(N + 1, bias.visits().visited());
    INDArray otherNumbers = numbers.dup();
    otherNumbers.putScalar(2, 1, 7);
    graph.fit(new MultiDataSet(new INDArray[] {a, b}, new INDArray[] {otherNumbers, oneHot()}));
    assertEquals(N + 2, bias.visits().visited());
    bias.close();
    assertEquals(Map.of(), bias.failures());
    String status = bias.visits().status();
    assertTrue(status.contains("margins are those of the output class"), status);
    assertTrue(status.contains("losses are sums over the outputs"), status);
  }

  @Test
  void labelsThatAreNumbersOfClasses_withAMask() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            configuration()
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(5).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(new LossSparseMCXENT())
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    INDArray labels = Nd4j.createFromArray(2.0, 0, 1, 2, 2, 0).reshape(N, 1);
    DataSet data = new DataSet(uniform(3, N, 4), labels);
    INDArray mask = Nd4j.ones(DataType.DOUBLE, N, 1);
    mask.putScalar(4, 0);
    data.setLabelsMaskArray(mask);
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
    net.addListeners(bias);
    for (int step = 0; step < 3; step++) {
      MultiLayerNetwork before = net.clone();
      INDArray hidden = before.feedForward(data.getFeatures(), false).get(1);
      INDArray z =
          hidden
              .mmul(before.getOutputLayer().getParam("W"))
              .addRowVector(before.getOutputLayer().getParam("b"));
      double regularization = net.calcRegularizationScore(true);
      net.fit(data);
      double sum = 0;
      for (int i = 0; i < N; i++) {
        VisitedSample sample = bias.visits().of(i);
        if (i == 4) {
          assertEquals(0, sample.visits());
          continue;
        }
        int label = labels.getInt(i);
        assertEquals(label, sample.label());
        assertEquals(margin(z.getRow(i).toDoubleVector(), label), sample.lastMargin(), 1e-12);
        sum += sample.lastLoss();
      }
      assertEquals(net.score(), sum / N + regularization, 1e-12);
    }
    bias.close();
    assertTrue(bias.visits().areLossesComparable());
  }

  @Test
  void outputsAtPositionsOfAnImage_withAMaskOfPositions() {
    int side = 4;
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            configuration()
                .list()
                .layer(
                    new ConvolutionLayer.Builder(1, 1)
                        .nOut(CLASSES)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(
                    new CnnLossLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(side, side, 2))
                .build());
    net.init();
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, N, CLASSES, side, side);
    INDArray mask = Nd4j.ones(DataType.DOUBLE, N, 1, side, side);
    for (int i = 0; i < N; i++) {
      for (int p = 0; p < side * side; p++) {
        labels.putScalar(new int[] {i, (i + p) % CLASSES, p / side, p % side}, 1);
        mask.putScalar(new int[] {i, 0, p / side, p % side}, (i * 5 + p) % 4 == 0 ? 0 : 1);
      }
    }
    for (INDArray masks : new INDArray[] {null, mask}) {
      DataSet data = new DataSet(uniform(3, N, 2, side, side), labels);
      data.setLabelsMaskArray(masks);
      ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
      net.setListeners(bias);
      INDArray z = net.clone().feedForward(data.getFeatures(), true).get(1);
      double regularization = net.calcRegularizationScore(true);
      net.fit(data);
      double sum = 0;
      for (int i = 0; i < N; i++) {
        double margin = 0;
        int counted = 0;
        for (int p = 0; p < side * side; p++) {
          if (masks == null || masks.getDouble(i, 0, p / side, p % side) != 0) {
            double[] one = new double[CLASSES];
            for (int k = 0; k < CLASSES; k++) {
              one[k] = z.getDouble(i, k, p / side, p % side);
            }
            margin += margin(one, (i + p) % CLASSES);
            counted++;
          }
        }
        assertEquals(margin / counted, bias.visits().of(i).lastMargin(), 1e-12);
        sum += bias.visits().of(i).lastLoss();
      }
      assertEquals(net.score(), sum / N + regularization, 1e-11 * net.score());
      bias.close();
      assertTrue(bias.visits().areLossesComparable());
    }
  }

  @Test
  void regressionHasLosses_andNoMargins() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            configuration()
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(5).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MEAN_ABSOLUTE_ERROR)
                        .nOut(3)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    DataSet data = new DataSet(uniform(3, N, 4), uniform(4, N, 3));
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
    net.addListeners(bias);
    net.fit(data);
    net.fit(data);
    bias.close();
    VisitBook book = bias.visits();
    for (int i = 0; i < N; i++) {
      assertTrue(Absent.is(book.of(i).lastMargin()));
      assertTrue(Absent.is(book.of(i).meanConfidence()));
      assertEquals(-1, book.of(i).label());
      assertNotEquals(0, book.of(i).lastLoss());
    }
  }
}
