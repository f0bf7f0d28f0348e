package io.github.implicitbias.lab.report;

import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.core.visit.VisitedSample;
import io.github.implicitbias.lab.figure.Figure;
import io.github.implicitbias.lab.figure.Palette;
import io.github.implicitbias.lab.figure.Panel;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Panels of what the visits of the samples have shown. */
public final class VisitPanels {

  private static final int MOST_POINTS = 2_000;

  private VisitPanels() {}

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
        "samples",
        visits,
        IntStream.range(0, visits.size()).filter(i -> i % every == 0 && !suspect.test(i)).toArray(),
        false);
    points(panel, "suspect labels", visits, suspects, true);
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
