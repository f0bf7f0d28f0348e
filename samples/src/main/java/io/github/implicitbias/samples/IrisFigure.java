package io.github.implicitbias.samples;

import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.lab.figure.Figure;
import io.github.implicitbias.lab.figure.Palette;
import io.github.implicitbias.lab.figure.Panel;
import io.github.implicitbias.lab.report.RunPanels;
import io.github.implicitbias.run.Run;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;

/** What the sample {@code existing-model} draws. */
final class IrisFigure {

  private static final String[] KINDS = {"setosa", "versicolor", "virginica"};
  private static final int PETAL_LENGTH = 2;
  private static final int PETAL_WIDTH = 3;
  private static final int FEW = 10;

  private final DataSet training;
  private final LogitMargins margins;
  private final VisitBook visits;

  IrisFigure(DataSet training, LogitMargins margins, VisitBook visits) {
    this.training = training;
    this.margins = margins;
    this.visits = visits;
  }

  Figure of(Run run) {
    int[] support = support(run);
    boolean solved = support != null;
    int[] marked = support != null ? support : smallest();
    Figure figure =
        Figure.grid(
            "An ordinary classifier: few samples carry it",
            "The network of DL4J's Iris example, 4-16-16-3 with ReLU, on "
                + training.numExamples()
                + " samples. Margins: logit of the label less the largest other. Crosses: "
                + (solved
                    ? marked.length
                        + " support vectors, samples with a positive multiplier in"
                        + " the max-margin problem at the end."
                    : "the "
                        + marked.length
                        + " samples with the smallest margins at the end"
                        + " (multipliers were not computed).")
                + " Features are standardised. Flips are counted from one look at all samples to"
                + " the next.",
            2);
    Panel values =
        figure.panel(
            "margins of the training set", "step", "logit of the label minus the largest other");
    values.line("smallest", margins.steps(), margins.quantile(0));
    values.line("tenth", margins.steps(), margins.quantile(0.1));
    values.line("median", margins.steps(), margins.quantile(0.5));
    values.level("wrong below", 0);
    plane(figure, marked, solved);
    RunPanels.flips(figure.panel("flips so far", "step", "number of entries (unit, sample)"), run);
    RunPanels.idleUnits(
        figure.panel("dead units", "step", "number of units off for every sample"), run);
    RunPanels.dataMap(figure, visits);
    RunPanels.epochs(figure, visits);
    return figure;
  }

  private void plane(Figure figure, int[] marked, boolean solved) {
    double[][] x = training.getFeatures().toDoubleMatrix();
    double[][] y = training.getLabels().toDoubleMatrix();
    Panel plane =
        figure
            .panel(
                "training set",
                "petal length, standard deviations",
                "petal width, standard deviations")
            .plane();
    for (int kind = 0; kind < KINDS.length; kind++) {
      int label = kind;
      int[] ids = IntStream.range(0, x.length).filter(i -> y[i][label] > 0).toArray();
      plane.points(
          KINDS[kind],
          column(x, ids, PETAL_LENGTH),
          column(x, ids, PETAL_WIDTH),
          Palette.ofClass(kind));
    }
    plane.crosses(
        solved ? "support vectors" : "smallest margins",
        column(x, marked, PETAL_LENGTH),
        column(x, marked, PETAL_WIDTH));
  }

  private static double[] column(double[][] x, int[] ids, int feature) {
    return Arrays.stream(ids).mapToDouble(i -> x[i][feature]).toArray();
  }

  /** Returns the samples with a multiplier, null if the problem does not apply. */
  private static int @Nullable [] support(Run run) {
    if (run.header().sampleColumns().stream().noneMatch(c -> c.id().equals("marginSupport"))) {
      return null;
    }
    double[] multipliers = run.sampleValues("marginSupport", run.lastStep());
    if (multipliers == null || !Arrays.stream(multipliers).allMatch(Double::isFinite)) {
      return null;
    }
    double least = 1e-3 * Arrays.stream(multipliers).max().orElse(0);
    int[] found =
        IntStream.range(0, multipliers.length).filter(i -> multipliers[i] > least).toArray();
    return found.length == 0 ? null : found;
  }

  private int[] smallest() {
    double[] last = margins.last();
    return IntStream.range(0, last.length)
        .boxed()
        .sorted((a, b) -> Double.compare(last[a], last[b]))
        .limit(FEW)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
