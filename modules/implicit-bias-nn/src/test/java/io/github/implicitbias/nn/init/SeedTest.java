package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.loss.Losses;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Where the numbers come from, in every layer an initializer is used on. */
class SeedTest {

  static Stream<IWeightInit> unseeded() {
    return Stream.of(
        GaussianWeights.ofScale(0.1),
        GaussianWeights.ofStandardDeviation(0.1),
        new SphereWeights(0.1),
        new OrthonormalWeights(0.1),
        new ScaledWeights(WeightInit.XAVIER, 0.1),
        new ScaledWeights(new SphereWeights(1), 0.1));
  }

  @ParameterizedTest
  @MethodSource("unseeded")
  void withoutASeedOfItsOwn_theNetworkSeedDecides_andLayersDiffer(IWeightInit init) {
    Set<INDArray> different = new HashSet<>();
    for (long seed = 1; seed <= 20; seed++) {
      MultiLayerNetwork net = Start.dense(DataType.DOUBLE, seed, init);
      assertEquals(net.params(), Start.dense(DataType.DOUBLE, seed, init).params());
      assertNotEquals(net.getParam("0_W"), net.getParam("1_W"));
      for (String key : new String[] {"0_W", "1_W"}) {
        INDArray weights = net.getParam(key);
        assertTrue(different.stream().noneMatch(weights::equals));
        different.add(weights);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("unseeded")
  void floatNetworks_startAtTheDoubleNumbers_rounded(IWeightInit init) {
    double[] inDouble = Start.dense(DataType.DOUBLE, 4, init).params().toDoubleVector();
    float[] inFloat = Start.dense(DataType.FLOAT, 4, init).params().toFloatVector();
    boolean roundedTwice = init instanceof ScaledWeights;
    for (int i = 0; i < inFloat.length; i++) {
      float rounded = (float) inDouble[i];
      assertEquals(rounded, inFloat[i], roundedTwice ? 2e-7f : Float.MIN_VALUE);
    }
  }

  @Test
  void withASeedOfItsOwn_neitherNetworkNorLayerMatters() {
    for (IWeightInit init :
        List.of(
            GaussianWeights.ofScale(0.1).withSeed(1),
            new SphereWeights(0.1).withSeed(1),
            new OrthonormalWeights(0.1).withSeed(1),
            new ScaledWeights(WeightInit.XAVIER, 0.1).withSeed(1))) {
      MultiLayerNetwork net = Start.dense(DataType.DOUBLE, 1, init);
      assertEquals(net.params(), Start.dense(DataType.DOUBLE, 2, init).params());
      assertEquals(net.getParam("0_W"), net.getParam("1_W"));
    }
    assertNotEquals(
        Start.dense(DataType.DOUBLE, 1, new SphereWeights(1).withSeed(1)).params(),
        Start.dense(DataType.DOUBLE, 1, new SphereWeights(1).withSeed(2)).params());
  }

  private static Layer output(IWeightInit init) {
    return new OutputLayer.Builder(Losses.meanSquare())
        .nOut(2)
        .activation(Activation.IDENTITY)
        .weightInit(init)
        .build();
  }

  static Stream<Arguments> layers() {
    return Start.INITIALIZERS.stream()
        .flatMap(
            init ->
                Stream.of(
                    Arguments.of(
                        init,
                        InputType.feedForward(4),
                        new DenseLayer.Builder().nOut(3).weightInit(init).build(),
                        output(init)),
                    Arguments.of(
                        init,
                        InputType.convolutional(5, 4, 2),
                        new ConvolutionLayer.Builder(2, 2).nOut(3).weightInit(init).build(),
                        output(init)),
                    Arguments.of(
                        init,
                        InputType.recurrent(3),
                        new LSTM.Builder().nOut(3).weightInit(init).build(),
                        new RnnOutputLayer.Builder(Losses.meanSquare())
                            .nOut(2)
                            .activation(Activation.IDENTITY)
                            .weightInit(init)
                            .build()),
                    Arguments.of(
                        init,
                        InputType.recurrent(3),
                        new SimpleRnn.Builder().nOut(3).weightInit(init).build(),
                        new RnnOutputLayer.Builder(Losses.meanSquare())
                            .nOut(2)
                            .activation(Activation.IDENTITY)
                            .weightInit(init)
                            .build())));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void everyLayer_takesEveryInitializer_inBothKindsOfNetwork(
      IWeightInit init, InputType input, Layer first, Layer last) {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      MultiLayerNetwork net = Start.net(type, 6, input, first.clone(), last.clone());
      ComputationGraph graph =
          new ComputationGraph(
              new NeuralNetConfiguration.Builder()
                  .seed(6)
                  .dataType(type)
                  .graphBuilder()
                  .addInputs("in")
                  .addLayer("0", first.clone(), "in")
                  .addLayer("1", last.clone(), "0")
                  .setInputTypes(input)
                  .setOutputs("1")
                  .build());
      graph.init();
      assertArrayEquals(net.params().toDoubleVector(), graph.params().toDoubleVector());
      for (String key : new String[] {"0_W", "0_RW", "1_W"}) {
        INDArray weights = net.paramTable().get(key);
        if (weights != null) {
          assertEquals(type, weights.dataType());
          assertTrue(weights.amaxNumber().doubleValue() > 0.005, key);
          assertTrue(weights.amaxNumber().doubleValue() < 1, key);
        }
      }
      long[] shape = input.getShape(true);
      shape[0] = 2;
      if (shape.length == 3) {
        shape[2] = 4;
      }
      INDArray x = Nd4j.ones(type, shape);
      assertEquals(net.output(x), graph.outputSingle(x));
      assertTrue(net.output(x).amaxNumber().doubleValue() > 0);
    }
  }

  @Test
  void sphereAndOrthonormal_holdForTheFiltersAndGatesOfALayer() {
    MultiLayerNetwork net =
        Start.net(
            DataType.DOUBLE,
            1,
            InputType.convolutional(5, 4, 2),
            new ConvolutionLayer.Builder(2, 2)
                .nOut(3)
                .weightInit(new OrthonormalWeights(0.1))
                .build());
    INDArray filters = net.getParam("0_W").reshape('c', 3, 8);
    assertTrue(
        filters
            .mmul(filters.transpose())
            .div(0.01)
            .equalsWithEps(Nd4j.eye(3).castTo(DataType.DOUBLE), 1e-14),
        () -> filters.toString());
    MultiLayerNetwork lstm =
        Start.net(
            DataType.DOUBLE,
            1,
            InputType.recurrent(3),
            new LSTM.Builder().nOut(2).weightInit(new SphereWeights(0.1)).build());
    for (String key : new String[] {"0_W", "0_RW"}) {
      INDArray norms = lstm.getParam(key).norm2(0);
      for (double norm : norms.toDoubleVector()) {
        assertEquals(0.1, norm, 1e-16);
      }
    }
  }
}
