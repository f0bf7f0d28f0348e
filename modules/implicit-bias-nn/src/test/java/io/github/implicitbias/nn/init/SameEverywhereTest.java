package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A seed gives the same bits in every JVM, and in every version of this library. */
class SameEverywhereTest {

  private Jvm jvm;

  @AfterEach
  void endTheOtherJvm() throws Exception {
    if (jvm != null) {
      jvm.close();
    }
  }

  @Test
  void networksOfAllInitializers_startAtTheSameBits_inAnotherJvm() throws Exception {
    startAtTheSameBits(
        List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UseFMA",
            "-XX:UseAVX=0"));
  }

  /** Those that interpret everything, or compile everything at once, are slow. */
  static Stream<List<String>> slowJvms() {
    return Stream.of(
        List.of("-Xint"),
        List.of("-XX:-TieredCompilation", "-Xcomp", "-XX:CompileOnly=io/github/implicitbias/*"));
  }

  @ParameterizedTest
  @Tag("thorough")
  @MethodSource("slowJvms")
  void networksOfAllInitializers_startAtTheSameBits_inASlowJvm(List<String> options)
      throws Exception {
    startAtTheSameBits(options);
  }

  private void startAtTheSameBits(List<String> options) throws Exception {
    jvm = Jvm.start(options, SameEverywhereTest.class);
    String[] lines = jvm.printed(120).trim().split("\\R"); // the options announce themselves
    assertEquals(hash(1), lines[lines.length - 1]);
    assertNotEquals(hash(1), hash(2));
  }

  public static void main(String[] args) {
    System.out.println(hash(1));
    System.exit(0);
  }

  /**
   * Hashes every bit of the parameters of a network that holds all initializers of layers, and of
   * networks started by each initializer of networks.
   */
  private static String hash(long seed) {
    StringBuilder hashes = new StringBuilder();
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      long hash =
          hash(17, Start.net(type, seed, InputType.convolutional(6, 6, 3), layers()).params());
      for (NetworkInitializer init : NetworkInitializersTest.seeded(seed)) {
        for (MultiLayerNetwork net : networks(type)) {
          init.apply(net);
          hash = hash(hash, net.params());
        }
      }
      hashes.append(Long.toHexString(hash)).append(' ');
    }
    return hashes.toString().trim();
  }

  private static long hash(long start, INDArray values) {
    long hash = start;
    for (double value : values.toDoubleVector()) {
      hash = 31 * hash + Double.doubleToRawLongBits(value);
    }
    return hash;
  }

  private static MultiLayerNetwork[] networks(DataType type) {
    return new MultiLayerNetwork[] {
      Chains.relu(type, true, 3, 4, 2),
      Chains.doubled(type, true, Activation.RELU.getActivationFunction(), 3, 4, 2)
    };
  }

  private static Layer[] layers() {
    return new Layer[] {
      new ConvolutionLayer.Builder(3, 3).nOut(20).weightInit(new SphereWeights(0.1)).build(),
      dense(100, GaussianWeights.ofScale(0.1)),
      dense(60, GaussianWeights.ofStandardDeviation(1e-3).withSeed(8)),
      dense(80, new SphereWeights(0.3)),
      dense(50, new OrthonormalWeights(0.7)),
      dense(70, new OrthonormalWeights(1e-3).withSeed(9)),
      dense(30, new ScaledWeights(WeightInit.XAVIER, 0.01)),
      dense(30, new ScaledWeights(WeightInit.RELU_UNIFORM, 0.01).withSeed(10)),
      dense(30, new ScaledWeights(new OrthonormalWeights(1), -0.01)),
      dense(2, new GivenWeights(new double[2][30]))
    };
  }

  private static DenseLayer dense(int units, IWeightInit init) {
    return new DenseLayer.Builder().nOut(units).weightInit(init).build();
  }

  static Stream<Arguments> firstNumbers() {
    return Stream.of(
        Arguments.of(
            GaussianWeights.ofScale(1),
            new double[] {-0x1.f629d7945f908p-7, -0x1.1e3974209628bp0, 0x1.4160b332960ap-5}),
        Arguments.of(
            GaussianWeights.ofStandardDeviation(0.1),
            new double[] {-0x1.c1260d4893924p-9, -0x1.0001c4f0b9fcbp-2, 0x1.1f72f0a078b1ep-7}),
        Arguments.of(
            new SphereWeights(0.1),
            new double[] {-0x1.164d44a6632fbp-10, -0x1.3d41207b2074dp-4, 0x1.6437fe5c988c2p-9}),
        Arguments.of(
            new OrthonormalWeights(0.1),
            new double[] {-0x1.488800ed7f434p-9, 0x1.0c34021fa9128p-6, 0x1.58639be494d9fp-5}));
  }

  /** Of a layer with 4 units and 5 inputs; a change here is a change of every user's results. */
  @ParameterizedTest
  @MethodSource("firstNumbers")
  void seedOne_startsWithTheseNumbers(DrawnWeights init, double[] expected) {
    double[] first = Start.rows(init.withSeed(1), 4, 5)[0];
    assertArrayEquals(expected, Arrays.copyOf(first, 3));
    double[] scaled = Start.rows(new ScaledWeights(init.withSeed(1), 0.5), 4, 5)[0];
    assertEquals(expected[0] / 2, scaled[0]);
  }

  /** The portable generator: SplittableRandom, radius first, then the angle. */
  @Test
  void draws_areThoseOfTheReferencePrograms() {
    SplittableRandom random = new SplittableRandom(2603);
    Draws draws = Draws.from(2603L);
    for (int i = 0; i < 100; i++) {
      double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
      double expected = radius * Math.cos(2 * Math.PI * random.nextDouble());
      assertEquals(expected, draws.gaussian(), 4 * Math.ulp(expected));
    }
  }
}
