package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.implicitbias.core.network.WeightLayer;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** What metrics see of a graph, on plain arrays; and that looking again allocates nothing. */
class GraphArraysTest extends ArraysOfNetworks {

  private static GraphBuilder graph() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .dataType(DataType.DOUBLE)
        .updater(new Sgd(0.1))
        .graphBuilder()
        .addInputs("in");
  }

  private static Viewed train(ComputationGraph graph, DataSet data, Viewed.Look look) {
    graph.init();
    Viewed viewed = new Viewed(graph, probe(data), List.of("a", "b"), look);
    graph.addListeners(viewed);
    graph.fit(data);
    graph.fit(data);
    assertEquals(2, viewed.looks());
    return viewed;
  }

  @Test
  void aGraphThatIsAChain_isAStack() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    ComputationGraph chain =
        new ComputationGraph(
            graph()
                .addLayer("a", dense(5, 4, Activation.RELU), "in")
                .addLayer("b", dense(4, 6, Activation.IDENTITY), "a")
                .addLayer("kink", activation(new ActivationLReLU(0.5)), "b")
                .addLayer("out", softmax(6, 3), "kink")
                .setOutputs("out")
                .build());
    Viewed[] viewed = new Viewed[1];
    Viewed.Look look =
        step -> {
          if (viewed[0] == null) {
            return;
          }
          NetworkArrays view = viewed[0].view;
          for (int l = 0; l < 2; l++) {
            WeightLayer layer = view.layer(l);
            assertEquals(l, layer.trackedLayer());
            assertIsParameters(
                layer, chain.getParam(layer.name() + "_W"), chain.getParam(layer.name() + "_b"));
            assertClose(outputs(layer), layer.outputActivations(), 1e-13);
          }
          assertEquals(0.5, view.layer(1).negativeSlope());
          assertSame(view.layer(1).outputActivations(), view.layer(2).inputActivations());
          assertClose(linearOutputs(view.layer(2)), view.outputPreActivations(), 1e-13);
          assertLossDerivatives(view, data, 1e-13);
        };
    viewed[0] = train(chain, data, look);
    assertTrue(viewed[0].view.isStack());
    chain.fit(data);
    assertEquals(3, viewed[0].looks());
  }

  @Test
  void aGraphThatBranches_isNone_butItsLayersAreSeen() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    ComputationGraph branches =
        new ComputationGraph(
            graph()
                .addLayer("a", dense(5, 4, Activation.IDENTITY), "in")
                .addLayer("kink", activation(new ActivationLReLU(0.5)), "a")
                .addLayer("b", dense(5, 6, Activation.RELU), "in")
                .addVertex("both", new MergeVertex(), "a", "kink", "b")
                .addLayer("out", softmax(14, 3), "both")
                .setOutputs("out")
                .build());
    Viewed[] viewed = new Viewed[1];
    viewed[0] =
        train(
            branches,
            data,
            step -> {
              if (viewed[0] != null) {
                WeightLayer a = viewed[0].view.layer(0);
                assertClose(outputs(a), a.outputActivations(), 1e-13);
                WeightLayer out = viewed[0].view.layer(2);
                assertClose(linearOutputs(out), viewed[0].view.outputPreActivations(), 1e-13);
              }
            });
    branches.fit(data);
    assertEquals(3, viewed[0].looks());
    NetworkArrays view = viewed[0].view;
    assertFalse(view.isStack());
    assertEquals(3, view.layers());
    assertEquals("a", view.layer(0).name());
    assertEquals(1, view.layer(0).negativeSlope(), "two vertices take what it puts out");
  }

  @Test
  void lookingAgain_allocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      DataSet data = Stacks.classes(type, SAMPLES, 5, 3, 7);
      MultiLayerNetwork net =
          Stacks.network(type, new Sgd(0.3), dense(5, 8, Activation.RELU), softmax(8, 3));
      long[] least = {Long.MAX_VALUE};
      Viewed[] viewed = new Viewed[1];
      viewed[0] =
          new Viewed(
              net,
              probe(data),
              List.of("layer0"),
              step -> {
                Activations activations = viewed[0].view.activations();
                for (int round = 0; round < 10; round++) {
                  long before = threads.getThreadAllocatedBytes(thread);
                  for (int i = 0; i < 300; i++) {
                    lookAtAll(viewed[0], activations);
                  }
                  least[0] = Math.min(least[0], threads.getThreadAllocatedBytes(thread) - before);
                }
              });
      net.addListeners(viewed[0]);
      net.fit(data);
      net.fit(data);
      assertEquals(2, viewed[0].looks());
      assertEquals(0, least[0], type.name());
    }
  }

  private static void lookAtAll(Viewed viewed, Activations activations) {
    NetworkArrays view = viewed.view;
    view.begin(activations);
    viewed.head.compute(activations.inputOf(viewed.network.outputs().get(0)));
    for (int l = 0; l < view.layers(); l++) {
      WeightLayer layer = view.layer(l);
      double sum = layer.weights()[0] + layer.biases()[0] + layer.inputActivations()[0];
      double[] out = layer.outputActivations();
      if (Double.isNaN(sum + (out == null ? 0 : out[0]) + view.lossDerivatives()[0])) {
        throw new AssertionError("not a number");
      }
    }
    boolean plain =
        view.training().isPlainSgd()
            && !view.training().isRegularized()
            && view.training().isFullBatch();
    if (!plain) {
      throw new AssertionError("it is plain gradient descent");
    }
  }
}
