package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.nn.loss.Losses;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * Whether labels are classes is a matter of labels, outputs and loss: not of the features, and not
 * of labels alone.
 */
class ClassesTest {

  private static final int N = 12;

  private final Random random = new Random(3);

  private INDArray gaussian(long... shape) {
    INDArray array = Nd4j.create(DataType.DOUBLE, shape);
    for (long k = 0; k < array.length(); k++) {
      array.putScalar(k, random.nextGaussian());
    }
    return array;
  }

  private INDArray classes(int outputs) {
    INDArray y = Nd4j.zeros(DataType.DOUBLE, N, outputs);
    for (int i = 0; i < N; i++) {
      y.putScalar(i, random.nextInt(outputs), 1);
    }
    return y;
  }

  private static ListBuilder configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(DataType.DOUBLE)
        .updater(new Sgd(0.1))
        .list();
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nIn(3).nOut(6).activation(Activation.RELU).build();
  }

  private static OutputLayer output(ILossFunction loss, int outputs, Activation activation) {
    return new OutputLayer.Builder(loss).nIn(6).nOut(outputs).activation(activation).build();
  }

  private static MultiLayerNetwork net(ListBuilder layers) {
    MultiLayerNetwork net = new MultiLayerNetwork(layers.build());
    net.init();
    return net;
  }

  private static Run run(MultiLayerNetwork net, DataSet data, int steps) {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.addListeners(bias);
    for (int t = 0; t < steps; t++) {
      net.fit(data);
    }
    bias.close();
    return bias.run();
  }

  private boolean hasMargins(ILossFunction loss, int outputs, Activation activation, INDArray y) {
    MultiLayerNetwork net =
        net(configuration().layer(dense()).layer(output(loss, outputs, activation)));
    return !Absent.is(run(net, new DataSet(gaussian(N, 3), y), 2).latest("minMargin"));
  }

  @Test
  void onlyLossesOfClassificationHaveMargins() {
    INDArray oneHot = classes(3);
    INDArray bits = gaussian(N, 1).gt(0).castTo(DataType.DOUBLE);
    INDArray signs = bits.mul(2).sub(1);
    assertTrue(hasMargins(LossFunction.MCXENT.getILossFunction(), 3, Activation.SOFTMAX, oneHot));
    assertTrue(hasMargins(LossFunction.XENT.getILossFunction(), 1, Activation.SIGMOID, bits));
    assertTrue(hasMargins(LossFunction.HINGE.getILossFunction(), 1, Activation.IDENTITY, signs));
    assertTrue(
        hasMargins(LossFunction.SQUARED_HINGE.getILossFunction(), 1, Activation.IDENTITY, signs));
    assertTrue(hasMargins(Losses.logistic(), 1, Activation.IDENTITY, signs));
    assertTrue(hasMargins(Losses.exponential(), 1, Activation.IDENTITY, signs));
    assertTrue(hasMargins(Losses.logOf(Losses.logistic(), N), 1, Activation.IDENTITY, signs));
    // Numbers that are compared with probabilities are classes.
    assertTrue(hasMargins(new LossMSE(), 1, Activation.SIGMOID, bits));
    assertTrue(hasMargins(new LossMSE(), 3, Activation.SOFTMAX, oneHot));
    // A critic has no classes, and a fitted number is none, whatever it looks like.
    assertFalse(
        hasMargins(LossFunction.WASSERSTEIN.getILossFunction(), 1, Activation.IDENTITY, signs));
    assertFalse(hasMargins(new LossMSE(), 1, Activation.IDENTITY, signs));
    assertFalse(hasMargins(new LossMSE(), 3, Activation.IDENTITY, oneHot));
    assertFalse(hasMargins(LossFunction.L1.getILossFunction(), 1, Activation.TANH, signs));
    assertFalse(hasMargins(Losses.meanSquare(), 1, Activation.IDENTITY, signs));
    assertFalse(hasMargins(Losses.halfMeanSquare(), 1, Activation.IDENTITY, signs));
    // Nor are there margins where the labels are not classes.
    assertFalse(
        hasMargins(
            LossFunction.MCXENT.getILossFunction(),
            3,
            Activation.SOFTMAX,
            oneHot.mul(0.8).add(0.1)));
  }

  @Test
  void everyLossOfDl4jIsSaidToClassifyOrNot() {
    Set<LossFunction> classify =
        EnumSet.of(
            LossFunction.MCXENT,
            LossFunction.NEGATIVELOGLIKELIHOOD,
            LossFunction.SPARSE_MCXENT,
            LossFunction.XENT,
            LossFunction.HINGE,
            LossFunction.SQUARED_HINGE);
    for (LossFunction one : LossFunction.values()) {
      assertEquals(
          classify.contains(one),
          LossTask.classifies(one.getILossFunction(), Activation.IDENTITY.getActivationFunction()),
          one.toString());
    }
  }

  /** The smallest margin, from DL4J's own activations below the output layer. */
  private static double smallestMargin(MultiLayerNetwork net, DataSet data, INDArray oneHot) {
    int last = net.getnLayers() - 1;
    net.setLayerMaskArrays(data.getFeaturesMaskArray(), null);
    INDArray hidden = net.feedForwardToLayer(last - 1, data.getFeatures()).get(last);
    net.clearLayerMaskArrays();
    if (hidden.rank() == 4) {
      hidden = hidden.reshape(hidden.size(0), -1);
    }
    INDArray z = hidden.mmul(net.getParam(last + "_W")).addRowVector(net.getParam(last + "_b"));
    double smallest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < N; i++) {
      int label = oneHot.getRow(i).argMax().getInt(0);
      double[] row = z.getRow(i).toDoubleVector();
      double of = row[label];
      row[label] = Double.NEGATIVE_INFINITY;
      smallest = Math.min(smallest, of - Arrays.stream(row).max().getAsDouble());
    }
    return smallest;
  }

  @Test
  void imagesHaveMargins() {
    MultiLayerNetwork net =
        net(
            configuration()
                .layer(
                    new ConvolutionLayer.Builder(2, 2).nOut(4).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(5, 5, 2)));
    INDArray y = classes(3);
    DataSet data = new DataSet(gaussian(N, 2, 5, 5), y);
    Run run = run(net, data, 3);
    assertEquals(smallestMargin(net, data, y), run.latest("minMargin"), 1e-12);
    assertEquals(net.score(data), run.latest("loss"), 1e-12);
  }

  @Test
  void sequencesHaveMargins_alsoWithMasks() {
    INDArray mask = Nd4j.ones(DataType.DOUBLE, N, 4);
    for (int i = 0; i < N; i++) {
      for (int t = 1 + i % 4; t < 4; t++) {
        mask.putScalar(i, t, 0);
      }
    }
    for (INDArray one : new INDArray[] {null, mask}) {
      MultiLayerNetwork net =
          net(
              configuration()
                  .layer(new SimpleRnn.Builder().nIn(3).nOut(6).activation(Activation.RELU).build())
                  .layer(new GlobalPoolingLayer(PoolingType.MAX))
                  .layer(output(LossFunction.MCXENT.getILossFunction(), 2, Activation.SOFTMAX)));
      INDArray y = classes(2);
      DataSet data = new DataSet(gaussian(N, 3, 4), y, one, null);
      Run run = run(net, data, 3);
      assertEquals(smallestMargin(net, data, y), run.latest("minMargin"), 1e-12);
      assertEquals(net.score(data), run.latest("loss"), 1e-12);
    }
  }

  @Test
  void numbersOfClassesAreRecordedAsRowsOfClasses() {
    INDArray x = gaussian(N, 3);
    INDArray oneHot = classes(3);
    INDArray indices = Nd4j.argMax(oneHot, 1).castTo(DataType.DOUBLE).reshape(N, 1);
    Run[] runs = new Run[2];
    for (int k = 0; k < 2; k++) {
      LossFunction loss = k == 0 ? LossFunction.MCXENT : LossFunction.SPARSE_MCXENT;
      MultiLayerNetwork net =
          net(
              configuration()
                  .layer(dense())
                  .layer(output(loss.getILossFunction(), 3, Activation.SOFTMAX)));
      DataSet data = new DataSet(x, k == 0 ? oneHot : indices);
      runs[k] = run(net, data, 20);
      assertEquals(net.score(data), runs[k].latest("loss"), 1e-12);
    }
    assertEquals(runs[0].size(), runs[1].size());
    for (String column : new String[] {"loss", "minMargin", "gradientNorm", "lossRatio"}) {
      for (long step : new long[] {0, 20}) {
        assertEquals(runs[0].value(column, step), runs[1].value(column, step), 1e-12, column);
        assertFalse(Absent.is(runs[1].value(column, step)), column);
      }
    }
    assertArrayEquals(runs[0].header().sampleClasses(), runs[1].header().sampleClasses());
  }

  @Test
  void oneClassNetworksAreRecorded_andTrainAsWithoutUs() {
    DataSet data = new DataSet(gaussian(N, 3), Nd4j.ones(DataType.DOUBLE, N, 1));
    INDArray[] parameters = new INDArray[2];
    for (int k = 0; k < 2; k++) {
      MultiLayerNetwork net =
          net(
              configuration()
                  .layer(dense())
                  .layer(
                      new OCNNOutputLayer.Builder()
                          .nIn(6)
                          .activation(new ActivationReLU())
                          .hiddenLayerSize(8)
                          .build()));
      if (k == 0) {
        for (int t = 0; t < 5; t++) {
          net.fit(data);
        }
      } else {
        Run run = run(net, data, 5);
        assertEquals(6, run.size());
        for (int t = 0; t < 5; t++) {
          assertEquals(run.value("score", t), run.value("loss", t), 1e-12);
        }
      }
      parameters[k] = net.params().dup();
    }
    assertEquals(parameters[0], parameters[1]);
  }
}
