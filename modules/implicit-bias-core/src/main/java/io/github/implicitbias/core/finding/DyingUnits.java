package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import java.util.Set;

/** Units die while training goes on: more are dead in this epoch than in the one before. */
final class DyingUnits implements FindingRule {

  private static final int FEWEST = 2;

  private final double part;

  /** Sets which part of the units of a layer may die in an epoch. */
  DyingUnits(double part) {
    this.part = part;
  }

  @Override
  public String id() {
    return "dyingUnits";
  }

  @Override
  public Set<String> reads() {
    return Set.of();
  }

  @Override
  public Finding judge(Course course) {
    VisitEpoch now = course.epoch();
    VisitEpoch before = course.epochBefore();
    String worst = "";
    double most = 0;
    long from = 0;
    long to = 0;
    if (now != null && before != null && course.notFiniteSince() < 0) {
      for (VisitLayer layer : now.layers()) {
        for (VisitLayer old : before.layers()) {
          boolean known = layer.deadUnits() >= 0 && old.deadUnits() >= 0;
          double grown = (double) (layer.deadUnits() - old.deadUnits()) / layer.shares().length;
          if (known && layer.name().equals(old.name()) && grown > most) {
            most = grown;
            worst = layer.name();
            from = old.deadUnits();
            to = layer.deadUnits();
          }
        }
      }
    }
    if (now == null || most < part || to - from < FEWEST) {
      return Finding.of(id(), Level.NOTHING, Subject.UNITS, "");
    }
    return Finding.of(
            id(),
            Level.ATTENTION,
            Subject.UNITS,
            "Units of "
                + worst
                + " are dying: "
                + Numbers.count(to)
                + (to == 1 ? " was" : " were")
                + " dead in the last epoch, "
                + Numbers.count(from)
                + " in the one before.")
        .since(now.firstStep())
        .at(course.tracked(worst), -1, -1)
        .advising("Lower the learning rate now.")
        .threshold(
            "attention if "
                + Numbers.percent(part)
                + " of a layer, of two units or more, die within an epoch");
  }
}
