package io.github.implicitbias.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.solution.MinimumVariationNorm;
import io.github.implicitbias.lab.figure.Figure;
import io.github.implicitbias.lab.figure.Palette;
import io.github.implicitbias.lab.figure.Panel;
import io.github.implicitbias.lab.report.Json;
import io.github.implicitbias.lab.report.Report;
import io.github.implicitbias.lab.study.Experiment;
import io.github.implicitbias.lab.study.Trained;
import io.github.implicitbias.nn.loss.Losses;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import picocli.CommandLine.Command;

/** Gradient flow of shallow ReLU networks on orthogonal inputs, arXiv 2206.00939. */
@Command(
    name = "orthogonal-inputs",
    description = {
      "Shallow ReLU networks on orthogonal inputs (arXiv:2206.00939): units align, then the"
          + " positive labels are fitted, then the negative ones, with plateaus between; from a"
          + " small start the end has the minimum variation norm.",
      "Two samples with a hidden bias, four samples in six dimensions from several scales of the"
          + " start, and five samples that are not orthogonal, where it fails."
    })
final class OrthogonalInputs extends Study {

  private static final double DRAWN_SCALE = 1e-8;
  private static final double SLOPE_TOLERANCE = 0.02;
  private static final double[] FEW = {1e-8, 1e-4, 1e-2, 1};
  private static final double[] MANY = {1e-8, 1e-6, 1e-4, 1e-2, 0.1, 1, 10};

  private static final double[][] FIVE = {{-1.5, 1}, {-1, 1}, {0, 1}, {0.25, 1}, {2, 1}};
  private static final double[] FIVE_LABELS = {0.7, -0.3, -0.3, 0.4, 0.2};

  private double[] scales = {};

  @Override
  protected List<Experiment> experiments() {
    scales = full ? MANY : FEW;
    List<Experiment> all = new ArrayList<>();
    all.add(
        experiment(
            "two-samples",
            Resource.rows("two-orthogonal"),
            Resource.rows("two-orthogonal-start"),
            common.learningRate(0.005),
            common.steps(4000, 1)));
    double[][] start = Resource.rows("four-orthogonal-start");
    for (double scale : scales) {
      all.add(
          experiment(
              "scale-" + scale,
              Resource.rows("four-orthogonal"),
              Resource.times(scale / DRAWN_SCALE, start),
              common.learningRate(0.01),
              common.steps(steps(scale), 1)));
    }
    double[][] five = new double[FIVE.length][];
    for (int i = 0; i < five.length; i++) {
      five[i] = new double[] {FIVE[i][0], FIVE[i][1], FIVE_LABELS[i]};
    }
    all.add(
        experiment(
            "not-orthogonal",
            five,
            Resource.rows("two-orthogonal-start"),
            common.learningRate(0.05),
            common.steps(full ? 20_000 : 3000, 1)));
    return all;
  }

  /** The smaller the start, the longer until the last class is fitted. */
  private static int steps(double scale) {
    return scale < 1e-5 ? 5000 : scale < 1e-3 ? 3000 : 2500;
  }

  private Experiment experiment(
      String name, double[][] rows, double[][] start, double rate, int steps) {
    int inputs = rows[0].length - 1;
    MultiLayerNetwork net =
        PaperNetworks.twoLayers(
            Resource.columns(start, 0, inputs), Resource.last(start), Losses.meanSquare(), rate);
    return new Experiment(
        name,
        net,
        PaperNetworks.data(Resource.columns(rows, 0, inputs), Resource.last(rows)),
        steps);
  }

  /** Returns the smallest variation norm of the four samples. */
  static double smallest() {
    double[][] rows = Resource.rows("four-orthogonal");
    return MinimumVariationNorm.of(
            Resource.columns(rows, 0, rows[0].length - 1), Resource.last(rows))
        .value();
  }

  @Override
  protected void report(Map<String, Trained> trained, Report report, ObjectNode results) {
    for (Trained one : trained.values()) {
      double path = one.run().latest("pathNorm");
      long on =
          one.run().flips("layer0", FlipKind.ACTIVATION)
              + one.run().flips("layer0", FlipKind.REACTIVATION);
      long positive = fitted(one, "fittedPositive");
      long negative = fitted(one, "fittedNegative");
      report.add(
          one.name(),
          "loss %.6g, path norm %.6f, half of the positive labels fitted %s, of the"
              + " negative %s, %d entries switched on",
          one.run().latest("loss"),
          path,
          when(positive),
          when(negative),
          on);
      ObjectNode node = results.putObject(one.name());
      Json.put(node, "loss", one.run().latest("loss"));
      Json.put(node, "pathNorm", path);
      node.put("halfPositive", positive).put("halfNegative", negative).put("switchedOn", on);
      Json.put(node, "balanceGap", one.value("balanceGap", "layer0", one.run().lastStep()));
    }
    double smallest = smallest();
    report.add("smallest norm", "%.9f on the four samples", smallest);
    results.put("smallestVariationNorm", smallest);
    double[] excess = excess(trained);
    for (int k = 0; k < scales.length; k++) {
      report.add("excess at " + scales[k], "%.3g of the smallest norm", excess[k]);
      results.put("excess-" + scales[k], excess[k]);
    }
    ScalingCheck.exponent("exponent of the excess", scales, excess, exponent(), SLOPE_TOLERANCE)
        .put(report, results, "excessExponent");
  }

