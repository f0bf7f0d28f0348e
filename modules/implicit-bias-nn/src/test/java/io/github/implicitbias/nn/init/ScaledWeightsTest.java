package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

class ScaledWeightsTest {

  @ParameterizedTest
  @EnumSource(value = WeightInit.class, names = "DISTRIBUTION", mode = EnumSource.Mode.EXCLUDE)
  void withoutSeed_everyWeight_isTheStockOneTimesTheFactor(WeightInit stock) {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      for (double factor : new double[] {0.01, -3, 1e-12}) {
        MultiLayerNetwork expected = Start.dense(type, 5, stock.getWeightInitFunction());
        MultiLayerNetwork scaled = Start.dense(type, 5, new ScaledWeights(stock, factor));
        for (String key : new String[] {"0_W", "1_W"}) {
          double[] product = expected.getParam(key).dup('f').data().asDouble();
          for (int i = 0; i < product.length; i++) {
            product[i] *= factor;
            product[i] = type == DataType.FLOAT ? (float) product[i] : product[i];
          }
          assertArrayEquals(product, scaled.getParam(key).dup('f').data().asDouble());
        }
      }
    }
  }

  @Test
  void convolutionalAndRecurrentLayers_areScaledToo() {
    MultiLayerNetwork[] nets = new MultiLayerNetwork[4];
    IWeightInit[] inits = {new WeightInitXavier(), new ScaledWeights(new WeightInitXavier(), 0.5)};
    for (int i = 0; i < 2; i++) {
      nets[i] =
          Start.net(
              DataType.DOUBLE,
              3,
              InputType.convolutional(5, 5, 2),
              new ConvolutionLayer.Builder(2, 2).nOut(3).weightInit(inits[i]).build(),
              new DenseLayer.Builder().nOut(2).weightInit(inits[i]).build());
      nets[2 + i] =
          Start.net(
              DataType.DOUBLE,
              3,
              InputType.recurrent(3),
              new LSTM.Builder().nOut(2).forgetGateBiasInit(0).weightInit(inits[i]).build());
    }
    assertEquals(nets[0].params().mul(0.5), nets[1].params());
    assertEquals(nets[2].params().mul(0.5), nets[3].params());
  }

  @Test
  void tenThousandWeights_areNormal_withGlorotsDeviationTimesTheFactor() {
    double[] weights =
        Start.flat(Start.rows(new ScaledWeights(WeightInit.XAVIER, 0.01).withSeed(2), 100, 100));
    double deviation = 0.01 * Math.sqrt(2.0 / 200);
    Law.follows("normal", Law.normal(deviation, weights));
    Law.follows("deviation", Law.deviation(deviation, weights));
    Law.follows("signs", Law.signs(weights));
    Law.rejected("Glorot's own", Law.deviation(Math.sqrt(2.0 / 200), weights));
    Law.rejected("5 % off", Law.deviation(1.05 * deviation, weights));
  }

  @Test
  void withSeed_theWeightsAreThoseOfTheFirstLayer_ofAStockNetworkWithThatSeed() {
    INDArray stock = Start.dense(DataType.DOUBLE, 42, new WeightInitXavier()).getParam("0_W");
    ScaledWeights seeded = new ScaledWeights(WeightInit.XAVIER, 0.01).withSeed(42);
    MultiLayerNetwork net = Start.dense(DataType.DOUBLE, 7, seeded);
    assertEquals(stock.mul(0.01), net.getParam("0_W"));
    assertEquals(net.getParam("0_W"), net.getParam("1_W"));
  }

  static Stream<IWeightInit> initializersThatDraw() {
    return Stream.concat(
        Stream.of(
            GaussianWeights.ofScale(1), new WeightInitDistribution(new UniformDistribution(0, 1))),
        Arrays.stream(WeightInit.values())
            .filter(name -> name != WeightInit.DISTRIBUTION)
            .map(WeightInit::getWeightInitFunction));
  }

  @ParameterizedTest
  @MethodSource("initializersThatDraw")
  void withSeed_theGeneratorIsPutBack_andLaterDrawsAreTheSame(IWeightInit init) {
    Random random = Nd4j.getRandom();
    random.setSeed(9);
    Nd4j.randn(DataType.DOUBLE, 11);
    long root = random.rootState();
    long node = random.nodeState();
    String expected = laterDraws(random);

    random.setStates(root, node);
    Start.rows(new ScaledWeights(init, 2).withSeed(1234), 6, 6);
    assertEquals(root, random.rootState());
    assertEquals(node, random.nodeState());
    assertEquals(9, random.getSeed());
    assertEquals(expected, laterDraws(random));

    random.setStates(root, node);
    Start.rows(GaussianWeights.ofScale(2).withSeed(1234), 6, 6);
    assertEquals(expected, laterDraws(random));
  }

  @Test
  void withSeed_theGeneratorIsPutBack_afterAFailureToo() {
    Random random = Nd4j.getRandom();
    random.setSeed(9);
    String expected = laterDraws(random);
    random.setSeed(9);
    ScaledWeights square = new ScaledWeights(WeightInit.IDENTITY, 2).withSeed(1);
    assertThrows(IllegalStateException.class, () -> Start.rows(square, 2, 3));
    assertEquals(expected, laterDraws(random));
  }

  private static String laterDraws(Random random) {
    return Arrays.toString(Nd4j.randn(DataType.DOUBLE, 5).toDoubleVector())
        + random.nextLong()
        + Arrays.toString(Nd4j.rand(DataType.FLOAT, 5).toFloatVector())
        + random.nextDouble();
  }

  @Test
  void drawnWeightsWithASeedOfTheirOwn_keepToIt() {
    double[][] drawn = Start.rows(new SphereWeights(1).withSeed(5), 4, 3);
    IWeightInit twice = new ScaledWeights(new SphereWeights(1).withSeed(5), 2);
    double[] expected = Start.flat(drawn);
    for (int i = 0; i < expected.length; i++) {
      expected[i] *= 2;
    }
    assertArrayEquals(expected, Start.flat(Start.rows(twice, 4, 3)));
    assertArrayEquals(
        expected, Start.flat(Start.rows(new ScaledWeights(twice, 1).withSeed(77), 4, 3)));
    IWeightInit following = new ScaledWeights(new SphereWeights(1), 2);
    assertFalse(
        Arrays.equals(
            Start.flat(Start.rows(following, 4, 3)), Start.flat(Start.rows(following, 4, 3))));
  }

  @Test
  void factorsAndInitializersThatCannotBe_areRefused() {
    for (double bad : new double[] {0, -0.0, Double.NaN, Double.NEGATIVE_INFINITY}) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class, () -> new ScaledWeights(WeightInit.XAVIER, bad));
      assertTrue(e.getMessage().contains("finite factor other than 0, not " + bad), e.getMessage());
    }
    Exception distribution =
        assertThrows(
            IllegalArgumentException.class, () -> new ScaledWeights(WeightInit.DISTRIBUTION, 1));
    assertTrue(distribution.getMessage().contains("new WeightInitDistribution(distribution)"));
    assertThrows(IllegalArgumentException.class, () -> new ScaledWeights((IWeightInit) null, 1));
    assertThrows(IllegalArgumentException.class, () -> new ScaledWeights((WeightInit) null, 1));
  }

  @Test
  void equality_isThatOfInitializerFactorAndSeed() {
    ScaledWeights one = new ScaledWeights(WeightInit.XAVIER, 0.5);
    assertEquals(one, new ScaledWeights(new WeightInitXavier(), 0.5));
    assertEquals(one.hashCode(), new ScaledWeights(new WeightInitXavier(), 0.5).hashCode());
    assertNotEquals(one, new ScaledWeights(WeightInit.RELU, 0.5));
    assertNotEquals(one, new ScaledWeights(WeightInit.XAVIER, -0.5));
    assertNotEquals(one, one.withSeed(1));
    assertEquals(one.withSeed(1), one.withSeed(2).withSeed(1));
    assertEquals("ScaledWeights(0.5 x WeightInitXavier, seed 1)", one.withSeed(1).toString());
    assertEquals(
        "ScaledWeights(2.0 x ScaledWeights(3.0 x SphereWeights(radius 1.0)))",
        new ScaledWeights(new ScaledWeights(new SphereWeights(1), 3), 2).toString());
  }
}
