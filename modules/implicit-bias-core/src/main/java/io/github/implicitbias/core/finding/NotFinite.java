package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import java.util.Set;

/** The loss, or another number that is observed, is NaN or infinite: training is lost. */
final class NotFinite implements FindingRule {

  @Override
  public String id() {
    return "notFinite";
  }

  @Override
  public Set<String> reads() {
    return Set.of();
  }

  @Override
  public Finding judge(Course course) {
    long since = course.notFiniteSince();
    if (since < 0) {
      return Finding.of(id(), Level.NOTHING, Subject.UPDATE, "");
    }
    int layer = course.notFiniteLayer();
    String where = layer < 0 ? "" : ", first in " + course.header().layers().get(layer).name();
    return Finding.of(
            id(),
            Level.PROBLEM,
            Subject.UPDATE,
            "Training is lost: its numbers are not finite since step "
                + Numbers.count(since)
                + where
                + ".")
        .since(since)
        .at(layer, -1, -1)
        .advising(
            "Begin again with a lower learning rate, or clip the gradient; if that does not help,"
                + " look at the data of that step.")
        .threshold("a problem as soon as a number is not finite")
        .with("last step with numbers", Numbers.count(course.finiteUntil()))
        .with("first step without", Numbers.count(since));
  }
}
