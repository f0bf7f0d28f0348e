package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.core.visit.VisitedSample;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A sequence has one visit per step: margins are means over its time steps, losses sums. */
class VisitSequencesTest {

  private static final int N = 5;
  private static final int TIME = 6;
  private static final int CLASSES = 3;

  private static NeuralNetConfiguration.Builder configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(4)
        .dataType(DataType.DOUBLE)
        .updater(new Sgd(0.3));
  }

  private static MultiLayerNetwork net(boolean truncated, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = configuration().list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    list.setInputType(InputType.recurrent(3, TIME));
    if (truncated) {
      list.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(TIME / 2);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  private static SimpleRnn rnn() {
    return new SimpleRnn.Builder().nOut(7).name("rnn").activation(Activation.RELU).build();
  }

  private static RnnOutputLayer perStep() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static OutputLayer once() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static DataSet series(int time) {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, N, CLASSES, time);
    for (int i = 0; i < N; i++) {
      for (int t = 0; t < time; t++) {
        labels.putScalar(new int[] {i, i == 0 ? 2 : (i + t / 2) % CLASSES, t}, 1);
      }
    }
    return new DataSet(Followed.uniform(DataType.DOUBLE, 5, N, 3, time), labels);
  }

  private static ImplicitBiasListener watch(DataSet data) {
    return ImplicitBiasListener.builder(data).visits(true).build();
  }

  /** Margin, loss and confidence of one time step, from the output layer's input. */
  private static double[] step(INDArray hidden, Model model, DataSet data, int i, int t) {
    INDArray w = ((MultiLayerNetwork) model).getOutputLayer().getParam("W");
    INDArray b = ((MultiLayerNetwork) model).getOutputLayer().getParam("b");
    double[] z = new double[CLASSES];
    double other = Double.NEGATIVE_INFINITY;
    double sum = 0;
    int label = 0;
    for (int k = 0; k < CLASSES; k++) {
      z[k] = b.getDouble(k);
      for (int j = 0; j < w.size(0); j++) {
        z[k] += hidden.getDouble(i, j, t) * w.getDouble(j, k);
      }
      sum += Math.exp(z[k]);
      label = data.getLabels().getDouble(i, k, t) == 1 ? k : label;
    }
    for (int k = 0; k < CLASSES; k++) {
      other = k == label ? other : Math.max(other, z[k]);
    }
    return new double[] {z[label] - other, Math.log(sum) - z[label], Math.exp(z[label]) / sum};
  }

  @Test
  void marginsAreMeansOverUnmaskedSteps_lossesAreSums_maskedSequencesAreNotVisited() {
    DataSet data = series(TIME);
    INDArray mask = Nd4j.ones(DataType.DOUBLE, N, TIME);
    mask.putScalar(1, 0, 0);
    mask.putScalar(2, 5, 0);
    mask.putScalar(2, 4, 0);
    for (int t = 0; t < TIME; t++) {
      mask.putScalar(3, t, 0);
    }
    data.setLabelsMaskArray(mask);
    MultiLayerNetwork net = net(false, rnn(), perStep());
    ImplicitBiasListener bias = watch(data);
    net.addListeners(bias);
    for (int fit = 0; fit < 4; fit++) {
      MultiLayerNetwork before = net.clone();
      INDArray hidden = before.feedForward(data.getFeatures(), true).get(1);
      net.fit(data);
      VisitBook book = bias.visits();
      assertEquals(N - 1, book.visited());
      double total = 0;
      for (int i = 0; i < N; i++) {
        if (i == 3) {
          assertEquals(0, book.of(i).visits());
          continue;
        }
        double margin = 0;
        double loss = 0;
        double confidence = 0;
        int counted = 0;
        BitSet on = new BitSet();
        for (int t = 0; t < TIME; t++) {
          for (int j = 0; j < 7; j++) {
            on.set(j, on.get(j) || hidden.getDouble(i, j, t) > 0);
          }
          if (mask.getDouble(i, t) != 0) {
            double[] one = step(hidden, before, data, i, t);
            margin += one[0];
            loss += one[1];
            confidence += one[2];
            counted++;
          }
        }
        VisitedSample sample = book.of(i);
        assertEquals(margin / counted, sample.lastMargin(), 1e-12);
        assertEquals(loss, sample.lastLoss(), 1e-12);
        assertEquals(i == 0 ? 2 : -1, sample.label());
        assertEquals(on, BitSet.valueOf(book.pattern(0, i)));
        if (fit == 1) {
          assertEquals(confidence / counted, sample.meanConfidence(), 1e-12);
        }
        total += loss;
      }
      assertEquals(net.score(), total / N, 1e-12, "masked samples count in the divisor");
    }
    bias.close();
    assertEquals(Map.of(), bias.failures());
  }

  /** What training has at each forward pass. */
  private static final class Witness extends BaseTrainingListener {
    final List<List<INDArray>> passes = new ArrayList<>();

    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      List<INDArray> copy = new ArrayList<>();
      activations.forEach(a -> copy.add(a.dup('c').detach()));
      passes.add(copy);
    }
  }

  @Test
  void underTruncatedBackpropagation_eachChunkIsARowOfItsOwn() {
    DataSet data = series(TIME);
    MultiLayerNetwork net = net(true, new LSTM.Builder().nOut(4).build(), perStep());
    ImplicitBiasListener bias = watch(data);
    Witness witness = new Witness();
    net.addListeners(bias, witness);
    List<MultiLayerNetwork> parameters = new ArrayList<>();
    parameters.add(net.clone());
    net.addListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            parameters.add(((MultiLayerNetwork) model).clone());
          }
        });
    net.fit(data);
    net.fit(data);
    bias.close();
    VisitBook book = bias.visits();
    assertEquals(2 * N, book.visited());
    assertEquals(4, witness.passes.size());
    for (int chunk = 0; chunk < 2; chunk++) {
      DataSet part =
          new DataSet(
              data.getFeatures(),
              data.getLabels()
                  .get(
                      NDArrayIndex.all(),
                      NDArrayIndex.all(),
                      NDArrayIndex.interval(chunk * TIME / 2, (chunk + 1) * TIME / 2)));
      INDArray hidden = witness.passes.get(2 + chunk).get(1);
      for (int i = 0; i < N; i++) {
        double margin = 0;
        for (int t = 0; t < TIME / 2; t++) {
          margin += step(hidden, parameters.get(2 + chunk), part, i, t)[0] / (TIME / 2);
        }
        VisitedSample sample = book.of(N + chunk * N + i);
        assertEquals(2, sample.visits());
        assertEquals(2 + chunk, sample.lastStep());
        assertEquals(margin, sample.lastMargin(), 1e-12);
      }
    }
    assertTrue(book.areLossesComparable());
  }

  private static DataSet oneLabel(DataSet series) {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, N, CLASSES);
    for (int i = 0; i < N; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return new DataSet(series.getFeatures(), labels);
  }

  /** Returns the sequences in an array that is longer, with something behind their ends. */
  private static DataSet padded(DataSet data, int time, double with) {
    INDArray longer = Nd4j.valueArrayOf(new long[] {N, 3, time}, with, DataType.DOUBLE);
    INDArray mask = Nd4j.zeros(DataType.DOUBLE, N, time);
    for (int i = 0; i < N; i++) {
      for (int t = 0; t < TIME; t++) {
        mask.putScalar(i, t, 1);
        for (int c = 0; c < 3; c++) {
          longer.putScalar(new int[] {i, c, t}, data.getFeatures().getDouble(i, c, t));
        }
      }
    }
    DataSet padded = new DataSet(longer, data.getLabels());
    padded.setFeaturesMaskArray(mask);
    return padded;
  }

  @Test
  void aSequenceIsTheSame_howeverFarItIsPadded() {
    DataSet data = oneLabel(series(TIME));
    MultiLayerNetwork net = net(false, rnn(), new GlobalPoolingLayer(), once());
    ImplicitBiasListener bias = watch(data);
    net.addListeners(bias);
    for (int time : new int[] {TIME, TIME + 1, TIME + 4}) {
      net.fit(time == TIME ? data : padded(data, time, time)); // masked steps hold anything
    }
    DataSet unmasked = padded(data, TIME + 2, 0);
    unmasked.setFeaturesMaskArray(null);
    net.fit(unmasked);
    bias.close();
    assertEquals(N, bias.visits().size(), bias.visits().status());
    assertEquals(4, bias.visits().of(2).visits());
  }

  @Test
  void aMaskThatHidesAStep_makesAnotherSample_andItsUnitsDoNotCount() {
    DataSet data = oneLabel(series(TIME));
    ComputationGraph graph =
        new ComputationGraph(
            configuration()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(3, TIME))
                .addLayer("rnn", rnn(), "in")
                .addLayer("pool", new GlobalPoolingLayer(), "rnn")
                .addLayer("out", once(), "pool")
                .setOutputs("out")
                .build());
    graph.init();
    ImplicitBiasListener bias = watch(data);
    graph.addListeners(bias);
    graph.fit(data);
    INDArray mask = Nd4j.ones(DataType.DOUBLE, N, TIME);
    mask.putScalar(1, 2, 0);
    mask.putScalar(2, TIME - 1, 0);
    for (int t = 1; t < TIME; t++) {
      mask.putScalar(4, t, 0);
    }
    INDArray hidden =
        graph.clone().feedForward(new INDArray[] {data.getFeatures()}, false).get("rnn");
    graph.fit(
        new MultiDataSet(
            new INDArray[] {data.getFeatures()},
            new INDArray[] {data.getLabels()},
            new INDArray[] {mask},
            null));
    bias.close();
    VisitBook book = bias.visits();
    assertEquals(N + 3, book.size());
    for (int j = 0; j < 7; j++) {
      boolean on = (book.pattern(0, N + 2)[0] >>> j & 1) != 0;
      assertEquals(hidden.getDouble(4, j, 0) > 0, on, "sample 4 has one time step");
    }
  }

  @Test
  void wordsPaddedWithNothing_andDenseLayersBetween() {
    MultiLayerNetwork net =
        net(
            false,
            rnn(),
            new DenseLayer.Builder().nOut(6).name("dense").activation(Activation.RELU).build(),
            perStep());
    ImplicitBiasListener bias = watch(series(TIME));
    net.addListeners(bias);
    for (int time : new int[] {TIME, TIME - 2, TIME + 3}) {
      DataSet data = series(time);
      List<INDArray> all = net.clone().feedForward(data.getFeatures(), true);
      int known = bias.visits().size();
      net.fit(data);
      VisitBook book = bias.visits();
      assertEquals(known + N, book.size(), book.status());
      for (int i = 0; i < N; i++) {
        BitSet on = new BitSet();
        for (int t = 0; t < time; t++) {
          for (int j = 0; j < 6; j++) {
            on.set(j, on.get(j) || all.get(2).getDouble(t * N + i, j) > 0);
          }
        }
        assertEquals(on, BitSet.valueOf(book.pattern(1, known + i)));
      }
    }
    bias.close();
    assertArrayEquals(new Object[] {"rnn", "dense"}, bias.visits().layers().toArray());
  }
}
