package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.layer.DoubledDenseLayer;
import io.github.implicitbias.nn.layer.DoubledOutputLayer;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.layer.NeuronOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What metrics see of a stack is what DL4J has, on plain arrays. */
class NetworkArraysTest extends ArraysOfNetworks {

  @Test
  void aStack_isDescribedWholly_atEveryStepOfTraining() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      double tolerance = type == DataType.DOUBLE ? 1e-13 : 3e-6;
      DataSet data = Stacks.classes(type, SAMPLES, 5, 3, 7);
      MultiLayerNetwork net =
          Stacks.network(
              type,
              new Sgd(0.3),
              dense(5, 8, Activation.RELU),
              new DenseLayer.Builder()
                  .nIn(8)
                  .nOut(6)
                  .hasBias(false)
                  .activation(new ExactLeakyReLU(0.25))
                  .build(),
              softmax(6, 3));
      List<double[]> seen = new ArrayList<>();
      Viewed[] viewed = new Viewed[1];
      viewed[0] =
          new Viewed(
              net,
              probe(data),
              List.of("layer0", "layer1"),
              step -> {
                NetworkArrays view = viewed[0].view;
                assertTrue(view.isStack());
                assertEquals(3, view.layers());
                double[] slopes = {0, 0.25, Double.NaN};
                for (int l = 0; l < 3; l++) {
                  WeightLayer layer = view.layer(l);
                  assertEquals("layer" + l, layer.name());
                  assertEquals(l < 2 ? l : -1, layer.trackedLayer());
                  assertEquals(l == 2, layer.isOutput());
                  assertEquals(l != 1, layer.hasBias());
                  assertTrue(layer.isTrained());
                  assertEquals(slopes[l], layer.negativeSlope());
                  assertIsParameters(layer, net.getParam(l + "_W"), net.getParam(l + "_b"));
                  if (l < 2) {
                    assertClose(outputs(layer), layer.outputActivations(), tolerance);
                  }
                }
                assertArrayEquals(flat(data.getFeatures()), view.layer(0).inputActivations());
                assertSame(view.layer(0).outputActivations(), view.layer(1).inputActivations());
                assertNull(view.layer(2).outputActivations());
                assertEquals(3, view.outputs());
                assertLossDerivatives(view, data, tolerance);
                seen.add(view.layer(0).weights().clone());
              });
      net.addListeners(viewed[0]);
      for (int step = 0; step < STEPS; step++) {
        net.fit(data);
      }
      assertEquals(STEPS, viewed[0].looks());
      assertFalse(Arrays.equals(seen.get(0), seen.get(STEPS - 1)), "the weights have moved");
      assertThrows(IllegalStateException.class, () -> viewed[0].view.layer(0).inputActivations());
    }
  }

  /** Trains one step and looks at the view of it. */
  private static NetworkArrays look(MultiLayerNetwork net, DataSet data, Runnable look) {
    Viewed viewed = new Viewed(net, probe(data), names(net), step -> look.run());
    net.setListeners(viewed);
    net.fit(data);
    assertEquals(1, viewed.looks());
    return viewed.view;
  }

  private static List<String> names(MultiLayerNetwork net) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < net.getnLayers(); i++) {
      names.add("layer" + i);
    }
    return names;
  }

  /** Returns slope and, for an output layer, "output", per layer with weights. */
  private static String folded(Layer... layers) {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    MultiLayerNetwork net = Stacks.network(DataType.DOUBLE, new Sgd(0.1), layers);
    NetworkArrays view = look(net, data, () -> {});
    StringBuilder text = new StringBuilder(view.isStack() ? "stack" : "no stack");
    for (int l = 0; l < view.layers(); l++) {
      WeightLayer layer = view.layer(l);
      text.append(' ').append(layer.negativeSlope()).append(layer.isOutput() ? " output" : "");
    }
    return text.toString();
  }

  @Test
  void layersWithoutWeights_areFoldedIn_whereThatIsExact() {
    IActivation relu = Activation.RELU.getActivationFunction();
    IActivation leaky = new ActivationLReLU(0.5);
    IActivation tanh = Activation.TANH.getActivationFunction();
    Layer identity = dense(5, 3, Activation.IDENTITY);
    LossLayer loss =
        new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build();
    LossLayer softmaxLoss =
        new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build();
    assertEquals("stack 0.0 NaN output", folded(identity, activation(relu), softmax(3, 3)));
    assertEquals("stack 0.5 1.0 output", folded(identity, activation(leaky), linear(3, 3)));
    assertEquals(
        "stack 0.25 1.0 output",
        folded(identity, activation(leaky), activation(leaky), linear(3, 3)));
    assertEquals(
        "stack 0.0 1.0 output",
        folded(dense(5, 3, Activation.RELU), activation(leaky), linear(3, 3)));
    assertEquals("stack NaN 1.0 output", folded(identity, activation(tanh), linear(3, 3)));
    assertEquals(
        "no stack 0.0 1.0 output",
        folded(dense(5, 3, Activation.RELU), activation(tanh), linear(3, 3)));
    assertEquals("no stack 1.0 output", folded(activation(relu), linear(5, 3)));
    assertEquals("stack 1.0 output", folded(identity, loss));
    assertEquals("stack NaN output", folded(identity, softmaxLoss));
    assertEquals("stack 0.0", folded(dense(5, 3, Activation.RELU), loss));
    assertEquals("stack 0.0", folded(identity, activation(relu), loss));
    assertEquals(
        "no stack 0.0 1.0 output",
        folded(
            dense(5, 3, Activation.RELU),
            new BatchNormalization.Builder().nIn(3).nOut(3).build(),
            linear(3, 3)));
    assertEquals(
        "stack 0.0 1.0 output",
        folded(
            new DenseLayer.Builder()
                .nIn(5)
                .nOut(3)
                .dropOut(0.5)
                .activation(Activation.RELU)
                .build(),
            linear(3, 3)));
    assertEquals(
        "no stack NaN 1.0 output",
        folded(
            new DenseLayer.Builder()
                .nIn(5)
                .nOut(3)
                .hasLayerNorm(true)
                .activation(Activation.RELU)
                .build(),
            linear(3, 3)));
  }

  @Test
  void aFoldedLayer_showsThePatternAndTheOutputsOfTheActivationLayer() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.1),
            dense(5, 4, Activation.IDENTITY),
            activation(Activation.RELU.getActivationFunction()),
            softmax(4, 3));
    Viewed[] viewed = new Viewed[1];
    viewed[0] =
        new Viewed(
            net,
            probe(data),
            List.of("layer1"),
            step -> {
              WeightLayer layer = viewed[0].view.layer(0);
              assertEquals(0, layer.trackedLayer());
              assertClose(outputs(layer), layer.outputActivations(), 1e-14);
              assertSame(layer.outputActivations(), viewed[0].view.layer(1).inputActivations());
            });
    net.addListeners(viewed[0]);
    net.fit(data);
    assertEquals(1, viewed[0].looks());
  }

  @Test
  void layersOfOurs_areSeenThroughTheirInterfaces() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 1, 7);
    MultiLayerNetwork doubled =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.1),
            new DoubledDenseLayer.Builder().nIn(5).nOut(6).activation(Activation.RELU).build(),
            new DoubledOutputLayer.Builder(Losses.meanSquare()).nIn(6).nOut(1).build());
    NetworkArrays view = look(doubled, data, () -> {});
    assertTrue(view.isStack());
    assertTrue(view.layer(1).isTrained());
    MultiLayerNetwork fixed =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.1),
            dense(5, 6, Activation.RELU),
            new FixedSignOutputLayer.Builder(Losses.meanSquare()).nIn(6).nOut(1).build());
    view = look(fixed, data, () -> {});
    assertTrue(view.isStack());
    assertTrue(view.layer(0).isTrained());
    assertFalse(view.layer(1).isTrained());
    assertFalse(view.layer(1).hasBias());
    MultiLayerNetwork neurons =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.1),
            new NeuronOutputLayer.Builder(Losses.meanSquare()).nIn(5).neurons(3).build());
    Viewed[] viewed = new Viewed[1];
    viewed[0] =
        new Viewed(
            neurons,
            probe(data),
            List.of("layer0"),
            step -> {
              NetworkArrays seen = viewed[0].view;
              assertTrue(seen.isStack());
              assertEquals(0, seen.layer(0).negativeSlope());
              assertTrue(seen.layer(0).isOutput());
              double[] z = seen.outputPreActivations();
              double[] y = flat(data.getLabels());
              for (int i = 0; i < z.length; i++) {
                double slope = z[i] > 0 ? 2 * (z[i] - y[i / 3]) : 0;
                assertEquals(slope, seen.lossDerivatives()[i], 1e-14);
              }
            });
    neurons.addListeners(viewed[0]);
    neurons.fit(data);
    assertEquals(1, viewed[0].looks());
  }

  @Test
  void frozenLayers_areNotTrained_howeverTheyAreFrozen() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    Layer hidden = dense(5, 4, Activation.RELU);
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.1),
            new FrozenLayerWithBackprop(hidden),
            new DenseLayer.Builder()
                .nIn(4)
                .nOut(4)
                .updater(new Sgd(0.0))
                .activation(Activation.RELU)
                .build(),
            softmax(4, 3));
    double[] start = flat(net.params());
    NetworkArrays view = look(net, data, () -> {});
    assertEquals("frozen", state(view.layer(0)));
    assertEquals("frozen", state(view.layer(1)));
    assertEquals("trained", state(view.layer(2)));
    double[] end = flat(net.params());
    int frozen = 5 * 4 + 4 + 4 * 4 + 4;
    assertArrayEquals(Arrays.copyOf(start, frozen), Arrays.copyOf(end, frozen));
    net.setLearningRate(0.2);
    assertEquals("trained", state(view.layer(1)));
  }

  private static String state(WeightLayer layer) {
    return layer.isTrained() ? "trained" : "frozen";
  }
}
