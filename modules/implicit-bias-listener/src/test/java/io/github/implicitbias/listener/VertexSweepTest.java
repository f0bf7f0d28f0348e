package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.implicitbias.predictions.Preset;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.preprocessor.Cnn3DToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnn3DPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.preprocessors.KerasFlattenRnnPreprocessor;
import org.deeplearning4j.preprocessors.PermutePreprocessor;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Every vertex and every preprocessor that DL4J has, in a small graph: watching changes nothing,
 * and the patterns of the layers around it are exact. One without a row fails.
 */
class VertexSweepTest {

  private static final int SAMPLES = 6;
  private static final Activation RELU = Activation.RELU;

  /** A graph and the shape of what it is given, without samples. */
  private static final class Row {
    final InputType type;
    final long[] shape;
    final Consumer<GraphBuilder> graph;

    Row(InputType type, long[] shape, Consumer<GraphBuilder> graph) {
      this.type = type;
      this.shape = shape;
      this.graph = graph;
    }

    ComputationGraph make(DataType precision) {
      GraphBuilder builder =
          new NeuralNetConfiguration.Builder()
              .seed(42)
              .dataType(precision)
              .updater(new Adam(0.02))
              .graphBuilder()
              .addInputs("in");
      graph.accept(builder);
      ComputationGraph net =
          new ComputationGraph(builder.setInputTypes(type).setOutputs("out").build());
      net.init();
      return net;
    }

    MultiDataSet data() {
      long[] all = new long[shape.length + 1];
      all[0] = SAMPLES;
      System.arraycopy(shape, 0, all, 1, shape.length);
      INDArray features = Followed.uniform(DataType.DOUBLE, 3, all);
      INDArray out = make(DataType.DOUBLE).outputSingle(features.dup());
      INDArray labels =
          Followed.uniform(DataType.DOUBLE, 4, out.shape()).gt(0).castTo(out.dataType());
      return new MultiDataSet(features, labels);
    }

    String check(DataType precision) {
      return new Sweep(this::make, data()).check(precision, Preset.STANDARD);
    }
  }

  private static final Map<Class<?>, Row> VERTICES = new HashMap<>();
  private static final Map<Class<?>, Row> PREPROCESSORS = new HashMap<>();

  private static DenseLayer dense(int out) {
    return SmallNetwork.dense(out, RELU);
  }

  /** A vertex between two layers of five units each and a layer on what it puts out. */
  private static void flat(GraphVertex vertex, String... inputs) {
    VERTICES.put(
        vertex.getClass(),
        new Row(
            InputType.feedForward(4),
            new long[] {4},
            graph -> {
              graph.addLayer(Sweep.UNDER, dense(5), "in");
              if (inputs.length == 2) {
                graph.addLayer("other", dense(5), "in");
              }
              graph
                  .addVertex("vertex", vertex.clone(), inputs)
                  .addLayer("after", dense(4), "vertex")
                  .addLayer("out", SmallNetwork.output(), "after");
            }));
  }

  private static void sequence(GraphVertex vertex, Consumer<GraphBuilder> graph) {
    VERTICES.put(vertex.getClass(), new Row(InputType.recurrent(3, 5), new long[] {3, 5}, graph));
  }

