package io.github.implicitbias.samples;

import io.github.implicitbias.nn.init.DrawnWeights;
import io.github.implicitbias.nn.init.NetworkInitializer;
import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.nn.layer.DoubledDenseLayer;
import io.github.implicitbias.nn.layer.DoubledOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A network at its start: which initializer, in code, and what it made of two inputs. */
final class Start {

  private static final double[][] SAMPLES = {{2, 0.5}, {-0.5, 1.5}};
  private static final double SCALE = 0.01;

  /** Name of the picture file without its ending. */
  final String name;

  /** The initializer as one writes it. */
  final String code;

  final MultiLayerNetwork net;
  private final @Nullable MultiLayerNetwork before;
  private final @Nullable MultiLayerNetwork other;

  private Start(
      String name,
      String code,
      MultiLayerNetwork net,
      @Nullable MultiLayerNetwork before,
      @Nullable MultiLayerNetwork other) {
    this.name = name;
    this.code = code;
    this.net = net;
    this.before = before;
    this.other = other;
  }

  /** Returns every initializer, applied. */
  static List<Start> all(int units, long seed) {
    List<Start> all = new ArrayList<>(forOneLayer(units, seed));
    all.addAll(forNetwork(units, seed));
    return all;
  }

  private static List<Start> forOneLayer(int units, long seed) {
    double[][] given = {{1, 0.2}, {0.3, 1}, {-0.9, 0.6}, {-0.7, -0.8}, {0.5, -1}};
    return List.of(
        layer("gaussian", "Weights.gaussian(0.01)", Weights.gaussian(SCALE), units, seed),
        layer("sphere", "Weights.sphere(0.01)", Weights.sphere(SCALE), units, seed),
        scaled(units, seed),
        layer("orthonormal", "Weights.orthonormal(0.01)", Weights.orthonormal(SCALE), 2, seed),
        layer("given", "Weights.given(rows)", Weights.given(given), given.length, seed));
  }

  private static Start layer(String name, String code, IWeightInit init, int units, long seed) {
    return new Start(name, code, network(units, init, false, 1, seed), null, null);
  }

  private static Start scaled(int units, long seed) {
    IWeightInit glorot = WeightInit.XAVIER.getWeightInitFunction();
    return new Start(
        "scaled",
        "Weights.scaled(WeightInit.XAVIER, 0.25)",
        network(units, Weights.scaled(WeightInit.XAVIER, 0.25), false, 1, seed),
        network(units, glorot, false, 1, seed),
        null);
  }

  private static List<Start> forNetwork(int units, long seed) {
    DrawnWeights hidden = Weights.gaussian(SCALE);
    String drawn = "Weights.gaussian(0.01)";
    return List.of(
        start(
            "balanced",
            "balanced(" + drawn + ")",
            NetworkInitializer.balanced(hidden),
            units,
            seed),
        deep(NetworkInitializer.balanced(hidden), units, seed),
        start(
            "unbalanced",
            "unbalanced(" + drawn + ", 0.01)",
            NetworkInitializer.unbalanced(hidden, SCALE),
            units,
            seed),
        start(
            "dominated",
            "dominated(" + drawn + ", 2)",
            NetworkInitializer.dominated(hidden, 2),
            units,
            seed),
        zero(NetworkInitializer.zeroOutput(hidden, SCALE), units + units % 2, seed),
        start(
            "fixed-signs",
            "fixedSigns(" + drawn + ")",
            NetworkInitializer.fixedSigns(hidden),
            units,
            seed),
        start(
            "all-active",
            "allActive(x, 1e-6)",
            NetworkInitializer.allActive(SAMPLES, 1e-6),
            units,
            seed),
        sphere(units, seed),
        teacher(seed),
        factor(units, seed));
  }

  private static Start start(
      String name, String code, NetworkInitializer initializer, int units, long seed) {
    MultiLayerNetwork net = network(units, glorot(), false, 1, seed);
    initializer.apply(net);
    return new Start(name, code, net, null, null);
  }

  private static Start deep(NetworkInitializer balanced, int units, long seed) {
    MultiLayerNetwork net = network(units, glorot(), false, 2, seed);
    balanced.apply(net);
    return new Start("balanced-deep", "balanced(hidden), two hidden layers", net, null, null);
  }

