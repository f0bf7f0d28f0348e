package io.github.implicitbias.listener;

import io.github.implicitbias.listener.TrainedModelsTest.Kind;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Models that are graphs. */
final class GraphModels {

  private GraphModels() {}

  private static GraphBuilder graph() {
    return new NeuralNetConfiguration.Builder()
        .seed(6)
        .dataType(DataType.DOUBLE)
        .updater(new Sgd(0.05))
        .graphBuilder();
  }

  private static ComputationGraph made(GraphBuilder builder) {
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    return graph;
  }

  private static Kind fitted(
      String name,
      ComputationGraph graph,
      MultiDataSet data,
      List<String> tracked,
      String... said) {
    return new Kind(
        name,
        ImplicitBiasListener.builder(data),
        TrainedModelsTest.fit(graph, 3, () -> graph.fit(data)),
        tracked,
        said);
  }

  private static MultiDataSet of(INDArray[] features, INDArray... labels) {
    return new MultiDataSet(features, labels);
  }

  /** Two inputs that go through the same layer, and the distance of what comes out. */
  static ComputationGraph siamese() {
    return made(
        graph()
            .addInputs("a", "b")
            .addVertex("stacked", new StackVertex(), "a", "b")
            .addLayer("shared", PlainModels.dense(4, 7, Activation.RELU), "stacked")
            .addVertex("first", new UnstackVertex(0, 2), "shared")
            .addVertex("second", new UnstackVertex(1, 2), "shared")
            .addVertex("distance", new L2Vertex(), "first", "second")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.XENT)
                    .nIn(1)
                    .nOut(1)
                    .activation(Activation.SIGMOID)
                    .build(),
                "distance")
            .setOutputs("out"));
  }

  static MultiDataSet pairs() {
    INDArray same = Stacks.classes(DataType.DOUBLE, 12, 1, 2, 2).getLabels().getColumn(0, true);
    return of(
        new INDArray[] {SequenceModels.numbers(1, 12, 4), SequenceModels.numbers(2, 12, 4)}, same);
  }

  static List<Kind> kinds() {
    DataSet rows = Stacks.classes(DataType.DOUBLE, 12, 4, 3, 1);
    MultiDataSet two =
        of(new INDArray[] {rows.getFeatures()}, rows.getLabels(), rows.getFeatures());
    MultiDataSet one = of(new INDArray[] {rows.getFeatures()}, rows.getLabels());
    ComputationGraph outputs =
        made(
            graph()
                .addInputs("in")
                .addLayer("body", PlainModels.dense(4, 6, Activation.RELU), "in")
                .addLayer("class", PlainModels.classes(6, 3), "body")
                .addLayer(
                    "value",
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(6)
                        .nOut(4)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "body")
                .setOutputs("class", "value"));
    ComputationGraph residual =
        made(
            graph()
                .addInputs("in")
                .addLayer("r1", PlainModels.dense(4, 4, Activation.RELU), "in")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "in", "r1")
                .addLayer("r2", PlainModels.dense(4, 5, Activation.RELU), "sum")
                .addLayer("out", PlainModels.classes(5, 3), "r2")
                .setOutputs("out"));
    return List.of(
        fitted("siamese", siamese(), pairs(), List.of("shared")),
        fitted(
            "several outputs",
            outputs,
            two,
            List.of("body"),
            "the loss of 2 outputs is computed by DL4J's own layers"),
        fitted("residual connection", residual, one, List.of("r1", "r2")),
        translation(),
        detection());
  }

  /** A sequence is read to its end, and another is written from what was kept of it. */
  private static Kind translation() {
    Layer reader = new LSTM.Builder().nIn(3).nOut(4).activation(Activation.TANH).build();
    Layer writer = new LSTM.Builder().nIn(7).nOut(4).activation(Activation.TANH).build();
    ComputationGraph graph =
        made(
            graph()
                .addInputs("in", "before")
                .setInputTypes(InputType.recurrent(3), InputType.recurrent(3))
                .addLayer("reader", reader, "in")
                .addVertex("last", new LastTimeStepVertex("in"), "reader")
                .addVertex("kept", new DuplicateToTimeSeriesVertex("before"), "last")
                .addLayer("writer", writer, "before", "kept")
                .addLayer(
                    "out",
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(4)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "writer")
                .setOutputs("out"));
    DataSet series = SequenceModels.series();
    return fitted(
        "one sequence to another",
        graph,
        of(new INDArray[] {series.getFeatures(), series.getFeatures()}, series.getLabels()),
        List.of(),
        "no layer has a kink at 0 (reader: tanh, writer: tanh, out: softmax)");
  }

  /** Boxes around what is seen in an image: 2 x 2 cells, one box of one class in each. */
  private static Kind detection() {
    INDArray boxes = Nd4j.createFromArray(new double[][] {{1, 1}});
    ComputationGraph graph =
        made(
            graph()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(4, 4, 1))
                .addLayer(
                    "seen",
                    new ConvolutionLayer.Builder(2, 2)
                        .stride(2, 2)
                        .nOut(4)
                        .activation(Activation.RELU)
                        .build(),
                    "in")
                .addLayer(
                    "boxes",
                    new ConvolutionLayer.Builder(1, 1)
                        .nOut(6)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "seen")
                .addLayer(
                    "out", new Yolo2OutputLayer.Builder().boundingBoxPriors(boxes).build(), "boxes")
                .setOutputs("out"));
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 3, 5, 2, 2);
    for (int i = 0; i < 3; i++) {
      double[] corners = {0.2, 0.2, 0.8, 0.8};
      for (int k = 0; k < 4; k++) {
        labels.putScalar(new int[] {i, k, 0, 0}, corners[k]);
      }
      labels.putScalar(new int[] {i, 4, 0, 0}, 1);
    }
    return fitted(
        "object detection",
        graph,
        of(new INDArray[] {SequenceModels.numbers(3, 3, 1, 4, 4)}, labels),
        List.of("seen"),
        "the loss of out is computed by DL4J's own layer");
  }
}
