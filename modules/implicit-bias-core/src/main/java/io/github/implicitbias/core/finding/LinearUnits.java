package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import java.util.Set;

/** Units that are on for every sample add a linear map and nothing else. */
final class LinearUnits implements FindingRule {

  private final double attention;

  /** Sets which part of the units of a layer is too much. */
  LinearUnits(double attention) {
    this.attention = attention;
  }

  @Override
  public String id() {
    return "linearUnits";
  }

  @Override
  public Set<String> reads() {
    return Set.of();
  }

  @Override
  public Finding judge(Course course) {
    VisitEpoch epoch = course.epoch();
    long linear = 0;
    long units = 0;
    double worst = -1;
    String worstName = "";
    if (epoch != null) {
      for (VisitLayer layer : epoch.layers()) {
        if (layer.linearUnits() >= 0) {
          linear += layer.linearUnits();
          units += layer.shares().length;
          double share = (double) layer.linearUnits() / layer.shares().length;
          if (share > worst) {
            worst = share;
            worstName = layer.name();
          }
        }
      }
    }
    if (linear == 0 || course.notFiniteSince() >= 0) {
      return Finding.of(id(), Level.NOTHING, Subject.UNITS, "");
    }
    Level level = worst >= attention ? Level.ATTENTION : Level.INFORMATION;
    Finding finding =
        Finding.of(
                id(),
                level,
                Subject.UNITS,
                Numbers.count(linear)
                    + " of "
                    + Numbers.many(units, "unit was", "units were")
                    + " on for every sample of the last epoch, most of them in "
                    + worstName
                    + ".")
            .at(course.tracked(worstName), -1, -1)
            .threshold("attention from " + Numbers.percent(attention) + " of a layer");
    return level.needsAttention()
        ? finding.advising(
            "The layer does little more than a linear one: look at its biases, or leave it out.")
        : finding;
  }
}
