package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.visit.EpochOfVisits;
import io.github.implicitbias.core.visit.UnitBits;
import io.github.implicitbias.core.visit.VisitBook;
import java.util.Map;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Where dropout has set an activation to 0, a unit is neither on nor off, and never flips. */
class VisitDropoutTest {

  private static final int SAMPLES = 70;
  private static final int INPUTS = 4;
  private static final int UNITS = 67;
  private static final int STEPS = 8;
  private static final double KEEP = 0.6;

  private static DataSet data() {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, SAMPLES, 2);
    for (int i = 0; i < SAMPLES; i++) {
      labels.putScalar(i, i * i % 3 == 0 ? 1 : 0, 1);
    }
    return new DataSet(Followed.uniform(DataType.DOUBLE, 5, SAMPLES, INPUTS), labels);
  }

  private static DenseLayer first(Activation activation) {
    return new DenseLayer.Builder()
        .nIn(INPUTS)
        .nOut(UNITS)
        .name("first")
        .activation(activation)
        .build();
  }

  private static DenseLayer second(IDropout dropout) {
    return new DenseLayer.Builder()
        .nIn(UNITS)
        .nOut(9)
        .name("second")
        .activation(Activation.RELU)
        .dropOut(dropout)
        .build();
  }

  private static OutputLayer output(int width, IDropout dropout) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(width)
        .nOut(2)
        .activation(Activation.SOFTMAX)
        .dropOut(dropout)
        .build();
  }

  private static MultiLayerNetwork net(Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(0.4))
            .list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  private static boolean bit(long[] row, int unit) {
    return (row[unit / 64] >>> unit % 64 & 1) != 0;
  }

  /** Trains; what the first layer truly does is an inference pass before each step. */
  private static void followFirst(MultiLayerNetwork net) {
    DataSet data = data();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
    net.addListeners(bias);
    Nd4j.getRandom().setSeed(7);
    int hidden = 0;
    int shown = 0;
    for (int step = 0; step < STEPS; step++) {
      INDArray truth = net.clone().feedForward(data.getFeatures(), false).get(1);
      net.fit(data);
      VisitBook book = bias.visits();
      for (int i = 0; i < SAMPLES; i++) {
        long[] on = book.pattern(0, i);
        long[] known = book.known(0, i);
        for (int j = 0; j < UNITS; j++) {
          boolean isOn = truth.getDouble(i, j) > 0;
          assertEquals(bit(on, j), bit(known, j));
          assertTrue(isOn || !bit(on, j), "an off unit was said to be on");
          hidden += isOn && !bit(on, j) ? 1 : 0;
          shown += bit(on, j) ? 1 : 0;
        }
        assertEquals(-1, book.flips(0, i));
      }
    }
    bias.close();
    assertEquals(Map.of(), bias.failures());
    EpochOfVisits epoch = bias.visits().epochs().get(0);
    assertEquals(UnitBits.OFF_UNKNOWN, epoch.bits("first"));
    assertEquals(-1, epoch.linearUnits("first"));
    assertEquals(-1, epoch.distinctPatterns("first"));
    double lost = (double) hidden / (hidden + shown);
    assertEquals(1 - KEEP, lost, 0.03, "dropout took another share than it should");
  }

  @Test
  void behindReluOnlyWhatIsOnIsKnown() {
    followFirst(net(first(Activation.RELU), second(new Dropout(KEEP)), output(9, null)));
  }

  @Test
  void aDropoutLayerHidesTheSame() {
    followFirst(
        net(
            first(Activation.RELU),
            new DropoutLayer.Builder(new Dropout(KEEP)).build(),
            output(UNITS, null)));
  }

  @Test
  void behindALeakyRelu_whatIsNotZeroIsKnown_andFlipsAreOfKnownUnits() {
    MultiLayerNetwork net =
        net(first(Activation.LEAKYRELU), second(new Dropout(KEEP)), output(9, null));
    DataSet data = data();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
    net.addListeners(bias);
    Nd4j.getRandom().setSeed(7);
    boolean[][] last = new boolean[SAMPLES][UNITS];
    boolean[][] everKnown = new boolean[SAMPLES][UNITS];
    int unknown = 0;
    for (int step = 0; step < STEPS; step++) {
      INDArray truth = net.clone().feedForward(data.getFeatures(), false).get(1);
      int[] before = new int[SAMPLES];
      for (int i = 0; i < SAMPLES && step > 0; i++) {
        before[i] = bias.visits().flips(0, i);
      }
      net.fit(data);
      VisitBook book = bias.visits();
      for (int i = 0; i < SAMPLES; i++) {
        long[] on = book.pattern(0, i);
        long[] known = book.known(0, i);
        int flipped = 0;
        for (int j = 0; j < UNITS; j++) {
          boolean isOn = truth.getDouble(i, j) > 0;
          unknown += bit(known, j) ? 0 : 1;
          if (bit(known, j) && bit(on, j) != last[i][j] && everKnown[i][j]) {
            flipped++;
            assertEquals(isOn, bit(on, j), "a flip to what is not so");
          }
          if (bit(known, j) && !everKnown[i][j]) {
            assertEquals(isOn, bit(on, j), "first seen");
          }
          everKnown[i][j] = bit(known, j);
          last[i][j] = bit(on, j);
        }
        assertEquals(before[i] + flipped, book.flips(0, i), "sample " + i + " step " + step);
      }
    }
    bias.close();
    assertTrue(unknown > 0, "dropout hid nothing");
    assertEquals(UnitBits.ZERO_UNKNOWN, bias.visits().epochs().get(0).bits("first"));
  }

  @Test
  void sharesAreLowerBounds() {
    DataSet data = data();
    MultiLayerNetwork net = net(first(Activation.RELU), second(new Dropout(KEEP)), output(9, null));
    net.getLayer(0).getParam("b").putScalar(1, 100); // always on
    net.getLayer(0).getParam("b").putScalar(2, -100); // never on
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
    net.addListeners(bias);
    net.fit(new ListDataSetIterator<>(data.asList(), 10), 4);
    bias.close();
    for (EpochOfVisits epoch : bias.visits().epochs()) {
      assertEquals(KEEP, epoch.shares("first")[1], 0.25);
      assertEquals(0, epoch.shares("first")[2]);
      assertTrue(epoch.shares("first")[1] < 1);
    }
    String said =
        "dropout of layer second hides which units of first are off: counts of its units that are"
            + " on are lower bounds";
    assertTrue(bias.visits().status().contains(said), bias.visits().status());
    assertTrue(bias.visits().status().contains("dropout and noise of each step included"));
  }

  @Test
  void anActivationLayerBehindTheIdentity_hidesNothing() {
    DataSet data = data();
    MultiLayerNetwork net =
        net(
            first(Activation.IDENTITY),
            new ActivationLayer.Builder().activation(Activation.RELU).name("relu").build(),
            second(new Dropout(KEEP)),
            output(9, null));
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
    net.addListeners(bias);
    for (int step = 0; step < STEPS; step++) {
      INDArray truth = net.clone().feedForward(data.getFeatures(), false).get(1);
      net.fit(data);
      for (int i = 0; i < SAMPLES; i++) {
        long[] on = bias.visits().pattern(0, i);
        for (int j = 0; j < UNITS; j++) {
          assertEquals(truth.getDouble(i, j) > 0, bit(on, j));
        }
      }
    }
    bias.close();
    assertEquals(UnitBits.EXACT, bias.visits().epochs().get(0).bits("relu"));
  }

  @Test
  void aLayerThatTwoOthersTake_isNotOverwritten() {
    DataSet data = data();
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.4))
                .graphBuilder()
                .addInputs("in")
                .addLayer("first", first(Activation.RELU), "in")
                .addLayer("second", second(new Dropout(KEEP)), "first")
                .addLayer("out", output(UNITS + 9, null), "first", "second")
                .setOutputs("out")
                .build());
    graph.init();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
    graph.addListeners(bias);
    for (int step = 0; step < STEPS; step++) {
      INDArray truth =
          graph.clone().feedForward(new INDArray[] {data.getFeatures()}, false).get("first");
      graph.fit(data);
      int place = bias.visits().layers().indexOf("first");
      for (int i = 0; i < SAMPLES; i++) {
        long[] on = bias.visits().pattern(place, i);
        for (int j = 0; j < UNITS; j++) {
          assertEquals(truth.getDouble(i, j) > 0, bit(on, j));
        }
      }
    }
    bias.close();
    assertEquals(UnitBits.EXACT, bias.visits().epochs().get(0).bits("first"));
  }

  @Test
  void dropoutOfTheOutputLayer_isInTheMarginsAndLosses() {
    DataSet data = data();
    MultiLayerNetwork net = net(first(Activation.RELU), output(UNITS, new Dropout(KEEP)));
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
    net.addListeners(bias);
    double difference = 0;
    for (int step = 0; step < STEPS; step++) {
      double withoutDropout = net.score(data);
      net.fit(data);
      assertEquals(net.score(), bias.visits().stepLoss(), 1e-12 * net.score());
      difference = Math.max(difference, Math.abs(net.score() - withoutDropout));
      for (int i = 0; i < SAMPLES; i++) {
        double margin = bias.visits().of(i).lastMargin();
        assertEquals(Math.log1p(Math.exp(-margin)), bias.visits().of(i).lastLoss(), 1e-12);
      }
    }
    assertTrue(difference > 0.005, "dropout changed nothing");
    assertEquals(UnitBits.EXACT, bitsOf(bias));
  }

  private static UnitBits bitsOf(ImplicitBiasListener bias) {
    bias.close();
    return bias.visits().epochs().get(0).bits("first");
  }

  @Test
  void noiseOfEitherSign_leavesTheLayerOut_withTheReason() {
    for (IDropout noise :
        new IDropout[] {new GaussianDropout(0.5), new GaussianNoise(0.1), new AlphaDropout(0.8)}) {
      MultiLayerNetwork net = net(first(Activation.RELU), second(noise), output(9, null));
      DataSet data = data();
      ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
      net.addListeners(bias);
      net.fit(data);
      bias.close();
      assertArrayEquals(new Object[] {"second"}, bias.visits().layers().toArray());
      String said =
          "layer first is left out of the visits: "
              + noise.getClass().getSimpleName()
              + " of layer second overwrites its output with numbers of either sign";
      assertTrue(bias.visits().status().contains(said), bias.visits().status());
      assertEquals(SAMPLES, bias.visits().size());
    }
  }

  @Test
  void weightNoiseOfAHiddenLayer_isInItsPatterns_andTheLossesAddUp() {
    DenseLayer noisy =
        new DenseLayer.Builder()
            .nIn(INPUTS)
            .nOut(UNITS)
            .name("first")
            .activation(Activation.RELU)
            .weightNoise(new DropConnect(0.5))
            .build();
    MultiLayerNetwork net = net(noisy, output(UNITS, null));
    DataSet data = data();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
    net.addListeners(bias);
    int differences = 0;
    for (int step = 0; step < STEPS; step++) {
      INDArray clean = net.clone().feedForward(data.getFeatures(), false).get(1);
      net.fit(data);
      assertEquals(net.score(), bias.visits().stepLoss(), 1e-12 * net.score());
      for (int i = 0; i < SAMPLES; i++) {
        for (int j = 0; j < UNITS; j++) {
          boolean on = bit(bias.visits().pattern(0, i), j);
          differences += on != clean.getDouble(i, j) > 0 ? 1 : 0;
        }
      }
    }
    bias.close();
    assertTrue(differences > 0, "the noise of the weights is not in the patterns");
    assertTrue(bias.visits().areLossesComparable());
  }
}
