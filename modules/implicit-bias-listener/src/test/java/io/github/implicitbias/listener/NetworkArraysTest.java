package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.layer.DoubledDenseLayer;
import io.github.implicitbias.nn.layer.DoubledOutputLayer;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.layer.NeuronOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What metrics see of a network is what DL4J has, on plain arrays. */
class NetworkArraysTest {

  private static final int SAMPLES = 70;
  private static final int STEPS = 12;

  private static DenseLayer dense(int in, int out, Activation activation) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(activation).build();
  }

  private static OutputLayer softmax(int in, int out) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(out)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static OutputLayer linear(int in, int out) {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nIn(in)
        .nOut(out)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static ActivationLayer activation(IActivation function) {
    return new ActivationLayer.Builder().activation(function).build();
  }

  private static Probe probe(DataSet data) {
    return Viewed.probe(data.getFeatures(), data.getLabels());
  }

  private static double[] flat(INDArray array) {
    return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
  }

  private static void assertIsParameters(WeightLayer layer, INDArray w, INDArray b) {
    assertArrayEquals(flat(w.transpose()), layer.weights(), layer.name());
    if (b == null) {
      assertNull(layer.biases());
    } else {
      assertArrayEquals(flat(b), layer.biases(), layer.name());
    }
  }

  /** Computes the outputs of a layer from what the view shows of it. */
  private static double[] outputs(WeightLayer layer) {
    double[] x = layer.inputActivations();
    int samples = x.length / layer.inputs();
    double[] z = new double[samples * layer.units()];
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < layer.units(); j++) {
        double sum = layer.biases() == null ? 0 : layer.biases()[j];
        for (int k = 0; k < layer.inputs(); k++) {
          sum += layer.weights()[j * layer.inputs() + k] * x[i * layer.inputs() + k];
        }
        z[i * layer.units() + j] = sum > 0 ? sum : layer.negativeSlope() * sum;
      }
    }
    return z;
  }

  private static void assertClose(double[] expected, double[] actual, double tolerance) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], tolerance * (1 + Math.abs(expected[i])));
    }
  }

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

  private static void assertLossDerivatives(NetworkArrays view, DataSet data, double tolerance) {
    double[] z = view.outputPreActivations();
    INDArray preOutput = Nd4j.createFromArray(z).reshape(SAMPLES, view.outputs());
    INDArray p = Nd4j.nn().softmax(preOutput, 1);
    double[] expected = flat(p.sub(data.getLabels().castTo(DataType.DOUBLE)));
    assertClose(expected, view.lossDerivatives(), tolerance);
    assertSame(view.lossDerivatives(), view.lossDerivatives());
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

  @Test
  void kernelsOfConvolutions_areRowsOfChannels() {
    INDArray images = uniform(6, 2, 5, 4);
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.1))
                .list()
                .layer(
                    new ConvolutionLayer.Builder(3, 2)
                        .nOut(4)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(
                    new Deconvolution2D.Builder(2, 2).nOut(3).activation(Activation.RELU).build())
                .layer(softmax(0, 3))
                .setInputType(InputType.convolutional(5, 4, 2))
                .build());
    net.init();
    DataSet data = new DataSet(images, Stacks.classes(DataType.DOUBLE, 6, 2, 3, 1).getLabels());
    Viewed[] viewed = new Viewed[1];
    viewed[0] =
        new Viewed(
            net,
            probe(data),
            List.of("layer0", "layer1"),
            step -> {
              NetworkArrays view = viewed[0].view;
              assertFalse(view.isStack());
              assertEquals(3, view.layers());
              WeightLayer convolution = view.layer(0);
              assertEquals(4, convolution.units());
              assertEquals(2 * 3 * 2, convolution.inputs());
              INDArray output = view.activations().outputOf(viewed[0].network.nodes().get(0));
              for (int channel = 0; channel < 4; channel++) {
                double sum = convolution.biases()[channel];
                for (int k = 0; k < 12; k++) {
                  double pixel = images.getDouble(1, k / 6, 1 + k / 2 % 3, 2 + k % 2);
                  sum += convolution.weights()[channel * 12 + k] * pixel;
                }
                assertEquals(output.getDouble(1, channel, 1, 2), sum, 1e-13);
              }
              WeightLayer back = view.layer(1);
              assertEquals(3, back.units());
              assertEquals(4 * 2 * 2, back.inputs());
              INDArray w = net.getParam("1_W");
              for (int k = 0; k < 48; k++) {
                double expected = w.getDouble(k % 16 / 4, k / 16, k % 4 / 2, k % 2);
                assertEquals(expected, back.weights()[k]);
              }
              assertNull(convolution.inputActivations());
              assertNull(convolution.outputActivations());
              assertNull(back.outputActivations());
              WeightLayer out = view.layer(2);
              assertClose(linearOutputs(out), view.outputPreActivations(), 1e-13);
            });
    net.addListeners(viewed[0]);
    net.fit(data);
    net.fit(data);
    assertEquals(2, viewed[0].looks());
  }

  /** Pre-activations of an output layer from what the view shows of it. */
  private static double[] linearOutputs(WeightLayer layer) {
    double[] x = layer.inputActivations();
    double[] z = new double[x.length / layer.inputs() * layer.units()];
    for (int i = 0; i < z.length; i++) {
      int unit = i % layer.units();
      z[i] = layer.biases()[unit];
      for (int k = 0; k < layer.inputs(); k++) {
        z[i] +=
            layer.weights()[unit * layer.inputs() + k] * x[i / layer.units() * layer.inputs() + k];
      }
    }
    return z;
  }

  /** Returns numbers from -1 to 1, without touching ND4J's random numbers. */
  private static INDArray uniform(long... shape) {
    int length = 1;
    for (long axis : shape) {
      length *= (int) axis;
    }
    double[] values = new SplittableRandom(17).doubles(length, -1, 1).toArray();
    return Nd4j.createFromArray(values).reshape(shape);
  }

  @Test
  void inputWeightsOfRecurrentLayers_areRowsOfUnits() {
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.1),
            new SimpleRnn.Builder().nIn(3).nOut(4).activation(Activation.RELU).build(),
            new LSTM.Builder().nIn(4).nOut(2).activation(Activation.TANH).build(),
            new RnnOutputLayer.Builder(LossFunction.MSE)
                .nIn(2)
                .nOut(1)
                .activation(Activation.IDENTITY)
                .build());
    INDArray features = uniform(6, 3, 5);
    Viewed[] viewed = new Viewed[1];
    viewed[0] =
        new Viewed(
            net,
            Viewed.probe(features, uniform(6, 1, 5)),
            List.of("layer0"),
            step -> {
              NetworkArrays view = viewed[0].view;
              assertFalse(view.isStack());
              assertEquals(3, view.layers());
              int[] units = {4, 8, 1};
              for (int l = 0; l < 3; l++) {
                WeightLayer layer = view.layer(l);
                assertEquals(units[l], layer.units());
                assertIsParameters(layer, net.getParam(l + "_W"), net.getParam(l + "_b"));
                assertNull(layer.inputActivations());
              }
              assertTrue(view.layer(2).isOutput());
              INDArray h = view.activations().outputOf(viewed[0].network.nodes().get(0));
              WeightLayer first = view.layer(0);
              for (int j = 0; j < 4; j++) {
                double sum = first.biases()[j];
                for (int k = 0; k < 3; k++) {
                  sum += first.weights()[j * 3 + k] * features.getDouble(2, k, 0);
                }
                assertEquals(h.getDouble(2, j, 0), Math.max(0, sum), 1e-14);
              }
            });
    net.addListeners(viewed[0]);
    net.fit(features, uniform(6, 1, 5));
    assertEquals(1, viewed[0].looks());
  }

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
