package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.probe.Probe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** What the view says of training: read from configurations, and from the batches themselves. */
class TrainingSetupTest {

  private static final int SAMPLES = 40;

  private static DenseLayer.Builder hidden() {
    return new DenseLayer.Builder().nIn(5).nOut(4).activation(Activation.RELU);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(4)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static String setup(
      NeuralNetConfiguration.Builder conf, IUpdater updater, Layer first, Layer last) {
    MultiLayerNetwork net = Stacks.network(conf, DataType.DOUBLE, updater, first, last);
    TrainingSetup setup = new ConfiguredTraining(Network.of(net), null, null, () -> 0.5, 2);
    assertEquals(0.5, setup.learningRate());
    assertEquals(2, setup.kappa());
    boolean several = setup.isPlainSgd() && !setup.hasOneLearningRate();
    return (setup.isPlainSgd() ? "plain" : "other")
        + (several ? ", several rates" : "")
        + (setup.isRegularized() ? ", regularized" : "")
        + (setup.dividesByBatch() ? "" : ", sums");
  }

  private static NeuralNetConfiguration.Builder conf() {
    return new NeuralNetConfiguration.Builder();
  }

  @Test
  void updatersAndRegularization_areReadFromTheConfiguration() {
    Sgd sgd = new Sgd(0.1);
    DenseLayer plain = hidden().build();
    assertEquals("plain", setup(conf(), sgd, plain, output()));
    assertEquals("plain, sums", setup(conf().miniBatch(false), sgd, plain, output()));
    for (IUpdater other : new IUpdater[] {new Adam(0.1), new Nesterovs(0.1), new NoOp()}) {
      assertEquals("other", setup(conf(), other, hidden().build(), output()));
      assertEquals("other", setup(conf(), sgd, hidden().updater(other).build(), output()));
      assertEquals("other", setup(conf(), sgd, hidden().biasUpdater(other).build(), output()));
      Layer frozen = new FrozenLayerWithBackprop(hidden().updater(other).build());
      assertEquals("plain", setup(conf(), sgd, frozen, output()));
    }
    assertEquals(
        "other",
        setup(
            conf().gradientNormalization(GradientNormalization.ClipL2PerLayer),
            sgd,
            hidden().build(),
            output()));
    assertEquals(
        "other",
        setup(
            conf().optimizationAlgo(OptimizationAlgorithm.CONJUGATE_GRADIENT),
            sgd,
            hidden().build(),
            output()));
    assertEquals("plain, regularized", setup(conf().l2(0.1), sgd, hidden().build(), output()));
    assertEquals("plain, regularized", setup(conf().l1(0.1), sgd, hidden().build(), output()));
    assertEquals(
        "plain, regularized", setup(conf().weightDecay(0.1), sgd, hidden().build(), output()));
    assertEquals("plain, regularized", setup(conf(), sgd, hidden().l2Bias(0.1).build(), output()));
    assertEquals(
        "plain, regularized",
        setup(
            conf(), sgd, hidden().constrainWeights(new MaxNormConstraint(1, 1)).build(), output()));
    assertEquals("plain, regularized", setup(conf(), sgd, hidden().dropOut(0.5).build(), output()));
    assertEquals(
        "plain, regularized",
        setup(conf(), sgd, hidden().weightNoise(new DropConnect(0.5)).build(), output()));
    Layer frozen = new FrozenLayerWithBackprop(hidden().l2(0.1).build());
    assertEquals("plain", setup(conf(), sgd, frozen, output()));
  }

  @Test
  void learningRatesOfTheirOwn_areNoticed() {
    Sgd sgd = new Sgd(0.1);
    String several = "plain, several rates";
    assertEquals(several, setup(conf(), sgd, hidden().updater(new Sgd(0.2)).build(), output()));
    assertEquals(several, setup(conf(), sgd, hidden().biasUpdater(new Sgd(0.2)).build(), output()));
    assertEquals("plain", setup(conf(), sgd, hidden().updater(new Sgd(0.1)).build(), output()));
    assertEquals("plain", setup(conf(), sgd, hidden().updater(new Sgd(0)).build(), output()));
    assertEquals(
        several,
        setup(
            conf(),
            sgd,
            hidden()
                .updater(new Sgd(new StepSchedule(ScheduleType.ITERATION, 0.1, 0.5, 10)))
                .build(),
            output()));
    Layer frozen = new FrozenLayerWithBackprop(hidden().updater(new Sgd(0.2)).build());
    assertEquals("plain", setup(conf(), sgd, frozen, output()));
  }

  /** Trains and returns, per step, whether every step so far was on the probe. */
  private static List<Boolean> answers(
      Model model, Probe probe, int askFrom, Runnable... training) {
    List<Boolean> answers = new ArrayList<>();
    Viewed[] viewed = new Viewed[1];
    viewed[0] =
        new Viewed(
            model,
            probe,
            List.of(),
            step -> {
              if (step >= askFrom) {
                answers.add(viewed[0].view.training().isFullBatch());
              }
            });
    if (model instanceof MultiLayerNetwork) {
      ((MultiLayerNetwork) model).setListeners(viewed[0]);
    } else {
      ((ComputationGraph) model).setListeners(viewed[0]);
    }
    for (Runnable step : training) {
      step.run();
    }
    viewed[0].looks();
    return answers;
  }

  private static MultiLayerNetwork stack(DataType type) {
    return Stacks.network(type, new Sgd(0.1), hidden().build(), output());
  }

  private static Probe probe(DataSet data) {
    return Viewed.probe(data.getFeatures(), data.getLabels());
  }

  @Test
  void fullBatch_isWhatFeaturesAndLabelsOfEveryStepSay() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      DataSet data = Stacks.classes(type, SAMPLES, 5, 3, 7);
      DataSet same = data.copy();
      DataSet reversed = Stacks.reversed(data);
      DataSet otherLabels = new DataSet(data.getFeatures(), reversed.getLabels());
      MultiLayerNetwork net = stack(type);
      Runnable step = () -> net.fit(same);
      assertEquals(Arrays.asList(true, true, true), answers(net, probe(data), 0, step, step, step));
      assertEquals(
          Arrays.asList(true, false, false),
          answers(net, probe(data), 0, step, () -> net.fit(reversed), step));
      assertEquals(
          Arrays.asList(true, false, false),
          answers(net, probe(data), 0, step, () -> net.fit(otherLabels), step));
      Runnable epochs = () -> net.fit(new ListDataSetIterator<>(data.asList(), SAMPLES), 3);
      assertEquals(Arrays.asList(true, true, true), answers(net, probe(data), 0, epochs));
      Runnable half = () -> net.fit(new ListDataSetIterator<>(data.asList(), SAMPLES / 2));
      assertEquals(Arrays.asList(false, false), answers(net, probe(data), 0, half));
    }
  }

  @Test
  void whoAsksOnlyLater_isToldTheSame() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    MultiLayerNetwork net = stack(DataType.DOUBLE);
    Runnable step = () -> net.fit(data);
    assertEquals(Arrays.asList(true, true), answers(net, probe(data), 1, step, step, step));
  }

  @Test
  void whereNobodyNeedsTheAnswer_nothingIsComparedAndItIsNo() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    MultiLayerNetwork net = stack(DataType.DOUBLE);
    Viewed viewed = new Viewed(net, probe(data), List.of(), step -> {});
    viewed.fullBatch.compareIf(false);
    net.setListeners(viewed);
    net.fit(data);
    assertEquals(1, viewed.looks());
    assertEquals(false, viewed.fullBatch.isTrue());
  }

  @Test
  void aMaskedBatch_isNotTheProbe() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    INDArray mask = Nd4j.ones(DataType.DOUBLE, SAMPLES, 1);
    mask.putScalar(3, 0);
    MultiLayerNetwork net = stack(DataType.DOUBLE);
    Runnable masked = () -> net.fit(data.getFeatures(), data.getLabels(), null, mask);
    assertEquals(
        Arrays.asList(true, false), answers(net, probe(data), 0, () -> net.fit(data), masked));
  }

  @Test
  void graphs_showTheirLabelsInTheBackwardPass_oneRecordLater() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    DataSet reversed = Stacks.reversed(data);
    DataSet otherLabels = new DataSet(data.getFeatures(), reversed.getLabels());
    ComputationGraph graph =
        new ComputationGraph(
            conf()
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.1))
                .graphBuilder()
                .addInputs("in")
                .addLayer("hidden", hidden().build(), "in")
                .addLayer("out", output(), "hidden")
                .setOutputs("out")
                .build());
    graph.init();
    Runnable step = () -> graph.fit(data);
    assertEquals(Arrays.asList(true, true, true), answers(graph, probe(data), 0, step, step, step));
    assertEquals(
        Arrays.asList(true, false),
        answers(graph, probe(data), 0, step, () -> graph.fit(reversed)));
    assertEquals(
        Arrays.asList(true, true, false),
        answers(graph, probe(data), 0, step, () -> graph.fit(otherLabels), step));
  }

  @Test
  void wrappedLayers_areWhatTheyWrap() {
    for (double l2 : new double[] {0, 0.1}) {
      for (IUpdater updater : new IUpdater[] {new Sgd(0.1), new Adam(0.1)}) {
        NeuralNetConfiguration.Builder conf = l2 == 0 ? conf() : conf().l2(l2);
        MultiLayerNetwork net =
            Stacks.network(
                conf,
                DataType.DOUBLE,
                updater,
                new Bidirectional(new LSTM.Builder().nIn(3).nOut(2).build()),
                new LastTimeStep(new SimpleRnn.Builder().nIn(4).nOut(4).build()),
                output());
        TrainingSetup setup = new ConfiguredTraining(Network.of(net), null, null, () -> 0.1, 1);
        assertEquals(updater instanceof Sgd, setup.isPlainSgd());
        assertEquals(l2 > 0, setup.isRegularized());
      }
    }
    Layer noisy = new LastTimeStep(new SimpleRnn.Builder().nIn(3).nOut(4).dropOut(0.5).build());
    MultiLayerNetwork net = Stacks.network(DataType.DOUBLE, new Sgd(0.1), noisy, output());
    assertEquals(
        true, new ConfiguredTraining(Network.of(net), null, null, () -> 0.1, 1).isRegularized());
  }

  @Test
  void aNetworkThatTakesThePlaceOfAnother_goesOnWithWhatWasKnown() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
    MultiLayerNetwork net = stack(DataType.DOUBLE);
    Viewed[] viewed = new Viewed[2];
    for (int k = 0; k < 2; k++) {
      viewed[k] = new Viewed(net, probe(data), List.of(), step -> {});
    }
    net.setListeners(viewed[0]);
    net.fit(data);
    viewed[1].fullBatch.continueAfter(viewed[0].fullBatch);
    net.setListeners(viewed[1]);
    net.fit(data);
    assertEquals(true, viewed[1].fullBatch.isTrue());
    net.fit(Stacks.reversed(data));
    viewed[1].looks();
    assertEquals(false, viewed[1].fullBatch.isTrue());
  }

  @Test
  void batchNormalization_isTrainedByPlainSgd() {
    Layer normalization = new BatchNormalization.Builder().nIn(4).nOut(4).build();
    MultiLayerNetwork net =
        Stacks.network(DataType.DOUBLE, new Sgd(0.1), hidden().build(), normalization, output());
    TrainingSetup setup = new ConfiguredTraining(Network.of(net), null, null, () -> 0.1, 1);
    assertEquals(false, setup.isRegularized());
  }

  private static TrainingSetup of(
      NeuralNetConfiguration.Builder conf, IUpdater updater, Layer first) {
    MultiLayerNetwork net = Stacks.network(conf, DataType.DOUBLE, updater, first, output());
    return new ConfiguredTraining(Network.of(net), null, null, () -> 0.5, 2);
  }

  @Test
  void momentumAndL2_areTold_whereTheyAreTheOnlyOnes() {
    Sgd sgd = new Sgd(0.1);
    Nesterovs nesterovs = new Nesterovs(0.1);
    assertEquals(true, of(conf(), sgd, hidden().build()).isMomentumSgd());
    assertEquals(true, of(conf(), nesterovs, hidden().build()).isMomentumSgd());
    assertEquals(false, of(conf(), new Adam(0.1), hidden().build()).isMomentumSgd());
    assertEquals(false, of(conf(), sgd, hidden().biasUpdater(new Adam()).build()).isMomentumSgd());
    assertEquals(0, of(conf(), sgd, hidden().build()).l2());
    assertEquals(0.01, of(conf().l2(0.01), sgd, hidden().build()).l2());
    Layer frozen = new FrozenLayerWithBackprop(hidden().l2(0.5).build());
    assertEquals(0.01, of(conf().l2(0.01), sgd, frozen).l2());
    assertEquals(Double.NaN, of(conf().l2(0.01), sgd, hidden().l2(0.02).build()).l2());
    assertEquals(Double.NaN, of(conf(), sgd, hidden().l2(0.02).build()).l2());
    assertEquals(Double.NaN, of(conf().l2(0.01).l2Bias(0.01), sgd, hidden().build()).l2());
    assertEquals(Double.NaN, of(conf().l1(0.01), sgd, hidden().build()).l2());
    assertEquals(Double.NaN, of(conf().weightDecay(0.01), sgd, hidden().build()).l2());
    assertEquals(Double.NaN, of(conf().l2(0.01), sgd, hidden().dropOut(0.5).build()).l2());
    Layer constrained = hidden().constrainWeights(new MaxNormConstraint(1, 1)).build();
    assertEquals(Double.NaN, of(conf().l2(0.01), sgd, constrained).l2());
  }
}
