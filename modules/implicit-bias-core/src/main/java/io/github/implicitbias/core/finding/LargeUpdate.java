package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import java.util.Set;

/** An update changes the parameters by a large part of what they are. */
final class LargeUpdate implements FindingRule {

  private final double attention;
  private final double problem;

  LargeUpdate(double attention, double problem) {
    this.attention = attention;
    this.problem = problem;
  }

  @Override
  public String id() {
    return "largeUpdate";
  }

  @Override
  public Set<String> reads() {
    return Set.of("updateNorm", "parameterNorm", "learningRate");
  }

  @Override
  public Finding judge(Course course) {
    Trend update = course.trend("updateNorm");
    Trend norm = course.trend("parameterNorm");
    if (course.notFiniteSince() >= 0) {
      return Finding.of(id(), Level.NOTHING, Subject.UPDATE, "");
    }
    if (update.count() < 3) {
      return Finding.of(
          id(),
          Level.WAITING,
          Subject.UPDATE,
          "How large updates are is said when the parameters were read after a few steps.");
    }
    // The first updates, away from a small start, may be large.
    double ratio = update.meanOfLast(0.25) / norm.meanOfLast(0.25);
    Level level =
        ratio >= problem ? Level.PROBLEM : ratio >= attention ? Level.ATTENTION : Level.INFORMATION;
    Finding finding =
        Finding.of(
                id(),
                level,
                Subject.UPDATE,
                "An update changes the parameters by "
                    + Numbers.percent(ratio)
                    + " of their norm"
                    + (level.needsAttention() ? ", which is too much to settle." : "."))
            .threshold(
                "attention from "
                    + Numbers.percent(attention)
                    + ", problem from "
                    + Numbers.percent(problem)
                    + " of the norm, mean of the last quarter")
            .with("norm of an update", Numbers.of(update.meanOfLast(0.25)))
            .with("norm of the parameters", Numbers.of(norm.meanOfLast(0.25)));
    Trend rate = course.trend("learningRate");
    finding = rate.isKnown() ? finding.with("learning rate", Numbers.of(rate.last())) : finding;
    return level.needsAttention() ? finding.advising("Lower the learning rate.") : finding;
  }
}
