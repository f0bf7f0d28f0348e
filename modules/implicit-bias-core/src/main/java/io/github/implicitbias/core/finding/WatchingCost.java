package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import java.util.Set;

/** Watching takes more of the time of training than it should. */
final class WatchingCost implements FindingRule {

  private final double budget;
  private final long records;

  /**
   * Sets limits.
   *
   * @param budget share of the CPU time of training
   * @param records of the start that are left out
   */
  WatchingCost(double budget, long records) {
    this.budget = budget;
    this.records = records;
  }

  @Override
  public String id() {
    return "watchingCost";
  }

  @Override
  public Set<String> reads() {
    return Set.of("watchShare");
  }

  @Override
  public Finding judge(Course course) {
    Trend share = course.trend("watchShare");
    if (course.records() < records || !share.isKnown() || share.last() < budget) {
      return Finding.of(id(), Level.NOTHING, Subject.WATCHING, "");
    }
    return Finding.of(
            id(),
            Level.INFORMATION,
            Subject.WATCHING,
            "Watching takes "
                + Numbers.percent(share.last())
                + " of the CPU time of training, more than "
                + Numbers.percent(budget)
                + ".")
        .advising(
            "Observe less often, such as schedule(Schedule.overheadBudget(0.04)), or take"
                + " Preset.ECONOMY.")
        .threshold("said from " + Numbers.percent(budget) + " after " + records + " records");
  }
}
