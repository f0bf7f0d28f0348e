package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.run.Absent;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * Every layer that DL4J has, each in a small network: the patterns of each visit are those of a
 * forward pass of the same step made otherwise, and the losses add up to the score.
 */
class VisitSweepTest {

  private static final int SAMPLES = 6;
  private static final int STEPS = 3;
  private static final Map<Class<?>, SmallNetwork> ROWS = new HashMap<>(LayerRows.all());

  static {
    ROWS.putAll(SpatialLayerRows.all());
    ROWS.remove(LearnedSelfAttentionLayer.class); // DL4J itself fails on it
  }

  static Collection<Class<?>> layers() {
    return ROWS.keySet();
  }

  static Collection<Class<?>> kinds() {
    return List.of(
        ActivationLayer.class,
        BatchNormalization.class,
        Bidirectional.class,
        CnnLossLayer.class,
        Convolution1DLayer.class,
        ConvolutionLayer.class,
        EmbeddingSequenceLayer.class,
        GlobalPoolingLayer.class,
        LSTM.class,
        LastTimeStep.class,
        OCNNOutputLayer.class,
        PReLULayer.class,
        RnnLossLayer.class,
        SimpleRnn.class,
        TimeDistributed.class,
        Yolo2OutputLayer.class);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void oneOfEachKindIsVisited(Class<?> layer) {
    check(layer, ROWS.get(layer).make(DataType.DOUBLE), DataType.DOUBLE);
  }

  @ParameterizedTest
  @Tag("thorough")
  @MethodSource("layers")
  void aLayerIsVisited_inAStack(Class<?> layer) {
    check(layer, ROWS.get(layer).make(DataType.DOUBLE), DataType.DOUBLE);
  }

  @ParameterizedTest
  @Tag("thorough")
  @MethodSource("layers")
  void aLayerIsVisited_inAStackOfFloats(Class<?> layer) {
    check(layer, ROWS.get(layer).make(DataType.FLOAT), DataType.FLOAT);
  }

  @ParameterizedTest
  @Tag("thorough")
  @MethodSource("layers")
  void aLayerIsVisited_inAGraph(Class<?> layer) {
    if (layer != OCNNOutputLayer.class) { // a graph does not show its labels
      check(layer, ROWS.get(layer).makeGraph(DataType.DOUBLE), DataType.DOUBLE);
    }
  }

  private static boolean hasStatistics(Network net) {
    return net.nodes().stream()
        .anyMatch(node -> node.isLayer() && node.layer() instanceof BatchNormalization);
  }

  private static void check(Class<?> kind, Model model, DataType type) {
    MultiDataSet data = ROWS.get(kind).data();
    INDArray features = data.getFeatures(0).castTo(type);
    INDArray labels = data.getLabels(0).castTo(type);
    if (labels.size(0) != features.size(0)) {
      return; // a layer that makes several samples of one
    }
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(new DataSet(features, labels)).visits(true).build();
    model.setListeners(bias);
    Network net = Network.of(model);
    // In inference a PReLU layer overwrites its input, which tells the sign.
    boolean trained = hasStatistics(net) || kind == PReLULayer.class;
    List<Integer> numbers = numbers(features, labels);
    VisitBook book = null;
    for (int step = 0; step < STEPS; step++) {
      Map<String, INDArray> outputs = outputs(model, net, features, trained);
      double regularization = net.regularization();
      fit(model, features.dup(), labels.dup());
      book = bias.visits();
      assertEquals(new HashSet<>(numbers).size(), book.visited(), book.status());
      double sum = 0;
      for (int i = 0; i < SAMPLES; i++) {
        int number = numbers.get(i);
        assertEquals(step, book.of(number).lastStep(), kind + ": " + book.status());
        sum += book.of(number).lastLoss();
        for (int l = 0; l < book.layers().size(); l++) {
          String name = book.layers().get(l);
          NetworkNode node =
              net.nodes().stream().filter(n -> n.name().equals(name)).findFirst().get();
          boolean byInput = node.layer() instanceof PReLULayer;
          BitSet expected = on(outputs.get(byInput ? node.sourceName() : name), node, i);
          BitSet seen = BitSet.valueOf(book.pattern(l, number));
          if (book.flips(l, number) < 0) {
            expected.and(seen); // dropout hides the others
          } else if (kind == DropoutLayer.class) {
            continue; // behind a random layer
          }
          assertEquals(
              expected,
              seen,
              kind.getSimpleName() + " layer " + name + " sample " + i + " step " + step);
        }
      }
      if (!Double.isNaN(sum) && Double.isFinite(net.score())) {
        double tolerance = type == DataType.DOUBLE ? 1e-11 : 2e-6;
        assertEquals(
            net.score(),
            sum / SAMPLES + regularization,
            tolerance * Math.max(1, Math.abs(net.score())),
            kind.getSimpleName());
      }
    }
    bias.close();
    assertEquals(Map.of(), bias.failures());
    assertTrue(book.areLossesComparable(), book.status());
    boolean known = !Absent.is(book.of(0).lastLoss());
    assertEquals(!known, book.status().contains("osses are absent"), book.status());
    assertFalse(book.status().contains("no visit is read"), book.status());
  }

  /** Rows that are equal, labels and all, are one sample. */
  private static List<Integer> numbers(INDArray features, INDArray labels) {
    Map<List<INDArray>, Integer> known = new HashMap<>();
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      List<INDArray> row = List.of(features.slice(i).dup(), labels.slice(i).dup());
      Integer before = known.putIfAbsent(row, i);
      numbers.add(before == null ? i : before);
    }
    return numbers;
  }

