package io.github.implicitbias.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.solution.MinimumNorm;
import io.github.implicitbias.lab.figure.Figure;
import io.github.implicitbias.lab.figure.Palette;
import io.github.implicitbias.lab.figure.Panel;
import io.github.implicitbias.lab.report.Facts;
import io.github.implicitbias.lab.report.Json;
import io.github.implicitbias.lab.report.Report;
import io.github.implicitbias.lab.report.RunPanels;
import io.github.implicitbias.lab.study.Experiment;
import io.github.implicitbias.lab.study.Trained;
import io.github.implicitbias.nn.loss.Losses;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import picocli.CommandLine.Command;

/** ReLU regression with many more inputs than samples, arXiv 2603.04895, as reconstructed. */
@Command(
    name = "high-dimensional-regression",
    description = {
      "ReLU regression with many more inputs than samples (arXiv:2603.04895): how far from the"
          + " minimum-norm solution gradient descent ends, and how soon the activation pattern"
          + " freezes; with one neuron and with two.",
      "The body of the paper was not available: model, start and step size are a reconstruction,"
          + " which docs/papers says more about."
    })
final class HighDimensionalRegression extends Study {

  private static final int SAMPLES = 20;
  private static final int INPUTS = 2000;
  private static final double STEP = 0.5;
  private static final double TINY = 1e-6;

  private static final int UNEVEN_SEEDS = 5;
  private static final double SPREAD = 0.1;

  private final Map<String, Integer> sweep = new LinkedHashMap<>();
  private final Map<String, Integer> spectra = new LinkedHashMap<>();
  private double[] labels = {};

  @Override
  protected List<Experiment> experiments() {
    Draw draw = new Draw(common.seed(2603), SAMPLES, INPUTS);
    labels = draw.y;
    int steps = common.steps(100, 1);
    List<Experiment> all = new ArrayList<>();
    all.add(
        new Experiment("one-neuron", neurons(draw, 1), draw.data(), steps)
            .complete(step -> step <= 20));
    all.add(
        new Experiment("two-neurons", neurons(draw, 2), draw.data(), steps)
            .complete(step -> step <= 20));
    Draw positive = draw.positive();
    all.add(new Experiment("positive-labels", neurons(positive, 1), positive.data(), steps));
    int[] sizes =
        full ? new int[] {100, 200, 400, 800, 1600, 3200, 6400} : new int[] {100, 400, 1600};
    int seeds = full ? 5 : 1;
    for (int inputs : sizes) {
      for (int seed = 1; seed <= seeds; seed++) {
        Draw one = new Draw(common.seed(2603) + seed, SAMPLES, inputs);
        String name = "inputs-" + inputs + (seeds == 1 ? "" : "-" + seed);
        sweep.put(name, inputs);
        all.add(new Experiment(name, neurons(one, 1), one.data(), common.steps(150, 1)));
      }
    }
    int[] uneven = full ? new int[] {800, 3200, 12_800} : new int[] {800, 3200};
    for (int inputs : uneven) {
      for (int seed = 1; seed <= UNEVEN_SEEDS; seed++) {
        Draw one = new Draw(common.seed(2603) + seed, SAMPLES, inputs).uneven();
        String name = "uneven-" + inputs + "-" + seed;
        spectra.put(name, inputs);
        all.add(new Experiment(name, neurons(one, 1), one.data(), common.steps(150, 1)));
      }
    }
    return all;
  }

  /** Samples, labels and the start that switches all samples on. */
  static final class Draw {
    final double[][] x;
    final double[] y;

    /** The sum of the variances of the inputs, norm(lambda)_1. */
    final double trace;

    Draw(long seed, int samples, int inputs) {
      PortableRandom random = new PortableRandom(seed);
      x = random.gaussians(samples, inputs);
      trace = inputs;
      y = new double[samples];
      for (int i = 0; i < samples; i++) {
        y[i] = (0.5 + random.uniform()) * (i % 2 == 0 ? 1 : -1);
      }
    }

