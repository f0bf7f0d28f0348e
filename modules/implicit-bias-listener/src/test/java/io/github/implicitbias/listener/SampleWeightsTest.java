package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.nn.loss.Losses;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossFMeasure;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * Weights of samples and of single labels are in the loss and in the gradient as DL4J has them in
 * its score and in what it descends on; margins know of them only whether a sample counts.
 */
class SampleWeightsTest {

  private static final int N = 18;
  private static final int INPUTS = 3;
  private static final double RATE = 0.002;

  private final Random random = new Random(5);

  /** How labels are written. */
  private enum Labels {
    ONE_HOT,
    BITS,
    SIGNS,
    NUMBERS,
    SHARES,
    INDICES
  }

  /** A loss, the activation before it, and its labels. */
  private static final class Case {
    final ILossFunction loss;
    final Activation activation;
    final Labels labels;
    final int outputs;
    final boolean perLabel;

    Case(ILossFunction loss, Activation activation, Labels labels, int outputs, boolean perLabel) {
      this.loss = loss;
      this.activation = activation;
      this.labels = labels;
      this.outputs = outputs;
      this.perLabel = perLabel;
    }

    @Override
    public String toString() {
      return loss + " of " + outputs + " behind " + activation;
    }
  }

  private static List<Case> cases() {
    INDArray classWeights = Nd4j.createFromArray(0.5, 2, 1).castTo(DataType.DOUBLE);
    List<Case> all = new ArrayList<>();
    all.add(of(LossFunction.MCXENT, Activation.SOFTMAX, Labels.ONE_HOT, 3, false));
    all.add(of(LossFunction.MCXENT, Activation.SOFTMAX, Labels.SHARES, 3, false));
    all.add(of(LossFunction.NEGATIVELOGLIKELIHOOD, Activation.SOFTMAX, Labels.ONE_HOT, 3, false));
    all.add(new Case(new LossMCXENT(classWeights), Activation.SOFTMAX, Labels.ONE_HOT, 3, false));
    all.add(new Case(new LossSparseMCXENT(), Activation.SOFTMAX, Labels.INDICES, 3, false));
    all.add(
        new Case(new LossSparseMCXENT(classWeights), Activation.SOFTMAX, Labels.INDICES, 3, false));
    all.add(of(LossFunction.XENT, Activation.SIGMOID, Labels.BITS, 3, true));
    all.add(of(LossFunction.XENT, Activation.SIGMOID, Labels.BITS, 1, true));
    all.add(of(LossFunction.MSE, Activation.IDENTITY, Labels.NUMBERS, 3, true));
    all.add(of(LossFunction.MSE, Activation.IDENTITY, Labels.NUMBERS, 1, true));
    all.add(of(LossFunction.MSE, Activation.SIGMOID, Labels.BITS, 1, true));
    all.add(of(LossFunction.L2, Activation.RELU, Labels.NUMBERS, 2, true));
    all.add(of(LossFunction.L1, Activation.IDENTITY, Labels.NUMBERS, 2, true));
    all.add(of(LossFunction.MEAN_ABSOLUTE_ERROR, Activation.IDENTITY, Labels.NUMBERS, 2, true));
    all.add(of(LossFunction.HINGE, Activation.IDENTITY, Labels.SIGNS, 2, true));
    all.add(of(LossFunction.SQUARED_HINGE, Activation.IDENTITY, Labels.SIGNS, 1, true));
    all.add(of(LossFunction.SQUARED_HINGE, Activation.IDENTITY, Labels.SIGNS, 2, true));
    all.add(of(LossFunction.HINGE, Activation.IDENTITY, Labels.SIGNS, 1, true));
    all.add(of(LossFunction.L1, Activation.IDENTITY, Labels.NUMBERS, 1, true));
    all.add(of(LossFunction.L2, Activation.IDENTITY, Labels.NUMBERS, 1, true));
    all.add(of(LossFunction.MEAN_ABSOLUTE_ERROR, Activation.IDENTITY, Labels.NUMBERS, 1, true));
    all.add(of(LossFunction.KL_DIVERGENCE, Activation.SOFTMAX, Labels.SHARES, 3, false));
    all.add(new Case(Losses.meanSquare(), Activation.IDENTITY, Labels.NUMBERS, 2, true));
    all.add(new Case(Losses.logistic(), Activation.IDENTITY, Labels.SIGNS, 1, true));
    all.add(new Case(Losses.exponential(), Activation.IDENTITY, Labels.SIGNS, 2, true));
    all.add(
        new Case(Losses.logOf(Losses.logistic(), N), Activation.IDENTITY, Labels.SIGNS, 1, false));
    return all;
  }

