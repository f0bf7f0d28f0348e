package io.github.implicitbias.core.visit;

import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import io.github.implicitbias.run.format.VisitSuspects;
import io.github.implicitbias.run.format.VisitTable;
import java.util.ArrayList;
import java.util.EnumMap;
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
    int size = records.size();
    table.suspects(suspects(suspects));
    whole(table, end, VisitColumn.LABEL, size, records::label);
    whole(table, end, VisitColumn.INSTEAD, size, records::instead);
    whole(table, end, VisitColumn.VISITS, size, records::visits);
    whole(table, end, VisitColumn.LAST_STEP, size, records::lastStep);
    whole(table, end, VisitColumn.CORRECT, size, i -> correct(records, i));
    whole(table, end, VisitColumn.LEARNED_AT, size, records::learnedAt);
    whole(table, end, VisitColumn.FORGOTTEN, size, records::forgotten);
    fraction(table, end, VisitColumn.LAST_MARGIN, size, records::lastMargin);
    fraction(table, end, VisitColumn.MEAN_MARGIN, size, records::meanMargin);
    fraction(table, end, VisitColumn.MEAN_CONFIDENCE, size, records::meanConfidence);
    fraction(table, end, VisitColumn.SD_CONFIDENCE, size, records::confidenceDeviation);
    fraction(table, end, VisitColumn.MEAN_LOSS, size, records::meanLoss);
    for (LayerVisits layer : layers) {
      table.flips(layer.name(), whole(size, layer.patterns()::flips));
    }
    return end ? table.atEnd() : table.atEpoch();
  }

  private static void whole(
      VisitTable.Builder table, boolean end, VisitColumn column, int size, IntUnaryOperator of) {
    if (end || column.isAtEpochs()) {
      table.whole(column, whole(size, of));
    }
  }

  private static void fraction(
      VisitTable.Builder table, boolean end, VisitColumn column, int size, IntToDoubleFunction of) {
    if (end) {
      table.fraction(column, fractions(size, of));
    } else if (column.isAtEpochs()) {
      table.rounded(column, fractions(size, of));
    }
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

  private static int[] whole(int size, IntUnaryOperator of) {
    int[] values = new int[size];
    for (int i = 0; i < size; i++) {
      values[i] = of.applyAsInt(i);
    }
    return values;
  }

  private static float[] fractions(int size, IntToDoubleFunction of) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) of.applyAsDouble(i);
    }
    return values;
  }
}