  private static void fit(Model model, INDArray features, INDArray labels) {
    if (model instanceof ComputationGraph) {
      ((ComputationGraph) model).fit(new DataSet(features, labels));
    } else {
      ((MultiLayerNetwork) model).fit(new DataSet(features, labels));
    }
  }

  /** Returns what every layer puts out, of a network of its own with the same parameters. */
  private static Map<String, INDArray> outputs(
      Model model, Network net, INDArray features, boolean train) {
    if (model instanceof ComputationGraph) {
      ComputationGraph clone = ((ComputationGraph) model).clone();
      return clone.feedForward(new INDArray[] {features.dup()}, train);
    }
    List<INDArray> all = ((MultiLayerNetwork) model).clone().feedForward(features.dup(), train);
    Map<String, INDArray> outputs = new LinkedHashMap<>();
    outputs.put("input", all.get(0));
    for (NetworkNode node : net.nodes()) {
      outputs.put(node.name(), all.get(node.index() + 1));
    }
    return outputs;
  }

  /** A unit is on if it is positive at one of its positions, whichever axis or row these are. */
  private static BitSet on(INDArray outputs, NetworkNode node, int sample) {
    BitSet on = new BitSet();
    int rank = outputs.rank();
    int axis = rank > 2 && LayerTable.channelsLast(node, rank) ? rank - 1 : 1;
    int rows = (int) outputs.size(0) / SAMPLES;
    INDArray last = outputs;
    if (rank > 2 && axis == 1) {
      int[] order = IntStream.range(0, rank).map(k -> k == 0 ? 0 : k % (rank - 1) + 1).toArray();
      order[rank - 1] = 1;
      last = outputs.permute(order);
    }
    int channels = (int) outputs.size(axis);
    double[] values = last.castTo(DataType.DOUBLE).dup('c').data().asDouble();
    int ofRow = values.length / (int) outputs.size(0);
    for (int t = 0; t < rows; t++) {
      int from = (t * SAMPLES + sample) * ofRow;
      for (int k = 0; k < ofRow; k++) {
        if (values[from + k] > 0) {
          on.set(k % channels);
        }
      }
    }
    return on;
  }
}
