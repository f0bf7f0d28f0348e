package io.github.implicitbias.lab.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.visit.SuspectLabels;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.core.visit.VisitedSample;
import java.util.Locale;

/** What reports and {@code summary.json} say about the visits of the samples. */
final class VisitFacts {

  private final VisitBook visits;
  private int samples;
  private long all;
  private int fewest = Integer.MAX_VALUE;
  private int most;
  private boolean margins;

  private VisitFacts(VisitBook visits) {
    this.visits = visits;
    for (int i = 0; i < visits.size(); i++) {
      VisitedSample sample = visits.of(i);
      if (sample.visits() > 0) {
        samples++;
        all += sample.visits();
        fewest = Math.min(fewest, sample.visits());
        most = Math.max(most, sample.visits());
        margins |= !Double.isNaN(sample.lastMargin());
      }
    }
  }

  static void add(Report report, VisitBook visits) {
    VisitFacts facts = new VisitFacts(visits);
    report.add("visits", "%s", facts.counts());
    if (facts.samples > 0) {
      report.add("suspect labels", "%s", facts.suspects());
    }
  }

  static void put(ObjectNode node, VisitBook visits) {
    VisitFacts facts = new VisitFacts(visits);
    node.put("visits", facts.all);
    node.put("samples", facts.samples);
    node.put("epochs", visits.epochs().size());
    String reason = facts.reason();
    if (reason.isEmpty()) {
      node.put("suspects", visits.suspects().samples().length);
      Json.put(node, "suspectsExpectedByChance", visits.suspects().expectedByChance());
    } else {
      node.putNull("suspects");
      node.put("suspectsAbsent", reason);
    }
    if (facts.margins) {
      node.put("neverLearned", visits.neverLearned().length);
    } else {
      node.putNull("neverLearned");
    }
    node.put("status", visits.status());
  }

  private String counts() {
    if (samples == 0) {
      return "none: " + visits.status();
    }
    String times = fewest == most ? Integer.toString(most) : fewest + " to " + most;
    return String.format(
        Locale.ROOT,
        "each of %,d different samples was seen by training %s %s%s",
        samples,
        times,
        most == 1 ? "time" : "times",
        margins ? String.format(Locale.ROOT, "; %,d never learned", neverLearned()) : "");
  }

  private int neverLearned() {
    return visits.neverLearned().length;
  }

  private String suspects() {
    String reason = reason();
    if (!reason.isEmpty()) {
      return "not known: " + reason;
    }
    SuspectLabels suspects = visits.suspects();
    double chance = suspects.expectedByChance();
    return String.format(
        Locale.ROOT,
        "%,d of %,d samples%s",
        suspects.samples().length,
        samples,
        Double.isNaN(chance)
            ? ""
            : String.format(Locale.ROOT, ", of which about %.1f are expected by chance", chance));
  }

  /** Returns why there is no list of suspects; empty if there is one. */
  private String reason() {
    if (samples == 0) {
      return "no sample was visited";
    }
    return margins ? visits.suspects().reason() : "the labels are numbers, which have no margins";
  }
}
