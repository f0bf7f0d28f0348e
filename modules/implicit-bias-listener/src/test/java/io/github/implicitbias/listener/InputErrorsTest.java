package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * What does not fit the network is found when training begins: one sentence without a stack trace,
 * nothing half-made, and training goes on.
 */
class InputErrorsTest {

  private static INDArray x(long... shape) {
    return Followed.uniform(DataType.FLOAT, 1, shape);
  }

  private static MultiLayerNetwork dense() {
    return Stacks.network(
        DataType.FLOAT,
        new Sgd(0.1),
        new DenseLayer.Builder().nIn(4).nOut(6).activation(Activation.RELU).build(),
        new OutputLayer.Builder(LossFunction.MSE).nIn(6).nOut(2).build());
  }

  private static MultiLayerNetwork images() {
    SmallNetwork small =
        new SmallNetwork(
            SmallNetwork.Input.IMAGE,
            () ->
                SmallNetwork.in(SmallNetwork.convolution(3, Activation.RELU), SmallNetwork.flat()));
    return small.make(DataType.FLOAT);
  }

  private static void refused(
      Path folder, ListenerBuilder builder, Model net, DataSet data, String... parts)
      throws Exception {
    Path file = folder.resolve("run.ibrun");
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ImplicitBiasListener bias = builder.runFile(file).storage(storage).build();
    net.setListeners(bias);
    String said =
        StepCountTest.saidDuring(
            () -> {
              for (int i = 0; i < 3; i++) {
                if (net instanceof MultiLayerNetwork) {
                  ((MultiLayerNetwork) net).fit(data);
                } else {
                  ((org.deeplearning4j.nn.graph.ComputationGraph) net).fit(data);
                }
              }
              bias.close();
            });
    for (String part : parts) {
      assertTrue(said.contains(part), said);
    }
    assertEquals(1, said.split("\n").length, said);
    assertFalse(said.contains("\tat "), said);
    assertFalse(Files.exists(file));
    assertTrue(storage.listSessionIDs().isEmpty());
  }

  @Test
  void featuresOfAnotherWidthOrRank_areAnsweredWithBothShapes(@TempDir Path folder)
      throws Exception {
    DataSet data = new DataSet(x(8, 4), x(8, 2));
    for (boolean graph : new boolean[] {false, true}) {
      for (INDArray given : new INDArray[] {x(5, 3), x(5, 4, 2), x(5, 1, 2, 2)}) {
        MultiLayerNetwork net = dense();
        refused(
            folder,
            ImplicitBiasListener.builder(given, x(5, 2)),
            graph ? net.toComputationGraph() : net,
            data,
            "the probe's features have shape " + java.util.Arrays.toString(given.shape()),
            "trained on features of shape [8, 4]");
      }
    }
    DataSet pictures = new DataSet(x(8, 2, 6, 6), x(8, 3));
    for (INDArray given : new INDArray[] {x(5, 72), x(5, 3, 6, 7)}) {
      refused(
          folder,
          ImplicitBiasListener.builder(given),
          images(),
          pictures,
          java.util.Arrays.toString(given.shape()),
          "[8, 2, 6, 6]");
    }
  }

  @Test
  void labelsOfAnotherWidth_orTooManyArrays_areAnswered(@TempDir Path folder) throws Exception {
    DataSet data = new DataSet(x(8, 4), x(8, 2));
    refused(
        folder,
        ImplicitBiasListener.builder(x(5, 4), x(5, 3)),
        dense(),
        data,
        "labels have shape [5, 3]",
        "trained on labels of shape [8, 2]");
    MultiDataSet two =
        new MultiDataSet(new INDArray[] {x(5, 4), x(5, 4)}, new INDArray[] {x(5, 2)});
    refused(
        folder,
        ImplicitBiasListener.builder(two),
        dense(),
        data,
        "the network has 1 inputs, but the probe has 2 arrays of features");
  }

  @Test
  void aLayerThatIsNotThere_isAnsweredWithThoseThatAre(@TempDir Path folder) throws Exception {
    DataSet data = new DataSet(x(8, 4), x(8, 2));
    refused(
        folder,
        ImplicitBiasListener.builder(data).layers("hidden"),
        dense(),
        data,
        "hidden",
        "layer0");
  }
}
