package io.github.implicitbias.samples;

import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.run.format.TrackedLayer;
import io.github.implicitbias.run.history.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Panels that any run has. */
final class RunFigures {

  private RunFigures() {}

  /** Draws a column over the steps. */
  static void curve(Panel panel, String label, Run run, String column) {
    Series series = run.metric(column);
    panel.line(label, steps(series), series.values());
  }

  /** Draws, per layer, how many entries have flipped so far. */
  static void flips(Panel panel, Run run) {
    for (TrackedLayer layer : run.header().layers()) {
      Series[] kinds =
          Arrays.stream(FlipKind.values())
              .map(kind -> run.metric(kind.id() + "s[" + layer.name() + "]"))
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
  static void idleUnits(Panel panel, Run run) {
    List<TrackedLayer> layers = run.header().layers();
    int units = 0;
    double most = 0;
    for (TrackedLayer layer : layers) {
      String name = "[" + layer.name() + "]";
      curve(panel, layers.size() == 1 ? "dead" : layer.name(), run, "deadUnits" + name);
      most = Math.max(most, greatest(run, "deadUnits" + name));
      if (layers.size() == 1) {
        curve(panel, "linear", run, "linearUnits" + name);
        most = Math.max(most, greatest(run, "linearUnits" + name));
      }
      units = Math.max(units, layer.units());
    }
    if (most == 0) {
      panel.yRange(0, units);
    }
  }

  private static double greatest(Run run, String column) {
    return Arrays.stream(run.metric(column).values()).filter(Double::isFinite).max().orElse(0);
  }

  /**
   * Says what became of the predictions: 3 hold, 1 reached, 2 violated (names), 27 do not apply.
   */
  static String verdicts(Run run) {
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
}