  /** Returns by what share the final path norm exceeds the minimum, from each scale. */
  private double[] excess(Map<String, Trained> trained) {
    double smallest = smallest();
    return Arrays.stream(scales)
        .map(scale -> Trained.of(trained, "scale-" + scale).run().latest("pathNorm") / smallest - 1)
        .toArray();
  }

  /**
   * Returns 2 (1 - norm(D_A) / norm(D)), the power of the scale that the excess falls with: units
   * that see all but one sample of a class grow at the smaller rate norm(D_A) while the others fit
   * the class. Of the two classes the smaller power counts.
   */
  static double exponent() {
    double[][] rows = Resource.rows("four-orthogonal");
    double[] labels = Resource.last(rows);
    double smallest = Double.POSITIVE_INFINITY;
    for (int sign = -1; sign <= 1; sign += 2) {
      double all = 0;
      double weakest = Double.POSITIVE_INFINITY;
      for (int i = 0; i < rows.length; i++) {
        if (labels[i] * sign > 0) {
          double squared = 0;
          for (int k = 0; k + 1 < rows[i].length; k++) {
            squared += rows[i][k] * rows[i][k] * labels[i] * labels[i];
          }
          all += squared;
          weakest = Math.min(weakest, squared);
        }
      }
      smallest = Math.min(smallest, 2 * (1 - Math.sqrt((all - weakest) / all)));
    }
    return smallest;
  }

  private static String when(long step) {
    return step < 0 ? "never" : "at step " + step;
  }

  /** Returns the first record at which half of the labels of a sign are fitted, -1 if none. */
  private static long fitted(Trained one, String column) {
    Series series = one.series(column);
    for (int k = 0; k < series.size(); k++) {
      if (series.value(k) >= 0.5) {
        return series.step(k);
      }
    }
    return -1;
  }

  @Override
  protected Figure figure(Map<String, Trained> trained) {
    Figure figure =
        Figure.grid(
            "Align, escape, wait, escape: a small start ends at the minimum variation norm",
            "Gradient descent on the mean squared error, both layers trained, balanced starts. Two"
                + " orthogonal samples of labels of either sign: loss with the loss of the plateau"
                + " and the predicted escape times, alignment of the units with their class, and"
                + " path norm with its minimum. Four orthogonal samples: by how much the final path"
                + " norm exceeds the minimum, against the scale of the start. Flow time: twice the"
                + " learning rate per step.",
            2);
    Trained two = Trained.of(trained, "two-samples");
    Panel loss = figure.panel("two samples: loss", "flow time", "mean squared error");
    loss.line("loss", times(two, "loss"), two.series("loss").values());
    loss.level("plateau", 0.5);
    escape(loss, two, "escapeTimePositive", "positive escapes");
    escape(loss, two, "escapeTimeNegative", "negative escapes");
    Panel alignment =
        figure.panel(
            "two samples: alignment", "flow time", "mean cosine of the units with their class");
    alignment.line(
        "positive label",
        times(two, "alignmentPositive"),
        two.series("alignmentPositive").values());
    alignment.line(
        "negative label",
        times(two, "alignmentNegative"),
        two.series("alignmentNegative").values());
    Panel path = figure.panel("two samples: path norm", "flow time", "path norm");
    path.line("path norm", times(two, "pathNorm"), two.series("pathNorm").values());
    path.level("minimum", 1.341640786499874);
    double[] excess = excess(trained);
    Panel sweep =
        figure
            .panel(
                "four samples: excess of the path norm",
                "scale of the start, \u2016W_{0}\u2016",
                "path norm / minimum \u2212 1")
            .logX()
            .logY();
    double[] line =
        Arrays.stream(scales)
            .map(scale -> excess[1] * Math.pow(scale / scales[1], exponent()))
            .toArray();
    sweep.dashed("power 2 \u2212 \u221a2 of the scale", scales, line);
    sweep.points("end of training", scales, excess, Palette.series(0));
    return figure;
  }

  private static void escape(Panel panel, Trained one, String id, String name) {
    double predicted = one.verdict(id).bound();
    if (!Absent.is(predicted)) {
      panel.event(name, predicted);
    }
  }

  /** Flow time of the records at which a column was computed: twice the rate per step. */
  private double[] times(Trained one, String column) {
    return Arrays.stream(Trained.steps(one.series(column)))
        .map(step -> 2 * common.learningRate(0.005) * step)
        .toArray();
  }
}
