package io.github.implicitbias.nn.layer;

import static io.github.implicitbias.nn.Samples.array;
import static io.github.implicitbias.nn.Samples.signs;
import static io.github.implicitbias.nn.Samples.uniform;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.network.AffinePreActivation;
import io.github.implicitbias.nn.Gradients;
import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.nn.loss.Losses;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.memory.MemoryUseMode;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

class DoubledLayersTest {

  private static final int SAMPLES = 33;

  /** Sizes [samples, inputs, units, outputs]; 64-byte lines are hit and missed. */
  static Stream<Arguments> sizes() {
    return Stream.of(
        Arguments.of(1, 1, 2, 1),
        Arguments.of(1, 3, 2, 1),
        Arguments.of(5, 1, 2, 3),
        Arguments.of(33, 4, 10, 1),
        Arguments.of(16, 8, 32, 2),
        Arguments.of(70, 5, 46, 10),
        Arguments.of(64, 16, 128, 4));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void whatIsComputed_isWhatStockLayersCompute(int samples, int inputs, int units, int outputs) {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      double tolerance = type == DataType.DOUBLE ? 1e-14 : 1e-5;
      MultiLayerNetwork stock = net(type, new Sgd(0.1), stock(inputs, units, outputs));
      for (Layer[] layers :
          new Layer[][] {
            doubled(inputs, units, outputs),
            {doubled(inputs, units, outputs)[0], stock(inputs, units, outputs)[1]},
            {stock(inputs, units, outputs)[0], doubled(inputs, units, outputs)[1]}
          }) {
        MultiLayerNetwork net = net(type, new Sgd(0.1), layers);
        net.setParams(stock.params());
        INDArray x = array(type, uniform(3, samples, inputs));
        for (INDArray input : new INDArray[] {x, x.dup('f'), x.castTo(DataType.DOUBLE)}) {
          for (boolean training : new boolean[] {true, false}) {
            for (int layer = 1; layer <= 2; layer++) {
              INDArray expected = stock.feedForward(x, training).get(layer);
              INDArray found = net.feedForward(input, training).get(layer);
              assertEquals('c', found.ordering());
              assertEquals(type, found.dataType());
              assertArrayEquals(expected.shape(), found.shape());
              assertArrayEquals(doubles(expected), doubles(found), tolerance);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void equalHalvesOfWeights_giveEqualHalvesOfActivations(
      int samples, int inputs, int units, int outputs) {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      double[][] half = uniform(4, units / 2, inputs);
      double[][] weights = Stream.of(half, half).flatMap(Arrays::stream).toArray(double[][]::new);
      Layer[] layers = doubled(inputs, units, outputs);
      ((DenseLayer) layers[0]).setWeightInitFn(Weights.given(weights));
      MultiLayerNetwork net = net(type, new Sgd(0.1), layers);
      double[][] h =
          net.feedForward(array(type, uniform(3, samples, inputs)))
              .get(1)
              .castTo(DataType.DOUBLE)
              .toDoubleMatrix();
      for (double[] row : h) {
        assertArrayEquals(Arrays.copyOf(row, units / 2), Arrays.copyOfRange(row, units / 2, units));
        assertNotEquals(0, row[0]);
      }
    }
  }

  static Stream<IUpdater> updaters() {
    return Stream.of(new Sgd(0.1), new Adam(0.01), new Nesterovs(0.05, 0.9));
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void training_isThatOfStockLayers_upToRounding(IUpdater updater) {
    for (boolean masked : new boolean[] {false, true}) {
      MultiLayerNetwork stock =
          net(
              DataType.DOUBLE,
              updater,
              new DenseLayer.Builder().nIn(4).nOut(10).activation(Activation.TANH).l2(0.01).build(),
              new OutputLayer.Builder(new LossMCXENT())
                  .nIn(10)
                  .nOut(3)
                  .activation(Activation.SOFTMAX)
                  .constrainWeights(new MaxNormConstraint(0.8, 1))
                  .build());
      MultiLayerNetwork doubled =
          net(
              DataType.DOUBLE,
              updater,
              new DoubledDenseLayer.Builder()
                  .nIn(4)
                  .nOut(10)
                  .activation(Activation.TANH)
                  .l2(0.01)
                  .build(),
              new DoubledOutputLayer.Builder(new LossMCXENT())
                  .nIn(10)
                  .nOut(3)
                  .activation(Activation.SOFTMAX)
                  .constrainWeights(new MaxNormConstraint(0.8, 1))
                  .build());
      double[] start = doubles(stock.params());
      assertArrayEquals(start, doubles(doubled.params()));
      INDArray x = array(DataType.DOUBLE, uniform(1, SAMPLES, 4));
      INDArray mask = array(DataType.DOUBLE, signs(2, SAMPLES, 1)).gt(0).castTo(DataType.DOUBLE);
      DataSet data = new DataSet(x, labels(3), null, masked ? mask : null);
      for (int step = 0; step < 20; step++) {
        stock.fit(data);
        doubled.fit(data);
        assertEquals(stock.score(), doubled.score(), 1e-12);
        assertArrayEquals(doubles(stock.params()), doubles(doubled.params()), 1e-12);
      }
      assertFalse(Arrays.equals(start, doubles(stock.params())));
      assertEquals(stock.score(data), doubled.score(data), 1e-12);
      assertArrayEquals(
          doubles(stock.scoreExamples(data, true)),
          doubles(doubled.scoreExamples(data, true)),
          1e-12);
    }
  }

  @Test
  void dropoutAndWeightNoise_areThoseOfStockLayers() {
    INDArray x = array(DataType.DOUBLE, uniform(1, SAMPLES, 4));
    DataSet data = new DataSet(x, labels(3));
    MultiLayerNetwork[] nets = new MultiLayerNetwork[2];
    for (int i = 0; i < 2; i++) {
      DenseLayer.Builder hidden =
          i == 0 ? new DenseLayer.Builder() : new DoubledDenseLayer.Builder();
      BaseOutputLayer.Builder<?> output =
          i == 0
              ? new OutputLayer.Builder(new LossMSE()).activation(Activation.IDENTITY)
              : new DoubledOutputLayer.Builder(new LossMSE());
      nets[i] =
          net(
              DataType.DOUBLE,
              new Sgd(0.1),
              hidden.nIn(4).nOut(10).activation(Activation.TANH).dropOut(0.7).build(),
              output.nIn(10).nOut(3).weightNoise(new DropConnect(0.6)).build());
      Nd4j.getRandom().setSeed(77);
      for (int step = 0; step < 5; step++) {
        nets[i].fit(data);
      }
    }
    assertArrayEquals(doubles(nets[0].params()), doubles(nets[1].params()), 1e-12);
  }

  @Test
  void gradients_areThoseOfTheScore() {
    for (int units : new int[] {2, 6, 32}) {
      MultiLayerNetwork net = net(DataType.DOUBLE, new Sgd(1), doubled(3, units, 2));
      Gradients.check(
          net,
          array(DataType.DOUBLE, uniform(1, 6, 3)),
          labels(2).getRows(0, 1, 2, 3, 4, 5),
          null,
          Set.of());
    }
  }

  /** Every setting of the builder, since its values are copied one by one. */
  @Test
  void everySetting_reachesTheDenseLayer() throws Exception {
    DenseLayer stock = full(new DenseLayer.Builder());
    DenseLayer doubled = full(new DoubledDenseLayer.Builder());
    assertTrue(doubled instanceof DoubledDenseLayer);
    int compared = 0;
    Layer untouched = new DoubledDenseLayer();
    for (Class<?> c = DenseLayer.class; c != Object.class; c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        boolean unset = Set.of("hasLayerNorm", "timeDistributedFormat").contains(field.getName());
        if (!Modifier.isStatic(field.getModifiers()) && !unset) {
          field.setAccessible(true);
          assertEquals(field.get(stock), field.get(doubled), field.getName());
          assertNotEquals(field.get(untouched), field.get(doubled), field.getName() + " not set");
          compared++;
        }
      }
    }
    assertEquals(17, compared);
    Supplier<DenseLayer.Builder> bare = () -> new DoubledDenseLayer.Builder().nIn(2).nOut(4);
    assertTrue(bare.get().build().hasBias());
    assertNull(bare.get().build().getActivationFn());
  }

  private static DenseLayer full(DenseLayer.Builder builder) {
    return builder
        .name("first")
        .nIn(3)
        .nOut(4)
        .activation(Activation.CUBE)
        .weightInit(WeightInit.ONES)
        .biasInit(0.5)
        .gainInit(2)
        .l1(0.1)
        .l2Bias(0.2)
        .updater(new Adam(0.3))
        .biasUpdater(new Sgd(0.4))
        .weightNoise(new DropConnect(0.5))
        .dropOut(new Dropout(0.6))
        .gradientNormalization(GradientNormalization.ClipL2PerLayer)
        .gradientNormalizationThreshold(7)
        .constrainAllParameters(new NonNegativeConstraint())
        .constrainBias(new MaxNormConstraint(1, 1))
        .constrainWeights(new MaxNormConstraint(2, 1))
        .hasBias(false)
        .build();
  }

  @Test
  void byDefault_theOutputLayerHasABias_andTheIdentity() {
    DoubledOutputLayer layer = new DoubledOutputLayer.Builder(Losses.meanSquare()).build();
    assertTrue(layer.hasBias());
    assertTrue(layer.getActivationFn() instanceof ActivationIdentity);
    AffinePreActivation tracked = layer;
    assertFalse(tracked.trackedByDefault() || tracked.repeatsLabels());
  }

  @Test
  void sizesAreInferred_andReported() {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new DoubledDenseLayer.Builder().nOut(6).activation(Activation.RELU).build())
            .layer(new DoubledOutputLayer.Builder(new LossMSE()).nOut(2).build())
            .setInputType(InputType.feedForward(5))
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    assertArrayEquals(new long[] {5, 6}, net.getParam("0_W").shape());
    assertArrayEquals(new long[] {6, 2}, net.getParam("1_W").shape());
    assertTrue(net.summary().contains("DoubledDense") && net.summary().contains("DoubledOutput"));
    assertTrue(
        conf.getMemoryReport(InputType.feedForward(5))
                .getTotalMemoryBytes(8, MemoryUseMode.TRAINING, CacheMode.NONE, DataType.DOUBLE)
            > 0);
  }

  @Test
  void anOddNumberOfUnits_isRefused_whenBuiltAndWhenInitialised() {
    refused("5 units", () -> new DoubledDenseLayer.Builder().nOut(5).build());
    refused("5 inputs", () -> new DoubledOutputLayer.Builder(new LossMSE()).nIn(5).build());
    refused(
        "5 inputs",
        () ->
            net(
                DataType.DOUBLE,
                new Sgd(0.1),
                stock(3, 5, 1)[0],
                new DoubledOutputLayer.Builder(new LossMSE()).nOut(1).build()));
    DenseLayer widened = new DoubledDenseLayer.Builder().nIn(3).nOut(4).build();
    widened.setNOut(5);
    refused("5 units", () -> net(DataType.DOUBLE, new Sgd(0.1), widened, stock(3, 5, 1)[1]));
    MultiLayerNetwork net = net(DataType.DOUBLE, new Sgd(0.1), doubled(3, 4, 1));
    TransferLearning.Builder odd =
        new TransferLearning.Builder(net).nOutReplace(0, 7, WeightInit.XAVIER);
    refused("7", odd::build);
    new TransferLearning.Builder(net).nOutReplace(0, 8, WeightInit.XAVIER).build();
  }

  @Test
  void whatIsNotSupported_isRefusedWithTheCure() {
    refused(
        "remove hasLayerNorm",
        () -> new DoubledDenseLayer.Builder().nOut(4).hasLayerNorm(true).build());
    DenseLayer normalized = new DoubledDenseLayer.Builder().nIn(3).nOut(4).build();
    normalized.setHasLayerNorm(true);
    refused(
        "remove hasLayerNorm",
        () -> net(DataType.DOUBLE, new Sgd(0.1), normalized, stock(3, 4, 1)[1]));
    refused("MeanSquareLoss", () -> new DoubledOutputLayer.Builder(null).build());
  }

  @Test
  void anInputOfAnotherShape_isRefusedAsStockLayersDo() {
    MultiLayerNetwork net = net(DataType.DOUBLE, new Sgd(0.1), doubled(3, 4, 1));
    for (INDArray x : new INDArray[] {Nd4j.ones(DataType.DOUBLE, 5, 2), Nd4j.ones(5, 3, 1)}) {
      Exception e = assertThrows(DL4JInvalidInputException.class, () -> net.output(x));
      assertTrue(e.getMessage().contains("takes [samples, 3]"), e.getMessage());
    }
  }

  @Test
  void equality_isThatOfTheSettings() {
    for (int l = 0; l < 2; l++) {
      Layer layer = doubled(3, 4, 1)[l];
      Layer stock = stock(3, 4, 1)[l];
      assertEquals(layer, doubled(3, 4, 1)[l]);
      assertEquals(layer.hashCode(), doubled(3, 4, 1)[l].hashCode());
      assertEquals(layer, layer.clone());
      assertEquals(layer.getClass(), layer.clone().getClass());
      assertNotEquals(layer, doubled(3, 8, 1)[l]);
      assertFalse(layer.equals((Object) stock) || stock.equals((Object) layer));
      assertTrue(layer.toString().startsWith(layer.getClass().getSimpleName() + "("));
    }
  }

  private static Layer[] doubled(int inputs, int units, int outputs) {
    return new Layer[] {
      new DoubledDenseLayer.Builder()
          .nIn(inputs)
          .nOut(units)
          .biasInit(0.1)
          .activation(Activation.TANH)
          .build(),
      new DoubledOutputLayer.Builder(new LossMSE()).nIn(units).nOut(outputs).biasInit(0.2).build()
    };
  }

  private static Layer[] stock(int inputs, int units, int outputs) {
    return new Layer[] {
      new DenseLayer.Builder()
          .nIn(inputs)
          .nOut(units)
          .biasInit(0.1)
          .activation(Activation.TANH)
          .build(),
      new OutputLayer.Builder(new LossMSE())
          .nIn(units)
          .nOut(outputs)
          .biasInit(0.2)
          .activation(Activation.IDENTITY)
          .build()
    };
  }

  private static INDArray labels(int columns) {
    return array(DataType.DOUBLE, signs(2, SAMPLES, columns)).gt(0).castTo(DataType.DOUBLE);
  }

  private static double[] doubles(INDArray array) {
    return array.dup('c').data().asDouble();
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
