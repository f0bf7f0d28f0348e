package io.github.implicitbias.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.lab.figure.Figure;
import io.github.implicitbias.lab.figure.Palette;
import io.github.implicitbias.lab.figure.Panel;
import io.github.implicitbias.lab.report.Report;
import io.github.implicitbias.lab.study.Experiment;
import io.github.implicitbias.lab.study.Trained;
import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.nn.layer.NeuronOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;
import picocli.CommandLine.Command;

/** Learning a single neuron with a bias, arXiv 2106.01101. */
@Command(
    name = "neuron-with-bias",
    description = {
      "Neurons with a bias that learn a neuron whose bias is -0.3 (arXiv:2106.01101): of starts on"
          + " the unit sphere about half fail, their units dying slowly; whoever starts with less"
          + " loss than the zero function succeeds; the same directions, started small, nearly all"
          + " do, and all with a small positive bias."
    })
final class NeuronWithBias extends Study {

  private static final double TEACHER_BIAS = -0.3;
  private static final int EVERY = 10;
  private static final String[] NAMES = {"unit-sphere", "small", "small-with-bias"};

  private final Map<String, List<double[]>> losses = new LinkedHashMap<>();
  private double[][] x = {};
  private double[] y = {};
  private double lossOfZero;

  @Override
  protected List<Experiment> experiments() {
    double[][] all = Resource.rows("ball");
    x = Arrays.copyOf(all, full ? all.length : 500);
    y = labels(x);
    lossOfZero = Arrays.stream(y).map(value -> value * value).sum() / (2 * y.length);
    double[][] directions = Resource.rows("ball-directions");
    double[][] starts = Arrays.copyOf(directions, full ? directions.length : 24);
    int steps = common.steps(full ? 3000 : 1000, 1);
    List<Experiment> experiments = new ArrayList<>();
    double[] scales = {1, 1e-2, 1e-2};
    double[] biases = {0, 0, 1e-2};
    for (int k = 0; k < NAMES.length; k++) {
      double[] bias = new double[starts.length];
      Arrays.fill(bias, biases[k]);
      MultiLayerNetwork net =
          neurons(Resource.times(scales[k], starts), bias, common.learningRate(0.25));
      List<double[]> kept = new ArrayList<>();
      losses.put(NAMES[k], kept);
      experiments.add(
          new Experiment(NAMES[k], net, PaperNetworks.data(x, y), steps)
              .beforeStep(
                  (network, step) -> {
                    if (step % EVERY == 0) {
                      kept.add(losses(network));
                    }
                  }));
    }
    return experiments;
  }

  /** Returns the labels that the teacher gives. */
  static double[] labels(double[][] x) {
    return Arrays.stream(x).mapToDouble(row -> Math.max(0, row[0] + TEACHER_BIAS)).toArray();
  }

  /**
   * Returns neurons side by side.
   *
   * @param starts one row of weights per neuron
   */
  static MultiLayerNetwork neurons(double[][] starts, double[] biases, double rate) {
    int inputs = starts[0].length;
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(rate))
                .list()
                .layer(
                    new NeuronOutputLayer.Builder(Losses.meanSquare())
                        .nIn(inputs)
                        .neurons(starts.length)
                        .hasBias(true)
                        .build())
                .build());
    net.init();
    Weights.set(net, 0, starts, biases);
    return net;
  }

  /** Returns F = (1/2n) sum (f - y)^2 of each neuron, divided by that of the zero function. */
  private double[] losses(MultiLayerNetwork net) {
    double[][] w = PaperNetworks.rows(net, 0);
    double[] b = net.getParam("0_b").toDoubleVector();
    double[] loss = new double[w.length];
    for (int k = 0; k < w.length; k++) {
      for (int i = 0; i < x.length; i++) {
        double z = b[k];
        for (int j = 0; j < w[k].length; j++) {
          z += w[k][j] * x[i][j];
        }
        double residual = Math.max(0, z) - y[i];
        loss[k] += residual * residual / (2 * x.length);
      }
      loss[k] /= lossOfZero;
    }
    return loss;
  }

  @Override
  protected void report(Map<String, Trained> trained, Report report, ObjectNode results) {
    results.put("lossOfZero", lossOfZero);
    for (String name : NAMES) {
      List<double[]> kept = losses.getOrDefault(name, List.of());
      double[] first = kept.get(0);
      double[] last = kept.get(kept.size() - 1);
      int below = 0;
      int saved = 0;
      int success = 0;
      double worst = 0;
      for (int k = 0; k < first.length; k++) {
        boolean done = last[k] < 0.1;
        success += done ? 1 : 0;
        below += first[k] < 1 ? 1 : 0;
        saved += first[k] < 1 && done ? 1 : 0;
        worst = Math.max(worst, done ? 0 : Math.abs(last[k] - 1));
      }
      report.add(
          name,
          "%d of %d succeed; %d start below the loss F(0) of the zero function, %d of them"
              + " succeed%s",
          success,
          first.length,
          below,
          saved,
          success == first.length
              ? ""
              : String.format(
                  Locale.ROOT, "; those that fail end within %.2g %% of F(0)", 100 * worst));
      results
          .putObject(name)
          .put("neurons", first.length)
          .put("success", success)
          .put("startBelowZero", below)
          .put("startBelowZeroAndSucceed", saved)
          .put("failuresWithin", worst);
    }
  }

  @Override
  protected Figure figure(Map<String, Trained> trained) {
    Figure figure =
        Figure.grid(
            "Start below the loss of the zero function, and you succeed",
            "Neurons with bias that learn relu(x_{1} \u2212 0.3) from samples uniform in the unit"
                + " ball of five dimensions, by gradient descent with step 0.5. Each line is one of"
                + " the same starting directions: on the unit sphere; scaled to 0.01; and with a"
                + " bias of 0.01. F(0) is the loss of the zero function, towards which the failing"
                + " neurons tend.",
            3);
    String[] titles = {
      "start on the unit sphere", "start of norm 0.01", "start of norm 0.01, bias 0.01"
    };
    Color[] colours = {Palette.series(0), Palette.series(1)};
    double least = least();
    for (int n = 0; n < NAMES.length; n++) {
      Panel panel = figure.panel(titles[n], "step", "loss, F(w) / F(0)").logY().yRange(least, 10);
      panel.key("succeeds", colours[0]).key("fails", colours[1]);
      List<double[]> kept = losses.getOrDefault(NAMES[n], List.of());
      double[] steps = new double[kept.size()];
      Arrays.setAll(steps, t -> EVERY * t);
      for (int k = 0; k < kept.get(0).length; k++) {
        int neuron = k;
        double[] values = kept.stream().mapToDouble(loss -> loss[neuron]).toArray();
        boolean failed = values[values.length - 1] >= 0.1;
        panel.fineLine(steps, values, colours[failed ? 1 : 0]);
      }
      panel.level("F(0)", 1);
    }
    return figure;
  }

  /** Returns the power of ten below all losses. */
  private double least() {
    double least =
        losses.values().stream()
            .flatMap(List::stream)
            .flatMapToDouble(Arrays::stream)
            .filter(loss -> loss > 0)
            .min()
            .orElse(0.1);
    return Math.pow(10, Math.floor(Math.log10(least)));
  }
}
