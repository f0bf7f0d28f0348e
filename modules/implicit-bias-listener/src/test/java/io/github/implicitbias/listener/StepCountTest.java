package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Time counts the steps of the network; a count that is set back begins a new run. */
@Timeout(120)
class StepCountTest {

  private static final double RATE = 0.1;

  private static DataSet data() {
    return Stacks.classes(DataType.DOUBLE, 20, 3, 2, 2);
  }

  private static MultiLayerNetwork network() {
    return Stacks.network(
        DataType.DOUBLE,
        new Sgd(RATE),
        new DenseLayer.Builder().nIn(3).nOut(8).activation(Activation.RELU).build(),
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(8)
            .nOut(2)
            .activation(Activation.SOFTMAX)
            .build());
  }

  private static void fit(MultiLayerNetwork net, int steps) {
    for (int step = 0; step < steps; step++) {
      net.fit(data());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aListenerAddedSeveralTimes_recordsOnce_andSaysSoInOneSentence(int times) throws Exception {
    MultiLayerNetwork net = network();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data()).build();
    for (int i = 0; i < times; i++) {
      net.addListeners(bias);
    }
    String said = saidDuring(() -> fit(net, 50));
    bias.close();
    assertEquals(5.0, bias.run().latest("time"), 1e-12);
    assertEquals(51, bias.run().size());
    assertEquals(Map.of(), bias.failures());
    assertEquals(times > 1 ? 1 : 0, said.split("was added twice", -1).length - 1, said);
  }

  @Test
  void aListenerOfTwoNetworks_recordsTheFirst_andSaysSoInOneSentence() throws Exception {
    MultiLayerNetwork one = network();
    MultiLayerNetwork two = network();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data()).build();
    one.addListeners(bias);
    two.addListeners(bias);
    String said =
        saidDuring(
            () -> {
              for (int step = 0; step < 20; step++) {
                fit(one, 1);
                fit(two, 2);
              }
            });
    bias.close();
    assertEquals(2.0, bias.run().latest("time"), 1e-12);
    assertEquals(21, bias.run().size());
    assertEquals(1, said.split("watches another network", -1).length - 1, said);
  }

  /** The simple logger writes to the error stream as it is when a sentence is said. */
  static String saidDuring(Runnable training) throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      training.run();
    } finally {
      System.setErr(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCountThatIsSetBack_beginsANewRun_thatFollowsTheOneBefore(
      boolean withNewParameters, @TempDir Path folder) throws Exception {
    MultiLayerNetwork net = network();
    INDArray start = net.params().dup();
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data())
            .storage(storage)
            .sessionId("s")
            .runFile(folder.resolve("run.ibrun"))
            .build();
    net.addListeners(bias);
    fit(net, 50);
    if (withNewParameters) {
      net.setParams(start);
    }
    net.setIterationCount(0);
    fit(net, 80);
    bias.close();
    assertEquals(Map.of(), bias.failures());
    List<Run> runs = bias.runs();
    assertEquals(2, runs.size());
    assertSame(runs.get(1), bias.run(), "the newest");
    Run first = runs.get(0);
    Run second = runs.get(1);
    assertEquals(50, first.size(), "the step after the last was not observed: it came no more");
    assertEquals(81, second.size());
    assertTrue(first.gaps().isEmpty() && second.gaps().isEmpty());
    assertEquals(0.2, second.value("time", 51) - second.value("time", 49), 1e-12);
    assertEquals(0, second.value("time", 0));
    assertEquals(0, second.value("distanceFromInit", 0));
    assertEquals(
        withNewParameters, first.patternAt(0, "layer0").equals(second.patternAt(0, "layer0")));
    assertEquals(Optional.empty(), first.header().follows());
    assertEquals(Optional.of(first.header().id()), second.header().follows());
    List<Event> joined =
        second.events().stream()
            .filter(event -> event.kind() == EventKind.RUN_CONTINUES)
            .collect(Collectors.toList());
    assertEquals(1, joined.size());
    assertEquals("the count of steps was set back from 49 to 0", joined.get(0).detail());
    assertEquals(0, joined.get(0).step());
    assertEquals(2, Runs.in(storage, "s").size());
    assertEquals(first.header().id(), RunFile.open(folder.resolve("run.ibrun")).header().id());
    Run file = RunFile.open(folder.resolve("run-2.ibrun"));
    assertEquals(second.header().id(), file.header().id());
    assertEquals(81, file.size());
    assertFalse(first.header().id().equals(second.header().id()));
  }

  @Test
  void aCountThatIsSetBackAgainAndAgain_leavesAllRuns_inTheirOrder() {
    MultiLayerNetwork net = network();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data()).build();
    net.addListeners(bias);
    for (int restart = 0; restart < 20; restart++) {
      net.setIterationCount(0);
      fit(net, 5 + restart);
    }
    bias.close();
    assertEquals(Map.of(), bias.failures());
    assertEquals(20, bias.runs().size());
    for (int restart = 0; restart < 20; restart++) {
      int last = restart == 19 ? 1 : 0;
      assertEquals(5 + restart + last, bias.runs().get(restart).size());
    }
  }

  @Test
  void aCountThatIsSetBackByOne_isSetBack() {
    MultiLayerNetwork net = network();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data()).build();
    net.addListeners(bias);
    fit(net, 10);
    net.setIterationCount(9);
    fit(net, 10);
    bias.close();
    assertEquals(2, bias.runs().size());
    assertEquals(9, bias.run().firstStep());
    assertEquals(19, bias.run().lastStep());
    assertEquals(Map.of(), bias.failures());
  }
}
