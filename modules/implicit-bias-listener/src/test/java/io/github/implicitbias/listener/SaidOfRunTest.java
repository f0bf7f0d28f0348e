package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What a run says of which network it is, and how the names of layers are understood. */
class SaidOfRunTest {

  private static DenseLayer dense(String name, int in) {
    return new DenseLayer.Builder().name(name).nIn(in).nOut(4).activation(Activation.RELU).build();
  }

  private static BatchNormalization normalization(double decay, boolean log) {
    return new BatchNormalization.Builder()
        .nIn(4)
        .nOut(4)
        .decay(decay)
        .useLogStd(log)
        .name("bn")
        .build();
  }

  private static MultiLayerNetwork net(Layer... hidden) {
    ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(0.1))
            .list();
    for (Layer layer : hidden) {
      list.layer(layer);
    }
    list.layer(
        new OutputLayer.Builder(LossFunction.MSE)
            .name("out")
            .nIn(4)
            .nOut(1)
            .activation(Activation.IDENTITY)
            .build());
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  private static DataSet data() {
    return new DataSet(
        Nd4j.linspace(DataType.DOUBLE, -1, 0.1, 24).reshape(8, 3),
        Nd4j.linspace(DataType.DOUBLE, 0, 0.2, 8).reshape(8, 1));
  }

  private static Run run(MultiLayerNetwork net) {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data()).schedule(Schedule.everyStep()).build();
    net.addListeners(bias);
    for (int t = 0; t < 3; t++) {
      net.fit(data());
    }
    bias.close();
    return bias.run();
  }

  private static String statistics(Run run) {
    return run.header().provenance().getOrDefault("statistics", "");
  }

  @Test
  void withBatchNormalization_theHeaderSaysWhichNetworkARecordIsOf() {
    for (boolean log : new boolean[] {false, true}) {
      MultiLayerNetwork net = net(dense("a", 3), normalization(0.9, log));
      Run first = run(net);
      String said = statistics(first);
      assertTrue(said.startsWith("running: "), said);
      assertTrue(said.contains("bn uses running averages"), said);
      // 0.9^43 is 0.0108, 0.9^44 is 0.0097.
      assertTrue(said.contains("before step 44 "), said);
      // The loss is that of the network in inference mode.
      assertEquals(net.score(data()), first.latest("loss"), 1e-12);
      net.setListeners();
      String later = statistics(run(net));
      assertTrue(later.startsWith("running: "), later);
      assertFalse(later.contains("before step"), "the averages have left their start: " + later);
    }
    assertTrue(statistics(run(net(dense("a", 3), normalization(0.5, false)))).contains(" step 7 "));
  }

  @Test
  void whereTrainingUsesNoBatches_nothingIsSaid() {
    assertEquals("", statistics(run(net(dense("a", 3)))));
    assertEquals(
        "", statistics(run(net(dense("a", 3), new FrozenLayer(normalization(0.9, false))))));
  }

  private static NetworkPlan plan(MultiLayerNetwork net, String... selected) {
    Probe probe = Probes.of(data());
    return new NetworkReader(
            Network.of(net), probe, true, List.of(selected), false, Granularity.AUTOMATIC)
        .plan();
  }

  private static List<String> names(NetworkPlan plan) {
    List<String> names = new ArrayList<>();
    for (TrackedLayer layer : plan.trackedLayers()) {
      names.add(layer.name());
    }
    return names;
  }

  @Test
  void namesWinOverPositions() {
    MultiLayerNetwork net = net(dense("1", 3), dense("0", 4), dense("b", 4));
    NetworkPlan zero = plan(net, "0");
    assertEquals(List.of("0"), names(zero));
    assertEquals(
        List.of("layers(\"0\") is the layer of that name; the layer at position 0 is called 1"),
        zero.notes());
    assertEquals(List.of("1"), names(plan(net, "1")));
    assertEquals(List.of("1", "0"), names(plan(net, "0", "1")));
    assertEquals(List.of("b"), names(plan(net, "2")));
    assertEquals(List.of("b"), names(plan(net, "b", "2")));
    assertEquals(List.of(), plan(net, "2").notes());
    // A layer that has its own position for a name is one and the same.
    MultiLayerNetwork same = net(dense("0", 3), dense("x", 4));
    assertEquals(List.of("0"), names(plan(same, "0")));
    assertEquals(List.of(), plan(same, "0").notes());
  }
}
