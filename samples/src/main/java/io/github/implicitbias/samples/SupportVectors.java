package io.github.implicitbias.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.support.LeaveOneOut;
import io.github.implicitbias.lab.figure.Figure;
import io.github.implicitbias.lab.figure.Palette;
import io.github.implicitbias.lab.figure.Panel;
import io.github.implicitbias.lab.report.Json;
import io.github.implicitbias.lab.report.Report;
import io.github.implicitbias.lab.study.Experiment;
import io.github.implicitbias.lab.study.Trained;
import io.github.implicitbias.nn.loss.Losses;
import io.github.implicitbias.run.FlipHistory;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.Series;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import picocli.CommandLine.Command;

/** One ReLU neuron beside one linear neuron, arXiv 2202.05510. */
@Command(
    name = "support-vectors",
    description = {
      "One ReLU and one linear neuron on the same data (arXiv:2202.05510): which samples carry the"
          + " solution, which are switched off and on again, and how the norm grows.",
      "Two data sets: on the first the ReLU neuron leaves a sample behind for good, on the second"
          + " it takes it up again, ten times later than the linear one. A third run starts from"
          + " many points at once."
    })
final class SupportVectors extends Study {

  static final double[][] LEAVES_X = {{0, 2}, {-.5, -.5}, {-1.5, .5}};
  static final double[] LEAVES_Y = {4, 2.5, 3};
  private static final double[] LEAVES_START = {-.3, .2};
  private static final double[][] RETURNS_X = {{2, -.5}, {-1, 2.5}, {2.5, .5}};
  private static final double[] RETURNS_Y = {3.5, .5, 5.5};
  private static final double[] RETURNS_START = {.06, .04};

  private static final int STARTS = 24;
  private static final double[] SCALES = {0.001, 0.1, 1, 3};

  private final Map<String, List<double[][]>> paths = new LinkedHashMap<>();

  @Override
  protected List<Experiment> experiments() {
    double rate = common.learningRate(0.02);
    int steps = common.steps(full ? 4000 : 500, 1);
    int longer = common.steps(full ? 4000 : 1200, 1);
    DataSet leaves = PaperNetworks.data(LEAVES_X, LEAVES_Y);
    DataSet returns = PaperNetworks.data(RETURNS_X, RETURNS_Y);
    List<Experiment> all = new ArrayList<>();
    for (Activation activation : List.of(Activation.RELU, Activation.IDENTITY)) {
      String suffix = activation == Activation.RELU ? "relu" : "linear";
      all.add(experiment("leaves-" + suffix, activation, leaves, LEAVES_START, steps, rate));
      all.add(
          experiment("returns-" + suffix, activation, returns, RETURNS_START, longer, rate / 2));
    }
    for (double scale : SCALES) {
      String name = "starts-" + scale;
      double[][] starts = circle(scale);
      MultiLayerNetwork net =
          PaperNetworks.neurons(Activation.RELU, starts, Losses.meanSquare(), rate);
      all.add(remembered(new Experiment(name, net, leaves, steps)));
    }
    return all;
  }

  private Experiment experiment(
      String name, Activation activation, DataSet data, double[] start, int steps, double rate) {
    MultiLayerNetwork net =
        PaperNetworks.neurons(activation, new double[][] {start}, Losses.meanSquare(), rate);
    // By name, so that it is tracked with the identity, too.
    return remembered(new Experiment(name, net, data, steps).layers("layer0"));
  }

  private Experiment remembered(Experiment experiment) {
    List<double[][]> path = new ArrayList<>();
    paths.put(experiment.name(), path);
    return experiment.beforeStep((net, step) -> path.add(PaperNetworks.rows(net, 0)));
  }

  private static double[][] circle(double radius) {
    double[][] starts = new double[STARTS][];
    for (int k = 0; k < STARTS; k++) {
      double angle = 2 * Math.PI * (k + 0.5) / STARTS;
      starts[k] = new double[] {radius * Math.cos(angle), radius * Math.sin(angle)};
    }
    return starts;
  }

