package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.implicitbias.predictions.Preset;
import java.lang.reflect.Constructor;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.MinMaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationPReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossCosineProximity;
import org.nd4j.linalg.lossfunctions.impl.LossFMeasure;
import org.nd4j.linalg.lossfunctions.impl.LossHinge;
import org.nd4j.linalg.lossfunctions.impl.LossKLD;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMAPE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossMSLE;
import org.nd4j.linalg.lossfunctions.impl.LossMixtureDensity;
import org.nd4j.linalg.lossfunctions.impl.LossMultiLabel;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;
import org.nd4j.linalg.lossfunctions.impl.LossPoisson;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossSquaredHinge;
import org.nd4j.linalg.lossfunctions.impl.LossWasserstein;

/**
 * Every loss, activation function, updater, dropout, weight noise and constraint that DL4J has, in
 * a network of dense layers: watching changes nothing, and the patterns are exact. One without a
 * row fails.
 */
class PartSweepTest {

  private static final int SAMPLES = 6;

  /** What DL4J itself fails on. */
  private static final Set<String> NEVER_TRAINED = Set.of("AdaBelief");

  /** What DL4J itself can train in single precision only. */
  private static final Set<String> NOT_IN_DOUBLE =
      Set.of("LossMixtureDensity", "LossMultiLabel", "ActivationRReLU");

  /** What a loss is given: an activation function, a number of outputs, and labels. */
  private static final class LossRow {
    final ILossFunction loss;
    final Activation activation;
    final int outputs;
    final INDArray labels;

    LossRow(ILossFunction loss, Activation activation, int outputs, INDArray labels) {
      this.loss = loss;
      this.activation = activation;
      this.outputs = outputs;
      this.labels = labels;
    }
  }

  private static Map<String, LossRow> lossRows() {
    INDArray classes = Followed.oneHot(DataType.DOUBLE, 4, SAMPLES, 3);
    INDArray signs = classes.mul(2).sub(1);
    INDArray column = Nd4j.createFromArray(1.0, 0, 0, 1, 1, 0).reshape(SAMPLES, 1);
    List<LossRow> rows =
        List.of(
            new LossRow(new LossMCXENT(), Activation.SOFTMAX, 3, classes),
            new LossRow(new LossNegativeLogLikelihood(), Activation.SOFTMAX, 3, classes),
            new LossRow(new LossKLD(), Activation.SOFTMAX, 3, classes),
            new LossRow(new LossSparseMCXENT(), Activation.SOFTMAX, 3, column.mul(2)),
            new LossRow(new LossBinaryXENT(), Activation.SIGMOID, 3, classes),
            new LossRow(new LossMultiLabel(), Activation.SIGMOID, 3, classes),
            new LossRow(new LossFMeasure(), Activation.SIGMOID, 1, column),
            new LossRow(new LossPoisson(), Activation.SIGMOID, 3, classes),
            new LossRow(new LossMSLE(), Activation.SIGMOID, 3, classes),
            new LossRow(new LossMSE(), Activation.IDENTITY, 3, classes),
            new LossRow(new LossL2(), Activation.IDENTITY, 3, classes),
            new LossRow(new LossMAE(), Activation.IDENTITY, 3, classes),
            new LossRow(new LossL1(), Activation.IDENTITY, 3, classes),
            new LossRow(new LossMAPE(), Activation.IDENTITY, 3, classes.add(1)),
            new LossRow(new LossCosineProximity(), Activation.IDENTITY, 3, classes),
            new LossRow(new LossHinge(), Activation.IDENTITY, 3, signs),
            new LossRow(new LossSquaredHinge(), Activation.IDENTITY, 3, signs),
            new LossRow(new LossWasserstein(), Activation.IDENTITY, 3, signs),
            new LossRow(
                LossMixtureDensity.builder().gaussians(1).labelWidth(1).build(),
                Activation.IDENTITY,
                3,
                column));
    Map<String, LossRow> byName = new HashMap<>();
    rows.forEach(row -> byName.put(row.loss.getClass().getSimpleName(), row));
    return byName;
  }

  static Collection<String> losses() {
    return named(ILossFunction.class, lossRows().keySet());
  }

  static Collection<String> activations() {
    return Kinds.of(IActivation.class).keySet();
  }

  static Collection<String> updaters() {
    return Kinds.of(IUpdater.class).keySet();
  }

  static Collection<String> dropouts() {
    return Kinds.of(IDropout.class).keySet();
  }

  private static final Map<String, IWeightNoise> NOISES =
      Map.of(
          "DropConnect", new DropConnect(0.7),
          "WeightNoise", new WeightNoise(new NormalDistribution(0, 0.1)));

  static Collection<String> noises() {
    return named(IWeightNoise.class, NOISES.keySet());
  }

  private static final Map<String, LayerConstraint> CONSTRAINTS =
      Map.of(
          "MaxNormConstraint", new MaxNormConstraint(1, 1),
          "MinMaxNormConstraint", new MinMaxNormConstraint(0.5, 0.8, 1),
          "UnitNormConstraint", new UnitNormConstraint(1),
          "NonNegativeConstraint", new NonNegativeConstraint());

  static Collection<String> constraints() {
    return named(LayerConstraint.class, CONSTRAINTS.keySet());
  }

  /** Returns the classes of a kind; each must have a row. */
  private static Collection<String> named(Class<?> kind, Set<String> rows) {
    assertEquals(Kinds.of(kind).keySet(), new TreeSet<>(rows), "rows for every class");
    return rows;
  }

