package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitTable;
import java.util.HashMap;
import java.util.Map;

/** How many training samples are answered right, and whether that is more than guessing. */
final class Answers {

  /** So much more than the share of the most frequent class is no guessing. */
  private static final double CLEARLY = 1.2;

  private static final double MOST_GUESSED = 0.8;

  private Answers() {}

  /** Returns the share of right answers in the last epoch, else in the last batches; -1 if none. */
  static double right(Course course) {
    Trend epochs = course.ofEpochs(EpochNumber.ACCURACY);
    Trend batches = course.trend("batchAccuracy");
    return epochs.isKnown() ? epochs.last() : batches.isKnown() ? batches.meanOfLast(0.1) : -1;
  }

  /** Returns true if answers are known, and about as good as naming the most frequent class. */
  static boolean areGuessed(Course course) {
    double right = right(course);
    return right >= 0 && right < CLEARLY * mostFrequent(course);
  }

  private static double mostFrequent(Course course) {
    VisitTable table = course.samples();
    if (table == null || !table.has(VisitColumn.LABEL)) {
      return 0;
    }
    Map<Integer, Integer> counts = new HashMap<>();
    int most = 0;
    for (int i = 0; i < table.size(); i++) {
      int label = table.whole(VisitColumn.LABEL, i);
      most = label < 0 ? most : Math.max(most, counts.merge(label, 1, Integer::sum));
    }
    return counts.size() < 2 ? 0 : Math.min(MOST_GUESSED, (double) most / table.size());
  }
}
