package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** What each law finds within one epoch, and what makes it not applicable rather than violated. */
class PlantedFaultsTest {

  static final int INPUTS = 12;
  static final int CLASSES = 4;

  static DataSet data(DataType type, int samples) {
    Nd4j.getRandom().setSeed(4);
    INDArray features = Nd4j.rand(type, samples, INPUTS);
    INDArray labels = Nd4j.zeros(type, samples, CLASSES);
    for (int i = 0; i < samples; i++) {
      labels.putScalar(i, i % CLASSES, 1);
      features.putScalar(i, i % CLASSES, 2);
    }
    return new DataSet(features, labels);
  }

  static NeuralNetConfiguration.Builder builder(DataType type, IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(2)
        .dataType(type)
        .updater(updater)
        .activation(Activation.RELU);
  }

  static DenseLayer.Builder dense(int inputs, int units) {
    return new DenseLayer.Builder().nIn(inputs).nOut(units);
  }

  static OutputLayer.Builder softmax(int inputs) {
    return new OutputLayer.Builder(new LossMCXENT())
        .activation(Activation.SOFTMAX)
        .nIn(inputs)
        .nOut(CLASSES);
  }

  static NeuralNetConfiguration.ListBuilder usual(DataType type, IUpdater updater) {
    return builder(type, updater).list().layer(dense(INPUTS, 9).build()).layer(softmax(9).build());
  }

  static Map<String, RunVerdict> train(
      NeuralNetConfiguration.ListBuilder list, DataSet data, int epochs) {
    return train(list, new ListDataSetIterator<>(data.asList(), 16), epochs);
  }

  static Map<String, RunVerdict> train(
      NeuralNetConfiguration.ListBuilder list, DataSetIterator data, int epochs) {
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    ImplicitBiasListener bias = ImplicitBiasListener.builder().lawsEvery(1).build();
    net.addListeners(bias);
    net.fit(data, epochs);
    bias.close();
    assertEquals(Map.of(), bias.failures());
    Map<String, RunVerdict> verdicts = new java.util.HashMap<>();
    bias.run().verdicts().forEach(verdict -> verdicts.put(verdict.id(), verdict));
    return verdicts;
  }

  static void is(Verdict.State state, String id, Map<String, RunVerdict> verdicts) {
    RunVerdict verdict = verdicts.get(id);
    assertNotNull(verdict, id);
    assertEquals(state, verdict.state(), verdict.toString());
  }

  static void says(String words, String id, Map<String, RunVerdict> verdicts) {
    is(Verdict.State.NOT_APPLICABLE, id, verdicts);
    assertTrue(verdicts.get(id).detail().contains(words), verdicts.get(id).toString());
  }

  @Test
  void aBackwardPassThatIsOffByOnePercent_isFoundInFloats() {
    Nd4j.getRandom().setSeed(3);
    INDArray features = Nd4j.rand(DataType.FLOAT, 64, 784);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 64, CLASSES);
    for (int i = 0; i < 64; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    NeuralNetConfiguration.ListBuilder list =
        builder(DataType.FLOAT, new Sgd(0.01))
            .list()
            .layer(new FaultyParts.WrongDense(784, 256, g -> g.muli(1.01)))
            .layer(softmax(256).build());
    Map<String, RunVerdict> verdicts = train(list, new DataSet(features, labels), 1);
    is(Verdict.State.VIOLATED, "unitRescaling", verdicts);
    assertTrue(verdicts.get("unitRescaling").detail().contains("layer0"));
    assertTrue(verdicts.get("unitRescaling").advice().contains("back-propagate"));
    is(Verdict.State.HOLDS, "outputEuler", verdicts);
  }

