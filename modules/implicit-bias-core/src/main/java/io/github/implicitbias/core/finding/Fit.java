package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitTable;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** How training fits its data: the share of right answers, or the loss. */
final class Fit implements FindingRule {

  @Override
  public String id() {
    return "fit";
  }

  @Override
  public Set<String> reads() {
    return Set.of(
        "batchLoss", "loss", "score", "testAccuracy", "testLoss", "batchAccuracy", "minMargin");
  }

  /** Returns the share of the most frequent class, that of a network that knows nothing else. */
  private static double guessed(Course course) {
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
    return counts.size() < 2 ? 0 : Math.min(0.8, (double) most / table.size());
  }

  @Override
  public Finding judge(Course course) {
    Trend loss = Losses.of(course);
    if (course.notFiniteSince() >= 0) {
      return Finding.of(id(), Level.NOTHING, Subject.FIT, "");
    }
    if (loss.count() < 8) {
      return Finding.of(
          id(), Level.WAITING, Subject.FIT, "How training does is said after a few more records.");
    }
    double before = Losses.before(loss);
    double now = Losses.now(loss);
    boolean fallen = Losses.hasFallen(loss, 0.02);
    Trend epochs = course.ofEpochs(EpochNumber.ACCURACY);
    Trend batches = course.trend("batchAccuracy");
    Trend test = course.trend("testAccuracy");
    double right =
        epochs.isKnown() ? epochs.last() : batches.isKnown() ? batches.meanOfLast(0.1) : -1;
    if (!fallen && right < 0.95 || right >= 0 && right < 1.2 * guessed(course)) {
      return Finding.of(id(), Level.NOTHING, Subject.FIT, "");
    }
    StringBuilder text = new StringBuilder("Training works: ");
    if (test.isKnown()) {
      text.append(Numbers.percent(test.last())).append(" of the test set is answered right");
      if (right >= 0) {
        text.append(", ").append(Numbers.percent(right)).append(" of the training samples");
      }
    } else if (right >= 0) {
      text.append(Numbers.percent(right)).append(" of the training samples are answered right");
    } else {
      text.append("the loss has fallen from ").append(Numbers.of(before));
      text.append(" to ").append(Numbers.of(now));
    }
    Finding finding =
        Finding.of(id(), Level.GOOD, Subject.FIT, text.append('.').toString())
            .threshold(
                "good if the loss has fallen by 2 %, or 95 % are right, and clearly more than the"
                    + " most frequent class alone would give")
            .with("loss at first", Numbers.of(before))
            .with("loss now, mean of the last tenth", Numbers.of(now));
    if (right >= 0) {
      finding =
          finding.with(
              epochs.isKnown() ? "right in the last epoch" : "right in the last batches",
              Numbers.percent(right));
    }
    return test.isKnown()
        ? finding.with("right in the test set", Numbers.percent(test.last()))
        : finding;
  }
}