    private Draw(double[][] x, double[] y, double trace) {
      this.x = x;
      this.y = y;
      this.trace = trace;
    }

    Draw positive() {
      return new Draw(x, Arrays.stream(y).map(Math::abs).toArray(), trace);
    }

    /** Returns the same with inputs of variances 1 / sqrt(i), i = 1 ... d. */
    Draw uneven() {
      double[][] scaled = new double[x.length][];
      for (int i = 0; i < x.length; i++) {
        scaled[i] = x[i].clone();
        for (int k = 0; k < scaled[i].length; k++) {
          scaled[i][k] *= Math.pow(k + 1, -0.25);
        }
      }
      return new Draw(scaled, y, unevenTrace(x[0].length));
    }

    DataSet data() {
      return PaperNetworks.data(x, y);
    }
  }

  private static double unevenTrace(int inputs) {
    double sum = 0;
    for (int k = 1; k <= inputs; k++) {
      sum += 1 / Math.sqrt(k);
    }
    return sum;
  }

  /** eta = c / trace on half the sum of squares is the rate c n / (2 trace) on the mean square. */
  private double rate(Draw draw) {
    return common.learningRate(STEP * SAMPLES / 2 / draw.trace);
  }

  private MultiLayerNetwork neurons(Draw draw, int neurons) {
    double[] ones = new double[SAMPLES];
    Arrays.fill(ones, TINY);
    double[] start = MinimumNorm.of(draw.x, ones).solution();
    return neurons == 1
        ? PaperNetworks.neurons(
            Activation.RELU, new double[][] {start}, Losses.meanSquare(), rate(draw))
        : PaperNetworks.fixedOutput(
            Activation.RELU.getActivationFunction(),
            new double[][] {start, start.clone()},
            new double[] {1, -1},
            Losses.meanSquare(),
            rate(draw));
  }

  /** The runs that differ in their seed only are of use together. */
  @Override
  protected boolean hasTable(String experiment) {
    return !spectra.containsKey(experiment);
  }

  @Override
  protected void report(Map<String, Trained> trained, Report report, ObjectNode results) {
    for (Trained one : trained.values()) {
      if (spectra.containsKey(one.name())) {
        continue;
      }
      double gap = one.run().latest("gapToMinNorm");
      double relative = one.run().latest("relativeGapToMinNorm");
      double norm = one.run().latest("parameterNorm");
      long last = Facts.lastFlip(one.run());
      String layer = one.run().header().layers().get(0).name();
      long flips =
          one.run().flips(layer, FlipKind.DEACTIVATION)
              + one.run().flips(layer, FlipKind.REACTIVATION);
      report.add(
          one.name(),
          "norm %.9f, gap %.9f, relative %.6f, loss %.9g, %s",
          norm,
          gap,
          relative,
          one.run().latest("loss"),
          flips == 0 ? "no flips" : flips + " flips, the last at step " + last);
      ObjectNode node = results.putObject(one.name());
      Json.put(node, "norm", norm);
      Json.put(node, "gap", gap);
      Json.put(node, "relativeGap", relative);
      Json.put(node, "loss", one.run().latest("loss"));
      node.put("lastFlip", last);
      node.put("patternAtEnd", one.patternAt(one.run().lastStep(), layer).hex(0));
    }
    Map<Integer, Double> gaps = unevenGaps(trained);
    gaps.forEach(
        (inputs, gap) -> {
          report.add(
              "uneven, d = " + inputs,
              "gap / sqrt(n / trace) %.4f, mean of %d seeds",
              gap,
              UNEVEN_SEEDS);
          results.put("uneven-" + inputs, gap);
        });
    double[] values = gaps.values().stream().mapToDouble(gap -> gap).toArray();
    ScalingCheck.constant("gap / sqrt(n / trace)", values, SPREAD)
        .put(report, results, "unevenGap");
  }

