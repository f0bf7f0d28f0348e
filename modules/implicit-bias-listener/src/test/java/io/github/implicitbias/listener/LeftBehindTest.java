package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.RunFile;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What a listener leaves behind when it is dropped, or kept for its run only: nothing. */
@Timeout(120)
class LeftBehindTest {

  private static final long MOMENT = 10_000_000_000L;

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

  private static long recorderThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("implicit-bias-recorder"))
        .count();
  }

  /** Collects until a condition holds, for ten seconds at most. */
  private static void collectUntil(String what, BooleanSupplier holds) throws Exception {
    long end = System.nanoTime() + MOMENT;
    while (!holds.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, what);
      System.gc();
      Thread.sleep(50);
    }
  }

  private static List<WeakReference<?>> dropped(Path file) {
    MultiLayerNetwork net = network();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data()).runFile(file).build();
    net.setListeners(bias);
    for (int step = 0; step < 30; step++) {
      net.fit(data());
    }
    return List.of(new WeakReference<>(net), new WeakReference<>(bias));
  }

  @Test
  void aListenerThatIsDroppedWithoutClose_freesThreadFileAndNetwork(@TempDir Path folder)
      throws Exception {
    long before = recorderThreads();
    List<WeakReference<?>> things = new ArrayList<>();
    for (int k = 0; k < 5; k++) {
      things.addAll(dropped(folder.resolve(k + ".ibrun")));
    }
    collectUntil(
        "network and listener are still there",
        () -> things.stream().allMatch(thing -> thing.get() == null));
    collectUntil("threads are still there", () -> recorderThreads() <= before);
    for (int k = 0; k < 5; k++) {
      assertEquals(30, RunFile.open(folder.resolve(k + ".ibrun")).size(), "what was recorded");
    }
  }

  private static ImplicitBiasListener closed(List<WeakReference<?>> networks, Preset preset) {
    MultiLayerNetwork net = network();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data()).preset(preset).build();
    net.setListeners(bias);
    for (int step = 0; step < 30; step++) {
      net.fit(data());
    }
    bias.close();
    networks.add(new WeakReference<>(net));
    return bias;
  }

  @Test
  void aClosedListenerThatIsKeptForItsRun_doesNotHoldTheNetwork() throws Exception {
    for (Preset preset : Preset.values()) {
      List<WeakReference<?>> networks = new ArrayList<>();
      ImplicitBiasListener bias = closed(networks, preset);
      collectUntil(preset + ": the network is held", () -> networks.get(0).get() == null);
      assertEquals(31, bias.run().size());
      assertNotNull(bias.route());
    }
  }

  private static ImplicitBiasListener closedOfAGraph(List<WeakReference<?>> networks) {
    ComputationGraph graph = network().toComputationGraph();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data()).build();
    graph.setListeners(bias);
    for (int step = 0; step < 30; step++) {
      graph.fit(data());
    }
    bias.close();
    networks.add(new WeakReference<>(graph));
    return bias;
  }

  @Test
  void norDoesOneThatWatchedAGraph() throws Exception {
    List<WeakReference<?>> networks = new ArrayList<>();
    ImplicitBiasListener bias = closedOfAGraph(networks);
    collectUntil("the graph is held", () -> networks.get(0).get() == null);
    assertEquals(31, bias.run().size());
  }
}