  @Test
  void oneEntryThatIsOffByOnePercent_isFoundInDoubles() {
    Consumer<INDArray> oneEntry =
        g -> {
          for (int k = 0; k < g.rows(); k++) {
            if (g.getDouble(k, 5) != 0) {
              g.putScalar(k, 5, 1.01 * g.getDouble(k, 5));
              return;
            }
          }
        };
    NeuralNetConfiguration.ListBuilder list =
        builder(DataType.DOUBLE, new Sgd(0.01))
            .list()
            .layer(new FaultyParts.WrongDense(INPUTS, 9, oneEntry))
            .layer(softmax(9).build());
    Map<String, RunVerdict> verdicts = train(list, data(DataType.DOUBLE, 80), 1);
    is(Verdict.State.VIOLATED, "unitRescaling", verdicts);
    assertTrue(verdicts.get("unitRescaling").detail().contains("unit 5 of layer0"));
  }

  @Test
  void aLossWhoseGradientMissesAFactor_isFound() {
    NeuralNetConfiguration.ListBuilder list =
        builder(DataType.FLOAT, new Sgd(0.05))
            .list()
            .layer(dense(INPUTS, 9).build())
            .layer(
                new OutputLayer.Builder(new FaultyParts.WrongLoss(0.5))
                    .activation(Activation.SOFTMAX)
                    .nIn(9)
                    .nOut(CLASSES)
                    .build());
    Map<String, RunVerdict> verdicts = train(list, data(DataType.FLOAT, 80), 1);
    is(Verdict.State.VIOLATED, "outputEuler", verdicts);
    is(Verdict.State.VIOLATED, "calibrationOnAverage", verdicts);
    is(Verdict.State.HOLDS, "unitRescaling", verdicts);
    assertTrue(verdicts.get("outputEuler").advice().contains("loss"));
  }

  @Test
  void weightsThatAreNotToldOf_areFound() {
    NeuralNetConfiguration.ListBuilder list =
        builder(DataType.FLOAT, new Sgd(0.05))
            .list()
            .layer(dense(INPUTS, 9).build())
            .layer(
                new OutputLayer.Builder(new FaultyParts.WrongLoss(1, 1, 2, 1))
                    .activation(Activation.SOFTMAX)
                    .nIn(9)
                    .nOut(CLASSES)
                    .build());
    Map<String, RunVerdict> verdicts = train(list, data(DataType.FLOAT, 80), 1);
    is(Verdict.State.VIOLATED, "calibrationOnAverage", verdicts);
    is(Verdict.State.VIOLATED, "outputEuler", verdicts);
  }

  @Test
  void swappedBetas_areFound() {
    Map<String, RunVerdict> verdicts =
        train(
            usual(DataType.FLOAT, new FaultyParts.SwappedAdam(0.001)),
            data(DataType.FLOAT, 160),
            4);
    is(Verdict.State.VIOLATED, "adamStepBounded", verdicts);
    verdicts = train(usual(DataType.FLOAT, new Adam(0.001)), data(DataType.FLOAT, 160), 4);
    is(Verdict.State.HOLDS, "adamStepBounded", verdicts);
  }

  @Test
  void labelsThatDoNotSumToOne_areFound() {
    DataSet data = data(DataType.FLOAT, 80);
    for (int i = 0; i < 80; i++) {
      data.getLabels().putScalar(i, (i + 1) % CLASSES, 1);
    }
    Map<String, RunVerdict> verdicts = train(usual(DataType.FLOAT, new Sgd(0.05)), data, 1);
    is(Verdict.State.VIOLATED, "classSumsConserved", verdicts);
    assertTrue(verdicts.get("classSumsConserved").advice().contains("labels do not sum to 1"));
    says("one-hot", "outputGradientBounded", verdicts);
  }

  @Test
  void aClassThatNeverOccurs_isNamed() {
    DataSet data = data(DataType.FLOAT, 80);
    for (int i = 0; i < 80; i++) {
      if (i % CLASSES == 2) {
        data.getLabels().putScalar(i, 2, 0);
        data.getLabels().putScalar(i, 1, 1);
      }
    }
    Map<String, RunVerdict> verdicts = train(usual(DataType.FLOAT, new Adam(0.01)), data, 2);
    is(Verdict.State.HOLDS, "absentClassBiasFalls", verdicts);
    verdicts = train(usual(DataType.FLOAT, new Adam(0.01)), data(DataType.FLOAT, 80), 2);
    says("every class occurs", "absentClassBiasFalls", verdicts);
  }

