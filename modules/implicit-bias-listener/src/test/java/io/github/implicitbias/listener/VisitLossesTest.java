package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.run.Absent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
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
 * The losses of the samples of a step, divided as DL4J divides, and the regularization are the
 * score of the step: for every loss of DL4J, every output layer, masks and weights.
 */
class VisitLossesTest {

  private static final int N = 6;
  private static final int TIME = 3;

  /** Their batch has no losses of single samples, or DL4J fails to train with them. */
  private static final Set<String> WITHOUT_LOSSES = Set.of("LossFMeasure");

  /** A loss, what is before it, and labels for so many rows. */
  private static final class Row {
    final ILossFunction loss;
    final Activation activation;
    final int outputs;
    final String labels;

    Row(ILossFunction loss, Activation activation, int outputs, String labels) {
      this.loss = loss;
      this.activation = activation;
      this.outputs = outputs;
      this.labels = labels;
    }

    /** Returns labels [rows, width]. */
    INDArray labels(int rows) {
      int width = labels.equals("index") || labels.equals("number") ? 1 : outputs;
      INDArray array = Nd4j.zeros(DataType.DOUBLE, rows, width);
      for (int i = 0; i < rows; i++) {
        for (int k = 0; k < width; k++) {
          boolean right = (i * 7 + i / 3) % outputs == k;
          switch (labels) {
            case "index":
              array.putScalar(i, k, (i * 7) % outputs);
              break;
            case "number":
              array.putScalar(i, k, Math.sin(i));
              break;
            case "bit":
              array.putScalar(i, k, (i + k) % 2);
              break;
            case "sign":
              array.putScalar(i, k, (i + k) % 2 == 0 ? 1 : -1);
              break;
            case "positive":
              array.putScalar(i, k, 1.5 + Math.sin(i + k));
              break;
            default:
              array.putScalar(i, k, right ? 1 : 0);
          }
        }
      }
      return array;
    }
  }

  private static final INDArray CLASS_WEIGHTS = Nd4j.createFromArray(0.5, 2, 1);

  private static List<Row> rows(DataType type) {
    INDArray weights = CLASS_WEIGHTS.castTo(type);
    List<Row> rows = new ArrayList<>();
    rows.add(new Row(new LossMCXENT(), Activation.SOFTMAX, 3, "class"));
    rows.add(new Row(new LossMCXENT(weights), Activation.SOFTMAX, 3, "class"));
    rows.add(new Row(new LossNegativeLogLikelihood(), Activation.SOFTMAX, 3, "class"));
    rows.add(new Row(new LossKLD(), Activation.SOFTMAX, 3, "class"));
    rows.add(new Row(new LossSparseMCXENT(), Activation.SOFTMAX, 3, "index"));
    rows.add(new Row(new LossBinaryXENT(), Activation.SIGMOID, 3, "bit"));
    rows.add(new Row(new LossBinaryXENT(), Activation.SIGMOID, 1, "bit"));
    rows.add(new Row(new LossMultiLabel(), Activation.SIGMOID, 3, "bit"));
    rows.add(new Row(new LossFMeasure(), Activation.SIGMOID, 1, "bit"));
    rows.add(new Row(new LossPoisson(), Activation.SIGMOID, 3, "bit"));
    rows.add(new Row(new LossMSLE(), Activation.SIGMOID, 3, "bit"));
    rows.add(new Row(new LossMSE(), Activation.IDENTITY, 3, "positive"));
    rows.add(new Row(new LossMSE(weights), Activation.TANH, 3, "positive"));
    rows.add(new Row(new LossMSE(), Activation.SIGMOID, 1, "bit"));
    rows.add(new Row(new LossL2(), Activation.LEAKYRELU, 3, "positive"));
    rows.add(new Row(new LossMAE(), Activation.IDENTITY, 3, "positive"));
    rows.add(new Row(new LossMAE(weights), Activation.TANH, 3, "positive"));
    rows.add(new Row(new LossL1(), Activation.IDENTITY, 3, "positive"));
    rows.add(new Row(new LossL1(weights), Activation.IDENTITY, 3, "positive"));
    rows.add(new Row(new LossMAPE(), Activation.IDENTITY, 3, "positive"));
    rows.add(new Row(new LossCosineProximity(), Activation.IDENTITY, 3, "positive"));
    rows.add(new Row(new LossHinge(), Activation.IDENTITY, 3, "sign"));
    rows.add(new Row(new LossHinge(), Activation.TANH, 1, "sign"));
    rows.add(new Row(new LossSquaredHinge(), Activation.IDENTITY, 3, "sign"));
    rows.add(new Row(new LossWasserstein(), Activation.IDENTITY, 3, "sign"));
    rows.add(
        new Row(
            LossMixtureDensity.builder().gaussians(1).labelWidth(1).build(),
            Activation.IDENTITY,
            3,
            "number"));
    return rows;
  }