  @Override
  protected void report(Map<String, Trained> trained, Report report, ObjectNode results) {
    for (String name : List.of("leaves-relu", "leaves-linear", "returns-relu", "returns-linear")) {
      Trained one = Trained.of(trained, name);
      double[] w = one.net().params().toDoubleVector();
      report.add(
          name,
          "w = (%.6f, %.6f), loss %.6g, norm %.6f to %.6f; %s",
          w[0],
          w[1],
          one.run().latest("loss"),
          one.run().value("parameterNorm", 0),
          one.run().latest("parameterNorm"),
          events(one.run()));
      ObjectNode node = results.putObject(name);
      node.put("w0", w[0]);
      node.put("w1", w[1]);
      Json.put(node, "loss", one.run().latest("loss"));
      node.put("events", events(one.run()));
    }
    support(Trained.of(trained, "leaves-relu"), report, results);
    starts(trained, report, results);
  }

  private void support(Trained relu, Report report, ObjectNode results) {
    Run run = relu.run();
    long last = run.lastStep();
    int[] active = relu.patternAt(last, "layer0").samplesOf(0);
    report.add("active support", "samples %s of leaves-relu at the end", Arrays.toString(active));
    double[] span = run.sampleValues("spanCoefficients", last);
    report.add("span coefficients", "%s", span == null ? "not computed" : numbers(span));
    double[] cone = run.sampleValues("coneSupport", 0);
    report.add(
        "cone support",
        "%s",
        cone == null ? "none: some half plane holds no sample" : "rays " + numbers(cone));
    report.add("margin support", "for labels that are classes only: not here");
    LeaveOneOut check = new LeaveOneOut(LEAVES_Y.length, this::retrain);
    List<String> moved = new ArrayList<>();
    for (int i = 0; i < LEAVES_Y.length; i++) {
      double difference = check.differenceWithout(i);
      moved.add(String.format(Locale.ROOT, "%d: %.4f", i, difference));
      results.put("leaveOut" + i, difference);
    }
    report.add("w moves without", "%s", String.join(", ", moved));
  }

  private double[] retrain(int[] kept) {
    double[][] x = Arrays.stream(kept).mapToObj(i -> LEAVES_X[i]).toArray(double[][]::new);
    double[] y = Arrays.stream(kept).mapToDouble(i -> LEAVES_Y[i]).toArray();
    // The mean is over fewer samples: the same step per sample needs a smaller rate.
    double rate = common.learningRate(0.02) * kept.length / LEAVES_Y.length;
    MultiLayerNetwork net =
        PaperNetworks.neurons(
            Activation.RELU, new double[][] {LEAVES_START}, Losses.meanSquare(), rate);
    DataSet data = PaperNetworks.data(x, y);
    for (int t = 0; t < common.steps(full ? 4000 : 500, 1); t++) {
      net.fit(data);
    }
    return net.params().toDoubleVector();
  }

  private void starts(Map<String, Trained> trained, Report report, ObjectNode results) {
    for (double scale : SCALES) {
      Trained one = Trained.of(trained, "starts-" + scale);
      int monotone = 0;
      int alive = 0;
      for (int k = 0; k < STARTS; k++) {
        alive += one.patternAt(0, "layer0").hex(k).equals("0x0") ? 0 : 1;
        monotone += fallsBy(norms(one.name(), k)) <= 1e-12 ? 1 : 0;
      }
      String layer = one.run().header().layers().get(0).name();
      report.add(
          "norm " + scale,
          "%d of %d starts alive; the norm never falls in %d; %d reactivations",
          alive,
          STARTS,
          monotone,
          one.run().flips(layer, FlipKind.REACTIVATION));
      results.putObject(one.name()).put("alive", alive).put("normNeverFalls", monotone);
    }
  }

  private double[] norms(String name, int neuron) {
    return paths.getOrDefault(name, List.of()).stream()
        .mapToDouble(rows -> Math.hypot(rows[neuron][0], rows[neuron][1]))
        .toArray();
  }