  @Test
  void runningStatistics_areFound() {
    for (boolean ofBatch : new boolean[] {true, false}) {
      NeuralNetConfiguration.ListBuilder list =
          builder(DataType.FLOAT, new Sgd(0.05))
              .list()
              .layer(dense(INPUTS, 9).activation(Activation.IDENTITY).build())
              .layer(
                  ofBatch
                      ? new BatchNormalization.Builder().nIn(9).nOut(9).build()
                      : new FaultyParts.RunningNormalization(9))
              .layer(new ActivationLayer(Activation.RELU))
              .layer(softmax(9).build());
      Map<String, RunVerdict> verdicts = train(list, data(DataType.FLOAT, 80), 2);
      is(ofBatch ? Verdict.State.HOLDS : Verdict.State.VIOLATED, "scaleInvariance", verdicts);
    }
  }

  @Test
  void stepsThatAreShorterThanSaid_areFoundBelowNormalization() {
    for (double decay : new double[] {0, 0.01}) {
      for (IUpdater updater : List.of(new Sgd(0.05), new FaultyParts.ShorterSgd(0.05))) {
        NeuralNetConfiguration.ListBuilder list =
            builder(DataType.FLOAT, updater)
                .l2(decay)
                .list()
                .layer(dense(INPUTS, 9).activation(Activation.IDENTITY).build())
                .layer(new BatchNormalization.Builder().nIn(9).nOut(9).build())
                .layer(new ActivationLayer(Activation.RELU))
                .layer(softmax(9).build());
        Map<String, RunVerdict> verdicts = train(list, data(DataType.FLOAT, 80), 2);
        boolean fair = updater.getClass() == Sgd.class;
        is(fair ? Verdict.State.HOLDS : Verdict.State.VIOLATED, "scaleInvariance", verdicts);
      }
    }
  }

  @Test
  void smoothActivations_haveNoTwoSides() {
    for (Activation activation :
        new Activation[] {Activation.TANH, Activation.ELU, Activation.SOFTPLUS}) {
      NeuralNetConfiguration.ListBuilder list =
          builder(DataType.FLOAT, new Sgd(0.05))
              .list()
              .layer(dense(INPUTS, 9).activation(activation).build())
              .layer(softmax(9).build());
      Map<String, RunVerdict> verdicts = train(list, data(DataType.FLOAT, 48), 1);
      says("layer0 has the activation", "unitRescaling", verdicts);
      says("layer0 has the activation", "balanceDriftLaw", verdicts);
      says("not one of ReLU units", "deadUnitsStayDead", verdicts);
      is(Verdict.State.HOLDS, "outputEuler", verdicts);
    }
  }

  @Test
  void clipping_isNoStepOfItsGradient() {
    NeuralNetConfiguration.ListBuilder list =
        builder(DataType.FLOAT, new Sgd(0.05))
            .gradientNormalization(GradientNormalization.ClipL2PerLayer)
            .gradientNormalizationThreshold(0.1)
            .list()
            .layer(dense(INPUTS, 9).build())
            .layer(softmax(9).build());
    Map<String, RunVerdict> verdicts = train(list, data(DataType.FLOAT, 48), 1);
    says("gradient normalization", "balanceDriftLaw", verdicts);
    says("gradient normalization", "calibrationOnAverage", verdicts);
    says("gradient normalization", "normGrowth", verdicts);
    is(Verdict.State.HOLDS, "unitRescaling", verdicts);
    is(Verdict.State.HOLDS, "outputEuler", verdicts);
  }

