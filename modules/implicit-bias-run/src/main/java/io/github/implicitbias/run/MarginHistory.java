package io.github.implicitbias.run;

import io.github.implicitbias.run.format.VisitColumn;
import java.util.Arrays;

/**
 * The margins of some samples at the end of each epoch that was kept, read for as many samples at a
 * time as a few megabytes hold.
 */
final class MarginHistory {

  private static final int BYTES = 4 << 20;

  private final RunVisits visits;
  private final int[] samples;
  private final int epochs;
  private float[] margins = {};
  private int from;
  private int to;

  /**
   * Prepares the margins of samples.
   *
   * @param epochs number of epochs that were kept
   */
  MarginHistory(RunVisits visits, int[] samples, int epochs) {
    this.visits = visits;
    this.samples = samples;
    this.epochs = epochs;
  }

  /**
   * Returns the margins of one of the samples, one per epoch, NaN where there is none.
   *
   * @param which position among the samples; best asked for in order
   */
  float[] of(int which) {
    if (which < from || which >= to) {
      read(which);
    }
    int at = (which - from) * epochs;
    return Arrays.copyOfRange(margins, at, at + epochs);
  }

  private void read(int first) {
    from = first;
    to = Math.min(samples.length, first + Math.max(1, BYTES / 4 / Math.max(1, epochs)));
    margins = new float[(to - from) * epochs];
    Arrays.fill(margins, Float.NaN);
    int[] epoch = {0};
    if (epochs == 0) {
      return;
    }
    visits.visitSamples(
        table -> {
          for (int k = from; k < to && epoch[0] < epochs; k++) {
            if (samples[k] < table.size()) {
              margins[(k - from) * epochs + epoch[0]] =
                  (float) table.number(VisitColumn.LAST_MARGIN, samples[k]);
            }
          }
          epoch[0]++;
        });
  }
}
