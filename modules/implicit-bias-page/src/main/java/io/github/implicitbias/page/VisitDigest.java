package io.github.implicitbias.page;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.RunVisits;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the tables of all epochs say together: how much the margin of each sample changed, and per
 * class where most margins lay in each epoch. Read once for as long as no table comes. Immutable.
 */
final class VisitDigest {

  /** Epochs of which margins are told; more are left out evenly. */
  static final int MAX_EPOCHS = 60;

  /** Classes that are told of. */
  static final int MAX_CLASSES = 100;

  private static final double[] BAND = {0.1, 0.5, 0.9};

  /** The newest table. */
  final VisitTable table;

  /** The number of blocks about visits that were there. */
  final int blocks;

  /** The epochs of the tables, and the last step of each. */
  final List<Integer> epochs = new ArrayList<>();

  final List<Long> lastSteps = new ArrayList<>();

  /** Per epoch and class the margins that a tenth, a half and nine tenths are below. */
  final List<double[][]> bands = new ArrayList<>();

  private final int[] counts; // margins of a sample from the second epoch on
  private final double[] means;
  private final double[] squares;

  private VisitDigest(VisitTable table, int blocks) {
    this.table = table;
    this.blocks = blocks;
    counts = new int[table.size()];
    means = new double[table.size()];
    squares = new double[table.size()];
  }

  /** Reads the tables of a run; null if no sample is kept. */
  static @Nullable VisitDigest of(RunVisits visits) {
    int blocks = visits.blocks();
    VisitTable table = visits.samples();
    if (table == null) {
      return null;
    }
    VisitDigest digest = new VisitDigest(table, blocks);
    visits.visitSamples(MAX_EPOCHS, digest::add);
    return digest;
  }

  private void add(VisitTable stored) {
    epochs.add(stored.epoch());
    lastSteps.add(stored.step());
    float[][] ofClasses = new float[MAX_CLASSES][16];
    int[] sizes = new int[MAX_CLASSES];
    for (int i = 0; i < Math.min(stored.size(), counts.length); i++) {
      double margin = stored.number(VisitColumn.LAST_MARGIN, i);
      if (Absent.is(margin) || !Double.isFinite(margin)) {
        continue;
      }
      if (stored.epoch() > 0) {
        double before = margin - means[i];
        means[i] += before / ++counts[i];
        squares[i] += before * (margin - means[i]);
      }
      int label = stored.whole(VisitColumn.LABEL, i);
      if (label >= 0 && label < MAX_CLASSES) {
        if (sizes[label] == ofClasses[label].length) {
          ofClasses[label] = Arrays.copyOf(ofClasses[label], 2 * sizes[label]);
        }
        ofClasses[label][sizes[label]++] = (float) margin;
      }
    }
    double[][] band = new double[MAX_CLASSES][];
    for (int c = 0; c < MAX_CLASSES; c++) {
      Arrays.sort(ofClasses[c], 0, sizes[c]);
      band[c] = quantiles(ofClasses[c], sizes[c]);
    }
    bands.add(band);
  }

  private static double[] quantiles(float[] sorted, int size) {
    double[] found = new double[BAND.length];
    Arrays.fill(found, Absent.VALUE);
    for (int k = 0; size > 0 && k < BAND.length; k++) {
      found[k] = sorted[(int) Math.round(BAND[k] * (size - 1))];
    }
    return found;
  }

  /**
   * Returns the standard deviation of the margins of a sample at the ends of the epochs from the
   * second one on; absent if there are fewer than two.
   */
  double marginDeviation(int sample) {
    return counts[sample] < 2 ? Absent.VALUE : Math.sqrt(squares[sample] / counts[sample]);
  }

  /** Returns the number of classes that the labels name, at most those that are told of. */
  int classes() {
    int most = 0;
    for (int i = 0; i < table.size(); i++) {
      most = Math.max(most, table.whole(VisitColumn.LABEL, i) + 1);
    }
    return Math.min(MAX_CLASSES, most);
  }
}