  static {
    String under = Sweep.UNDER;
    flat(new ElementWiseVertex(ElementWiseVertex.Op.Product), under, "other");
    flat(new MergeVertex(), under, "other");
    flat(new L2Vertex(), under, "other");
    flat(new ScaleVertex(-2), under);
    flat(new ShiftVertex(0.5), under);
    flat(new SubsetVertex(1, 3), under);
    flat(new L2NormalizeVertex(), under);
    flat(new ReshapeVertex(-1, 5), under);
    flat(new PreprocessorVertex(new FeedForwardToCnnPreProcessor(1, 1, 5)), under);
    VERTICES.put(
        LayerVertex.class,
        new Row(
            InputType.feedForward(4),
            new long[] {4},
            graph ->
                graph
                    .addLayer(under, dense(5), "in")
                    .addLayer("out", SmallNetwork.output(), under)));
    for (GraphVertex vertex : new GraphVertex[] {new StackVertex(), new UnstackVertex(1, 2)}) {
      VERTICES.put(
          vertex.getClass(),
          new Row(
              InputType.feedForward(4),
              new long[] {4},
              graph ->
                  graph
                      .addLayer(under, dense(5), "in")
                      .addLayer("other", dense(5), "in")
                      .addVertex("stack", new StackVertex(), under, "other")
                      .addLayer("shared", dense(4), "stack")
                      .addVertex("half", new UnstackVertex(1, 2), "shared")
                      .addLayer("out", SmallNetwork.output(), "half")));
    }
    // Gradients end at a frozen vertex: what feeds it is not trained.
    VERTICES.put(
        FrozenVertex.class,
        new Row(
            InputType.feedForward(4),
            new long[] {4},
            graph ->
                graph
                    .addVertex("vertex", new FrozenVertex(new ScaleVertex(-2)), "in")
                    .addLayer(under, dense(5), "vertex")
                    .addLayer("out", SmallNetwork.output(), under)));
    VERTICES.put(
        PoolHelperVertex.class,
        new Row(
            InputType.convolutional(6, 6, 2),
            new long[] {2, 6, 6},
            graph ->
                graph
                    .addLayer(under, SmallNetwork.convolution(3, RELU), "in")
                    .addVertex("vertex", new PoolHelperVertex(), under)
                    .addLayer("pooled", new GlobalPoolingLayer(), "vertex")
                    .addLayer("after", dense(4), "pooled")
                    .addLayer("out", SmallNetwork.output(), "after")));
    sequence(
        new LastTimeStepVertex("in"),
        graph ->
            graph
                .addLayer(under, SmallNetwork.recurrent(), "in")
                .addVertex("vertex", new LastTimeStepVertex("in"), under)
                .addLayer("after", dense(4), "vertex")
                .addLayer("out", SmallNetwork.output(), "after"));
    sequence(
        new ReverseTimeSeriesVertex("in"),
        graph ->
            graph
                .addLayer(under, SmallNetwork.recurrent(), "in")
                .addVertex("vertex", new ReverseTimeSeriesVertex("in"), under)
                .addLayer("after", SmallNetwork.recurrent(), "vertex")
                .addLayer("out", SmallNetwork.outputs(), "after"));
    sequence(
        new DuplicateToTimeSeriesVertex("in"),
        graph ->
            graph
                .addLayer(under, SmallNetwork.recurrent(), "in")
                .addVertex("last", new LastTimeStepVertex("in"), under)
                .addVertex("vertex", new DuplicateToTimeSeriesVertex("in"), "last")
                .addLayer("after", SmallNetwork.recurrent(), "vertex")
                .addLayer("out", SmallNetwork.outputs(), "after"));
    AttentionVertex attention =
        new AttentionVertex.Builder()
            .nInKeys(4)
            .nInValues(4)
            .nInQueries(4)
            .nHeads(1)
            .headSize(4)
            .nOut(4)
            .projectInput(true)
            .build();
    sequence(
        attention,
        graph ->
            graph
                .addLayer(under, SmallNetwork.recurrent(), "in")
                .addVertex("vertex", attention.clone(), under, under, under)
                .addLayer("after", SmallNetwork.recurrent(), "vertex")
                .addLayer("out", SmallNetwork.outputs(), "after"));
  }

  private static void preProcessor(
      Class<?> kind, InputType type, long[] shape, Consumer<GraphBuilder> graph) {
    PREPROCESSORS.put(kind, new Row(type, shape, graph));
  }