  private static Start zero(NetworkInitializer zero, int units, long seed) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(DataType.DOUBLE)
                .list()
                .layer(
                    new DoubledDenseLayer.Builder()
                        .nIn(2)
                        .nOut(units)
                        .hasBias(false)
                        .activation(Activation.RELU)
                        .build())
                .layer(
                    new DoubledOutputLayer.Builder(Losses.meanSquare())
                        .nIn(units)
                        .nOut(1)
                        .hasBias(false)
                        .build())
                .build());
    net.init();
    zero.apply(net);
    String code = "zeroOutput(Weights.gaussian(0.01), 0.01)";
    return new Start("zero-output", code, net, null, null);
  }

  private static Start sphere(int units, long seed) {
    MultiLayerNetwork zero = network(units, glorot(), true, 1, seed);
    NetworkInitializer.sphereWithZeroBias(SCALE).apply(zero);
    MultiLayerNetwork positive = network(units, glorot(), true, 1, seed);
    NetworkInitializer.sphereWithPositiveBias(SCALE).apply(positive);
    return new Start("sphere-start", "sphereWithPositiveBias(0.01)", positive, null, zero);
  }

  private static Start teacher(long seed) {
    MultiLayerNetwork teacher = network(6, Weights.sphere(1), false, 1, seed);
    MultiLayerNetwork student = network(6, glorot(), false, 1, seed + 1);
    NetworkInitializer.teacherStudent(teacher, 0.5).apply(student);
    return new Start("teacher-student", "teacherStudent(teacher, 0.5)", student, teacher, null);
  }

  private static Start factor(int units, long seed) {
    MultiLayerNetwork before = network(units, glorot(), false, 1, seed);
    MultiLayerNetwork net = before.clone();
    NetworkInitializer.scaledParameters(0.25).apply(net);
    return new Start("scaled-parameters", "scaledParameters(0.25)", net, before, null);
  }

  private static IWeightInit glorot() {
    return WeightInit.XAVIER.getWeightInitFunction();
  }

  private static MultiLayerNetwork network(
      int units, IWeightInit first, boolean bias, int hiddenLayers, long seed) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder().seed(seed).dataType(DataType.DOUBLE).list();
    for (int i = 0; i < hiddenLayers; i++) {
      layers.layer(
          new DenseLayer.Builder()
              .nIn(i == 0 ? 2 : units)
              .nOut(units)
              .hasBias(bias)
              .activation(Activation.RELU)
              .weightInit(i == 0 ? first : glorot())
              .build());
    }
    layers.layer(
        new OutputLayer.Builder(LossFunction.MSE)
            .nIn(units)
            .nOut(1)
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .build());
    MultiLayerNetwork net = new MultiLayerNetwork(layers.build());
    net.init();
    return net;
  }

  /** Returns the units of the first layer. */
  UnitCloud units() {
    return UnitCloud.of(net, 0);
  }

  /** Draws the units. */
  String picture() {
    UnitCloud units = units();
    boolean oneLayer = LAYER_ONLY.contains(name);
    boolean deep = net.getnLayers() > 2;
    boolean signs = !oneLayer && !deep && other == null;
    UnitPicture picture = new UnitPicture(code, caption(units, signs), signs);
    UnitCloud hollow = before == null ? null : UnitCloud.of(before, 0);
    picture.plane(units, hollow, note());
    if (name.equals("all-active")) {
      double[] weights = units.incoming(0);
      picture.samples(SAMPLES, weights).preActivations(SAMPLES, weights);
    } else if (other != null) {
      picture.bias(units, "sphereWithPositiveBias", UnitCloud.of(other, 0), "sphereWithZeroBias");
    } else if (deep) {
      picture.balance(units, UnitCloud.of(net, 1));
    } else if (oneLayer) {
      picture.magnitudes(units);
    } else {
      picture.outgoing(units);
    }
    return picture.svg();
  }

  private String caption(UnitCloud units, boolean signs) {
    String text =
        units.units()
            + " hidden units, two inputs."
            + (signs ? " Outgoing weight of a unit: a." : "");
    switch (name) {
      case "zero-output":
        return text + " Units come in pairs, at one point, of opposite outgoing weights.";
      case "all-active":
        return text + " All are at one point. Samples are drawn in a scale of their own.";
      default:
        return text;
    }
  }

  private String note() {
    if (name.equals("teacher-student")) {
      return "teacher's units";
    }
    return "before";
  }

  private static final List<String> LAYER_ONLY =
      List.of("gaussian", "sphere", "scaled", "orthonormal", "given", "all-active");
}
