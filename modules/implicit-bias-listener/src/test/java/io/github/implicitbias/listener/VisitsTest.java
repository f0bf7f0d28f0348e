package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.visit.EpochOfVisits;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.core.visit.VisitedSample;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
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
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What is read at each visit is what an independent forward pass of the same step computes. */
class VisitsTest {

  private static final int SAMPLES = 44;
  private static final int CLASSES = 3;

  private final Random random = new Random(5);

  private DataSet data(DataType type, long... shape) {
    Nd4j.getRandom().setSeed(5);
    INDArray features = Nd4j.randn(type, shape);
    INDArray labels = Nd4j.zeros(type, SAMPLES, CLASSES);
    for (int i = 0; i < SAMPLES; i++) {
      labels.putScalar(i, random.nextInt(CLASSES), 1);
    }
    return new DataSet(features, labels);
  }

  private static DataSet rows(DataSet all, int[] rows) {
    return new DataSet(
        all.getFeatures()
            .get(
                org.nd4j.linalg.indexing.NDArrayIndex.indices(
                    Arrays.stream(rows).asLongStream().toArray())),
        all.getLabels().getRows(rows));
  }

  private static NeuralNetConfiguration.ListBuilder stack(DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(type)
        .updater(new Adam(0.01))
        .activation(Activation.RELU)
        .l2(0.001)
        .list();
  }