  private static double fallsBy(double[] values) {
    double drop = 0;
    for (int t = 1; t < values.length; t++) {
      drop = Math.max(drop, values[t - 1] - values[t]);
    }
    return drop;
  }

  private static String events(Run run) {
    FlipHistory history = run.flipHistory("layer0");
    List<String> events = new ArrayList<>();
    for (int sample = 0; sample < run.header().samples(); sample++) {
      var flips = run.flipsOf("layer0", 0, sample);
      for (int k = 0; k < flips.size(); k++) {
        String kind = flips.kind(k) == FlipKind.DEACTIVATION ? "off" : "on again";
        events.add(String.format(Locale.ROOT, "sample %d %s at %d", sample, kind, flips.step(k)));
      }
    }
    return history == null || events.isEmpty() ? "no flips" : String.join(", ", events);
  }

  private static String numbers(double[] values) {
    return Arrays.stream(values)
        .mapToObj(value -> String.format(Locale.ROOT, "%.6f", value))
        .collect(Collectors.joining(", ", "(", ")"));
  }

  @Override
  protected Figure figure(Map<String, Trained> trained) {
    Figure figure =
        Figure.grid(
            "A ReLU neuron may leave a sample behind for good, or take it up again later",
            "Gradient descent on the mean squared error of three samples in the plane. Top: weights"
                + " from their start to the end, and the coefficients of the samples in w, on data"
                + " where the ReLU neuron switches sample 1 off at step 4 and never on again while"
                + " the linear neuron does at step 36. Bottom: pre-activation of sample 1 on data"
                + " where both take it up again, and the norm of w from starts on four circles.",
            2);
    Panel plane =
        figure.panel("first data set: path of the weights", "weight w_{1}", "weight w_{2}").plane();
    path(plane, "ReLU", "leaves-relu");
    path(plane, "linear", "leaves-linear");
    plane.points(
        "start", new double[] {LEAVES_START[0]}, new double[] {LEAVES_START[1]}, Palette.INK);
    Panel beta =
        figure.panel(
            "first data set: ReLU neuron, span coefficients", "step", "coefficient of the sample");
    beta.logX();
    for (int sample = 0; sample < LEAVES_Y.length; sample++) {
      Series series =
          Trained.of(trained, "leaves-relu").run().sampleSeries("spanCoefficients", sample);
      beta.line("sample " + sample, steps(series), series.values());
    }
    Panel late = figure.panel("second data set: sample 1", "step", "pre-activation w \u00b7 x");
    late.logX();
    preActivation(late, "ReLU", "returns-relu");
    preActivation(late, "linear", "returns-linear");
    late.level("off below", 0);
    Panel norms =
        figure
            .panel("first data set: eight starts on each of four circles", "step", "norm of w")
            .logX()
            .logY();
    for (int circle = 0; circle < SCALES.length; circle++) {
      Color colour = Palette.series(circle);
      norms.key("norm " + Figure.number(SCALES[circle]) + " at the start", colour);
      for (int k = 0; k < STARTS; k += 3) {
        double[] values = norms("starts-" + SCALES[circle], k);
        double[] t = new double[values.length];
        Arrays.setAll(t, i -> i);
        norms.fineLine(t, values, colour);
      }
    }
    return figure;
  }

  private static double[] steps(Series series) {
    return Arrays.stream(series.steps()).asDoubleStream().toArray();
  }

  private void path(Panel panel, String label, String name) {
    panel.line(
        label,
        paths.getOrDefault(name, List.of()).stream().mapToDouble(rows -> rows[0][0]).toArray(),
        paths.getOrDefault(name, List.of()).stream().mapToDouble(rows -> rows[0][1]).toArray());
  }

  private void preActivation(Panel panel, String label, String name) {
    double[] z =
        paths.getOrDefault(name, List.of()).stream()
            .mapToDouble(rows -> rows[0][0] * RETURNS_X[1][0] + rows[0][1] * RETURNS_X[1][1])
            .toArray();
    double[] t = new double[z.length];
    Arrays.setAll(t, i -> i);
    panel.line(label, t, z);
  }
}
