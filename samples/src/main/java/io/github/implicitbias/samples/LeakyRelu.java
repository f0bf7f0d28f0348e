package io.github.implicitbias.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.support.SupportMetrics;
import io.github.implicitbias.lab.figure.Figure;
import io.github.implicitbias.lab.figure.Panel;
import io.github.implicitbias.lab.report.Json;
import io.github.implicitbias.lab.report.Report;
import io.github.implicitbias.lab.report.RunPanels;
import io.github.implicitbias.lab.study.Experiment;
import io.github.implicitbias.lab.study.Trained;
import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.loss.Losses;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Leaky ReLU networks on high-dimensional data, arXiv 2210.07082. */
@Command(
    name = "leaky-relu",
    description = {
      "Leaky ReLU networks on nearly orthogonal data (arXiv:2210.07082): from a small start the"
          + " stable rank collapses in one step, from a large one it does not; the weights converge"
          + " in direction to a maximum-margin network of rank two with a linear boundary.",
      "Two clusters in 1,500 dimensions from four scales of the start, and twelve samples in 60"
          + " dimensions on which the limit is known in closed form."
    })
final class LeakyRelu extends Study {

  private static final String LAYER = "layer0";

  private static final int POSITIVE = 12;
  private static final int UNITS = 20;
  private static final int CLUSTERED = 60;
  private static final int INPUTS = 1500;
  private static final int WIDTH = 64;
  private static final double[] SCALES = {1, 0.1, 0.01, 0.001};

  @Option(
      names = "--cifar",
      description =
          "Instead of the two clusters, airplanes and cars of CIFAR-10, 30 images of each, which"
              + " DL4J downloads once.")
  private boolean cifar;

  @Override
  protected List<Experiment> experiments() {
    List<Experiment> all = new ArrayList<>();
    all.add(orthogonal("plain", Losses.logistic(), common.learningRate(0.1), full ? 1000 : 200));
    int samples = Resource.rows("near-orthogonal").length;
    all.add(
        orthogonal(
            "normalised",
            Losses.logOf(Losses.logistic(), samples),
            common.learningRate(0.05),
            full ? 400 : 100));
    PortableRandom random = new PortableRandom(common.seed(100));
    DataSet clusters = cifar ? images() : clusters(random);
    int inputs = (int) clusters.getFeatures().size(1);
    double[][] start = random.gaussians(WIDTH, inputs);
    double glorot = Math.sqrt(2.0 / (inputs + WIDTH));
    for (double scale : SCALES) {
      MultiLayerNetwork net =
          PaperNetworks.fixedOutput(
              new ExactLeakyReLU(0.1),
              Resource.times(scale * glorot, start),
              null,
              Losses.logistic(),
              common.learningRate(0.1));
      int steps = common.steps(full ? 300 : 50, 1);
      all.add(
          new Experiment("clusters-" + scale, net, clusters, steps)
              .complete(step -> step <= 10 || step % 10 == 0));
    }
    return all;
  }

  private static DataSet clusters(PortableRandom random) {
    double[] y = new double[CLUSTERED];
    for (int i = 0; i < CLUSTERED; i++) {
      y[i] = random.sign();
    }
    double[][] x = random.gaussians(CLUSTERED, INPUTS);
    double mean = Math.pow(INPUTS, 0.26);
    for (int i = 0; i < CLUSTERED; i++) {
      x[i][0] += mean * y[i];
    }
    return PaperNetworks.data(x, y);
  }

  private static DataSet images() {
    Cifar images = Cifar.twoClasses("airplane", "automobile", CLUSTERED / 2);
    return PaperNetworks.data(images.x, images.y);
  }

  private Experiment orthogonal(String name, ILossFunction loss, double rate, int steps) {
    double[][] rows = Resource.rows("near-orthogonal");
    int inputs = rows[0].length - 1;
    double[] output = new double[UNITS];
    for (int j = 0; j < UNITS; j++) {
      output[j] = (j < POSITIVE ? 1 : -1) / Math.sqrt(UNITS);
    }
    MultiLayerNetwork net =
        PaperNetworks.fixedOutput(
            new ExactLeakyReLU(0.5), Resource.rows("near-orthogonal-start"), output, loss, rate);
    DataSet data = PaperNetworks.data(Resource.columns(rows, 0, inputs), Resource.last(rows));
    return new Experiment(name, net, data, common.steps(steps, 1))
        .preset(Preset.FULL)
        // The statement of the paper is about the conditions of Karush, Kuhn and Tucker.
        .metrics(SupportMetrics.KKT_RESIDUAL)
        .complete(step -> step <= 10 || step % 10 == 0);
  }

