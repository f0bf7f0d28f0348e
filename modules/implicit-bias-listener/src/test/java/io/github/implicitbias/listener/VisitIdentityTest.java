package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.run.Absent;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A sample is the same however its row lies in memory, and another one as soon as a bit differs.
 */
class VisitIdentityTest {

  private static final int N = 12;
  private static final int INPUTS = 5;

  private static MultiLayerNetwork net() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Sgd(0.01))
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(INPUTS)
                        .nOut(6)
                        .activation(Activation.RELU)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static INDArray features(DataType type) {
    Random random = new Random(4);
    INDArray x = Nd4j.zeros(DataType.FLOAT, N, INPUTS);
    for (int k = 0; k < N * INPUTS; k++) {
      x.putScalar(k, random.nextInt(200) - 100);
    }
    return x.castTo(type);
  }

  private static INDArray labels() {
    INDArray y = Nd4j.zeros(DataType.FLOAT, N, 2);
    IntStream.range(0, N).forEach(i -> y.putScalar(i, i % 2, 1));
    return y;
  }

  /** How the rows of features may lie in memory. */
  private enum Lie {
    IN_ORDER {
      @Override
      INDArray of(INDArray x) {
        return x;
      }
    },
    COLUMN_AFTER_COLUMN {
      @Override
      INDArray of(INDArray x) {
        return x.dup('f');
      }
    },
    COLUMNS_OF_A_WIDER_ARRAY {
      @Override
      INDArray of(INDArray x) {
        INDArray wider = Nd4j.zeros(x.dataType(), x.size(0), INPUTS + 4);
        INDArray view = wider.get(NDArrayIndex.all(), NDArrayIndex.interval(2, 2 + INPUTS));
        view.assign(x);
        return view;
      }
    },
    ROWS_OF_A_LONGER_ARRAY {
      @Override
      INDArray of(INDArray x) {
        INDArray longer = Nd4j.zeros(x.dataType(), x.size(0) + 3, INPUTS);
        INDArray view = longer.get(NDArrayIndex.interval(3, 3 + x.size(0)), NDArrayIndex.all());
        view.assign(x);
        return view;
      }
    },
    EVERY_SECOND_ROW {
      @Override
      INDArray of(INDArray x) {
        INDArray longer = Nd4j.zeros(x.dataType(), 2 * x.size(0), INPUTS);
        INDArray view = longer.get(NDArrayIndex.interval(0, 2, 2 * x.size(0)), NDArrayIndex.all());
        view.assign(x);
        return view;
      }
    };

    abstract INDArray of(INDArray x);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE", "HALF", "BYTE", "INT"})
  void rowsAreKnown_howeverTheyLie_andOfWhateverType(DataType type) {
    INDArray x = features(type);
    INDArray y = labels();
    MultiLayerNetwork net = net();
    DataSet probe = new DataSet(features(DataType.FLOAT), y);
    ImplicitBiasListener bias = ImplicitBiasListener.builder(probe).visits(true).build();
    net.addListeners(bias);
    int own = type == DataType.FLOAT ? 0 : N; // the rows of the probe are of another type
    int[] order = {7, 2, 11, 0, 4, 9, 1, 3, 5, 6, 8, 10};
    net.fit(new DataSet(x.dup(), y));
    for (Lie lie : Lie.values()) {
      net.fit(new DataSet(lie.of(x.dup()), y.dup('f')));
      for (int from = 0; from < N; from += 5) {
        int[] rows = IntStream.range(from, Math.min(N, from + 5)).map(k -> order[k]).toArray();
        net.fit(new DataSet(lie.of(x.getRows(rows)), y.getRows(rows)));
      }
    }
    bias.close();
    VisitBook book = bias.visits();
    assertEquals(N, book.visited(), book.status());
    for (int i = 0; i < N; i++) {
      assertEquals(1 + 2 * Lie.values().length, book.of(own + i).visits());
      assertEquals(i % 2, book.of(own + i).label());
    }
  }

  private static ImplicitBiasListener watch(MultiLayerNetwork net, DataSet data) {
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
    net.addListeners(bias);
    return bias;
  }

  @Test
  void equalRows_withOtherLabels_areTwoSamples_withEqualLabelsOne() {
    INDArray x = features(DataType.FLOAT);
    INDArray y = labels();
    x.putRow(1, x.getRow(0).dup()); // another label
    x.putRow(2, x.getRow(0).dup()); // the same
    x.putRow(3, Nd4j.zeros(INPUTS));
    x.putRow(5, Nd4j.zeros(INPUTS));
    x.putRow(5, Nd4j.zeros(INPUTS).addi(0).putScalar(4, 1e-38));
    MultiLayerNetwork net = net();
    DataSet data = new DataSet(x, y);
    ImplicitBiasListener bias = watch(net, data);
    net.fit(data);
    bias.close();
    assertEquals(N - 1, bias.visits().visited());
    assertEquals(2, bias.visits().of(0).visits());
    assertEquals(1, bias.visits().of(1).visits());
    assertEquals(1, bias.visits().of(3).visits());
    assertEquals(1, bias.visits().of(5).visits());
  }

  @Test
  void rowsThatAreNotNumbers_areSamples_withoutMargins() {
    INDArray x = features(DataType.FLOAT);
    x.putScalar(2, 1, Float.NaN);
    x.putScalar(4, 3, Float.NaN);
    x.putScalar(6, 0, Float.POSITIVE_INFINITY);
    MultiLayerNetwork net = net();
    DataSet data = new DataSet(x, labels());
    ImplicitBiasListener bias = watch(net, data);
    net.fit(data);
    bias.close();
    VisitBook book = bias.visits();
    assertEquals(N, book.visited());
    assertTrue(Absent.is(book.of(2).lastMargin()));
    assertTrue(Absent.is(book.of(4).lastLoss()));
    assertTrue(Double.isFinite(book.of(0).lastMargin()));
    assertTrue(Double.isFinite(book.of(5).lastLoss()));
  }

  @Test
  void augmentedRows_neverReturn_whichIsSaidOnce_andUnitsAreCountedOn() {
    MultiLayerNetwork net = net();
    DataSet data = new DataSet(features(DataType.FLOAT), labels());
    ImplicitBiasListener bias = watch(net, data);
    Random random = new Random(9);
    for (int epoch = 0; epoch < 4; epoch++) {
      INDArray noisy = data.getFeatures().dup();
      for (int k = 0; k < noisy.length(); k++) {
        noisy.putScalar(k, noisy.getFloat(k) + random.nextFloat());
      }
      net.fit(new ListDataSetIterator<>(new DataSet(noisy, data.getLabels()).asList(), 5), 1);
    }
    bias.close();
    VisitBook book = bias.visits();
    assertFalse(book.returns());
    String said = "The rows of the samples do not return";
    assertEquals(book.status().indexOf(said), book.status().lastIndexOf(said));
    assertTrue(book.status().contains(said), book.status());
    assertEquals(0, book.visited());
    assertEquals(4, book.epochs().size());
    assertEquals(N, book.epochs().get(3).visits());
    assertTrue(Double.isFinite(book.epochs().get(3).accuracy()));
    assertTrue(book.bytes() < 1 << 20, book.bytes() + " bytes");
  }
}
