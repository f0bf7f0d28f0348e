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
import java.util.stream.IntStream;

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
              null));
    }
    return new VisitEpoch(epoch.epoch(), epoch.firstStep(), epoch.lastStep(), numbers, layers);
  }

  static VisitTable.Builder table(
      SampleRecords records, LayerVisits[] layers, int epoch, int step, SuspectLabels suspects) {
    int size = records.size();
    VisitTable.Builder table =
        new VisitTable.Builder(size, epoch, step)
            .suspects(suspects(suspects))
            .whole(VisitColumn.LABEL, whole(size, records::label))
            .whole(VisitColumn.INSTEAD, whole(size, records::instead))
            .whole(VisitColumn.VISITS, whole(size, records::visits))
            .whole(VisitColumn.LAST_STEP, whole(size, records::lastStep))
            .whole(VisitColumn.CORRECT, whole(size, i -> correct(records, i)))
            .whole(VisitColumn.LEARNED_AT, whole(size, records::learnedAt))
            .whole(VisitColumn.FORGOTTEN, whole(size, records::forgotten))
            .fraction(VisitColumn.LAST_MARGIN, fractions(size, records::lastMargin))
            .fraction(VisitColumn.MEAN_MARGIN, fractions(size, records::meanMargin))
            .fraction(VisitColumn.MEAN_CONFIDENCE, fractions(size, records::meanConfidence))
            .fraction(VisitColumn.SD_CONFIDENCE, fractions(size, records::confidenceDeviation))
            .fraction(VisitColumn.MEAN_LOSS, fractions(size, records::meanLoss));
    for (LayerVisits layer : layers) {
      table.flips(layer.name(), whole(size, layer.patterns()::flips));
    }
    return table;
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
    return IntStream.range(0, size).map(of).toArray();
  }

  private static float[] fractions(int size, IntToDoubleFunction of) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) of.applyAsDouble(i);
    }
    return values;
  }
}