  private static Case of(
      LossFunction loss, Activation activation, Labels labels, int outputs, boolean perLabel) {
    return new Case(loss.getILossFunction(), activation, labels, outputs, perLabel);
  }

  private INDArray gaussian(int columns) {
    INDArray array = Nd4j.create(DataType.DOUBLE, N, columns);
    for (long k = 0; k < array.length(); k++) {
      array.putScalar(k, random.nextGaussian());
    }
    return array;
  }

  private INDArray labels(Case of) {
    INDArray y = gaussian(of.labels == Labels.INDICES ? 1 : of.outputs);
    for (int i = 0; i < N; i++) {
      int chosen = random.nextInt(of.outputs);
      for (int k = 0; k < y.columns(); k++) {
        double given = y.getDouble(i, k);
        switch (of.labels) {
          case ONE_HOT:
            y.putScalar(i, k, k == chosen ? 1 : 0);
            break;
          case BITS:
            y.putScalar(i, k, given > 0 ? 1 : 0);
            break;
          case SIGNS:
            y.putScalar(i, k, given > 0 ? 1 : -1);
            break;
          case SHARES:
            y.putScalar(i, k, k == chosen ? 0.8 : 0.2 / (of.outputs - 1));
            break;
          case INDICES:
            y.putScalar(i, k, chosen);
            break;
          default:
        }
      }
    }
    return y;
  }

  /** Weights 0.5, 1.5, 2.5, the first 0 if asked for. */
  private static INDArray weights(int columns, boolean zero) {
    INDArray weights = Nd4j.create(DataType.DOUBLE, N, columns);
    for (int k = 0; k < N * columns; k++) {
      weights.putScalar(k, zero && k % 5 == 0 ? 0 : 0.5 + k % 3);
    }
    return weights;
  }

  private static NeuralNetConfiguration.Builder configuration(DataType type) {
    return new NeuralNetConfiguration.Builder().seed(7).dataType(type).updater(new Sgd(RATE));
  }

