package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import java.util.Set;

/** Units of a bounded activation function whose outputs sit at its bounds. */
final class SaturatedUnits implements FindingRule {

  private final double attention;
  private final double problem;

  /** Sets which part of the outputs of a layer is too much. */
  SaturatedUnits(double attention, double problem) {
    this.attention = attention;
    this.problem = problem;
  }

  @Override
  public String id() {
    return "saturatedUnits";
  }

  @Override
  public Set<String> reads() {
    return Set.of("saturatedFraction");
  }

  @Override
  public Finding judge(Course course) {
    String worst = "";
    double most = -1;
    for (String layer : course.layers()) {
      Trend share = course.trend("saturatedFraction", layer);
      if (share.isKnown() && share.last() > most) {
        most = share.last();
        worst = layer;
      }
    }
    if (most < attention || course.notFiniteSince() >= 0) {
      return Finding.of(id(), Level.NOTHING, Subject.UNITS, "");
    }
    Trend share = course.trend("saturatedFraction", worst);
    return Finding.of(
            id(),
            most >= problem ? Level.PROBLEM : Level.ATTENTION,
            Subject.UNITS,
            worst
                + " is saturated: "
                + Numbers.percent(most)
                + " of its outputs are at a bound of its activation function, where the gradient"
                + " vanishes.")
        .at(course.tracked(worst), -1, -1)
        .advising("Start from smaller weights, scale the inputs, or lower the learning rate.")
        .threshold(
            "attention from "
                + Numbers.percent(attention)
                + ", problem from "
                + Numbers.percent(problem)
                + " of the outputs of a layer on the probe")
        .with("saturated at first", Numbers.percent(share.first()))
        .with("saturated now", Numbers.percent(most));
  }
}
