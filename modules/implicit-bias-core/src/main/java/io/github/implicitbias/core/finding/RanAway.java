package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import java.util.Set;

/** The parameters have grown many times over, and nothing was learned. */
final class RanAway implements FindingRule {

  private final double times;

  /** Sets by how many times the norm of the parameters may grow without a loss that falls. */
  RanAway(double times) {
    this.times = times;
  }

  @Override
  public String id() {
    return "ranAway";
  }

  @Override
  public Set<String> reads() {
    return Set.of("parameterNorm", "batchLoss", "loss", "score", "learningRate", "batchAccuracy");
  }

  @Override
  public Finding judge(Course course) {
    Trend norm = course.trend("parameterNorm");
    Trend loss = Losses.of(course);
    boolean grown = norm.count() > 1 && norm.last() > times * norm.first();
    boolean learned = Losses.hasFallen(loss, 0.02) && !Answers.areGuessed(course);
    if (!grown || learned || course.notFiniteSince() >= 0) {
      return Finding.of(id(), Level.NOTHING, Subject.UPDATE, "");
    }
    Finding finding =
        Finding.of(
                id(),
                Level.PROBLEM,
                Subject.UPDATE,
                "Training has run away: the norm of the parameters has grown from "
                    + Numbers.of(norm.first())
                    + " to "
                    + Numbers.of(norm.last())
                    + (Losses.hasFallen(loss, 0.02)
                        ? ", and answers are no better than guessing."
                        : ", and the loss has not fallen."))
            .advising("Lower the learning rate.")
            .threshold(
                "a problem if the norm has grown "
                    + Numbers.of(times)
                    + " times, and the loss has not fallen by 2 % or answers are no better than"
                    + " naming the most frequent class")
            .with("norm of the parameters at first", Numbers.of(norm.first()))
            .with("norm of the parameters now", Numbers.of(norm.last()));
    Trend rate = course.trend("learningRate");
    return rate.isKnown() ? finding.with("learning rate", Numbers.of(rate.last())) : finding;
  }
}
