package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A layer whose weights do not move while others do. */
final class StillLayer implements FindingRule {

  private static final double SAME = 1e-9;
  private final long steps;

  /** Sets over how many steps a layer may stand still. */
  StillLayer(long steps) {
    this.steps = steps;
  }

  @Override
  public String id() {
    return "stillLayer";
  }

  @Override
  public Set<String> reads() {
    return Set.of("frobeniusNorm");
  }

  @Override
  public Finding judge(Course course) {
    List<String> still = new ArrayList<>();
    int moving = 0;
    for (String layer : course.layers()) {
      Trend norm = course.trend("frobeniusNorm", layer);
      boolean known = norm.count() > 1 && norm.lastStep() - norm.firstStep() >= steps;
      if (known && norm.greatest() - norm.least() <= SAME * norm.greatest()) {
        if (!course.isFrozen(layer)) {
          still.add(layer);
        }
      } else if (known) {
        moving++;
      }
    }
    if (still.isEmpty() || moving == 0 || course.notFiniteSince() >= 0) {
      return Finding.of(id(), Level.NOTHING, Subject.UPDATE, "");
    }
    String names = String.join(", ", still);
    long since = course.trend("frobeniusNorm", still.get(0)).firstStep();
    return Finding.of(
            id(),
            Level.ATTENTION,
            Subject.UPDATE,
            names
                + (still.size() == 1 ? " does" : " do")
                + " not move: the weights are what they were at step "
                + Numbers.count(since)
                + ", while other layers learn.")
        .since(since)
        .at(course.tracked(still.get(0)), -1, -1)
        .advising(
            "Check the learning rate of the layer; if it is that of the others, no gradient reaches"
                + " the layer: look for dead or saturated units behind it.")
        .threshold(
            "attention if the norm of the matrix changes by less than 1e-9 of it within "
                + Numbers.count(steps)
                + " steps; layers that the configuration freezes are left out");
  }
}
