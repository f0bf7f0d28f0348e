package io.github.implicitbias.nn.layer;

import static io.github.implicitbias.nn.Samples.array;
import static io.github.implicitbias.nn.Samples.signs;
import static io.github.implicitbias.nn.Samples.uniform;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.network.AffinePreActivation;
import io.github.implicitbias.nn.Gradients;
import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.activation.SmoothLeakyReLU;
import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.nn.loss.Losses;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossCosineProximity;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

class NeuronOutputLayerTest {

  private static final int SAMPLES = 30;
  private static final int INPUTS = 4;
  private static final int NEURONS = 5;
  private static final double[][] START = uniform(7, NEURONS, INPUTS);

  @Test
  void byDefault_itIsOneRectifierWithoutBias() {
    MultiLayerNetwork net = net(new NeuronOutputLayer.Builder(Losses.meanSquare()).nIn(INPUTS));
    NeuronOutputLayer layer = (NeuronOutputLayer) net.getLayer(0).conf().getLayer();
    assertArrayEquals(new long[] {INPUTS, 1}, net.getParam("0_W").shape());
    assertEquals(INPUTS, net.numParams());
    assertTrue(layer.getActivationFn() instanceof ActivationReLU);
    assertFalse(layer.hasBias());
    AffinePreActivation tracked = layer;
    assertTrue(tracked.trackedByDefault() && tracked.repeatsLabels());
    assertTrue(net.summary().contains("NeuronOutput"));
    assertTrue(
        net.getLayerWiseConfigurations()
                .getMemoryReport(InputType.feedForward(INPUTS))
                .getTotalMemoryBytes(
                    8,
                    org.deeplearning4j.nn.conf.memory.MemoryUseMode.TRAINING,
                    org.deeplearning4j.nn.conf.CacheMode.NONE,
                    DataType.DOUBLE)
            > 0);
  }

