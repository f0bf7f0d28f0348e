package io.github.implicitbias.samples;

import io.github.implicitbias.lab.InputException;
import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import picocli.CommandLine.Option;

/** The network for the user's own data, as options describe it. */
final class CsvModel {

  static final List<String> OPTIONS =
      List.of("--model", "--width", "--activation", "--loss", "--data-type");

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "neuron: one unit; two-layer: hidden units with trained output weights, without output"
              + " bias; two-layer-fixed: the output weights stay as they start, by default"
              + " +1/sqrt(width) and -1/sqrt(width) in turn. ${DEFAULT-VALUE} by default.")
  private String model = "two-layer";

  @Option(
      names = "--width",
      paramLabel = "N",
      description = "Number of hidden units; 50 by default, or as many as --init has rows.")
  private @Nullable Integer width;

  @Option(
      names = "--activation",
      paramLabel = "NAME",
      description =
          "relu, leaky:SLOPE with a slope from 0 to 1, or identity; ${DEFAULT-VALUE} by default.")
  private String activation = "relu";

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      description =
          "mse: mean of squared residuals; half-mse: half of it; logistic: labels -1 and 1."
              + " ${DEFAULT-VALUE} by default.")
  private String loss = "mse";

  @Option(
      names = "--data-type",
      paramLabel = "TYPE",
      description = "double or float; ${DEFAULT-VALUE} by default.")
  private String dataType = "double";

  private void checkModel() {
    if (!Arrays.asList("neuron", "two-layer", "two-layer-fixed").contains(model)) {
      throw new InputException("--model " + model + ": give neuron, two-layer or two-layer-fixed.");
    }
  }

  boolean isNeuron() {
    return model.equals("neuron");
  }

  private IActivation activation() {
    if (activation.equals("relu")) {
      return Activation.RELU.getActivationFunction();
    }
    if (activation.equals("identity")) {
      return Activation.IDENTITY.getActivationFunction();
    }
    String sentence =
        "--activation "
            + activation
            + ": give relu, identity, or leaky: with a slope from 0 to 1 such as leaky:0.1.";
    if (!activation.startsWith("leaky:")) {
      throw new InputException(sentence);
    }
    try {
      return new ExactLeakyReLU(Double.parseDouble(activation.substring("leaky:".length())));
    } catch (IllegalArgumentException e) {
      throw new InputException(sentence, e);
    }
  }

  private ILossFunction loss(Table table) {
    switch (loss) {
      case "mse":
        return Losses.meanSquare();
      case "half-mse":
        return Losses.halfMeanSquare();
      case "logistic":
        checkSigns(table);
        return Losses.logistic();
      default:
        throw new InputException("--loss " + loss + ": give mse, half-mse or logistic.");
    }
  }

  private static void checkSigns(Table table) {
    int label = table.columns().size() - 1;
    for (int row = 0; row < table.size(); row++) {
      if (Math.abs(table.value(row, label)) != 1) {
        throw new InputException(
            table.file()
                + ", line "
                + table.line(row)
                + ", column "
                + (label + 1)
                + " ("
                + table.columns().get(label)
                + "): the label is "
                + table.value(row, label)
                + ", but --loss logistic needs -1 or 1.");
      }
    }
  }

  /** Returns the type of parameters and data. */
  DataType dataType() {
    switch (dataType) {
      case "double":
        return DataType.DOUBLE;
      case "float":
        return DataType.FLOAT;
      default:
        throw new InputException("--data-type " + dataType + ": give double or float.");
    }
  }

  /** Returns how many hidden units to draw. */
  int hiddenUnits() {
    if (isNeuron()) {
      if (width != null && width != 1) {
        throw new InputException("--width " + width + ": --model neuron is a single unit.");
      }
      return 1;
    }
    if (width != null && width < 1) {
      throw new InputException("--width " + width + ": give at least 1.");
    }
    return width == null ? 50 : width;
  }

  /**
   * Checks the options, alone and against the data.
   *
   * @throws InputException if one does not fit
   */
  void check(Table table) {
    if (table.columns().size() < 2) {
      throw new InputException(
          table.file()
              + " has one column: give at least one feature, and the label in the last column.");
    }
    checkModel();
    activation();
    loss(table);
    dataType();
  }

  /** Checks that the matrices can be addressed. */
  static void checkSize(long samples, long inputs, long hidden) {
    if (samples * hidden > Integer.MAX_VALUE - 8 || inputs * hidden > Integer.MAX_VALUE - 8) {
      throw new InputException(
          hidden
              + " units are too many for "
              + samples
              + " samples of "
              + inputs
              + " features: give a smaller --width.");
    }
  }

  /**
   * Makes the network.
   *
   * @param units the start, null if it is to be drawn
   * @param scale if it is drawn: weights from N(0, scale^2 / number of inputs of the layer)
   */
  MultiLayerNetwork network(
      Table table,
      int hidden,
      @Nullable Units units,
      double scale,
      long seed,
      double learningRate) {
    int inputs = table.columns().size() - 1;
    ILossFunction criterion = loss(table);
    DenseLayer.Builder first =
        new DenseLayer.Builder()
            .nIn(inputs)
            .nOut(hidden)
            .hasBias(units != null && units.bias != null)
            .activation(activation());
    start(first, units == null ? null : units.weights, scale / Math.sqrt(inputs));
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(dataType())
            .updater(new Sgd(learningRate))
            .list()
            .layer(first.build())
            .layer(last(hidden, criterion, units, scale));
    MultiLayerNetwork net = new MultiLayerNetwork(layers.build());
    net.init();
    if (units != null && units.bias != null) {
      Weights.set(net, 0, units.weights, units.bias);
    }
    return net;
  }

  private Layer last(int hidden, ILossFunction criterion, @Nullable Units units, double scale) {
    if (isNeuron()) {
      return new LossLayer.Builder(criterion).activation(Activation.IDENTITY).build();
    }
    if (model.equals("two-layer-fixed")) {
      FixedSignOutputLayer.Builder fixed =
          new FixedSignOutputLayer.Builder(criterion).nIn(hidden).nOut(1);
      return (units == null || units.output == null ? fixed : fixed.weights(units.output)).build();
    }
    OutputLayer.Builder output =
        new OutputLayer.Builder(criterion)
            .nIn(hidden)
            .nOut(1)
            .hasBias(false)
            .activation(Activation.IDENTITY);
    double[][] given = units == null || units.output == null ? null : new double[][] {units.output};
    start(output, given, scale / Math.sqrt(hidden));
    return output.build();
  }

  private static void start(
      BaseLayer.Builder<?> layer, double @Nullable [][] given, double deviation) {
    if (given == null) {
      layer.weightInit(new NormalDistribution(0, deviation));
    } else {
      layer.weightInit(Weights.given(given));
    }
  }

  @Override
  public String toString() {
    return model + ", " + activation;
  }

  String lossName() {
    return loss;
  }

  /** Returns what the loss measures, for an axis. */
  String lossWords() {
    switch (loss) {
      case "mse":
        return "mean squared residual";
      case "half-mse":
        return "half the mean squared residual";
      default:
        return "mean of log(1 + exp(\u2212y f))";
    }
  }

  /** Returns the number of units that the user has asked for, null without. */
  @Nullable Integer width() {
    return width;
  }
}
