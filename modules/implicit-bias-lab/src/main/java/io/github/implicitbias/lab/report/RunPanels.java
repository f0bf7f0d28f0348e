package io.github.implicitbias.lab.report;

import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.core.visit.VisitedSample;
import io.github.implicitbias.lab.figure.Figure;
import io.github.implicitbias.lab.figure.Palette;
import io.github.implicitbias.lab.figure.Panel;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Series;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Panels that any run has. */
public final class RunPanels {

  private static final int MOST_POINTS = 2_000;

  private RunPanels() {}

  /** Draws values over their steps. */
  public static void curve(Panel panel, String label, Series series) {
    panel.line(label, steps(series), series.values());
  }

  /** Draws a column over the steps. */
  public static void curve(Panel panel, String label, Run run, String column) {
    curve(panel, label, run.metric(column));
  }

  /** Draws, per layer, how many entries have flipped so far. */
  public static void flips(Panel panel, Run run) {
    panel.counts();
    for (TrackedLayer layer : run.header().layers()) {
      Series[] kinds =
          Arrays.stream(FlipKind.values())
              .map(kind -> run.metric(kind.id() + "s", layer.name()))
              .toArray(Series[]::new);
      double[] total = new double[kinds[0].size()];
      double sum = 0;
      for (int k = 0; k < total.length; k++) {
        for (Series kind : kinds) {
          sum += Double.isFinite(kind.value(k)) ? kind.value(k) : 0;
        }
        total[k] = sum;
      }
      panel.line(layer.name(), steps(kinds[0]), total);
    }
  }

  /** Draws how many units are off for every sample, per layer; of one layer also those on. */
  public static void idleUnits(Panel panel, Run run) {
    List<TrackedLayer> layers = run.header().layers();
    int units = 0;
    double most = 0;
    for (TrackedLayer layer : layers) {
      Series dead = run.metric("deadUnits", layer.name());
      curve(panel, layers.size() == 1 ? "dead" : layer.name(), dead);
      most = Math.max(most, greatest(dead));
      if (layers.size() == 1) {
        Series linear = run.metric("linearUnits", layer.name());
        curve(panel, "linear", linear);
        most = Math.max(most, greatest(linear));
      }
      units = Math.max(units, layer.units());
    }
    panel.counts().reaching(0, 0);
    if (most == 0) {
      panel.reaching(0, units);
    }
  }

  private static double greatest(Series series) {
    return Arrays.stream(series.values()).filter(Double::isFinite).max().orElse(0);
  }

  /**
   * Says what became of the predictions: 3 hold, 1 reached, 2 violated (names), 27 do not apply.
   */
  public static String verdicts(Run run) {
    List<String> parts = new ArrayList<>();
    Verdict.State[] states = {Verdict.State.REACHED, Verdict.State.HOLDS, Verdict.State.VIOLATED};
    String[] words = {"reached", "holding", "violated"};
    int applied = 0;
    for (int k = 0; k < states.length; k++) {
      List<String> ids = new ArrayList<>();
      for (RunVerdict verdict : run.verdicts()) {
        if (verdict.state() == states[k]) {
          ids.add(verdict.id());
        }
      }
      applied += ids.size();
      if (!ids.isEmpty()) {
        boolean named = states[k] == Verdict.State.VIOLATED;
        String names = named ? " (" + String.join(", ", ids) + ")" : "";
        parts.add(String.format(Locale.ROOT, "%d %s%s", ids.size(), words[k], names));
      }
    }
    parts.add((run.verdicts().size() - applied) + " not applying");
    return "Predictions of the papers: " + String.join(", ", parts) + ".";
  }

  private static double[] steps(Series series) {
    return Arrays.stream(series.steps()).asDoubleStream().toArray();
  }

  /**
   * Adds a data map: the mean confidence of each sample over its visits against its deviation
   * (Swayamdipta et al., arXiv:2009.10795), suspects on top. Of very many samples every k-th is
   * drawn.
   */
  public static void dataMap(Figure figure, VisitBook visits) {
    Panel panel =
        figure.panel(
            "every training sample over its visits",
            "deviation of the confidence",
            "mean probability of the label's class");
    panel.yRange(0, 1);
    int[] suspects = visits.suspects().samples().clone();
    Arrays.sort(suspects);
    int every = Math.max(1, visits.size() / MOST_POINTS);
    IntPredicate suspect = i -> Arrays.binarySearch(suspects, i) >= 0;
    points(
        panel,
        every == 1 ? "samples" : "one sample in " + every,
        visits,
        IntStream.range(0, visits.size()).filter(i -> i % every == 0 && !suspect.test(i)).toArray(),
        false);
    points(panel, "suspect labels", visits, suspects, true);
  }

  /** Adds how many samples were learned and forgotten in each epoch. */
  public static void epochs(Figure figure, VisitBook visits) {
    Panel panel = figure.panel("learned and forgotten", "epoch", "number of samples");
    panel.counts().reaching(0, 0);
    double[] numbers = visits.epochs().stream().mapToDouble(epoch -> epoch.epoch() + 1).toArray();
    panel.line(
        "learned", numbers, visits.epochs().stream().mapToDouble(e -> e.learned()).toArray());
    panel.line(
        "forgotten", numbers, visits.epochs().stream().mapToDouble(e -> e.forgotten()).toArray());
  }

  private static void points(
      Panel panel, String name, VisitBook visits, int[] samples, boolean crosses) {
    double[] x = new double[samples.length];
    double[] y = new double[samples.length];
    for (int k = 0; k < samples.length; k++) {
      VisitedSample sample = visits.of(samples[k]);
      x[k] = sample.confidenceDeviation();
      y[k] = sample.meanConfidence();
    }
    if (crosses) {
      panel.hollow(name, x, y, Palette.series(1));
    } else {
      panel.points(name, x, y, Palette.series(0));
    }
  }
}