  /** Returns an object of a class, made by its constructor without or with one number. */
  private static Object make(Class<?> kind, double number) {
    try {
      for (Constructor<?> one : kind.getConstructors()) {
        if (one.getParameterCount() == 0) {
          return one.newInstance();
        }
      }
      return kind.getConstructor(double.class).newInstance(number);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(kind + " needs a row of its own", e);
    }
  }

  private static MultiLayerNetwork network(
      DataType type,
      IActivation hidden,
      LossRow loss,
      Consumer<NeuralNetConfiguration.Builder> change) {
    NeuralNetConfiguration.Builder conf =
        new NeuralNetConfiguration.Builder().seed(42).dataType(type).updater(new Adam(0.02));
    change.accept(conf);
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            conf.list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(4)
                        .nOut(5)
                        .name("first")
                        .activation(Activation.RELU)
                        .build())
                .layer(
                    new DenseLayer.Builder()
                        .nIn(5)
                        .nOut(5)
                        .name(Sweep.UNDER)
                        .activation(hidden)
                        .build())
                .layer(
                    new OutputLayer.Builder(loss.loss)
                        .nIn(5)
                        .nOut(loss.outputs)
                        .activation(loss.activation)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static void check(
      String name,
      IActivation hidden,
      LossRow loss,
      Consumer<NeuralNetConfiguration.Builder> change,
      DataType type,
      boolean lossIsScore) {
    INDArray features = Followed.uniform(DataType.DOUBLE, 3, SAMPLES, 4);
    Sweep sweep =
        new Sweep(of -> network(of, hidden, loss, change), new MultiDataSet(features, loss.labels))
            .signOfPreActivation();
    String found = (lossIsScore ? sweep.lossIsScore() : sweep).check(type, Preset.STANDARD);
    boolean cannot = NEVER_TRAINED.contains(name);
    cannot |= type == DataType.DOUBLE && NOT_IN_DOUBLE.contains(name);
    assertEquals(cannot, found.equals(Sweep.CANNOT), found);
    System.out.println(name + ": " + found);
  }

  private static IActivation relu() {
    return Activation.RELU.getActivationFunction();
  }

  private static void withLoss(String loss, DataType type) {
    check(loss, relu(), lossRows().get(loss), conf -> {}, type, true);
  }

  @ParameterizedTest
  @MethodSource("losses")
  void aLossIsWatched(String loss) {
    withLoss(loss, DataType.DOUBLE);
  }

  @ParameterizedTest
  @Tag("thorough")
  @MethodSource("losses")
  void aLossIsWatched_inSinglePrecision(String loss) {
    withLoss(loss, DataType.FLOAT);
  }

  private static IActivation activation(String name) {
    Class<?> kind = Kinds.of(IActivation.class).get(name);
    return kind == ActivationPReLU.class
        ? new ActivationPReLU(Nd4j.createFromArray(0.3).reshape(1, 1), new long[] {1})
        : (IActivation) make(kind, 0);
  }

  private static void withActivation(String name, DataType type) {
    // A random function gives training another loss than inference.
    boolean same = !name.equals("ActivationRReLU");
    check(name, activation(name), lossRows().get("LossMSE"), conf -> {}, type, same);
  }

  @ParameterizedTest
  @MethodSource("activations")
  void anActivationIsWatched(String activation) {
    withActivation(activation, DataType.DOUBLE);
  }

  @ParameterizedTest
  @Tag("thorough")
  @MethodSource("activations")
  void anActivationIsWatched_inSinglePrecision(String activation) {
    withActivation(activation, DataType.FLOAT);
  }

  private static void with(String name, Consumer<NeuralNetConfiguration.Builder> change) {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      check(name, relu(), lossRows().get("LossMCXENT"), change, type, false);
    }
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void anUpdaterIsWatched(String updater) {
    Class<?> kind = Kinds.of(IUpdater.class).get(updater);
    with(updater, conf -> conf.updater((IUpdater) make(kind, 0)));
  }

  @ParameterizedTest
  @MethodSource("dropouts")
  void aDropoutIsWatched(String dropout) {
    Class<?> kind = Kinds.of(IDropout.class).get(dropout);
    if (kind != SpatialDropout.class) {
      with(dropout, conf -> conf.dropOut((IDropout) make(kind, 0.6)));
    }
  }

  @Test
  void aDropoutOfChannelsIsWatched() {
    SmallNetwork small =
        new SmallNetwork(
            SmallNetwork.Input.IMAGE,
            () -> {
              Layer dropped = SmallNetwork.convolution(3, Activation.RELU);
              dropped.setIDropout(new SpatialDropout(0.6));
              return SmallNetwork.behind(
                  SmallNetwork.convolution(4, Activation.RELU), dropped, SmallNetwork.flat());
            });
    System.out.println(
        "SpatialDropout: "
            + new Sweep(small::make, small.data()).check(DataType.FLOAT, Preset.STANDARD));
  }

  @ParameterizedTest
  @MethodSource("noises")
  void aWeightNoiseIsWatched(String noise) {
    with(noise, conf -> conf.weightNoise(NOISES.get(noise)));
  }

  @ParameterizedTest
  @MethodSource("constraints")
  void aConstraintIsWatched(String constraint) {
    with(constraint, conf -> conf.constrainWeights(CONSTRAINTS.get(constraint)));
  }
}
