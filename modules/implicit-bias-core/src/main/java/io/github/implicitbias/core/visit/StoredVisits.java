package io.github.implicitbias.core.visit;

import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import io.github.implicitbias.run.format.VisitSuspects;
import io.github.implicitbias.run.format.VisitTable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;

/** Puts what visits have shown into the form in which runs hold it. */
final class StoredVisits {

  private static final EpochNumber[] MARGINS = {
    EpochNumber.MARGIN_01,
    EpochNumber.MARGIN_10,
    EpochNumber.MARGIN_50,
    EpochNumber.MARGIN_90,
    EpochNumber.MARGIN_99
  };

  private static final EpochNumber[] CONFIDENCES = {
    EpochNumber.CONFIDENCE_01,
    EpochNumber.CONFIDENCE_10,
    EpochNumber.CONFIDENCE_50,
    EpochNumber.CONFIDENCE_90,
    EpochNumber.CONFIDENCE_99
  };

  private StoredVisits() {}

  static VisitEpoch of(EpochOfVisits epoch) {
    Map<EpochNumber, Double> numbers = new EnumMap<>(EpochNumber.class);
    numbers.put(EpochNumber.VISITS, (double) epoch.visits());
    numbers.put(EpochNumber.SAMPLES, (double) epoch.samples());
    numbers.put(EpochNumber.NEW_SAMPLES, (double) epoch.newSamples());
    numbers.put(EpochNumber.ACCURACY, epoch.accuracy());
    numbers.put(EpochNumber.MEAN_LOSS, epoch.meanLoss());
    numbers.put(EpochNumber.LEARNED, (double) epoch.learned());
    numbers.put(EpochNumber.FORGOTTEN, (double) epoch.forgotten());
    numbers.put(EpochNumber.NEVER_LEARNED, (double) epoch.neverLearned());
    for (int k = 0; k < MARGINS.length; k++) {
      numbers.put(MARGINS[k], epoch.margins()[k]);
      numbers.put(CONFIDENCES[k], epoch.confidences()[k]);
    }
    numbers.put(EpochNumber.PULL_OF_LARGEST_HUNDREDTH, epoch.pullOfLargestHundredth());
    numbers.put(EpochNumber.PULL_OF_LARGEST_TENTH, epoch.pullOfLargestTenth());
    List<VisitLayer> layers = new ArrayList<>();
    for (String layer : epoch.layers()) {
      layers.add(
          new VisitLayer(
              layer,
              epoch.shares(layer),
              epoch.bits(layer) != UnitBits.EXACT,
              epoch.deadUnits(layer),
              epoch.linearUnits(layer),
              epoch.distinctPatterns(layer),
              epoch.flips(layer),
              epoch.flipsOfUnits(layer)));
    }
    return new VisitEpoch(epoch.epoch(), epoch.firstStep(), epoch.lastStep(), numbers, layers);
  }

  /**
   * Makes a table of all samples.
   *
   * @param end true for that of the end of a run, false for that of an epoch, which has less
   */
  static VisitTable table(
      SampleRecords records,
      LayerVisits[] layers,
      VisitTable.Builder table,
      SuspectLabels suspects,
      boolean end) {
    table.suspects(suspects(suspects));
    Columns all = new Columns(records.size(), end);
    all.whole(VisitColumn.LABEL, records::label);
    all.whole(VisitColumn.INSTEAD, records::instead);
    all.whole(VisitColumn.VISITS, records::visits);
    all.whole(VisitColumn.LAST_STEP, records::lastStep);
    all.whole(VisitColumn.CORRECT, i -> correct(records, i));
    all.whole(VisitColumn.LEARNED_AT, records::learnedAt);
    all.whole(VisitColumn.FORGOTTEN, records::forgotten);
    all.fraction(VisitColumn.LAST_MARGIN, records::lastMargin);
    all.fraction(VisitColumn.MEAN_MARGIN, records::meanMargin);
    all.fraction(VisitColumn.MEAN_CONFIDENCE, records::meanConfidence);
    all.fraction(VisitColumn.SD_CONFIDENCE, records::confidenceDeviation);
    all.fraction(VisitColumn.MEAN_LOSS, records::meanLoss);
    for (LayerVisits layer : layers) {
      all.flips(layer);
    }
    return all.into(table);
  }

  /** A sample that never had a margin is neither right nor wrong. */
  private static int correct(SampleRecords records, int sample) {
    if (records.isCorrect(sample)) {
      return 1;
    }
    return Double.isNaN(records.lastMargin(sample)) ? -1 : 0;
  }

  private static VisitSuspects suspects(SuspectLabels found) {
    return new VisitSuspects(
        found.samples(), found.threshold(), found.expectedByChance(), found.reason());
  }

  /**
   * The columns of a table, filled together: few samples at a time, while they lie in the caches.
   */
  private static final class Columns {

    private static final int AT_A_TIME = 1 << 10;

    private final int size;
    private final boolean end;
    private final Map<VisitColumn, int[]> wholes = new EnumMap<>(VisitColumn.class);
    private final Map<VisitColumn, float[]> fractions = new EnumMap<>(VisitColumn.class);
    private final Map<String, int[]> flips = new LinkedHashMap<>();
    private final List<Filling> fillings = new ArrayList<>();

    /** Writes what is known of the samples from one on, up to another. */
    private interface Filling {
      void fill(int from, int to);
    }

    /**
     * Makes columns of so many samples.
     *
     * @param end true for all columns, false for those that the table of an epoch has
     */
    Columns(int size, boolean end) {
      this.size = size;
      this.end = end;
    }

    private boolean has(VisitColumn column) {
      return end || column.isAtEpochs();
    }

    void whole(VisitColumn column, IntUnaryOperator of) {
      if (has(column)) {
        wholes.put(column, wholes(of));
      }
    }

    private int[] wholes(IntUnaryOperator of) {
      int[] values = new int[size];
      fillings.add(
          (from, to) -> {
            for (int i = from; i < to; i++) {
              values[i] = of.applyAsInt(i);
            }
          });
      return values;
    }

    void fraction(VisitColumn column, IntToDoubleFunction of) {
      if (has(column)) {
        float[] values = new float[size];
        fractions.put(column, values);
        fillings.add(
            (from, to) -> {
              for (int i = from; i < to; i++) {
                values[i] = (float) of.applyAsDouble(i);
              }
            });
      }
    }

    void flips(LayerVisits layer) {
      flips.put(layer.name(), wholes(layer.patterns()::flips));
    }

    VisitTable into(VisitTable.Builder table) {
      for (int from = 0; from < size; from += AT_A_TIME) {
        for (Filling filling : fillings) {
          filling.fill(from, Math.min(size, from + AT_A_TIME));
        }
      }
      wholes.forEach(table::whole);
      fractions.forEach(
          (column, values) -> {
            if (end) {
              table.fraction(column, values);
            } else {
              table.rounded(column, values);
            }
          });
      flips.forEach(table::flips);
      return end ? table.atEnd() : table.atEpoch();
    }
  }
}
