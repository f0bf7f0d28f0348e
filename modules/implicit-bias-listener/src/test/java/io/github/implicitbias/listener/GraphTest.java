package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
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

/** Graphs are watched as stacks are. */
class GraphTest {

  private static final int SAMPLES = 30;

  private static GraphBuilder builder() {
    return new NeuralNetConfiguration.Builder()
        .seed(4)
        .dataType(DataType.DOUBLE)
        .updater(new Sgd(0.3))
        .graphBuilder();
  }

  private static DenseLayer dense(int out, Activation activation) {
    return new DenseLayer.Builder().nOut(out).activation(activation).build();
  }

  private static OutputLayer output(int out, LossFunction loss, Activation activation) {
    return new OutputLayer.Builder(loss).nOut(out).activation(activation).build();
  }

  private static ComputationGraph started(GraphBuilder builder) {
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    return graph;
  }

  private static List<String> names(Run run) {
    return run.header().layers().stream().map(TrackedLayer::name).collect(Collectors.toList());
  }

  @Test
  void aStackAsAGraph_hasTheRecordsOfTheStack_inPlace() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.3),
            new DenseLayer.Builder().nIn(5).nOut(16).activation(Activation.RELU).build(),
            new DenseLayer.Builder().nIn(16).nOut(8).activation(Activation.SIGMOID).build(),
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(8)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build());
    ComputationGraph graph = net.toComputationGraph();
    ImplicitBiasListener ofNet =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).layers("0", "1").build();
    ImplicitBiasListener ofGraph =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).layers("0", "1").build();
    net.setListeners(ofNet);
    graph.setListeners(ofGraph);
    for (int k = 0; k < 30; k++) {
      net.fit(data);
      graph.fit(data);
    }
    ofNet.close();
    ofGraph.close();
    Run a = ofNet.run();
    Run b = ofGraph.run();
    assertEquals(30, b.recordsInPlace(), ofGraph.route());
    assertEquals(a.size(), b.size());
    assertEquals(a.header().columns().size(), b.header().columns().size());
    for (long step = 0; step <= 30; step++) {
      for (int k = 0; k < a.header().columns().size(); k++) {
        double value = a.value(a.header().columnNames().get(k), step);
        double other = b.value(b.header().columnNames().get(k), step);
        assertEquals(Absent.is(value), Absent.is(other));
        boolean measuresTime = a.header().columnNames().get(k).equals("watchShare");
        if (!Absent.is(value) && !measuresTime) {
          assertEquals(value, other, 1e-12 * Math.abs(value), a.header().columnNames().get(k));
        }
      }
      for (int layer = 0; layer < 2; layer++) {
        assertEquals(
            a.patternAt(step, names(a).get(layer)), b.patternAt(step, names(b).get(layer)));
      }
    }
  }

  private static ComputationGraph branched(boolean normalized) {
    GraphBuilder builder =
        builder()
            .addInputs("x")
            .addLayer("first", dense(6, Activation.IDENTITY), "x")
            .addLayer("relu", new ActivationLayer(Activation.RELU), "first")
            .addLayer("soft", new ActivationLayer(Activation.SOFTPLUS), "first")
            .addVertex("both", new MergeVertex(), "relu", "soft", "first")
            .addLayer("left", dense(7, Activation.RELU), "both")
            .addLayer("right", dense(7, Activation.LEAKYRELU), "x");
    String right = "right";
    if (normalized) {
      builder.addLayer("norm", new BatchNormalization(), "right");
      right = "norm";
    }
    return started(
        builder
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "left", right)
            .addLayer("out", output(3, LossFunction.MCXENT, Activation.SOFTMAX), "sum")
            .setOutputs("out")
            .setInputTypes(InputType.feedForward(5)));
  }

  private static INDArray affine(ComputationGraph graph, String layer, INDArray x) {
    return x.mmul(graph.getParam(layer + "_W")).addRowVector(graph.getParam(layer + "_b"));
  }

  private static INDArray positive(INDArray z) {
    return z.mul(z.gt(0).castTo(DataType.DOUBLE));
  }

  private static INDArray softPlus(INDArray z) {
    INDArray result = z.dup();
    for (int i = 0; i < z.rows(); i++) {
      for (int j = 0; j < z.columns(); j++) {
        result.putScalar(i, j, Math.log1p(Math.exp(z.getDouble(i, j))));
      }
    }
    return result;
  }

  /** In inference DL4J's activation layers write into what others of the graph still need. */
  @Test
  void branches_areReadAlikeOnBothRoutes_thoughActivationLayersWriteIntoTheirInput() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    for (boolean normalized : new boolean[] {false, true}) {
      for (String layer : new String[] {"first", "relu", "soft", "left", "right"}) {
        ComputationGraph graph = branched(normalized);
        ImplicitBiasListener bias =
            ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).layers(layer).build();
        graph.setListeners(bias);
        INDArray x = data.getFeatures();
        Supplier<double[][]> truth =
            () -> {
              INDArray first = affine(graph, "first", x);
              if (layer.equals("right")) {
                return affine(graph, "right", x).toDoubleMatrix();
              }
              return layer.equals("left")
                  ? affine(graph, "left", Nd4j.concat(1, positive(first), softPlus(first), first))
                      .toDoubleMatrix()
                  : first.toDoubleMatrix();
            };
        Run run = Followed.check(bias, layer, 12, () -> graph.fit(data), truth, 2);
        assertEquals(normalized ? 0 : 12, run.recordsInPlace(), bias.route());
        for (long step = 0; step < 12 && !normalized; step++) {
          assertEquals(run.value("score", step), run.value("loss", step), 1e-12);
        }
      }
      ComputationGraph graph = branched(normalized);
      ImplicitBiasListener bias =
          ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
      graph.setListeners(bias);
      graph.fit(data);
      bias.close();
      assertEquals(List.of("relu", "left", "right"), sorted(names(bias.run())));
    }
  }

  private static List<String> sorted(List<String> names) {
    return List.of("relu", "left", "right").stream()
        .filter(names::contains)
        .collect(Collectors.toList());
  }

  @Test
  void severalInputsAndOutputs_theLossIsTheSum() {
    ComputationGraph graph =
        started(
            builder()
                .addInputs("image", "vector")
                .addLayer(
                    "conv",
                    new ConvolutionLayer.Builder(2, 2).nOut(3).activation(Activation.RELU).build(),
                    "image")
                .addLayer("flat", dense(6, Activation.RELU), "conv")
                .addLayer("dense", dense(6, Activation.RELU), "vector")
                .addVertex("merge", new MergeVertex(), "flat", "dense")
                .addLayer("classes", output(3, LossFunction.MCXENT, Activation.SOFTMAX), "merge")
                .addLayer("number", output(1, LossFunction.MSE, Activation.RELU), "merge")
                .setOutputs("classes", "number")
                .setInputTypes(InputType.convolutional(4, 5, 2), InputType.feedForward(3)));
    MultiDataSet data =
        new MultiDataSet(
            new INDArray[] {
              Followed.uniform(DataType.DOUBLE, 1, SAMPLES, 2, 4, 5),
              Followed.uniform(DataType.DOUBLE, 2, SAMPLES, 3)
            },
            new INDArray[] {
              Followed.oneHot(DataType.DOUBLE, 3, SAMPLES, 3),
              Followed.uniform(DataType.DOUBLE, 4, SAMPLES, 1)
            });
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    graph.setListeners(bias);
    Run run =
        Followed.check(
            bias,
            "conv",
            8,
            () -> graph.fit(data),
            () -> Followed.rows(Followed.withIdentity(graph, "conv", data.getFeatures()), 1, 2, 3),
            5);
    for (long step = 0; step < 8; step++) {
      assertEquals(run.value("score", step), run.value("loss", step), 1e-12);
    }
    assertEquals(5, run.header().layers().size() + 1, "conv, flat, dense and the output number");
    INDArray[] out = graph.output(data.getFeatures());
    for (int i = 0; i < SAMPLES; i++) {
      assertEquals(out[1].getDouble(i, 0) > 0, run.patternAt(8, "number").isOn(0, i));
    }
  }

  @Test
  void severalInputsAndOneOutput_areRecognisedInPlace() {
    ComputationGraph graph =
        started(
            builder()
                .addInputs("a", "b")
                .addLayer("left", dense(6, Activation.RELU), "a")
                .addLayer("right", dense(6, Activation.RELU), "b")
                .addVertex("merge", new MergeVertex(), "left", "right")
                .addLayer("out", output(1, LossFunction.MSE, Activation.IDENTITY), "merge")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(2), InputType.feedForward(3)));
    INDArray a = Followed.uniform(DataType.DOUBLE, 1, SAMPLES, 2);
    INDArray b = Followed.uniform(DataType.DOUBLE, 2, SAMPLES, 3);
    INDArray y = Followed.uniform(DataType.DOUBLE, 4, SAMPLES, 1);
    MultiDataSet data = new MultiDataSet(new INDArray[] {a, b}, new INDArray[] {y});
    MultiDataSet other = new MultiDataSet(new INDArray[] {a, b.mul(1.5)}, new INDArray[] {y});
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    graph.setListeners(bias);
    graph.fit(data);
    graph.fit(other);
    graph.fit(data);
    bias.close();
    assertEquals(4, bias.run().size());
    assertEquals(2, bias.run().recordsInPlace(), bias.route());
    for (long step : new long[] {0, 2}) {
      assertEquals(bias.run().value("score", step), bias.run().value("loss", step), 1e-12);
    }
  }

  @Test
  void sequencesWithMasks_inAGraph() {
    ComputationGraph graph =
        started(
            builder()
                .addInputs("x")
                .addLayer(
                    "rnn",
                    new SimpleRnn.Builder().nOut(4).biasInit(9).activation(Activation.RELU).build(),
                    "x")
                .addLayer(
                    "out",
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.TANH)
                        .build(),
                    "rnn")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(3, 5)));
    INDArray mask = Nd4j.ones(DataType.DOUBLE, 4, 5);
    mask.putScalar(1, 4, 0);
    mask.putScalar(3, 3, 0);
    mask.putScalar(3, 4, 0);
    MultiDataSet data =
        new MultiDataSet(
            new INDArray[] {Followed.uniform(DataType.DOUBLE, 1, 4, 3, 5)},
            new INDArray[] {Followed.uniform(DataType.DOUBLE, 2, 4, 2, 5)},
            new INDArray[] {mask},
            new INDArray[] {mask});
    INDArray h = graph.feedForward(data.getFeatures(0), false).get("rnn").dup('c');
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    graph.setListeners(bias);
    graph.fit(data);
    bias.close();
    Run run = bias.run();
    assertEquals(run.value("score", 0), run.value("loss", 0), 1e-12);
    assertArrayEquals(new int[] {4, 5}, Followed.layer(run, "rnn").shape());
    int linear = 0;
    for (int u = 0; u < 4; u++) {
      for (int t = 0; t < 5; t++) {
        int missing = 0;
        for (int i = 0; i < 4; i++) {
          // Masks are at the end of sequences here: what comes before does not depend on them.
          boolean exists = mask.getDouble(i, t) != 0;
          boolean on = exists && h.getDouble(i, u, t) > 0;
          assertEquals(on, run.patternAt(0, "rnn").isOn(u * 5 + t, i), u + " " + t + " " + i);
          missing += exists && !on ? 1 : 0;
        }
        linear += missing == 0 ? 1 : 0;
      }
    }
    assertTrue(linear > 0);
    assertEquals(linear, run.value("linearUnits[rnn]", 0));
  }

  @Test
  void tooFewArrays_areAnsweredWithASentence_andTrainingGoesOn() {
    ComputationGraph graph = branched(false);
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    MultiDataSet two =
        new MultiDataSet(
            new INDArray[] {data.getFeatures(), data.getFeatures()},
            new INDArray[] {data.getLabels()});
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(two).schedule(Schedule.everyStep()).build();
    graph.setListeners(bias);
    graph.fit(data);
    bias.close();
    assertEquals(0, bias.run().size());
    assertTrue(graph.getIterationCount() == 1);
  }
}
