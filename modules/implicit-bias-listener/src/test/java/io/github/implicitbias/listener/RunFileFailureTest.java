package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A run file that cannot be written is the failure of this one recorder. */
@Timeout(120)
class RunFileFailureTest {

  private static DataSet data() {
    return Stacks.classes(DataType.DOUBLE, 20, 3, 1, 4);
  }

  private static MultiLayerNetwork network() {
    return Stacks.network(
        DataType.DOUBLE,
        new Sgd(0.1),
        new DenseLayer.Builder().nIn(3).nOut(8).activation(Activation.RELU).build(),
        new OutputLayer.Builder(LossFunction.MSE)
            .nIn(8)
            .nOut(1)
            .activation(Activation.IDENTITY)
            .build());
  }

  /** Trains with a run file that cannot be made; storage and memory have everything. */
  private static void others_goOn(
      ImplicitBiasListener bias, InMemoryStatsStorage storage, Path file) throws Exception {
    MultiLayerNetwork net = network();
    net.setListeners(bias);
    for (int step = 0; step < 50; step++) {
      net.fit(data());
    }
    bias.close();
    assertEquals(51, bias.run().size());
    Run stored = Runs.in(storage, "s").get(0);
    assertEquals(51, stored.size());
    assertEquals(Set.of("recorder The run file " + file), bias.failures().keySet());
    assertTrue(bias.failures().values().iterator().next() >= 1);
  }

  private static ImplicitBiasListener listener(InMemoryStatsStorage storage, Path file) {
    return ImplicitBiasListener.builder(data())
        .storage(storage)
        .sessionId("s")
        .runFile(file)
        .build();
  }

  @Test
  void aFolderThatVanishesBeforeTheFirstStep_costsTheRunFileOnly(@TempDir Path folder)
      throws Exception {
    Path within = Files.createDirectory(folder.resolve("gone"));
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ImplicitBiasListener bias = listener(storage, within.resolve("run.ibrun"));
    Files.delete(within);
    others_goOn(bias, storage, within.resolve("run.ibrun"));
  }

  @Test
  void aNameThatIsTakenBeforeTheFirstStep_isNotOverwritten(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("run.ibrun");
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ImplicitBiasListener bias = listener(storage, file);
    Files.writeString(file, "somebody else's");
    others_goOn(bias, storage, file);
    assertEquals("somebody else's", Files.readString(file));
  }

  @Test
  void anEmptyFile_asAnInterruptedStartLeaves_isWrittenAnew(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("run.ibrun"));
    ImplicitBiasListener bias = listener(new InMemoryStatsStorage(), file);
    MultiLayerNetwork net = network();
    net.setListeners(bias);
    net.fit(data());
    bias.close();
    assertEquals(2, RunFile.open(file).size());
  }
}
