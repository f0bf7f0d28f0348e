package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import java.util.Set;

/** Updates are so small that the numbers of training cannot hold them. */
final class LostUpdate implements FindingRule {

  private static final double FLOAT = Math.scalb(1.0, -24);
  private static final double DOUBLE = Math.scalb(1.0, -53);

  @Override
  public String id() {
    return "lostUpdate";
  }

  @Override
  public Set<String> reads() {
    return Set.of("updateNorm", "parameterNorm", "learningRate");
  }

  @Override
  public Finding judge(Course course) {
    Trend update = course.trend("updateNorm");
    Trend norm = course.trend("parameterNorm");
    if (course.notFiniteSince() >= 0 || update.count() < 3 || !(norm.last() > 0)) {
      return Finding.of(id(), Level.NOTHING, Subject.UPDATE, "");
    }
    double ratio = update.meanOfLast(0.25) / norm.meanOfLast(0.25);
    double unit = course.isSinglePrecision() ? FLOAT : DOUBLE;
    Trend rate = course.trend("learningRate");
    if (!(ratio < unit) || (rate.isKnown() && rate.last() == 0)) {
      return Finding.of(id(), Level.NOTHING, Subject.UPDATE, "");
    }
    return Finding.of(
            id(),
            Level.PROBLEM,
            Subject.UPDATE,
            "Updates are lost in rounding: an update is "
                + (ratio == 0 ? "exactly 0" : Numbers.of(ratio) + " of the parameters")
                + ", below the "
                + Numbers.of(unit)
                + " that "
                + (course.isSinglePrecision() ? "FLOAT" : "DOUBLE")
                + " can tell apart.")
        .advising(
            course.isSinglePrecision()
                ? "Start from larger weights, or train in DataType.DOUBLE."
                : "Start from larger weights, or with a higher learning rate.")
        .threshold("a problem below the unit of rounding, mean of the last quarter")
        .with("norm of an update", Numbers.of(update.meanOfLast(0.25)))
        .with("norm of the parameters", Numbers.of(norm.meanOfLast(0.25)));
  }
}
