package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.pattern.FlipKind;
import io.github.implicitbias.core.run.Run;
import io.github.implicitbias.core.run.TrackedLayer;
import io.github.implicitbias.core.schedule.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Training with the listener is, byte for byte, training without it; and this test would notice.
 */
class BitForBitTest {

  private static final int STEPS = 200;
  private static final int SAMPLES = 48;

  /** Everything that training leaves behind, byte for byte. */
  private static final class Trace {
    final List<Long> scores = new ArrayList<>();
    byte[] parameters;
    byte[] updaterState;
    byte[] draws;

    boolean sameAs(Trace other) {
      return scores.equals(other.scores)
          && java.util.Arrays.equals(parameters, other.parameters)
          && java.util.Arrays.equals(updaterState, other.updaterState)
          && java.util.Arrays.equals(draws, other.draws);
    }
  }

  private static byte[] bytes(INDArray array) {
    return array == null ? new byte[0] : array.dup('c').data().asBytes();
  }

  private static MultiLayerNetwork network(DataType type, boolean adam, boolean dropout) {
    IUpdater updater = adam ? new Adam(0.01) : new Sgd(0.1);
    DenseLayer.Builder second =
        new DenseLayer.Builder().nIn(12).nOut(9).activation(Activation.LEAKYRELU);
    if (dropout) {
      second.dropOut(0.7);
    }
    return Stacks.network(
        type,
        updater,
        new DenseLayer.Builder().nIn(5).nOut(12).activation(Activation.RELU).build(),
        second.build(),
        new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
            .nIn(9)
            .nOut(3)
            .activation(Activation.SOFTMAX)
            .build());
  }

  private static Trace train(
      DataType type, boolean adam, boolean dropout, int batch, TrainingListener... listeners) {
    DataSet data = Stacks.classes(type, SAMPLES, 5, 3, 5);
    MultiLayerNetwork net = network(type, adam, dropout);
    Trace trace = new Trace();
    List<TrainingListener> all = new ArrayList<>(List.of(listeners));
    all.add(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            trace.scores.add(Double.doubleToRawLongBits(model.score()));
          }
        });
    net.setListeners(all);
    Nd4j.getRandom().setSeed(123);
    ListDataSetIterator<DataSet> iterator = new ListDataSetIterator<>(data.asList(), batch);
    while (net.getIterationCount() < STEPS) {
      net.fit(iterator);
    }
    trace.parameters = bytes(net.params());
    trace.updaterState = bytes(net.updaterState());
    trace.draws = bytes(Nd4j.rand(DataType.DOUBLE, 100));
    return trace;
  }

  static Stream<Arguments> cells() {
    List<Arguments> cells = new ArrayList<>();
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      for (boolean adam : new boolean[] {false, true}) {
        for (boolean dropout : new boolean[] {false, true}) {
          for (int batch : new int[] {SAMPLES, 20}) {
            cells.add(Arguments.of(type, adam, dropout, batch));
          }
        }
      }
    }
    return cells.stream();
  }

  @ParameterizedTest(name = "{0}, Adam {1}, dropout {2}, batch {3}")
  @MethodSource("cells")
  void trainingWithTheListener_isTrainingWithoutIt(
      DataType type, boolean adam, boolean dropout, int batch) {
    Trace bare = train(type, adam, dropout, batch);
    assertTrue(bare.sameAs(train(type, adam, dropout, batch)), "training itself must repeat");

    DataSet data = Stacks.classes(type, SAMPLES, 5, 3, 5);
    StatsStorage storage = new InMemoryStatsStorage();
    ImplicitBiasListener first =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).storage(storage).build();
    ImplicitBiasListener last =
        ImplicitBiasListener.builder(Stacks.classes(type, 33, 5, 3, 99))
            .schedule(Schedule.everyStep())
            .build();
    Trace watched = train(type, adam, dropout, batch, first, new StatsListener(storage, 10), last);
    assertTrue(bare.sameAs(watched), "the listener changed training");
    for (ImplicitBiasListener bias : List.of(first, last)) {
      bias.close();
      Run run = bias.run();
      assertEquals(watched.scores.size() + 1, run.size());
      long flips = 0;
      for (TrackedLayer layer : run.header().layers()) {
        for (FlipKind kind : FlipKind.values()) {
          flips += run.flips(layer.name(), kind);
        }
      }
      assertTrue(flips > 100, "only " + flips + " flips");
    }
    boolean inPlace = !dropout && batch == SAMPLES;
    assertEquals(inPlace ? watched.scores.size() : 0, first.run().recordsInPlace());

    assertFalse(bare.sameAs(train(type, adam, dropout, batch, new DrawsOneNumber())));
    if (dropout) {
      assertFalse(bare.sameAs(train(type, adam, dropout, batch, new AsksInTraining())));
    }
  }

  /** A listener that draws one random number, once. */
  private static final class DrawsOneNumber extends BaseTrainingListener {
    private boolean done;

    @Override
    public void onGradientCalculation(Model model) {
      if (!done) {
        done = true;
        Nd4j.rand(DataType.DOUBLE, 1);
      }
    }
  }

  /** A listener that runs the trained network itself. */
  private static final class AsksInTraining extends BaseTrainingListener {
    @Override
    public void onGradientCalculation(Model model) {
      MultiLayerNetwork net = (MultiLayerNetwork) model;
      net.output(net.getInput().dup(), true);
    }
  }

  @org.junit.jupiter.api.Test
  void runningTheTrainedNetworkItself_isCaught_byWhatALaterListenerSees() {
    assertEquals(0, overwrittenInputs(null));
    DataSet probe = Stacks.classes(DataType.DOUBLE, 33, 5, 3, 99);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(probe).schedule(Schedule.everyStep()).build();
    assertEquals(0, overwrittenInputs(bias), "the listener changed the minibatch");
    bias.close();
    assertEquals(21, bias.run().size());
    BaseTrainingListener mutant =
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model model) {
            ((MultiLayerNetwork) model).output(probe.getFeatures());
          }
        };
    assertEquals(20, overwrittenInputs(mutant), "net.output in a callback must be noticed");
  }

  /** Counts the steps at which a listener later in the list does not see the minibatch. */
  private static int overwrittenInputs(TrainingListener suspect) {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 5);
    MultiLayerNetwork net = network(DataType.DOUBLE, false, false);
    int[] wrong = {0};
    TrainingListener witness =
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            INDArray input = ((MultiLayerNetwork) model).getInput();
            wrong[0] += data.getFeatures().equals(input) ? 0 : 1;
          }
        };
    net.setListeners(suspect == null ? List.of(witness) : List.of(suspect, witness));
    for (int i = 0; i < 20; i++) {
      net.fit(data);
    }
    return wrong[0];
  }
}