  private static OutputLayer softmax(double keep) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nOut(CLASSES)
        .dropOut(keep)
        .build();
  }

  /** Networks, and the place in DL4J's list of activations that has the sign of each layer. */
  enum Kind {
    DENSE(new long[] {SAMPLES, 5}, 1, 2) {
      @Override
      MultiLayerNetwork network(DataType type) {
        return new MultiLayerNetwork(
            stack(type)
                .layer(new DenseLayer.Builder().nIn(5).nOut(70).build())
                .layer(new DenseLayer.Builder().nOut(6).activation(Activation.LEAKYRELU).build())
                .layer(softmax(1))
                .build());
      }
    },
    CONVOLUTION(new long[] {SAMPLES, 2, 6, 6}, 1, 2) {
      @Override
      MultiLayerNetwork network(DataType type) {
        return new MultiLayerNetwork(
            stack(type)
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new DenseLayer.Builder().nOut(9).build())
                .layer(softmax(1))
                .setInputType(InputType.convolutional(6, 6, 2))
                .build());
      }
    },
    NORMALIZED_AND_DROPPED(new long[] {SAMPLES, 5}, 2, 4) {
      @Override
      MultiLayerNetwork network(DataType type) {
        return new MultiLayerNetwork(
            stack(type)
                .layer(
                    new DenseLayer.Builder().nIn(5).nOut(8).activation(Activation.IDENTITY).build())
                .layer(new BatchNormalization.Builder().nOut(8).build())
                .layer(new ActivationLayer(Activation.RELU))
                .layer(new DenseLayer.Builder().nIn(8).nOut(7).dropOut(0.6).build())
                .layer(softmax(1))
                .build());
      }
    };

    private final long[] shape;
    private final int[] places;

    Kind(long[] shape, int... places) {
      this.shape = shape;
      this.places = places;
    }

    abstract MultiLayerNetwork network(DataType type);
  }

  /** The activations that DL4J's own forward pass of training has, before dropout destroys them. */
  private static final class Seen extends org.deeplearning4j.optimize.api.BaseTrainingListener {
    private List<INDArray> seen;

    @Override
    public void onForwardPass(org.deeplearning4j.nn.api.Model model, List<INDArray> activations) {
      seen = new java.util.ArrayList<>();
      activations.forEach(a -> seen.add(a.dup('c').detach()));
    }

    @Override
    public void onForwardPass(
        org.deeplearning4j.nn.api.Model model, Map<String, INDArray> activations) {}
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void bitsMarginsLossesAndConfidence_ofEverySampleOfTheBatch(Kind kind) {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      follow(kind, type);
    }
  }

  private void follow(Kind kind, DataType type) {
    DataSet all = data(type, kind.shape);
    MultiLayerNetwork net = kind.network(type);
    net.init();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(all).build();
    Seen witness = new Seen();
    net.addListeners(bias, witness);
    VisitBook book = null;
    BitSet known = new BitSet();
    double tolerance = type == DataType.FLOAT ? 1e-5 : 1e-12;
    for (int step = 0; step < 12; step++) {
      int[] batch = random.ints(0, SAMPLES).distinct().limit(step % 3 == 2 ? 5 : 9).toArray();
      DataSet some = rows(all, batch);
      MultiLayerNetwork before = net.clone();
      net.fit(some);
      book = bias.visits();
      INDArray w = before.getOutputLayer().getParam("W");
      INDArray b = before.getOutputLayer().getParam("b");
      INDArray z = witness.seen.get(witness.seen.size() - 1).mmul(w).addRowVector(b);
      for (int i = 0; i < batch.length; i++) {
        known.set(batch[i]);
        VisitedSample sample = book.of(batch[i]);
        assertEquals(step, sample.lastStep());
        int label = some.getLabels().getRow(i).argMax().getInt(0);
        double[] row = z.getRow(i).toDoubleVector();
        double other = Double.NEGATIVE_INFINITY;
        double sum = 0;
        for (int k = 0; k < CLASSES; k++) {
          other = k == label ? other : Math.max(other, row[k]);
          sum += Math.exp(row[k]);
        }
        double margin = row[label] - other;
        assertEquals(label, sample.label());
        assertEquals(margin, sample.lastMargin(), tolerance * (1 + Math.abs(margin)));
        double loss = Math.log(sum) - row[label];
        assertEquals(loss, sample.lastLoss(), tolerance * (1 + loss));
        for (int l = 0; l < book.layers().size(); l++) {
          BitSet on = new BitSet();
          INDArray outputs = witness.seen.get(kind.places[l]);
          long positions = outputs.length() / outputs.size(0) / outputs.size(1);
          double[] values =
              outputs.dup('c').reshape(outputs.size(0), -1).getRow(i).toDoubleVector();
          for (int j = 0; j < values.length; j++) {
            if (values[j] > 0) {
              on.set((int) (j / positions));
            }
          }
          long[] pattern = book.pattern(l, batch[i]);
          assertEquals(on, BitSet.valueOf(pattern), kind + " " + type + " step " + step);
        }
      }
      assertEquals(known.cardinality(), book.visited());
      assertEquals(
          net.score() - before.calcRegularizationScore(true),
          book.stepLoss(),
          (type == DataType.FLOAT ? 1e-6 : 1e-12) * net.score());
    }
    assertEquals(Map.of(), bias.failures());
    bias.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void trainingIsBitForBitWhatItIs(Kind kind) {
    DataSet all = data(DataType.FLOAT, kind.shape);
    INDArray plain = trained(kind, all, null);
    ImplicitBiasListener bias = ImplicitBiasListener.builder(all).build();
    assertEquals(plain, trained(kind, all, bias));
    assertEquals(Map.of(), bias.failures());
    assertEquals(3, bias.visits().epochs().size());
  }

  /** Returns parameters and the state of the updater after three epochs. */
  private static INDArray trained(Kind kind, DataSet all, ImplicitBiasListener bias) {
    MultiLayerNetwork net = kind.network(DataType.FLOAT);
    net.init();
    if (bias != null) {
      net.addListeners(bias);
    }
    Nd4j.getRandom().setSeed(11);
    net.fit(new ListDataSetIterator<>(all.asList(), 16), 3);
    if (bias != null) {
      bias.close();
    }
    return Nd4j.concat(0, net.params(), net.getUpdater().getStateViewArray());
  }

  @Test
  void epochsOfAnIterator_andTheirUnits() {
    DataSet all = data(DataType.FLOAT, SAMPLES, 5);
    MultiLayerNetwork net = Kind.DENSE.network(DataType.FLOAT);
    net.init();
    net.getLayer(0).getParam("b").putScalar(3, -1000); // never on
    net.getLayer(0).getParam("b").putScalar(4, 1000); // always on
    ImplicitBiasListener bias = ImplicitBiasListener.builder(all).build();
    net.addListeners(bias);
    net.fit(new ListDataSetIterator<>(all.asList(), 16), 4);
    bias.close();
    VisitBook book = bias.visits();
    assertEquals(4, book.epochs().size());
    assertEquals(SAMPLES, book.size());
    assertTrue(book.returns());
    for (EpochOfVisits epoch : book.epochs()) {
      assertEquals(SAMPLES, epoch.visits());
      assertEquals(3 * epoch.epoch(), epoch.firstStep());
      assertEquals(0, epoch.shares("layer0")[3]);
      assertEquals(1, epoch.shares("layer0")[4]);
      assertTrue(epoch.deadUnits("layer0") >= 1);
      assertTrue(epoch.linearUnits("layer0") >= 1);
    }
    IntStream.range(0, SAMPLES).forEach(i -> assertEquals(4, book.of(i).visits()));
  }

  @Test
  void aGraphIsReadAsAStackIs() {
    DataSet all = data(DataType.DOUBLE, SAMPLES, 5);
    MultiLayerNetwork stack = Kind.DENSE.network(DataType.DOUBLE);
    stack.init();
    ComputationGraph graph = stack.toComputationGraph();
    ImplicitBiasListener ofStack = ImplicitBiasListener.builder(all).build();
    ImplicitBiasListener ofGraph = ImplicitBiasListener.builder(all).build();
    stack.addListeners(ofStack);
    graph.addListeners(ofGraph);
    for (int t = 0; t < 6; t++) {
      DataSet some = rows(all, random.ints(0, SAMPLES).distinct().limit(10).toArray());
      stack.fit(some);
      graph.fit(some);
    }
    ofStack.close();
    ofGraph.close();
    assertEquals(ofStack.visits().size(), ofGraph.visits().size());
    for (int i = 0; i < ofStack.visits().size(); i++) {
      assertEquals(ofStack.visits().of(i).toString(), ofGraph.visits().of(i).toString());
      for (int l = 0; l < 2; l++) {
        assertArrayEquals(ofStack.visits().pattern(l, i), ofGraph.visits().pattern(l, i));
        assertEquals(ofStack.visits().flips(l, i), ofGraph.visits().flips(l, i));
      }
    }
  }

  @Test
  void whatCannotBeRead_isSaidWithTheReason() {
    DataSet all = data(DataType.FLOAT, SAMPLES, 5);
    ImplicitBiasListener silent = ImplicitBiasListener.builder(all).visits(false).build();
    assertTrue(silent.visits().status().startsWith("Training has not begun"));
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            stack(DataType.FLOAT)
                .layer(new DenseLayer.Builder().nIn(5).nOut(8).build())
                .layer(new DenseLayer.Builder().nOut(8).dropOut(0.5).name("second").build())
                .layer(softmax(0.5))
                .build());
    net.init();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(all).build();
    net.addListeners(silent, bias);
    net.fit(all);
    assertEquals(
        "Visits of samples are kept, with the patterns of layer0, second; dropout of layer second"
            + " hides which units of layer0 are off: counts of its units that are on are lower"
            + " bounds. They are of the network as it is trained: dropout and noise of each step"
            + " included.",
        bias.visits().status());
    assertEquals(SAMPLES, bias.visits().size());
    assertEquals("Visits are not kept, because visits(false) says so.", silent.visits().status());
    bias.close();
    silent.close();
  }
}
