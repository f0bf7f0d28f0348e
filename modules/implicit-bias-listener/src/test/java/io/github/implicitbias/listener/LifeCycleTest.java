package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Late attachment, several fits, no close, a second model, copies, bad input. */
class LifeCycleTest {

  private static MultiLayerNetwork network() {
    return Stacks.network(
        DataType.DOUBLE,
        new Sgd(0.1),
        new DenseLayer.Builder().nIn(3).nOut(7).activation(Activation.RELU).build(),
        new OutputLayer.Builder(LossFunction.MSE)
            .nIn(7)
            .nOut(1)
            .activation(Activation.IDENTITY)
            .build());
  }

  private static DataSet data() {
    return Stacks.classes(DataType.DOUBLE, 20, 3, 1, 4);
  }

  private static void fit(MultiLayerNetwork net, DataSet data, int steps) {
    for (int i = 0; i < steps; i++) {
      net.fit(data);
    }
  }

  @Test
  void aModelRestoredAtIteration5000_isRecordedFromThere(@TempDir Path folder) throws Exception {
    MultiLayerNetwork trained = network();
    trained.setIterationCount(5000);
    File file = folder.resolve("model.zip").toFile();
    ModelSerializer.writeModel(trained, file, true);
    MultiLayerNetwork net = ModelSerializer.restoreMultiLayerNetwork(file, true);
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data()).build();
    net.addListeners(bias);
    fit(net, data(), 10);
    bias.close();
    assertEquals(5000, bias.run().firstStep());
    assertEquals(5010, bias.run().lastStep());
    assertEquals(0, bias.run().value("distanceFromInit", 5000));
    assertEquals(0, bias.run().value("time", 5000));
    assertTrue(bias.run().value("distanceFromInit", 5010) > 0);
  }

  @Test
  void severalFits_areOneRun_andOnlyCloseMakesTheLastRecord() {
    MultiLayerNetwork net = network();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data()).build();
    net.addListeners(bias);
    assertEquals(0, bias.run().size());
    fit(net, data(), 5);
    net.fit(data().getFeatures(), data().getLabels());
    fit(net, data(), 4);
    bias.close();
    bias.close();
    assertEquals(11, bias.run().size());
    fit(net, data(), 3);
    assertEquals(11, bias.run().size(), "a closed listener records nothing");
    assertEquals(13, net.getIterationCount());
  }

  @Test
  void aSecondModel_isNotRecorded_andTheFirstGoesOn() {
    MultiLayerNetwork one = network();
    MultiLayerNetwork two = network();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data()).build();
    one.addListeners(bias);
    two.addListeners(bias);
    fit(one, data(), 3);
    fit(two, data(), 5);
    fit(one, data(), 3);
    bias.close();
    assertEquals(7, bias.run().size());
    assertEquals(5, two.getIterationCount());
  }

  @Test
  void aListenerThatThrows_leavesOurRecordsReadable() {
    MultiLayerNetwork net = network();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data()).build();
    net.setListeners(
        bias,
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            if (iteration == 3) {
              throw new IllegalStateException("somebody else's failure");
            }
          }
        });
    assertThrows(IllegalStateException.class, () -> fit(net, data(), 6));
    bias.close();
    assertEquals(3, bias.run().lastStep());
    assertEquals(4, bias.run().size());
  }

  @Test
  void aClone_startsARunOfItsOwn() {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data()).storage(storage).sessionId("s").build();
    MultiLayerNetwork one = network();
    one.addListeners(bias);
    fit(one, data(), 3);
    ImplicitBiasListener copy = bias.clone();
    assertNotSame(bias, copy);
    copy.setWorkerID("worker-1");
    MultiLayerNetwork two = network();
    two.addListeners(copy);
    fit(two, data(), 5);
    bias.close();
    copy.close();
    assertEquals(4, bias.run().size());
    assertEquals(6, copy.run().size());
    assertEquals(2, storage.listWorkerIDsForSessionAndType("s", ImplicitBiasBlock.TYPE_ID).size());
  }

  @Test
  void aListener_survivesJavaSerialization_andGoesOnInTheOtherProcess() throws Exception {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data()).storage(new InMemoryStatsStorage()).build();
    MultiLayerNetwork net = network();
    net.addListeners(bias);
    fit(net, data(), 3);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(bias);
    }
    ImplicitBiasListener copy;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      copy = (ImplicitBiasListener) in.readObject();
    }
    assertNull(copy.getStorageRouter());
    assertEquals(bias.getSessionID(), copy.getSessionID());
    MultiLayerNetwork other = network();
    other.addListeners(copy);
    fit(other, data(), 4);
    copy.close();
    bias.close();
    assertEquals(5, copy.run().size());
    assertEquals(4, bias.run().size());
  }

  @Test
  void badInput_isRefusedAtConstruction_withWhatToChange(@TempDir Path folder) throws Exception {
    DataSet masked = data();
    masked.setFeaturesMaskArray(Nd4j.zeros(20, 1));
    refused("mask", () -> ImplicitBiasListener.builder(masked));
    refused("reshape", () -> ImplicitBiasListener.builder(Nd4j.zeros(2), Nd4j.zeros(2, 1)));
    refused(
        "20 rows of features and 19",
        () -> ImplicitBiasListener.builder(data().getFeatures(), Nd4j.zeros(19, 1)));
    refused("needs features", () -> ImplicitBiasListener.builder(null, Nd4j.zeros(19, 1)));
    refused("at least one", () -> ImplicitBiasListener.builder(data()).layers());
    refused("1 MB", () -> ImplicitBiasListener.builder(data()).memoryCap(10));
    refused("at least 1", () -> ImplicitBiasListener.builder(data()).normsEvery(0));
    refused("sample ids", () -> ImplicitBiasListener.builder(data()).sampleIds(1, 2));
    Path file = Files.writeString(folder.resolve("taken"), "a run");
    refused("exists", () -> ImplicitBiasListener.builder(data()).runFile(file).build());
    refused(
        "is a folder",
        () -> ImplicitBiasListener.builder(data()).runFile(folder.getRoot()).build());
    refused(
        "not a folder",
        () -> ImplicitBiasListener.builder(data()).runFile(folder.resolve("a/b")).build());
    refused(
        "sessionId(\"\"): give a name",
        () -> ImplicitBiasListener.builder(data()).sessionId("").build());
    refused("storage(null): give one", () -> ImplicitBiasListener.builder(data()).storage(null));
  }

  private static void refused(String part, org.junit.jupiter.api.function.Executable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call);
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  /** Trains in another JVM and ends without close; {@code halt} ends without shutdown hooks. */
  public static void main(String[] args) throws Exception {
    MultiLayerNetwork net = network();
    net.addListeners(ImplicitBiasListener.builder(data()).runFile(Path.of(args[0])).build());
    if (args[1].equals("exit")) {
      fit(net, data(), 100);
      System.exit(0);
    }
    fit(net, data(), 200);
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (RunFile.open(Path.of(args[0])).size() == 0 && System.nanoTime() < deadline) {
      fit(net, data(), 10);
    }
    fit(net, data(), 10);
    Runtime.getRuntime().halt(1);
  }

  @Test
  void withoutClose_theShutdownHookWritesEverything(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("run.ibrun");
    assertEquals(0, Jvm.run(LifeCycleTest.class, file.toString(), "exit"));
    Run run = RunFile.open(file);
    assertEquals(100, run.size());
    assertEquals(99, run.lastStep());
  }

  @Test
  void afterAKill_theRunFileIsReadableToTheLastWholeBlock(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("run.ibrun");
    assertEquals(1, Jvm.run(LifeCycleTest.class, file.toString(), "halt"));
    Run run = RunFile.open(file);
    assertTrue(run.size() > 0);
    assertEquals(run.size() - 1, run.lastStep());
    assertEquals(20, run.patternAt(run.lastStep(), "layer0").samples());
  }
}
