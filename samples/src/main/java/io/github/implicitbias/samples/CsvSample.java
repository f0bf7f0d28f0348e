package io.github.implicitbias.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.run.Run;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.init.GivenParameters;
import io.github.implicitbias.nn.init.GivenWeights;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.loss.HalfMeanSquareLoss;
import io.github.implicitbias.nn.loss.LogisticLoss;
import io.github.implicitbias.nn.loss.MeanSquareLoss;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The user's own data: one neuron, or two layers, trained by gradient descent. */
@Command(
    name = "csv",
    description = {
      "Trains one neuron or a network of two layers on your own data.",
      "By default: 1000 steps on all samples with learning rate 0.01, seed 1, in double precision."
    })
final class CsvSample implements Callable<Integer> {

  private static final int FEW_WEIGHTS = 8;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description = "CSV with a header; the last column is the label, the others are features.")
  private Path data;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      defaultValue = "two-layer",
      description =
          "neuron: one unit; two-layer: hidden units with trained output weights, without output"
              + " bias; two-layer-fixed: the output weights stay as they start, by default"
              + " +1/sqrt(width) and -1/sqrt(width) in turn. ${DEFAULT-VALUE} by default.")
  private String model;

  @Option(
      names = "--width",
      paramLabel = "N",
      description = "Number of hidden units; 50 by default, or as many as --init has rows.")
  private Integer width;

  @Option(
      names = "--activation",
      paramLabel = "NAME",
      defaultValue = "relu",
      description =
          "relu, leaky:SLOPE with a slope from 0 to 1, or identity; ${DEFAULT-VALUE} by default.")
  private String activation;

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      defaultValue = "mse",
      description =
          "mse: mean of squared residuals; half-mse: half of it; logistic: labels -1 and 1."
              + " ${DEFAULT-VALUE} by default.")
  private String loss;

  @Option(
      names = "--init",
      paramLabel = "FILE",
      description =
          "CSV of initial parameters, a row per unit, columns w0, w1, ..., b if units have a bias,"
              + " a for models of two layers.")
  private Path init;

  @Option(
      names = "--init-scale",
      paramLabel = "X",
      description =
          "Without --init, weights are drawn from N(0, X^2 / number of inputs); 0.1 by default.")
  private Double initScale;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "full",
      description =
          "Samples per step, shuffled in every epoch, or full for all; ${DEFAULT-VALUE} by"
              + " default.")
  private String batch;

  @Option(
      names = "--data-type",
      paramLabel = "TYPE",
      defaultValue = "double",
      description = "double or float; ${DEFAULT-VALUE} by default.")
  private String dataType;

  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    common.check();
    Logging.start(common.verbose);
    Table table = Table.read("--data", data);
    int inputs = table.columns().size() - 1;
    if (inputs < 1) {
      throw new InputException(
          data + " has one column: give at least one feature, and the label in the last column.");
    }
    checkModel();
    IActivation function = activation();
    ILossFunction criterion = loss(table);
    DataType type = dataType();
    Units units = units(inputs);
    int hidden = units != null ? units.width() : hiddenUnits();
    double scale = scale();
    int batchSize = batchSize(table.size());
    int stepsPerEpoch = (table.size() + batchSize - 1) / batchSize;
    int steps = common.steps(1000, stepsPerEpoch);
    checkSize(table.size(), inputs, hidden);
    PrintWriter out = spec.commandLine().getOut();
    try (OutputFolder folder = OutputFolder.prepare(common.out);
        Page page = Page.open(common, true, out)) {
      MultiLayerNetwork net = network(inputs, hidden, function, criterion, type, units, scale);
      NativeThreads.fit(batchSize, net.numParams());
      Batches batches = new Batches(table, inputs, type, batchSize, common.seed(1));
      train(net, batches, steps, folder, page, out);
      if (page != null) {
        page.stayOpen();
      }
    }
    return 0;
  }

  private void checkModel() {
    if (!Arrays.asList("neuron", "two-layer", "two-layer-fixed").contains(model)) {
      throw new InputException("--model " + model + ": give neuron, two-layer or two-layer-fixed.");
    }
  }

  private boolean isNeuron() {
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
        return new MeanSquareLoss();
      case "half-mse":
        return new HalfMeanSquareLoss();
      case "logistic":
        checkSigns(table);
        return new LogisticLoss();
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

  private DataType dataType() {
    switch (dataType) {
      case "double":
        return DataType.DOUBLE;
      case "float":
        return DataType.FLOAT;
      default:
        throw new InputException("--data-type " + dataType + ": give double or float.");
    }
  }

  /** Returns the given units, null if they are to be drawn. */
  private Units units(int inputs) {
    if (init == null) {
      return null;
    }
    if (initScale != null) {
      throw new InputException("--init-scale has no effect with --init: leave one of them out.");
    }
    Units units = Units.of(Table.read("--init", init), inputs, !isNeuron());
    if (isNeuron() && units.width() != 1) {
      throw new InputException(
          init + " has " + units.width() + " rows, but --model neuron is a single unit.");
    }
    if (width != null && width != units.width()) {
      throw new InputException(
          "--width " + width + ", but " + init + " has " + units.width() + " rows.");
    }
    return units;
  }

  private int hiddenUnits() {
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

  private double scale() {
    if (initScale != null && !(initScale > 0 && initScale < Double.POSITIVE_INFINITY)) {
      throw new InputException("--init-scale " + initScale + ": give a positive number.");
    }
    return initScale == null ? 0.1 : initScale;
  }

  private int batchSize(int samples) {
    if (batch.equals("full")) {
      return samples;
    }
    String sentence = "--batch " + batch + ": give full, or a number from 1 to " + samples + ".";
    try {
      int size = Integer.parseInt(batch);
      if (size < 1 || size > samples) {
        throw new InputException(sentence);
      }
      return size;
    } catch (NumberFormatException e) {
      throw new InputException(sentence, e);
    }
  }

  private static void checkSize(long samples, long inputs, long hidden) {
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

  private MultiLayerNetwork network(
      int inputs,
      int hidden,
      IActivation function,
      ILossFunction criterion,
      DataType type,
      Units units,
      double scale) {
    DenseLayer.Builder first =
        new DenseLayer.Builder()
            .nIn(inputs)
            .nOut(hidden)
            .hasBias(units != null && units.bias != null)
            .activation(function);
    start(first, units == null ? null : units.weights, scale / Math.sqrt(inputs));
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(common.seed(1))
            .dataType(type)
            .updater(new Sgd(common.learningRate(0.01)))
            .list()
            .layer(first.build())
            .layer(last(hidden, criterion, units, scale));
    MultiLayerNetwork net = new MultiLayerNetwork(layers.build());
    net.init();
    if (units != null && units.bias != null) {
      GivenParameters.apply(net, 0, units.weights, units.bias);
    }
    return net;
  }

  private Layer last(int hidden, ILossFunction criterion, Units units, double scale) {
    if (isNeuron()) {
      return new LossLayer.Builder(criterion).activation(Activation.IDENTITY).build();
    }
    if (model.equals("two-layer-fixed")) {
      FixedSignOutputLayer.Builder fixed =
          new FixedSignOutputLayer.Builder(criterion).nIn(hidden).nOut(1);
      return (units == null ? fixed : fixed.weights(units.output)).build();
    }
    OutputLayer.Builder output =
        new OutputLayer.Builder(criterion)
            .nIn(hidden)
            .nOut(1)
            .hasBias(false)
            .activation(Activation.IDENTITY);
    double[][] given = units == null ? null : new double[][] {units.output};
    start(output, given, scale / Math.sqrt(hidden));
    return output.build();
  }

  private static void start(BaseLayer.Builder<?> layer, double[][] given, double deviation) {
    if (given == null) {
      layer.weightInit(new NormalDistribution(0, deviation));
    } else {
      layer.weightInit(new GivenWeights(given));
    }
  }

  private void train(
      MultiLayerNetwork net,
      Batches batches,
      int steps,
      OutputFolder folder,
      Page page,
      PrintWriter out) {
    // By name, so that it is tracked with the identity, too.
    ImplicitBiasListener.Builder listener =
        ImplicitBiasListener.builder(batches.all()).layers("layer0").schedule(Schedule.everyStep());
    try (WatchedTraining watching =
            new WatchedTraining(net, listener, page, OutputFolder.temporary(folder), steps);
        Progress progress = Progress.of(spec.commandLine().getErr(), "training", steps)) {
      for (int step = 0; step < steps; step++) {
        watching.fit(batches.next());
        if (batches.atEpochStart()) {
          net.incrementEpochCount();
        }
        progress.step();
      }
      Run run = watching.finish();
      progress.close();
      report(net, run, watching, steps).print(out);
      Verdicts.print(run, out);
      if (folder != null) {
        ObjectNode own = Results.node();
        own.put("lastFlip", WatchedTraining.lastFlip(run));
        List<String> commandLine = spec.root().commandLine().getParseResult().originalArgs();
        Results.write(
            folder.temporary(), common.flips, spec.name(), commandLine, watching, run, own);
        folder.publish();
        out.println("Results are in " + folder + ".");
      }
      if (!Double.isFinite(run.latest("loss"))) {
        out.println(
            "The loss is no longer a finite number: give a smaller --learning-rate than "
                + common.learningRate(0.01)
                + ".");
      }
    }
  }

  private Report report(MultiLayerNetwork net, Run run, WatchedTraining watching, int steps) {
    Report report = new Report();
    report.add(
        "model",
        "%s, %s, %d units, %d parameters",
        model,
        activation,
        run.header().layers().get(0).units(),
        net.numParams());
    report.add("training", "%d samples, %d steps, batch %s", run.header().samples(), steps, batch);
    report.add("loss", "%s (%s)", run.latest("loss"), loss);
    if (isNeuron() && net.numParams() <= FEW_WEIGHTS) {
      report.add("weights", "%s", numbers(net.getParam("0_W").toDoubleVector()));
    }
    Facts.add(report, run);
    WatchingCost cost = WatchingCost.of(run);
    double step = watching.times().medianWall();
    Facts.addCost(report, cost, cost.medianNanos / step, step, "training");
    return report;
  }

  private static String numbers(double[] values) {
    List<String> texts = new ArrayList<>();
    for (double value : values) {
      texts.add(String.format(Locale.ROOT, "%.12g", value));
    }
    return "(" + String.join(", ", texts) + ")";
  }
}