  static {
    String under = Sweep.UNDER;
    InputType flat = InputType.feedForward(32);
    InputType frames = InputType.recurrent(32, 3);
    Consumer<GraphBuilder> images =
        graph ->
            graph
                .addLayer(
                    under,
                    SmallNetwork.convolution(3, RELU),
                    new FeedForwardToCnnPreProcessor(4, 4, 2),
                    "in")
                .addLayer("after", dense(4), new CnnToFeedForwardPreProcessor(3, 3, 3), under)
                .addLayer("out", SmallNetwork.output(), "after");
    preProcessor(FeedForwardToCnnPreProcessor.class, flat, new long[] {32}, images);
    preProcessor(CnnToFeedForwardPreProcessor.class, flat, new long[] {32}, images);
    Consumer<GraphBuilder> films =
        graph ->
            graph
                .addLayer(
                    under,
                    SmallNetwork.convolution(3, RELU),
                    new RnnToCnnPreProcessor(4, 4, 2),
                    "in")
                .addLayer(
                    "after", SmallNetwork.recurrent(), new CnnToRnnPreProcessor(3, 3, 3), under)
                .addLayer("out", SmallNetwork.outputs(), "after");
    preProcessor(RnnToCnnPreProcessor.class, frames, new long[] {32, 3}, films);
    preProcessor(CnnToRnnPreProcessor.class, frames, new long[] {32, 3}, films);
    Consumer<GraphBuilder> steps =
        graph ->
            graph
                .addLayer(under, SmallNetwork.recurrent(), "in")
                .addLayer("rows", dense(4), new RnnToFeedForwardPreProcessor(), under)
                .addLayer(
                    "after", SmallNetwork.recurrent(), new FeedForwardToRnnPreProcessor(), "rows")
                .addLayer("out", SmallNetwork.outputs(), "after");
    preProcessor(
        RnnToFeedForwardPreProcessor.class, InputType.recurrent(3, 5), new long[] {3, 5}, steps);
    preProcessor(
        FeedForwardToRnnPreProcessor.class, InputType.recurrent(3, 5), new long[] {3, 5}, steps);
    Consumer<GraphBuilder> volumes =
        graph ->
            graph
                .addLayer(
                    under,
                    SmallNetwork.convolution3D(),
                    new FeedForwardToCnn3DPreProcessor(4, 4, 4, 2, true),
                    "in")
                .addLayer(
                    "after", dense(4), new Cnn3DToFeedForwardPreProcessor(3, 3, 3, 3, true), under)
                .addLayer("out", SmallNetwork.output(), "after");
    preProcessor(
        FeedForwardToCnn3DPreProcessor.class,
        InputType.feedForward(128),
        new long[] {128},
        volumes);
    preProcessor(
        Cnn3DToFeedForwardPreProcessor.class,
        InputType.feedForward(128),
        new long[] {128},
        volumes);
    preProcessor(
        ComposableInputPreProcessor.class,
        flat,
        new long[] {32},
        graph ->
            behind(
                graph,
                new ComposableInputPreProcessor(
                    new FeedForwardToCnnPreProcessor(4, 4, 2),
                    new CnnToFeedForwardPreProcessor(4, 4, 2))));
    preProcessor(
        KerasFlattenRnnPreprocessor.class,
        InputType.recurrent(3, 5),
        new long[] {3, 5},
        graph -> behind(graph, new KerasFlattenRnnPreprocessor(3, 5)));
    preProcessor(
        PermutePreprocessor.class,
        InputType.recurrent(3, 5),
        new long[] {3, 5},
        graph ->
            graph
                .addLayer(under, SmallNetwork.recurrent(), new PermutePreprocessor(2, 1), "in")
                .addLayer("out", SmallNetwork.outputs(), under));
    preProcessor(
        ReshapePreprocessor.class,
        InputType.recurrent(3, 5),
        new long[] {3, 5},
        graph -> behind(graph, new ReshapePreprocessor(new long[] {3, 5}, new long[] {15}, false)));
  }

  private static void behind(GraphBuilder graph, InputPreProcessor preProcessor) {
    graph
        .addLayer(Sweep.UNDER, dense(4), preProcessor, "in")
        .addLayer("out", SmallNetwork.output(), Sweep.UNDER);
  }

  static Collection<String> vertices() {
    return Kinds.of(GraphVertex.class).keySet();
  }

  static Collection<String> preProcessors() {
    return Kinds.of(InputPreProcessor.class).keySet();
  }

  @Test
  void everyVertexAndEveryPreprocessorHasARow() {
    assertEquals(new TreeSet<>(vertices()), names(VERTICES));
    assertEquals(new TreeSet<>(preProcessors()), names(PREPROCESSORS));
  }

  private static TreeSet<String> names(Map<Class<?>, Row> rows) {
    TreeSet<String> names = new TreeSet<>();
    rows.keySet().forEach(kind -> names.add(kind.getSimpleName()));
    return names;
  }

  private static void check(Class<?> kind, Map<Class<?>, Row> rows, DataType precision) {
    String found = rows.get(kind).check(precision);
    assertNotEquals(Sweep.CANNOT, found);
    System.out.println(kind.getSimpleName() + ": " + found);
  }

  @ParameterizedTest
  @MethodSource("vertices")
  void aVertexIsWatched(String vertex) {
    check(Kinds.of(GraphVertex.class).get(vertex), VERTICES, DataType.FLOAT);
  }

  @ParameterizedTest
  @Tag("thorough")
  @MethodSource("vertices")
  void aVertexIsWatched_inDoublePrecision(String vertex) {
    check(Kinds.of(GraphVertex.class).get(vertex), VERTICES, DataType.DOUBLE);
  }

  @ParameterizedTest
  @MethodSource("preProcessors")
  void aPreprocessorIsWatched(String preProcessor) {
    check(Kinds.of(InputPreProcessor.class).get(preProcessor), PREPROCESSORS, DataType.FLOAT);
  }

  @ParameterizedTest
  @Tag("thorough")
  @MethodSource("preProcessors")
  void aPreprocessorIsWatched_inDoublePrecision(String preProcessor) {
    check(Kinds.of(InputPreProcessor.class).get(preProcessor), PREPROCESSORS, DataType.DOUBLE);
  }
}