  @Test
  void neurons_isAnotherNameForNOut_andTheInputSizeIsInferred() {
    NeuronOutputLayer.Builder layer = new NeuronOutputLayer.Builder(new LossL2());
    assertEquals(layer.neurons(3).build(), layer.nOut(3).build());
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .list()
                .layer(layer.hasBias(true).biasInit(0.5).build())
                .setInputType(InputType.feedForward(INPUTS))
                .build());
    net.init();
    assertArrayEquals(new long[] {INPUTS, 3}, net.getParam("0_W").shape());
    assertArrayEquals(new double[] {0.5, 0.5, 0.5}, net.getParam("0_b").toDoubleVector());
  }

  static Stream<Arguments> ensembles() {
    return Stream.of(
        Arguments.of(Losses.meanSquare(), new ActivationReLU(), false, new Sgd(0.1)),
        Arguments.of(Losses.halfMeanSquare(), new ActivationReLU(), true, new Sgd(0.2)),
        Arguments.of(new LossL2(), new ActivationReLU(), true, new Adam(0.01)),
        Arguments.of(new LossL1(), new ActivationLReLU(0.2), true, new Sgd(0.01)),
        Arguments.of(Losses.meanSquare(), new ExactLeakyReLU(0.1), true, new Sgd(0.1)),
        Arguments.of(Losses.meanSquare(), new SmoothLeakyReLU(0.1), true, new Sgd(0.1)),
        Arguments.of(Losses.logistic(), new ActivationIdentity(), false, new Sgd(0.5)));
  }

  @ParameterizedTest
  @MethodSource("ensembles")
  void eachOfSeveralNeurons_followsThePathOfTheNeuronAlone(
      ILossFunction loss, IActivation activation, boolean bias, IUpdater updater) {
    DataSet data = new DataSet(features(), labels(NEURONS));
    MultiLayerNetwork together = net(updater, neurons(loss, activation, bias, START));
    MultiLayerNetwork[] alone = new MultiLayerNetwork[NEURONS];
    for (int k = 0; k < NEURONS; k++) {
      alone[k] = net(updater, neurons(loss, activation, bias, new double[][] {START[k]}));
    }
    for (int step = 0; step < 200; step++) {
      together.fit(data);
      double scores = 0;
      for (int k = 0; k < NEURONS; k++) {
        alone[k].fit(new DataSet(features(), labels(NEURONS).getColumn(k, true).dup()));
        scores += alone[k].score();
        assertArrayEquals(
            alone[k].getParam("0_W").toDoubleVector(),
            together.getParam("0_W").getColumn(k).toDoubleVector(),
            1e-14);
        if (bias) {
          assertEquals(
              alone[k].getParam("0_b").getDouble(0), together.getParam("0_b").getDouble(k), 1e-14);
        }
      }
      assertEquals(scores, together.score(), 1e-13 * scores);
    }
    assertNotEquals(START[0][0], alone[0].getParam("0_W").getDouble(0));
  }

  @Test
  void oneColumnOfLabels_isThatOfEveryNeuron_whereverTheyAreUsed() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      INDArray x = features().castTo(type);
      INDArray shared = labels(1).castTo(type);
      INDArray repeated = shared.repeat(1, NEURONS);
      INDArray perSample = array(type, signs(3, SAMPLES, 1)).gt(0).castTo(type);
      INDArray perOutput = array(type, signs(4, SAMPLES, NEURONS)).gt(0).castTo(type);
      for (INDArray mask : new INDArray[] {null, perSample, perOutput}) {
        DataSet few = new DataSet(x, shared, null, mask);
        DataSet full = new DataSet(x, repeated, null, mask);
        MultiLayerNetwork a = net(type, new Sgd(0.1), neurons(Losses.meanSquare()).build());
        MultiLayerNetwork b = net(type, new Sgd(0.1), neurons(Losses.meanSquare()).build());
        ComputationGraph g = a.toComputationGraph();
        for (int i = 0; i < 5; i++) {
          a.fit(few);
          b.fit(full);
          g.fit(few);
          assertEquals(b.score(), a.score());
          assertEquals(b.score(), g.score());
        }
        a.fit(new ExistingDataSetIterator(List.of(few)));
        b.fit(new ExistingDataSetIterator(List.of(full)));
        g.fit(new ExistingDataSetIterator(List.of(few)));
        if (mask == null) { // DL4J cuts masks to the width of the labels when it merges batches
          a.fit(new ListDataSetIterator<>(few.asList(), 7));
          b.fit(new ListDataSetIterator<>(full.asList(), 7));
          g.fit(new ListDataSetIterator<>(few.asList(), 7));
        }
        assertArrayEquals(b.params().toDoubleVector(), a.params().toDoubleVector());
        assertArrayEquals(b.params().toDoubleVector(), g.params().toDoubleVector());
        assertEquals(b.score(full), a.score(few));
        assertEquals(b.score(full), g.score(few));
        assertEquals(b.scoreExamples(full, false), a.scoreExamples(few, false));
        assertEquals(b.scoreExamples(full, true), g.scoreExamples(few, true));
        assertNotEquals(array(type, START).transpose(), a.getParam("0_W"));
      }
    }
  }

  @Test
  void labelsMayHaveAnotherTypeOrLayout() {
    MultiLayerNetwork a = net(new Sgd(0.1), neurons(Losses.meanSquare()).build());
    MultiLayerNetwork b = net(new Sgd(0.1), neurons(Losses.meanSquare()).build());
    INDArray signs = array(DataType.FLOAT, signs(2, SAMPLES, 3));
    a.fit(features(), signs.getColumn(1, true));
    b.fit(features(), signs.getColumn(1, true).castTo(DataType.DOUBLE).repeat(1, NEURONS).dup('f'));
    assertArrayEquals(b.params().toDoubleVector(), a.params().toDoubleVector());
  }

  @Test
  void labelsOfAnotherShape_areRefusedWithTheCure() {
    MultiLayerNetwork net = net(new Sgd(0.1), neurons(Losses.meanSquare()).build());
    refused("[samples, 5]", () -> net.fit(features(), labels(2)));
    refused("[samples, 5]", () -> net.score(new DataSet(features(), labels(6))));
    refused("[samples, 1]", () -> net.fit(features(), labels(1).reshape(SAMPLES)));
    net.fit(features(), labels(NEURONS));
  }

  @Test
  void asOnlyLayerOrAfterOthers_itIsTheStockLayerWithASumAsLoss() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      DenseLayer hidden =
          new DenseLayer.Builder().nIn(INPUTS).nOut(INPUTS).activation(Activation.TANH).build();
      OutputLayer stock =
          new OutputLayer.Builder(new LossL2())
              .activation(Activation.RELU)
              .weightInit(Weights.given(START))
              .nIn(INPUTS)
              .nOut(NEURONS)
              .build();
      Layer ours = neurons(new LossL2()).hasBias(true).build();
      DataSet data = new DataSet(features().castTo(type), labels(NEURONS).castTo(type));
      for (boolean deep : new boolean[] {false, true}) {
        MultiLayerNetwork a =
            deep ? net(type, new Adam(0.01), hidden, ours) : net(type, new Adam(0.01), ours);
        MultiLayerNetwork b =
            deep ? net(type, new Adam(0.01), hidden, stock) : net(type, new Adam(0.01), stock);
        for (int i = 0; i < 10; i++) {
          a.fit(data);
          b.fit(data);
          assertEquals(b.score(), a.score());
        }
        assertArrayEquals(b.params().toDoubleVector(), a.params().toDoubleVector());
        assertEquals(b.output(data.getFeatures()), a.output(data.getFeatures()));
      }
    }
  }

  @Test
  void atZero_theRectifierHasDerivativeZero_soANeuronAtTheOriginStays() {
    MultiLayerNetwork net =
        net(new Sgd(0.1), neurons(Losses.meanSquare(), new ActivationReLU(), true, zeros()));
    net.fit(features(), labels(NEURONS));
    assertEquals(0, net.params().normmaxNumber().doubleValue());
  }

  @Test
  void gradients_ofTheOnlyLayer_areThoseOfTheScore_withSharedLabelsAndMasks() {
    for (IActivation activation :
        new IActivation[] {
          new ActivationReLU(), new ActivationIdentity(), new SmoothLeakyReLU(0.2)
        }) {
      Layer layer = neurons(Losses.meanSquare(), activation, true, START);
      MultiLayerNetwork net = net(new Sgd(1), layer);
      INDArray perOutput =
          array(DataType.DOUBLE, signs(4, SAMPLES, NEURONS)).gt(0).castTo(DataType.DOUBLE);
      INDArray perSample = perOutput.getColumn(0, true).dup();
      for (INDArray mask : new INDArray[] {null, perSample, perOutput}) {
        Gradients.check(net, features(), labels(1), mask, Set.of());
        Gradients.check(net, features(), labels(NEURONS), mask, Set.of());
      }
      Gradients.check(net(new Sgd(1), layer).toComputationGraph(), features(), labels(1), Set.of());
    }
  }

  @Test
  void severalNeurons_needALossThatIsASumOverOutputs() {
    for (ILossFunction loss :
        new ILossFunction[] {
          new LossMSE(),
          new LossMAE(),
          new LossCosineProximity(),
          LossFunction.SPARSE_MCXENT.getILossFunction(),
          new LossL2(Nd4j.createFromArray(new double[] {1, 2, 3}))
        }) {
      for (String name : new String[] {"LossL2", "MeanSquareLoss", "HalfMeanSquareLoss"}) {
        refused(name, () -> new NeuronOutputLayer.Builder(loss).neurons(3).build());
      }
    }
    assertEquals(1, new NeuronOutputLayer.Builder(new LossMSE()).build().getNOut());
    for (ILossFunction loss :
        new ILossFunction[] {
          new LossL2(), new LossL1(), Losses.meanSquare(), Losses.halfMeanSquare()
        }) {
      assertEquals(3, new NeuronOutputLayer.Builder(loss).neurons(3).build().getNOut());
    }
  }

  @Test
  void anUnfitCombination_isFoundAtTheLatestWhenTheNetworkIsInitialised() {
    NeuronOutputLayer widened = new NeuronOutputLayer.Builder(new LossMSE()).nIn(2).build();
    widened.setNOut(2);
    refused("sum over its outputs", () -> net(new Sgd(0.1), widened));

    NeuronOutputLayer saturating = new NeuronOutputLayer.Builder(new LossL2()).nIn(2).build();
    saturating.setActivationFn(Activation.SIGMOID.getActivationFunction());
    MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(conf(saturating).toJson());
    refused("sigmoid", () -> new MultiLayerNetwork(read).init());

    MultiLayerNetwork trained = net(new Sgd(0.1), neurons(new LossL2()).build());
    TransferLearning.Builder tuned =
        new TransferLearning.Builder(trained)
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder().activation(Activation.TANH).build());
    refused("tanh", tuned::build);
  }

  @Test
  void activationsThatHideThePreActivation_areRefused() {
    for (IActivation unfit :
        new IActivation[] {
          Activation.SOFTMAX.getActivationFunction(),
          Activation.TANH.getActivationFunction(),
          Activation.RELU6.getActivationFunction(),
          new ActivationReLU(6.0, null, null),
          new ActivationReLU(null, 0.5, null),
          // Not the same at 0: with a slope of 0 the derivative of the stock one is 1 there.
          new ActivationReLU(null, null, 0.0)
        }) {
      refused(
          "ExposesPreActivation",
          () -> new NeuronOutputLayer.Builder(new LossL2()).activation(unfit).build());
    }
    refused(
        "max=6.0",
        () ->
            new NeuronOutputLayer.Builder(new LossL2())
                .activation(new ActivationReLU(6.0, null, null))
                .build());
  }

  @Test
  void missingPieces_areRefusedWithTheCure() {
    refused("from 1", () -> new NeuronOutputLayer.Builder(new LossL2()).neurons(0));
    refused("from 1", () -> new NeuronOutputLayer.Builder(new LossL2()).nOut(0).build());
    refused("MeanSquareLoss", () -> new NeuronOutputLayer.Builder(null).build());
  }

  @Test
  void equality_isThatOfTheSettings() {
    NeuronOutputLayer layer = neurons(new LossL2()).build();
    assertEquals(layer, neurons(new LossL2()).build());
    assertEquals(layer.hashCode(), neurons(new LossL2()).build().hashCode());
    assertEquals(layer, layer.clone());
    assertNotEquals(layer, neurons(new LossL2()).hasBias(true).build());
    assertNotEquals(layer, neurons(Losses.meanSquare()).build());
    OutputLayer stock = new OutputLayer.Builder(new LossL2()).activation(Activation.RELU).build();
    assertFalse(layer.equals((Object) stock) || stock.equals((Object) layer));
    assertTrue(layer.toString().startsWith("NeuronOutputLayer(5 neurons, "));
  }

  private static INDArray features() {
    return array(DataType.DOUBLE, uniform(1, SAMPLES, INPUTS));
  }

  private static INDArray labels(int columns) {
    return array(DataType.DOUBLE, signs(2, SAMPLES, columns));
  }

  private static double[][] zeros() {
    return new double[NEURONS][INPUTS];
  }

  private static NeuronOutputLayer.Builder neurons(ILossFunction loss) {
    return new NeuronOutputLayer.Builder(loss)
        .nIn(INPUTS)
        .neurons(NEURONS)
        .weightInit(Weights.given(START));
  }

  private static NeuronOutputLayer neurons(
      ILossFunction loss, IActivation activation, boolean bias, double[][] start) {
    return new NeuronOutputLayer.Builder(loss)
        .nIn(INPUTS)
        .neurons(start.length)
        .activation(activation)
        .hasBias(bias)
        .weightInit(Weights.given(start))
        .build();
  }

  private static MultiLayerNetwork net(NeuronOutputLayer.Builder layer) {
    return net(new Sgd(0.1), layer.weightInit(WeightInit.XAVIER).build());
  }

  private static MultiLayerNetwork net(IUpdater updater, Layer layer) {
    return net(DataType.DOUBLE, updater, layer);
  }

  private static MultiLayerConfiguration conf(Layer layer) {
    return new NeuralNetConfiguration.Builder().list().layer(layer).build();
  }

  private static MultiLayerNetwork net(DataType type, IUpdater updater, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(5).dataType(type).updater(updater).list();
    for (Layer layer : layers) {
      list.layer(layer.clone());
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  private static void refused(String sentence, Executable attempt) {
    Exception e = assertThrows(IllegalArgumentException.class, attempt);
    assertTrue(e.getMessage().contains(sentence), e.getMessage());
  }
}
