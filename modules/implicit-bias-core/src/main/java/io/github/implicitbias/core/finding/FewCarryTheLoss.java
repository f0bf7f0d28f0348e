package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.VisitEpoch;
import java.util.Set;

/** Few samples carry what training still pulls at. */
final class FewCarryTheLoss implements FindingRule {

  private final double part;

  /** Sets from which part of the pull of the largest hundredth on it is said. */
  FewCarryTheLoss(double part) {
    this.part = part;
  }

  @Override
  public String id() {
    return "fewCarryTheLoss";
  }

  @Override
  public Set<String> reads() {
    return Set.of();
  }

  @Override
  public Finding judge(Course course) {
    VisitEpoch epoch = course.epoch();
    double hundredth =
        epoch == null ? Absent.VALUE : epoch.number(EpochNumber.PULL_OF_LARGEST_HUNDREDTH);
    if (epoch == null || Absent.is(hundredth) || hundredth < part || course.notFiniteSince() >= 0) {
      return Finding.of(id(), Level.NOTHING, Subject.FORGETTING, "");
    }
    return Finding.of(
            id(),
            Level.INFORMATION,
            Subject.FORGETTING,
            "One sample in a hundred carries "
                + Numbers.percent(hundredth)
                + " of the derivative of the loss: training works at few samples.")
        .threshold("said from " + Numbers.percent(part))
        .with(
            "carried by the largest tenth",
            Numbers.percent(epoch.number(EpochNumber.PULL_OF_LARGEST_TENTH)));
  }
}