  @Override
  protected void report(Map<String, Trained> trained, Report report, ObjectNode results) {
    for (double scale : SCALES) {
      Trained one = Trained.of(trained, "clusters-" + scale);
      List<String> ranks = new ArrayList<>();
      ObjectNode node = results.putObject(one.name());
      for (long step : new long[] {0, 1, 2, 5, 10, 50}) {
        double rank = one.value("stableRank", LAYER, step);
        if (Double.isFinite(rank)) {
          ranks.add(step + ": " + String.format(java.util.Locale.ROOT, "%.3f", rank));
          node.put("stableRank" + step, rank);
        }
      }
      report.add("start times " + scale, "stable rank at steps %s", String.join(", ", ranks));
    }
    for (String name : List.of("plain", "normalised")) {
      Trained one = Trained.of(trained, name);
      long last = one.run().lastStep();
      double direction = one.measured("kktDirection", last);
      report.add(
          name,
          "after %d steps: 1 - cos to the closed form %.3g, stable rank %.6f, KKT residual %.4g,"
              + " normalised margin %.5f, %d of %d entries on at step 1 are where label and unit"
              + " agree",
          last,
          direction,
          one.value("stableRank", LAYER, last),
          one.run().value("kktResidual", last),
          one.run().value("normalizedMargin", last),
          matches(one),
          UNITS * one.run().header().samples());
      ObjectNode node = results.putObject(name);
      Json.put(node, "oneMinusCosine", direction);
      Json.put(node, "stableRank", one.value("stableRank", LAYER, last));
      Json.put(node, "kktResidual", one.run().value("kktResidual", last));
      Json.put(node, "normalizedMargin", one.run().value("normalizedMargin", last));
      node.put("matchesAtStep1", matches(one));
    }
  }

  /** Counts entries at step 1 that are on exactly if unit and label have the same sign. */
  private static int matches(Trained one) {
    double[] labels = Resource.last(Resource.rows("near-orthogonal"));
    var pattern = one.patternAt(1, "layer0");
    int matches = 0;
    for (int j = 0; j < UNITS; j++) {
      for (int i = 0; i < labels.length; i++) {
        matches += pattern.isOn(j, i) == (j < POSITIVE == labels[i] > 0) ? 1 : 0;
      }
    }
    return matches;
  }

  @Override
  protected String shown(List<Experiment> experiments) {
    return "normalised";
  }

  @Override
  protected Figure figure(Map<String, Trained> trained) {
    Figure figure =
        Figure.grid(
            "From a small start, one step brings the stable rank down; the margin does the rest",
            (cifar
                    ? "Top left: 60 airplanes and cars of CIFAR-10,"
                    : "Top left: two clusters of 60 samples in 1,500 dimensions,")
                + " 64 leaky units of slope 0.1,"
                + " logistic loss, start at four multiples of Glorot's deviation. The others:"
                + " twelve nearly orthogonal samples in 60 dimensions, 20 units of slope 0.5; by"
                + " plain gradient descent, and on the logarithm of the loss (loss-normalised"
                + " steps).",
            2);
    Panel ranks =
        figure
            .panel(
                (cifar ? "CIFAR-10" : "two clusters") + ": stable rank, by scale of the start",
                "step",
                "stable rank of W")
            .logX();
    for (double scale : SCALES) {
      String name = "start \u00d7 " + Figure.number(scale);
      Series rank = Trained.of(trained, "clusters-" + scale).series("stableRank", LAYER);
      RunPanels.curve(ranks, name, rank);
    }
    two(
        figure
            .panel("twelve samples: distance to the limit", "step", "1 \u2212 cos(W, closed form)")
            .logX()
            .logY(),
        trained,
        one -> one.measured("kktDirection"));
    two(
        figure
            .panel("twelve samples: margins", "step", "largest margin / smallest \u2212 1")
            .logX()
            .logY(),
        trained,
        one -> one.measured("marginsEqual"));
    two(
        figure
            .panel("twelve samples: KKT residual", "step", "norm of the residual / norm of W")
            .logX()
            .logY(),
        trained,
        one -> one.series("kktResidual"));
    return figure;
  }

  private static void two(
      Panel panel, Map<String, Trained> trained, Function<Trained, Series> values) {
    RunPanels.curve(panel, "plain", values.apply(Trained.of(trained, "plain")));
    RunPanels.curve(panel, "loss-normalised", values.apply(Trained.of(trained, "normalised")));
  }
}
