package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import io.github.implicitbias.run.format.EpochNumber;
import java.util.Set;

/** The loss has not fallen, or has risen, since training began. */
final class LossNotFalling implements FindingRule {

  private final double fall;
  private final long records;

  /**
   * Sets limits.
   *
   * @param fall part of the first loss by which it has to fall
   * @param records within how many
   */
  LossNotFalling(double fall, long records) {
    this.fall = fall;
    this.records = records;
  }

  @Override
  public String id() {
    return "lossNotFalling";
  }

  @Override
  public Set<String> reads() {
    return Set.of("batchLoss", "loss", "score");
  }

  @Override
  public Finding judge(Course course) {
    Trend loss = Losses.of(course);
    if (loss.count() < records || course.notFiniteSince() >= 0) {
      return Finding.of(id(), Level.NOTHING, Subject.FIT, "");
    }
    double before = Losses.before(loss);
    double now = Losses.now(loss);
    Trend accuracy = course.ofEpochs(EpochNumber.ACCURACY);
    boolean fits = accuracy.isKnown() && accuracy.last() > 0.95;
    if (!(before > 0) || fits || now <= before * (1 - fall)) {
      return Finding.of(id(), Level.NOTHING, Subject.FIT, "");
    }
    boolean risen = now > before * (1 + fall);
    return Finding.of(
            id(),
            Level.PROBLEM,
            Subject.FIT,
            "The loss "
                + (risen ? "has risen" : "does not fall")
                + ": "
                + Numbers.of(before)
                + " at first, "
                + Numbers.of(now)
                + " now, after "
                + Numbers.many(course.step(), "step", "steps")
                + ".")
        .since(loss.firstStep())
        .advising(
            risen
                ? "Lower the learning rate."
                : "Look at the findings below for the cause; without one, try a higher learning"
                    + " rate, and check that labels and loss belong together.")
        .threshold(
            "a problem if the loss has fallen by less than "
                + Numbers.percent(fall)
                + " after "
                + records
                + " records")
        .with("loss at first", Numbers.of(before))
        .with("loss now, mean of the last tenth", Numbers.of(now));
  }
}
