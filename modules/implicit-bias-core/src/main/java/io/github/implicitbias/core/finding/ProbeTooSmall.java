package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import java.util.Arrays;
import java.util.Set;

/** A probe that is too small, or of one class, to speak for the data. */
final class ProbeTooSmall implements FindingRule {

  private final int perClass;

  /** Sets how many samples of each class a probe should have. */
  ProbeTooSmall(int perClass) {
    this.perClass = perClass;
  }

  @Override
  public String id() {
    return "probeTooSmall";
  }

  @Override
  public Set<String> reads() {
    return Set.of("deadUnits");
  }

  @Override
  public Finding judge(Course course) {
    int samples = course.header().samples();
    int[] classes = course.header().sampleClasses();
    long distinct = Arrays.stream(classes).filter(one -> one >= 0).distinct().count();
    boolean classified = samples > 0 && Arrays.stream(classes).allMatch(one -> one >= 0);
    if (samples == 0) {
      return Finding.of(id(), Level.NOTHING, Subject.WATCHING, "");
    }
    if (classified && distinct == 1 && samples > 1) {
      return Finding.of(
              id(),
              Level.ATTENTION,
              Subject.WATCHING,
              "The probe of "
                  + Numbers.count(samples)
                  + " samples has one class only: what is said of it does not hold for the others.")
          .advising(
              "Give a probe with samples of all classes, such as the whole training set with"
                  + " probeSample(1000, 1).")
          .threshold("attention if all samples of the probe are of one class")
          .with("samples of the probe", Numbers.count(samples))
          .with("class", Integer.toString(classes[0]));
    }
    long off = 0;
    long dead = 0;
    VisitEpoch epoch = course.epoch();
    if (epoch != null) {
      for (VisitLayer layer : epoch.layers()) {
        Trend onProbe = course.trend("deadUnits", layer.name());
        if (onProbe.isKnown() && layer.deadUnits() >= 0) {
          off += (long) onProbe.last();
          dead += layer.deadUnits();
        }
      }
    }
    if (off > dead + 0.1 * dead + 1) {
      return Finding.of(
              id(),
              Level.INFORMATION,
              Subject.WATCHING,
              Numbers.count(off)
                  + " units are off on the probe of "
                  + Numbers.count(samples)
                  + " samples, "
                  + Numbers.count(dead)
                  + " over a whole epoch: the probe is too small to count dead units.")
          .threshold("said if a tenth more units are off on the probe than in the epoch")
          .with("off on the probe", Numbers.count(off))
          .with("dead in the epoch", Numbers.count(dead));
    }
    boolean few = classified && distinct > 1 && samples < perClass * distinct && epoch != null;
    return few
        ? Finding.of(
                id(),
                Level.INFORMATION,
                Subject.WATCHING,
                "The probe has "
                    + Numbers.count(samples)
                    + " samples of "
                    + distinct
                    + " classes: shares over it are coarse.")
            .threshold("said below " + perClass + " samples per class")
        : Finding.of(id(), Level.NOTHING, Subject.WATCHING, "");
  }
}
