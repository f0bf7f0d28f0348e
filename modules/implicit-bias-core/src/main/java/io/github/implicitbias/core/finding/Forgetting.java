package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.VisitEpoch;
import java.util.Set;

/** Samples that were answered right and are not any more. */
final class Forgetting implements FindingRule {

  private final double part;

  /** Sets from which part of the samples on forgetting calls for attention, from epoch 4 on. */
  Forgetting(double part) {
    this.part = part;
  }

  @Override
  public String id() {
    return "forgetting";
  }

  @Override
  public Set<String> reads() {
    return Set.of();
  }

  @Override
  public Finding judge(Course course) {
    VisitEpoch epoch = course.epoch();
    VisitEpoch before = course.epochBefore();
    if (course.notFiniteSince() >= 0) {
      return Finding.of(id(), Level.NOTHING, Subject.FORGETTING, "");
    }
    double samples = epoch == null ? Absent.VALUE : epoch.number(EpochNumber.SAMPLES);
    double forgotten = epoch == null ? Absent.VALUE : epoch.number(EpochNumber.FORGOTTEN);
    if (epoch == null || before == null || Absent.is(samples) || Absent.is(forgotten)) {
      return course.isLast() || course.epochs() > 1
          ? Finding.of(id(), Level.NOTHING, Subject.FORGETTING, "")
          : Finding.of(
              id(),
              Level.WAITING,
              Subject.FORGETTING,
              "Forgetting is known after two epochs of visits.");
    }
    double share = forgotten / samples;
    double shareBefore = before.number(EpochNumber.FORGOTTEN) / samples;
    boolean much = course.epochs() >= 4 && share >= part && share >= shareBefore;
    Finding finding =
        Finding.of(
                id(),
                much ? Level.ATTENTION : Level.GOOD,
                Subject.FORGETTING,
                forgotten == 0
                    ? "No sample was forgotten in the last epoch."
                    : Numbers.many((long) forgotten, "sample was", "samples were")
                        + " forgotten in the last epoch, "
                        + Numbers.percent(share)
                        + " of all"
                        + (much ? ", not fewer than in the one before." : "."))
            .threshold(
                "attention from "
                    + Numbers.percent(part)
                    + " of the samples, if it does not fall after the fourth epoch")
            .with("forgotten in the epoch before", Numbers.percent(shareBefore))
            .with("never learned", Numbers.count((long) epoch.number(EpochNumber.NEVER_LEARNED)));
    return much ? finding.advising("Lower the learning rate, or take larger batches.") : finding;
  }
}
