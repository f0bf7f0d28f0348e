package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.deeplearning4j.ui.model.storage.sqlite.J7FileStatsStorage;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Runs under the same session and worker never mix and never hide one another. */
@Timeout(300)
class SameLabelsTest {

  /** The storages of DL4J. */
  enum Kind {
    MEMORY,
    MAP_DB,
    SQLITE;

    StatsStorage open(Path folder) {
      switch (this) {
        case MAP_DB:
          return new FileStatsStorage(folder.resolve("stats.dl4j").toFile());
        case SQLITE:
          return new J7FileStatsStorage(folder.resolve("stats.sqlite").toFile());
        default:
          return new InMemoryStatsStorage();
      }
    }
  }

  private static DataSet data() {
    return Stacks.classes(DataType.DOUBLE, 20, 3, 1, 4);
  }

  private static MultiLayerNetwork network(double rate) {
    return Stacks.network(
        DataType.DOUBLE,
        new Sgd(rate),
        new DenseLayer.Builder().nIn(3).nOut(8).activation(Activation.RELU).build(),
        new OutputLayer.Builder(LossFunction.MSE)
            .nIn(8)
            .nOut(1)
            .activation(Activation.IDENTITY)
            .build());
  }

  private static ImplicitBiasListener listener(StatsStorage storage) {
    return ImplicitBiasListener.builder(data())
        .storage(storage)
        .sessionId("mine")
        .schedule(Schedule.everyStep())
        .build();
  }

  private static void same(Run expected, Run actual) {
    assertEquals(expected.header().id(), actual.header().id());
    assertEquals(expected.size(), actual.size());
    assertTrue(actual.gaps().isEmpty());
    for (long step : expected.metric("loss").steps()) {
      assertEquals(expected.value("loss", step), actual.value("loss", step));
      assertEquals(expected.patternAt(step, "layer0"), actual.patternAt(step, "layer0"));
    }
  }

  private static Run of(Run run, List<Run> among) {
    Stream<Run> found =
        among.stream().filter(other -> other.header().id().equals(run.header().id()));
    return found.findFirst().orElseThrow(() -> new AssertionError("a run is hidden"));
  }

  @ParameterizedTest
  @EnumSource
  void twoAtOnce_areTwoRuns(Kind kind, @TempDir Path folder) throws Exception {
    StatsStorage storage = kind.open(folder);
    List<ImplicitBiasListener> listeners = new ArrayList<>();
    List<Thread> trainings = new ArrayList<>();
    for (double rate : new double[] {0.05, 0.2}) {
      ImplicitBiasListener bias = listener(storage);
      listeners.add(bias);
      MultiLayerNetwork net = network(rate);
      net.setListeners(bias);
      trainings.add(
          new Thread(
              () -> {
                for (int step = 0; step < 120; step++) {
                  net.fit(data());
                }
              }));
    }
    trainings.forEach(Thread::start);
    for (Thread training : trainings) {
      training.join();
    }
    listeners.forEach(ImplicitBiasListener::close);
    List<Run> stored = Runs.in(storage, "mine");
    assertEquals(2, stored.size());
    for (ImplicitBiasListener bias : listeners) {
      assertEquals(121, bias.run().size());
      same(bias.run(), of(bias.run(), stored));
      assertEquals("worker-0", bias.run().header().workerId());
    }
    storage.close();
  }

  private static Run trained(MultiLayerNetwork net, StatsStorage storage, int steps) {
    ImplicitBiasListener bias = listener(storage);
    net.setListeners(bias);
    for (int step = 0; step < steps; step++) {
      net.fit(data());
    }
    bias.close();
    return bias.run();
  }

  @ParameterizedTest
  @EnumSource
  void oneAfterTheOther_resumed_again_withOverlap_withAGap_areRunsOfTheirOwn(
      Kind kind, @TempDir Path folder) throws Exception {
    StatsStorage storage = kind.open(folder);
    MultiLayerNetwork net = network(0.1);
    List<Run> runs = new ArrayList<>();
    runs.add(trained(net, storage, 60));
    java.io.File saved = folder.resolve("net.zip").toFile();
    ModelSerializer.writeModel(net, saved, true);
    runs.add(trained(ModelSerializer.restoreMultiLayerNetwork(saved, true), storage, 40));
    // A storage that was closed and opened anew.
    if (kind != Kind.MEMORY) {
      storage.close();
      storage = kind.open(folder);
    }
    runs.add(trained(network(0.1), storage, 70));
    MultiLayerNetwork early = network(0.1);
    early.setIterationCount(30);
    runs.add(trained(early, storage, 50));
    MultiLayerNetwork late = network(0.1);
    late.setIterationCount(500);
    runs.add(trained(late, storage, 20));
    List<Run> stored = Runs.in(storage, "mine");
    assertEquals(5, stored.size());
    for (Run run : runs) {
      same(run, of(run, stored));
    }
    assertEquals(
        List.of("0..60", "60..100", "0..70", "30..80", "500..520"), spans(runs), "as trained");
    storage.close();
  }

  private static List<String> spans(List<Run> runs) {
    List<String> spans = new ArrayList<>();
    runs.forEach(run -> spans.add(run.firstStep() + ".." + run.lastStep()));
    return spans;
  }

  @Test
  void twoRunsInOneMillisecond_haveIdsAndFilesOfTheirOwn(@TempDir Path folder) throws Exception {
    List<Run> runs = new ArrayList<>();
    for (int k = 0; k < 2; k++) {
      ImplicitBiasListener bias =
          ImplicitBiasListener.builder(data()).runFile(folder.resolve(k + ".ibrun")).build();
      MultiLayerNetwork net = network(0.1);
      net.setListeners(bias);
      net.fit(data());
      bias.close();
      runs.add(RunFile.open(folder.resolve(k + ".ibrun")));
      assertEquals(bias.run().header().id(), runs.get(k).header().id());
    }
    assertNotEquals(runs.get(0).header().id(), runs.get(1).header().id());
  }
}
