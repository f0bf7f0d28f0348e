package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.predictions.Predictions;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.util.Map;
import java.util.SplittableRandom;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Predictions of ordinary training, in trainings with Deeplearning4j. */
class OrdinaryPredictionsTest {

  private static final int SAMPLES = 24;

  private static Run run(
      MultiLayerNetwork net, DataSet data, int batch, int epochs, String... ids) {
    ListenerBuilder builder =
        ImplicitBiasListener.builder(data).preset(Preset.ECONOMY).schedule(Schedule.everyStep());
    for (String id : ids) {
      builder.prediction(Predictions.named(id));
    }
    ImplicitBiasListener bias = builder.build();
    net.setListeners(bias);
    net.fit(new ListDataSetIterator<>(data.asList(), batch), epochs);
    bias.close();
    assertEquals(Map.of(), bias.failures());
    return bias.run();
  }

  private static RunVerdict verdict(MultiLayerNetwork net, DataSet data, int epochs, String id) {
    return run(net, data, SAMPLES, epochs, id).verdicts().get(0);
  }

  private static DenseLayer.Builder dense(int inputs, int units) {
    return new DenseLayer.Builder().nIn(inputs).nOut(units).activation(Activation.RELU);
  }

  private static OutputLayer.Builder softmax(int inputs, int units) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(inputs)
        .nOut(units)
        .activation(Activation.SOFTMAX);
  }

  private static OutputLayer regression(int inputs) {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nIn(inputs)
        .nOut(1)
        .activation(Activation.IDENTITY)
        .build();
  }

  /** Classes that lie apart. */
  private static DataSet apart() {
    DataSet data = Stacks.classes(DataType.DOUBLE, SAMPLES, 3, 3, 4);
    for (int i = 0; i < SAMPLES; i++) {
      for (int k = 0; k < 3; k++) {
        boolean own = data.getLabels().getDouble(i, k) == 1;
        data.getFeatures().putScalar(i, k, data.getFeatures().getDouble(i, k) + (own ? 2 : 0));
      }
    }
    return data;
  }

  private static DataSet numbers(int n) {
    SplittableRandom random = new SplittableRandom(8);
    double[][] x = new double[n][4];
    double[][] y = new double[n][1];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < 4; k++) {
        x[i][k] = 2 * random.nextDouble() - 1;
      }
      y[i][0] = 2 * random.nextDouble() - 1;
    }
    return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
  }

  @Test
  void conflictingLabels_endAtTheFloor_withAdamBatchesDropoutAndNormalization() {
    DataSet data = Stacks.classes(DataType.FLOAT, SAMPLES, 5, 3, 6);
    for (int i = 0; i < SAMPLES; i += 2) {
      data.getFeatures().putRow(i + 1, data.getFeatures().getRow(i).dup());
    }
    MultiLayerNetwork net =
        Stacks.network(
            DataType.FLOAT,
            new Adam(0.01),
            dense(5, 40).build(),
            new BatchNormalization.Builder().nOut(40).build(),
            dense(40, 40).dropOut(0.9).build(),
            softmax(40, 3).build());
    RunVerdict verdict = run(net, data, 8, 100, "conflictingLabelsFloor").verdicts().get(0);
    assertTrue(verdict.bound() > 0.1, verdict + " " + verdict.bound());
    assertTrue(verdict.measured() >= verdict.bound() - 1e-6, "" + verdict.measured());
    assertTrue(verdict.measured() < 1.5 * verdict.bound(), "" + verdict.measured());
    assertTrue(verdict.state() != Verdict.State.VIOLATED, verdict.toString());
    RunVerdict full =
        verdict(
            Stacks.network(
                DataType.FLOAT, new Adam(0.01), dense(5, 60).build(), softmax(60, 3).build()),
            data,
            400,
            "conflictingLabelsFloor");
    assertEquals(Verdict.State.REACHED, full.state(), full + " " + full.measured());
  }

  @Test
  void theSmoothedMargin_neverDecreases() {
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.3),
            dense(3, 12).hasBias(false).build(),
            softmax(12, 3).hasBias(false).build());
    RunVerdict verdict = verdict(net, apart(), 300, "smoothedMarginNeverDecreases");
    assertEquals(Verdict.State.HOLDS, verdict.state(), verdict.toString());
    assertTrue(verdict.measured() > 0 && verdict.measured() >= verdict.bound());
  }

  @Test
  void aLayerOnFrozenOnes_hasALossThatNeverRises() {
    for (double lambda : new double[] {0, 0.01}) {
      NeuralNetConfiguration.Builder conf = new NeuralNetConfiguration.Builder().l2(lambda);
      MultiLayerNetwork net =
          Stacks.network(
              conf,
              DataType.FLOAT,
              new Sgd(0.05),
              new FrozenLayer(dense(3, 12).build()),
              softmax(12, 3).build());
      RunVerdict verdict = verdict(net, apart(), 100, "convexLossNeverRises");
      assertEquals(Verdict.State.HOLDS, verdict.state(), verdict.toString());
      assertTrue(verdict.measured() <= verdict.bound() + 1e-5, "" + verdict.measured());
      assertTrue(verdict.measured() < 1, "" + verdict.measured());
    }
  }

  @Test
  void theDistance_isPaidForByTheLoss_unlessMomentumIsHidden() {
    String id = "distanceBoundedByLoss";
    Layer[] layers = {dense(3, 12).build(), softmax(12, 3).build()};
    MultiLayerNetwork net = Stacks.network(DataType.DOUBLE, new Sgd(0.05), layers);
    RunVerdict verdict = verdict(net, apart(), 300, id);
    assertEquals(Verdict.State.HOLDS, verdict.state(), verdict.toString());
    assertTrue(verdict.measured() > 0 && verdict.measured() <= verdict.bound());
    Layer[] others = {dense(3, 12).build(), softmax(12, 3).build()};
    net = Stacks.network(DataType.DOUBLE, new HiddenMomentum(0.05), others);
    verdict = verdict(net, apart(), 60, id);
    assertEquals(Verdict.State.VIOLATED, verdict.state(), verdict.toString());
  }

  /** Says it is plain SGD and keeps nine tenths of every step. */
  private static final class HiddenMomentum extends Sgd {
    private static final long serialVersionUID = 1L;
    private final Nesterovs whole;

    HiddenMomentum(double rate) {
      super(rate);
      whole = new Nesterovs(rate, 0.9);
    }

    @Override
    public long stateSize(long numParams) {
      return whole.stateSize(numParams);
    }

    @Override
    public org.nd4j.linalg.learning.GradientUpdater<?> instantiate(
        INDArray view, boolean initialize) {
      return whole.instantiate(view, initialize);
    }

    @Override
    public HiddenMomentum clone() {
      return new HiddenMomentum(getLearningRate());
    }
  }

  @Test
  void aRegression_restsWhereItIsStableAndFlat() {
    for (IUpdater updater : new IUpdater[] {new Sgd(0.2), new Nesterovs(0.05, 0.8)}) {
      MultiLayerNetwork net =
          Stacks.network(DataType.DOUBLE, updater, dense(4, 30).build(), regression(30));
      Run run = run(net, numbers(4), 4, 1_500, "restIsStable", "flatRest");
      for (RunVerdict verdict : run.verdicts()) {
        assertEquals(Verdict.State.REACHED, verdict.state(), updater + ": " + verdict);
        assertTrue(verdict.measured() > 0.01 * verdict.bound(), updater + ": " + verdict);
      }
    }
  }

  private static MultiLayerNetwork decaying(IUpdater updater, IActivation activation) {
    return Stacks.network(
        new NeuralNetConfiguration.Builder().l2(0.05),
        DataType.DOUBLE,
        updater,
        new DenseLayer.Builder().nIn(3).nOut(6).activation(activation).build(),
        softmax(6, 3).build());
  }

  @Test
  void layersWithL2_haveTheSameNormAtRest_unlessOneIsWrong() {
    String id = "layerNormsEqualAtRest";
    IUpdater nesterovs = new Nesterovs(0.3, 0.5);
    RunVerdict verdict =
        verdict(decaying(nesterovs, Activation.IDENTITY.getActivationFunction()), apart(), 900, id);
    assertEquals(Verdict.State.REACHED, verdict.state(), verdict.toString());
    assertTrue(verdict.measured() >= 1 && verdict.measured() < 1.006, "" + verdict.measured());
    verdict = verdict(decaying(nesterovs, new Amplified()), apart(), 900, id);
    assertEquals(Verdict.State.VIOLATED, verdict.state(), verdict.toString());
    assertTrue(verdict.measured() > 1.1, "" + verdict.measured());
  }

  /** 1.3 z, whose backward forgets the factor. */
  private static final class Amplified extends ActivationIdentity {
    private static final long serialVersionUID = 1L;

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
      return super.getActivation(in, training).muli(1.3);
    }
  }
}