  /** What the labels are masked by. */
  private enum Mask {
    NONE,
    ZERO_OR_ONE,
    WEIGHTS,
    PER_OUTPUT
  }

  private static INDArray mask(Mask kind, int rows, int width) {
    if (kind == Mask.NONE) {
      return null;
    }
    INDArray mask = Nd4j.ones(DataType.DOUBLE, rows, kind == Mask.PER_OUTPUT ? width : 1);
    for (int k = 0; k < mask.length(); k++) {
      double weight = kind == Mask.WEIGHTS ? 0.25 * (k % 5) : k % 4 == 1 ? 0 : 1;
      mask.putScalar(k, weight);
    }
    return mask;
  }

  static List<DataType> types() {
    return List.of(DataType.FLOAT, DataType.DOUBLE);
  }

  @Test
  void everyLossHasARow() {
    Set<String> names = new TreeSet<>();
    rows(DataType.DOUBLE).forEach(row -> names.add(row.loss.getClass().getSimpleName()));
    assertEquals(new TreeSet<>(Kinds.of(ILossFunction.class).keySet()), names);
  }

  private static MultiLayerNetwork net(DataType type, boolean sequence, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(42)
            .dataType(type)
            .updater(new Sgd(0.1))
            .l2(0.01)
            .list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            list.setInputType(sequence ? InputType.recurrent(4, TIME) : InputType.feedForward(4))
                .build());
    net.init();
    return net;
  }

  private static DenseLayer dense(int out, Activation activation) {
    return new DenseLayer.Builder().nOut(out).activation(activation).build();
  }

  private static IActivation function(Row row) {
    return row.activation.getActivationFunction();
  }

  private static void inAnOutputLayer(Row row, DataType type, Mask mask) {
    check(
        row,
        type,
        mask,
        new DataSet(features(type, N, 4), row.labels(N).castTo(type)),
        mask(mask, N, row.outputs),
        net(
            type,
            false,
            dense(5, Activation.RELU),
            new OutputLayer.Builder(row.loss).nOut(row.outputs).activation(function(row)).build()));
  }

  @Test
  void everyLoss() {
    for (Row row : rows(DataType.DOUBLE)) {
      inAnOutputLayer(row, DataType.DOUBLE, Mask.NONE);
    }
  }

  @ParameterizedTest
  @Tag("thorough")
  @MethodSource("types")
  void samplesHaveRows_inAnOutputLayerOrALossLayer(DataType type) {
    for (Row row : rows(type)) {
      for (Mask mask : Mask.values()) {
        inAnOutputLayer(row, type, mask);
        check(
            row,
            type,
            mask,
            new DataSet(features(type, N, 4), row.labels(N).castTo(type)),
            mask(mask, N, row.outputs),
            net(
                type,
                false,
                dense(row.outputs, Activation.IDENTITY),
                new LossLayer.Builder(row.loss).activation(function(row)).build()));
      }
    }
  }

  @ParameterizedTest
  @Tag("thorough")
  @MethodSource("types")
  void samplesAreSequences(DataType type) {
    for (Row row : rows(type)) {
      for (Mask mask : Mask.values()) {
        INDArray labels = inTime(row.labels(N * TIME)).castTo(type);
        INDArray masks = mask(mask, N * TIME, row.outputs);
        INDArray shaped =
            masks == null ? null : mask == Mask.PER_OUTPUT ? inTime(masks) : masks.reshape(N, TIME);
        check(
            row,
            type,
            mask,
            new DataSet(features(type, N, 4, TIME), labels),
            shaped,
            net(
                type,
                true,
                new SimpleRnn.Builder().nOut(5).activation(Activation.RELU).build(),
                new RnnOutputLayer.Builder(row.loss)
                    .nOut(row.outputs)
                    .activation(function(row))
                    .build()));
        check(
            row,
            type,
            mask,
            new DataSet(features(type, N, 4, TIME), labels),
            shaped,
            net(
                type,
                true,
                new SimpleRnn.Builder().nOut(row.outputs).activation(Activation.TANH).build(),
                new RnnLossLayer.Builder(row.loss).activation(function(row)).build()));
      }
    }
  }

  /** Rows i * TIME + t become [N, width, TIME]. */
  private static INDArray inTime(INDArray rows) {
    return rows.reshape(N, TIME, rows.size(1)).permute(0, 2, 1).dup('c');
  }

  private static INDArray features(DataType type, long... shape) {
    return Followed.uniform(DataType.DOUBLE, 3, shape).castTo(type);
  }

  private static void check(
      Row row, DataType type, Mask mask, DataSet data, INDArray masks, MultiLayerNetwork net) {
    String name = row.loss.getClass().getSimpleName();
    String what =
        name + " " + mask + " " + type + " " + net.getOutputLayer().getClass().getSimpleName();
    if (masks != null) {
      data.setLabelsMaskArray(masks.castTo(type));
    }
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
    net.addListeners(bias);
    double regularization = net.calcRegularizationScore(true);
    INDArray before = net.params().dup();
    try {
      net.fit(data);
    } catch (RuntimeException e) {
      System.out.println(what + ": DL4J cannot train it");
      bias.close();
      return;
    }
    bias.close();
    VisitBook book = bias.visits();
    assertFalse(book.status().contains("no visit is read"), what + ": " + book.status());
    int first = 0; // DL4J changes some labels under a mask: these are other samples
    while (book.of(first).visits() == 0) {
      first++;
    }
    boolean known = !Absent.is(book.of(first).lastLoss());
    assertEquals(!WITHOUT_LOSSES.contains(name), known, what + ": " + book.status());
    if (!known) {
      assertTrue(book.status().contains(name + " does not tell the losses"), book.status());
      return;
    }
    double sum = 0;
    for (int i = 0; i < book.size(); i++) {
      sum += book.of(i).visits() > 0 ? book.of(i).lastLoss() : 0;
    }
    double score = net.score();
    double tolerance = (type == DataType.DOUBLE ? 1e-12 : 1e-6) * Math.max(1, Math.abs(score));
    assertEquals(score, sum / N + regularization, tolerance, what);
    assertTrue(book.areLossesComparable(), what);
    assertFalse(before.equals(net.params()));
  }

  @Test
  void withoutDivisionByTheBatch_theScoreIsTheSum() {
    Row row = rows(DataType.DOUBLE).get(0);
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(42)
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(0.1))
            .miniBatch(false)
            .list()
            .layer(dense(5, Activation.RELU))
            .layer(
                new OutputLayer.Builder(row.loss).nOut(3).activation(Activation.SOFTMAX).build());
    MultiLayerNetwork net =
        new MultiLayerNetwork(list.setInputType(InputType.feedForward(4)).build());
    net.init();
    DataSet data = new DataSet(features(DataType.DOUBLE, N, 4), row.labels(N));
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
    net.addListeners(bias);
    net.fit(data);
    bias.close();
    assertEquals(net.score(), N * bias.visits().stepLoss(), 1e-12 * net.score());
    assertTrue(bias.visits().areLossesComparable());
  }

  @Test
  void theCentersOfClasses_areInTheLosses() {
    for (DataType type : types()) {
      Row row = rows(type).get(0);
      MultiLayerNetwork net =
          net(
              type,
              false,
              dense(5, Activation.RELU),
              new CenterLossOutputLayer.Builder(new LossMCXENT())
                  .nOut(3)
                  .lambda(0.3)
                  .activation(Activation.SOFTMAX)
                  .build());
      DataSet data = new DataSet(features(type, N, 4), row.labels(N).castTo(type));
      check(row, type, Mask.NONE, data, null, net);
    }
  }

  @Test
  void weightNoiseOnTheOutputLayer_isSaid() {
    DataType type = DataType.DOUBLE;
    Row row = rows(type).get(0);
    MultiLayerNetwork net =
        net(
            type,
            false,
            dense(5, Activation.RELU),
            new OutputLayer.Builder(new LossMCXENT())
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .weightNoise(new DropConnect(0.6))
                .build());
    DataSet data = new DataSet(features(type, N, 4), row.labels(N));
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
    net.addListeners(bias);
    for (int t = 0; t < 5; t++) {
      net.fit(data);
    }
    bias.close();
    assertFalse(bias.visits().areLossesComparable());
    String said =
        "The losses of the samples do not add up to the score of DL4J, because layer1 has"
            + " DropConnect 0.6: they are not comparable with it.";
    assertTrue(bias.visits().status().endsWith(said), bias.visits().status());
  }

  /** A loss whose batch is not the sum of its samples. */
  private static final class Halved extends LossMSE {
    private static final long serialVersionUID = 1;

    @Override
    public double computeScore(
        INDArray labels,
        INDArray preOutput,
        IActivation activationFn,
        INDArray mask,
        boolean average) {
      return super.computeScore(labels, preOutput, activationFn, mask, average) / 2;
    }
  }

  @Test
  void aLossThatCountsOtherwise_isSaid() {
    DataType type = DataType.DOUBLE;
    Row row = new Row(new Halved(), Activation.IDENTITY, 3, "positive");
    MultiLayerNetwork net =
        net(
            type,
            false,
            dense(5, Activation.RELU),
            new OutputLayer.Builder(row.loss).nOut(3).activation(Activation.IDENTITY).build());
    DataSet data = new DataSet(features(type, N, 4), row.labels(N));
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).visits(true).build();
    net.addListeners(bias);
    net.fit(data);
    bias.close();
    assertFalse(bias.visits().areLossesComparable());
    assertTrue(
        bias.visits().status().contains("counts a batch otherwise than its samples one by one"),
        bias.visits().status());
  }
}
