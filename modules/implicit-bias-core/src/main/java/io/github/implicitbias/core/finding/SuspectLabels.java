package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import io.github.implicitbias.run.format.VisitSuspects;
import io.github.implicitbias.run.format.VisitTable;
import java.util.Set;

/** Labels that the network contradicts at nearly every visit. */
final class SuspectLabels implements FindingRule {

  private final double part;

  /** Sets from which part of the samples on suspects call for attention. */
  SuspectLabels(double part) {
    this.part = part;
  }

  @Override
  public String id() {
    return "suspectLabels";
  }

  @Override
  public Set<String> reads() {
    return Set.of();
  }

  @Override
  public Finding judge(Course course) {
    VisitTable table = course.samples();
    if (table == null || course.notFiniteSince() >= 0) {
      return Finding.of(id(), Level.NOTHING, Subject.LABELS, "");
    }
    VisitSuspects suspects = table.suspects();
    if (!suspects.reason().isEmpty()) {
      return Finding.of(
          id(),
          Level.WAITING,
          Subject.LABELS,
          "Labels that look wrong are not known: " + suspects.reason());
    }
    int size = suspects.size();
    double expected = suspects.expectedByChance();
    double share = (double) size / Math.max(1, table.size());
    boolean beyond = Absent.is(expected) || size > 2 * expected;
    Level level =
        size == 0 ? Level.GOOD : share >= part && beyond ? Level.ATTENTION : Level.INFORMATION;
    Finding finding =
        Finding.of(
                id(),
                level,
                Subject.LABELS,
                size == 0
                    ? "No training label looks wrong."
                    : Numbers.count(size)
                        + " of "
                        + Numbers.count(table.size())
                        + " training labels look wrong.")
            .threshold(
                "attention if "
                    + Numbers.percent(part)
                    + " of the samples have a mean margin of at most the mirrored quantile, and"
                    + " that is twice what chance explains (docs/visits.md)")
            .with("samples", Numbers.count(table.size()))
            .with("labels that look wrong", Numbers.count(size));
    finding =
        Absent.is(expected)
            ? finding
            : finding.with("expected by chance, from above", Numbers.of(expected));
    if (size == 0) {
      return finding;
    }
    finding = finding.at(-1, -1, suspects.samples()[0]);
    return level.needsAttention()
        ? finding.advising("Look at these labels, the smallest mean margin first, and mend them.")
        : finding;
  }
}
