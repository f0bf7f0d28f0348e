package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import io.github.implicitbias.run.format.EpochNumber;
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
    Trend test = course.trend("testAccuracy");
    double right = Answers.right(course);
    if (!fallen && right < 0.95 || Answers.areGuessed(course)) {
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
