package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Units that are off for every sample of an epoch, or of the probe. */
final class DeadUnits implements FindingRule {

  /** One unit of a small layer is no sign of anything. */
  private static final int FEWEST = 2;

  private final double attention;
  private final double problem;

  /** Sets which part of the units of a layer is too much. */
  DeadUnits(double attention, double problem) {
    this.attention = attention;
    this.problem = problem;
  }

  @Override
  public String id() {
    return "deadUnits";
  }

  @Override
  public Set<String> reads() {
    return Set.of("deadUnits");
  }

  @Override
  public Finding judge(Course course) {
    Count count = new Count();
    VisitEpoch epoch = course.epoch();
    if (epoch != null) {
      for (VisitLayer layer : epoch.layers()) {
        if (layer.deadUnits() >= 0) {
          count.add(layer.name(), layer.deadUnits(), layer.shares().length);
          count.atMost |= layer.isAtLeast();
        }
      }
    }
    boolean ofEpoch = count.units > 0;
    if (!ofEpoch) {
      course.header().layers().stream()
          .filter(layer -> course.trend("deadUnits", layer.name()).isKnown())
          .forEach(
              layer ->
                  count.add(
                      layer.name(),
                      (long) course.trend("deadUnits", layer.name()).last(),
                      layer.units()));
    }
    if (count.units == 0 || course.notFiniteSince() >= 0) {
      boolean waits = course.epochs() == 0 && course.notFiniteSince() < 0 && !course.isLast();
      return Finding.of(
          id(),
          waits ? Level.WAITING : Level.NOTHING,
          Subject.UNITS,
          waits ? "Dead units are counted over a whole epoch, which has not ended yet." : "");
    }
    Level level =
        count.dead == 0
            ? Level.GOOD
            : count.worst < attention || count.worstDead < FEWEST
                ? Level.INFORMATION
                : count.worst >= problem ? Level.PROBLEM : Level.ATTENTION;
    String over = ofEpoch ? " in the last epoch" : " on the probe";
    String word = ofEpoch ? " dead" : " off for every sample";
    String text =
        count.dead == 0
            ? "No unit is" + word + over + "."
            : (count.atMost ? "At most " : "")
                + Numbers.count(count.dead)
                + " of "
                + Numbers.count(count.units)
                + (count.dead == 1 ? " units is" : " units are")
                + word
                + over
                + (count.layers > 1
                    ? ", " + Numbers.count(count.worstDead) + " of them in " + count.worstName
                    : ", in " + count.worstName)
                + ".";
    Finding finding =
        Finding.of(id(), level, Subject.UNITS, text)
            .threshold(
                "attention from "
                    + Numbers.percent(attention)
                    + " of a layer, problem from "
                    + Numbers.percent(problem)
                    + ", of two units or more");
    for (Map.Entry<String, String> line : count.lines.entrySet()) {
      finding = finding.with(line.getKey(), line.getValue());
    }
    if (!level.needsAttention()) {
      return finding;
    }
    return finding
        .at(course.tracked(count.worstName), -1, -1)
        .advising(
            "Lower the learning rate of the first steps, start from larger weights or biases of 0,"
                + " or use a leaky ReLU.");
  }

  /** What is counted over the layers. */
  private static final class Count {
    final Map<String, String> lines = new LinkedHashMap<>();
    long dead;
    long units;
    int layers;
    double worst = -1;
    long worstDead;
    String worstName = "";
    boolean atMost;

    void add(String layer, long deadOfLayer, int unitsOfLayer) {
      dead += deadOfLayer;
      units += unitsOfLayer;
      layers++;
      double share = (double) deadOfLayer / unitsOfLayer;
      if (share > worst) {
        worst = share;
        worstDead = deadOfLayer;
        worstName = layer;
      }
      lines.put(
          "dead units of " + layer,
          Numbers.count(deadOfLayer) + " of " + Numbers.count(unitsOfLayer));
    }
  }
}