  @Test
  void twoRates_andAdam_keepNoBalance() {
    NeuralNetConfiguration.ListBuilder list =
        builder(DataType.FLOAT, new Sgd(0.05))
            .list()
            .layer(dense(INPUTS, 9).updater(new Nesterovs(0.01, 0.9)).build())
            .layer(softmax(9).build());
    Map<String, RunVerdict> verdicts = train(list, data(DataType.FLOAT, 48), 1);
    says("different rates, momenta or decays", "balanceDriftLaw", verdicts);
    verdicts = train(usual(DataType.FLOAT, new Adam(0.01)), data(DataType.FLOAT, 48), 1);
    says("layer0 has the updater Adam", "balanceDriftLaw", verdicts);
    says("has the updater Adam", "normGrowth", verdicts);
    says("has the updater Adam", "calibrationOnAverage", verdicts);
    is(Verdict.State.HOLDS, "classSumsConserved", verdicts);
  }

  @Test
  void biasesEverywhere_decay_andSigmoids_areToldApart() {
    Map<String, RunVerdict> verdicts =
        train(usual(DataType.FLOAT, new Sgd(0.05)), data(DataType.FLOAT, 48), 1);
    says("layer1 has biases", "normGrowth", verdicts);
    NeuralNetConfiguration.ListBuilder decayed =
        builder(DataType.FLOAT, new Sgd(0.05))
            .l2(0.01)
            .list()
            .layer(dense(INPUTS, 9).build())
            .layer(softmax(9).hasBias(false).build());
    verdicts = train(decayed, data(DataType.FLOAT, 48), 1);
    says("there is decay", "normGrowth", verdicts);
    says("the first layer is decayed", "deadUnitsStayDead", verdicts);
    is(Verdict.State.HOLDS, "balanceDriftLaw", verdicts);
    NeuralNetConfiguration.ListBuilder sigmoids =
        builder(DataType.FLOAT, new Sgd(0.05))
            .list()
            .layer(dense(INPUTS, 9).build())
            .layer(
                new OutputLayer.Builder(LossFunction.XENT)
                    .activation(Activation.SIGMOID)
                    .nIn(9)
                    .nOut(CLASSES)
                    .build());
    verdicts = train(sigmoids, data(DataType.FLOAT, 48), 1);
    says("a loss behind a softmax", "classSumsConserved", verdicts);
    says("softmax cross-entropy", "outputGradientBounded", verdicts);
    is(Verdict.State.HOLDS, "calibrationOnAverage", verdicts);
  }

  @Test
  void l2ThroughBuffers_movesUnusedInputs() {
    DataSet data = data(DataType.FLOAT, 48);
    data.getFeatures().putColumn(7, Nd4j.zeros(DataType.FLOAT, 48));
    NeuralNetConfiguration.ListBuilder list =
        builder(DataType.FLOAT, new Adam(0.01))
            .l2(0.01)
            .list()
            .layer(dense(INPUTS, 9).build())
            .layer(softmax(9).build());
    Map<String, RunVerdict> verdicts = train(list, data, 1);
    says("through the updater's buffers", "unusedInputsFrozen", verdicts);
    verdicts = train(usual(DataType.FLOAT, new Adam(0.01)), data, 3);
    is(Verdict.State.HOLDS, "unusedInputsFrozen", verdicts);
    NeuralNetConfiguration.ListBuilder decayed =
        builder(DataType.FLOAT, new Sgd(0.01))
            .l2(0.01)
            .list()
            .layer(dense(INPUTS, 9).build())
            .layer(softmax(9).build());
    verdicts = train(decayed, data, 3);
    is(Verdict.State.HOLDS, "unusedInputsFrozen", verdicts);
    assertEquals(4, verdicts.get("unusedInputsFrozen").bound());
  }

  @Test
  void weightsOfSamples_areNotJudged() {
    DataSet data = data(DataType.FLOAT, 48);
    INDArray weights = Nd4j.ones(DataType.FLOAT, 48, 1).muli(2);
    data.setLabelsMaskArray(weights);
    Map<String, RunVerdict> verdicts =
        train(usual(DataType.FLOAT, new Sgd(0.05)), new ExistingDataSetIterator(List.of(data)), 1);
    says("samples have weights", "outputEuler", verdicts);
    says("samples have weights", "calibrationOnAverage", verdicts);
    is(Verdict.State.HOLDS, "unitRescaling", verdicts);
  }
}
