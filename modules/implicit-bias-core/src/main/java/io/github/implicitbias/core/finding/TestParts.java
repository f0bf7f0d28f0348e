package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import io.github.implicitbias.run.format.EpochNumber;
import java.util.Set;

/** The loss of the test set has stopped falling while that of the training set falls. */
final class TestParts implements FindingRule {

  private final int epochs;

  /** Sets for how many epochs the loss of the test set may stand still. */
  TestParts(int epochs) {
    this.epochs = epochs;
  }

  @Override
  public String id() {
    return "testParts";
  }

  @Override
  public Set<String> reads() {
    return Set.of("testLoss", "testAccuracy", "batchLoss", "loss", "score");
  }

  @Override
  public Finding judge(Course course) {
    Trend test = course.trend("testLoss");
    if (!test.isKnown()) {
      return Finding.of(
          id(),
          Level.WAITING,
          Subject.GENERALISATION,
          "How training does on data that it does not see is known with a test set:"
              + " .test(testSet).");
    }
    Trend train = course.ofEpochs(EpochNumber.MEAN_LOSS);
    Trend falling = train.count() > 1 ? train : Losses.of(course);
    Trend right = course.trend("testAccuracy");
    if (course.notFiniteSince() >= 0 || test.count() < epochs + 2) {
      return Finding.of(id(), Level.NOTHING, Subject.GENERALISATION, "");
    }
    int best = 0;
    for (int k = 1; k < test.size(); k++) {
      best = test.mean(k) < test.mean(best) ? k : best;
    }
    double least = test.mean(best);
    double now = test.meanOfLast(0);
    boolean parts =
        test.size() - 1 - best >= epochs
            && now > 1.02 * least
            && falling.isKnown()
            && falling.meanOfLast(0.1) < falling.meanOfFirst(0.5);
    Finding finding =
        Finding.of(
                id(),
                parts ? Level.ATTENTION : Level.GOOD,
                Subject.GENERALISATION,
                parts
                    ? "The loss of the test set has not fallen since step "
                        + Numbers.count(test.step(best))
                        + " ("
                        + Numbers.of(least)
                        + ", now "
                        + Numbers.of(now)
                        + "), that of the training set has."
                    : "The loss of the test set goes with that of the training set: "
                        + Numbers.of(now)
                        + ".")
            .threshold(
                "attention if the loss of the test set was lowest "
                    + epochs
                    + " looks ago, is 2 % above that now, and that of the training set fell")
            .with("lowest loss of the test set", Numbers.of(least))
            .with("loss of the test set now", Numbers.of(now))
            .with("loss of the training set now", Numbers.of(falling.last()));
    finding =
        right.isKnown()
            ? finding.with("right in the test set", Numbers.percent(right.last()))
            : finding;
    return parts
        ? finding
            .since(test.step(best))
            .advising("Stop at that step, add weight decay or dropout, or get more data.")
        : finding;
  }
}