  private static DenseLayer dense(int in, int out, Activation activation) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(activation).build();
  }

  private static Layer output(Case of) {
    return new OutputLayer.Builder(of.loss)
        .nIn(6)
        .nOut(of.outputs)
        .activation(of.activation)
        .build();
  }

  private static MultiLayerNetwork stack(Case of, boolean lossLayer, DataType type) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            lossLayer
                ? configuration(type)
                    .list()
                    .layer(dense(INPUTS, 6, Activation.RELU))
                    .layer(dense(6, of.outputs, Activation.IDENTITY))
                    .layer(new LossLayer.Builder(of.loss).activation(of.activation).build())
                    .build()
                : configuration(type)
                    .list()
                    .layer(dense(INPUTS, 6, Activation.RELU))
                    .layer(output(of))
                    .build());
    net.init();
    return net;
  }

  private static ComputationGraph graph(Case of, DataType type) {
    ComputationGraph net =
        new ComputationGraph(
            configuration(type)
                .graphBuilder()
                .addInputs("in")
                .addLayer("hidden", dense(INPUTS, 6, Activation.RELU), "in")
                .addLayer("out", output(of), "hidden")
                .setOutputs("out")
                .build());
    net.init();
    return net;
  }

  private static double score(Model net, DataSet data) {
    return net instanceof MultiLayerNetwork
        ? ((MultiLayerNetwork) net).score(data)
        : ((ComputationGraph) net).score(data);
  }

  private static void near(double expected, double actual, double tolerance, String what) {
    assertTrue(Math.abs(expected) < 1e6, what + " is no case to compare: " + expected);
    assertEquals(expected, actual, tolerance * Math.max(1, Math.abs(expected)), what);
  }

  /** Trains some steps and compares the loss at each, and the gradient that made the steps. */
  private static void check(String what, Model net, DataSet data) {
    boolean exact = net.params().dataType() == DataType.DOUBLE;
    double ofLoss = exact ? 1e-12 : 1e-5;
    // Read off the difference of parameters that are rounded to floats, over the rate.
    double ofGradient = exact ? 1e-10 : 2e-3;
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .schedule(Schedule.everyStep())
            .preset(Preset.ECONOMY)
            .metric(Metrics.named("gradientNorm"))
            .build();
    net.addListeners(bias);
    List<INDArray> parameters = new ArrayList<>();
    double[] scores = new double[3];
    for (int t = 0; t < 3; t++) {
      scores[t] = score(net, data);
      parameters.add(net.params().dup());
      if (net instanceof MultiLayerNetwork) {
        ((MultiLayerNetwork) net).fit(data);
      } else {
        ((ComputationGraph) net).fit(data);
      }
    }
    parameters.add(net.params().dup());
    bias.close();
    Run run = bias.run();
    assertEquals(4, run.size(), what);
    double last = score(net, data);
    near(last, run.latest("loss"), ofLoss, what);
    for (int t = 0; t < 3; t++) {
      near(scores[t], run.value("loss", t), ofLoss, what);
      double gradient =
          parameters.get(t + 1).sub(parameters.get(t)).norm2Number().doubleValue() / RATE;
      double found = run.value("gradientNorm", t);
      if (!Absent.is(found)) {
        near(gradient, found, ofGradient, what);
      }
      // It is computed at the first record of every stack.
      assertTrue(t > 0 || !Absent.is(found), what);
    }
    assertEquals(3, run.recordsInPlace(), what);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"DOUBLE", "FLOAT"})
  void lossAndGradientHaveTheWeights(DataType type) {
    for (Case of : cases()) {
      List<INDArray> masks = new ArrayList<>();
      masks.add(null);
      masks.add(weights(1, false));
      masks.add(weights(1, true));
      if (of.perLabel && of.outputs > 1) {
        masks.add(weights(of.outputs, false));
        masks.add(weights(of.outputs, true));
      }
      INDArray x = gaussian(INPUTS);
      INDArray y = labels(of);
      for (INDArray mask : masks) {
        INDArray weights = mask == null ? null : mask.castTo(type);
        DataSet data = new DataSet(x.castTo(type), y.castTo(type), null, weights);
        String what = of + ", weights " + (mask == null ? "none" : mask.getRow(0) + " ...");
        check("stack " + what, stack(of, false, type), data);
        check("loss layer " + what, stack(of, true, type), data);
        check("graph " + what, graph(of, type), data);
      }
    }
  }

  @Test
  void lossOfTheWholeBatchIsTheScore() {
    Case of = new Case(new LossFMeasure(), Activation.SIGMOID, Labels.BITS, 1, false);
    check(
        "F-measure", stack(of, false, DataType.DOUBLE), new DataSet(gaussian(INPUTS), labels(of)));
  }

  @Test
  void aWeightDoesNotScaleAMargin_andWeightZeroDoesNotCount() {
    Case of = cases().get(0);
    INDArray x = gaussian(INPUTS);
    INDArray y = labels(of);
    for (boolean zero : new boolean[] {false, true}) {
      INDArray weights = weights(1, zero);
      MultiLayerNetwork net = stack(of, false, DataType.DOUBLE);
      ImplicitBiasListener bias =
          ImplicitBiasListener.builder(x.dup(), y.dup()).schedule(Schedule.everyStep()).build();
      DataSet data = new DataSet(x, y, null, weights);
      ImplicitBiasListener weighted =
          ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
      net.addListeners(bias, weighted);
      net.fit(data);
      bias.close();
      weighted.close();
      double[] margins = margins(net, x, y);
      double ofAll = Double.POSITIVE_INFINITY;
      double ofCounted = Double.POSITIVE_INFINITY;
      for (int i = 0; i < N; i++) {
        ofAll = Math.min(ofAll, margins[i]);
        ofCounted = weights.getDouble(i) == 0 ? ofCounted : Math.min(ofCounted, margins[i]);
      }
      assertEquals(ofAll, bias.run().latest("minMargin"), 1e-12);
      assertEquals(ofCounted, weighted.run().latest("minMargin"), 1e-12);
    }
  }

  /** Margins from the weights of the last layer. */
  private static double[] margins(MultiLayerNetwork net, INDArray x, INDArray y) {
    INDArray hidden = net.feedForwardToLayer(0, x).get(1);
    INDArray z = hidden.mmul(net.getParam("1_W")).addRowVector(net.getParam("1_b"));
    double[] margins = new double[(int) x.size(0)];
    for (int i = 0; i < margins.length; i++) {
      double label = 0;
      double other = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < z.columns(); k++) {
        if (y.getDouble(i, k) == 1) {
          label = z.getDouble(i, k);
        } else {
          other = Math.max(other, z.getDouble(i, k));
        }
      }
      margins[i] = label - other;
    }
    return margins;
  }
}
