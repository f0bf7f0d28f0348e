package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Run;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Masks of features that only training has, and masks of matrices of words. */
class MaskedTrainingTest {

  private static final int N = 8;
  private static final int TIME = 5;

  private final Random random = new Random(9);

  private INDArray gaussian(long... shape) {
    INDArray array = Nd4j.create(DataType.DOUBLE, shape);
    for (long k = 0; k < array.length(); k++) {
      array.putScalar(k, random.nextGaussian());
    }
    return array;
  }

  private static INDArray mask() {
    INDArray mask = Nd4j.ones(DataType.DOUBLE, N, TIME);
    for (int i = 0; i < N; i++) {
      for (int t = 1 + i % TIME; t < TIME; t++) {
        mask.putScalar(i, t, 0);
      }
    }
    return mask;
  }

  private static ListBuilder configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(DataType.DOUBLE)
        .updater(new Sgd(0.1))
        .list();
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nOut(6).activation(Activation.RELU).build();
  }

  private static SimpleRnn rnn() {
    return new SimpleRnn.Builder().nOut(4).activation(Activation.RELU).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(2)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork net(Layer... layers) {
    ListBuilder list = configuration();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(list.setInputType(InputType.recurrent(3, TIME)).build());
    net.init();
    return net;
  }

  /** Trains with a mask on the rows of a probe that has none. */
  private void check(String what, MultiLayerNetwork net) {
    INDArray x = gaussian(N, 3, TIME);
    INDArray y = Nd4j.zeros(DataType.DOUBLE, N, 2);
    for (int i = 0; i < N; i++) {
      y.putScalar(i, i % 2, 1);
    }
    DataSet plain = new DataSet(x, y);
    DataSet masked = new DataSet(x, y, mask(), null);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(plain).schedule(Schedule.everyStep()).build();
    net.addListeners(bias);
    double[] loss = new double[4];
    for (int t = 0; t < 4; t++) {
      loss[t] = net.score(plain);
      if (t < 2) {
        net.fit(masked);
      } else {
        net.fit(plain);
      }
    }
    double last = net.score(plain);
    bias.close();
    Run run = bias.run();
    for (int t = 0; t < 4; t++) {
      assertEquals(loss[t], run.value("loss", t), 1e-12, what + " at step " + t);
    }
    assertEquals(last, run.latest("loss"), 1e-12, what);
    assertNotEquals(run.value("score", 0), run.value("loss", 0), 1e-6, what);
    // The masked steps do not train on the probe, the two others do.
    assertEquals(2, run.recordsInPlace(), what);
  }

  @Test
  void aMaskThatOnlyTrainingHasIsNoticed() {
    GlobalPoolingLayer pooling = new GlobalPoolingLayer(PoolingType.AVG);
    check("lstm", net(new LSTM.Builder().nOut(4).build(), pooling, dense(), output()));
    check("rnn", net(rnn(), new GlobalPoolingLayer(PoolingType.MAX), output()));
    check("dense", net(dense(), rnn(), new GlobalPoolingLayer(PoolingType.SUM), output()));
    check("last step", net(new LastTimeStep(rnn()), dense(), output()));
    check("both ways", net(new Bidirectional(rnn()), new GlobalPoolingLayer(), output()));
  }

  @Test
  void wordsOfAMatrixMayBeMasked() {
    INDArray words = Nd4j.create(DataType.DOUBLE, N, TIME);
    INDArray y = Nd4j.zeros(DataType.DOUBLE, N, 2, TIME);
    for (int i = 0; i < N; i++) {
      for (int t = 0; t < TIME; t++) {
        words.putScalar(i, t, random.nextInt(9));
        y.putScalar(new int[] {i, random.nextInt(2), t}, 1);
      }
    }
    DataSet data = new DataSet(words, y, mask(), mask());
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            configuration()
                .layer(
                    new EmbeddingSequenceLayer.Builder()
                        .nIn(9)
                        .nOut(7)
                        .inputLength(TIME)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(rnn())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(9, TIME))
                .build());
    net.init();
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.addListeners(bias);
    for (int t = 0; t < 3; t++) {
      net.fit(data);
    }
    bias.close();
    Run run = bias.run();
    assertEquals(4, run.size());
    assertEquals(net.score(data), run.latest("loss"), 1e-12);
    for (int t = 0; t < 3; t++) {
      assertEquals(run.value("score", t), run.value("loss", t), 1e-12);
    }
    // What is masked is never on, as after a forward pass with the mask.
    net.setLayerMaskArrays(mask(), null);
    INDArray h = net.feedForwardToLayer(1, words).get(2);
    net.clearLayerMaskArrays();
    double on = 0;
    for (int i = 0; i < N; i++) {
      for (int t = 0; t < TIME; t++) {
        for (int j = 0; j < 4; j++) {
          on += mask().getDouble(i, t) == 1 && h.getDouble(i, j, t) > 0 ? 1 : 0;
        }
      }
    }
    double entries = 4 * mask().sumNumber().doubleValue();
    assertEquals(on / entries, run.latest("activeFraction[layer1]"), 1e-12);
  }
}