  /** Returns gap / sqrt(n / trace), the mean over the seeds, by the number of inputs. */
  private Map<Integer, Double> unevenGaps(Map<String, Trained> trained) {
    Map<Integer, Double> means = new LinkedHashMap<>();
    spectra.forEach(
        (name, inputs) -> {
          double gap = Trained.of(trained, name).run().latest("gapToMinNorm");
          double unit = Math.sqrt(SAMPLES / unevenTrace(inputs));
          means.merge(inputs, gap / unit / UNEVEN_SEEDS, Double::sum);
        });
    return means;
  }

  @Override
  protected Figure figure(Map<String, Trained> trained) {
    Figure figure =
        Figure.grid(
            "The gap to the minimum-norm solution shrinks like \u221a(n / d), and the pattern"
                + " freezes at once",
            "Gradient descent on half the sum of squares, step 0.5 / d, from a tiny start that"
                + " switches all samples on; n = 20 samples of independent normal inputs, labels of"
                + " alternating sign. Top: d = 2000, one ReLU neuron and two of opposite sign."
                + " Bottom: coefficients of the samples in w over their labels (those below 0 enter"
                + " at the first step only), and the absolute gap, for several d, and for"
                + " d = 800 and 3,200 inputs of variances 1 / \u221ai, the mean of five draws.",
            2);
    Trained one = Trained.of(trained, "one-neuron");
    Trained two = Trained.of(trained, "two-neurons");
    Panel norm = figure.panel("d = 2000: norm", "step", "norm of the weights");
    curve(norm, "one neuron", one, "parameterNorm");
    curve(norm, "two neurons", two, "parameterNorm");
    Panel distance =
        figure.panel("d = 2000: gap", "step", "distance to the minimum-norm solution").logX();
    curve(distance, "one neuron", one, "gapToMinNorm");
    curve(distance, "two neurons", two, "gapToMinNorm");
    Panel beta =
        figure.panel(
            "one neuron: span coefficients", "step", "coefficient of a sample / its label");
    beta.xRange(0, 15);
    beta.key("label above 0", Palette.series(0)).key("label below 0", Palette.series(1));
    for (int i = 0; i < SAMPLES; i++) {
      Series series = one.run().sampleSeries("spanCoefficients", i);
      double label = labels[i];
      double[] steps = Arrays.stream(series.steps()).asDoubleStream().toArray();
      double[] values = Arrays.stream(series.values()).map(value -> value / label).toArray();
      beta.fineLine(steps, values, Palette.series(label > 0 ? 0 : 1));
    }
    Panel scaling =
        figure
            .panel(
                "final gap",
                "sum of the variances of the inputs",
                "distance to the minimum-norm solution")
            .logX()
            .logY();
    double[] d = sweep.values().stream().mapToDouble(inputs -> inputs).toArray();
    double[] gaps =
        sweep.keySet().stream()
            .mapToDouble(name -> Trained.of(trained, name).run().latest("gapToMinNorm"))
            .toArray();
    double[] wide = {unevenTrace(800), d[d.length - 1]};
    double[] line =
        Arrays.stream(wide)
            .map(sum -> gaps[gaps.length - 1] * Math.sqrt(d[d.length - 1] / sum))
            .toArray();
    scaling.dashed("like \u221a(n / sum)", wide, line);
    scaling.points("all variances 1: d", d, gaps, Palette.series(0));
    Map<Integer, Double> uneven = unevenGaps(trained);
    double[] sizes = uneven.keySet().stream().mapToDouble(inputs -> unevenTrace(inputs)).toArray();
    double[] scaled =
        uneven.entrySet().stream()
            .mapToDouble(e -> e.getValue() * Math.sqrt(SAMPLES / unevenTrace(e.getKey())))
            .toArray();
    scaling.points("variances 1 / \u221ai", sizes, scaled, Palette.series(1));
    return figure;
  }

  private static void curve(Panel panel, String label, Trained one, String column) {
    RunPanels.curve(panel, label, one.series(column));
  }
}
