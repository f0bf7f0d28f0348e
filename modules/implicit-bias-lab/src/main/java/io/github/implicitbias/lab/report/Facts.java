package io.github.implicitbias.lab.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the report of any sample says about a run. */
public final class Facts {

  private Facts() {}

  /** Adds rows on flips, units without a kink on the probe, and records. */
  public static void add(Report report, Run run) {
    long activations = total(run, FlipKind.ACTIVATION);
    long reactivations = total(run, FlipKind.REACTIVATION);
    long deactivations = total(run, FlipKind.DEACTIVATION);
    report.add(
        "flips",
        "%d: %d activations, %d reactivations, %d deactivations",
        activations + reactivations + deactivations,
        activations,
        reactivations,
        deactivations);
    long last = lastFlip(run);
    if (last >= 0) {
      report.add("last flip", "at step %d of %d", last, run.lastStep());
    }
    report.add("dead units", "%s", units(run, "deadUnits"));
    report.add("linear units", "%s", units(run, "linearUnits"));
    report.add(
        "records",
        "%d, the probe observed at %d in place, at %d through a shadow network",
        run.size(),
        run.recordsInPlace(),
        run.observations() - run.recordsInPlace());
  }

  /** Adds rows on how often samples were visited, and on labels that look wrong. */
  public static void addVisits(Report report, VisitBook visits) {
    VisitFacts.add(report, visits);
  }

  /** Puts all verdicts, those of predictions that do not apply too, with their conditions. */
  public static void putVerdicts(ObjectNode summary, Run run) {
    Verdicts.putSummary(summary, run);
    Verdicts.put(summary, run);
  }

  /**
   * Puts counts of visits, visited samples, epochs, suspects and samples that were never learned;
   * the last two are null where they are not known, and {@code suspectsAbsent} says why.
   */
  public static void putVisits(ObjectNode node, VisitBook visits) {
    VisitFacts.put(node, visits);
  }

  /**
   * Returns the time that watching takes at a step as a share of the time of a step, both medians.
   *
   * @param stepNanos the time of the step of which watching takes a share
   */
  public static double costShare(Run run, double stepNanos) {
    return WatchingCost.of(run).medianNanos() / stepNanos;
  }

  /** Puts what watching took, beside what training took, watching included. */
  public static void putCost(ObjectNode watching, Run run, StepTimes times) {
    WatchingCost cost = WatchingCost.of(run);
    watching.put("nanoseconds", cost.allNanos());
    watching.put("startNanoseconds", cost.startNanos());
    Json.put(watching, "medianNanoseconds", cost.medianNanos());
    watching.put("trainingNanoseconds", times.totalWall());
    Json.put(watching, "medianStepNanoseconds", times.medianWall());
    Json.put(watching, "share", cost.allNanos() / (double) times.totalWall());
  }

  /**
   * Adds a row on the cost of watching.
   *
   * @param stepNanos the time of the step of which watching takes a share
   * @param of what the share is a share of
   */
  public static void addCost(Report report, Run run, double stepNanos, String of) {
    WatchingCost cost = WatchingCost.of(run);
    report.add(
        "cost of watching",
        "%.1f %% of %s (%.0f of %.0f us per step, medians), and %.2f s at the first step",
        100 * cost.medianNanos() / stepNanos,
        of,
        cost.medianNanos() / 1e3,
        stepNanos / 1e3,
        cost.startNanos() / 1e9);
  }

  private static String units(Run run, String metric) {
    List<String> parts = new ArrayList<>();
    for (TrackedLayer layer : run.header().layers()) {
      double count = ofLayer(run, metric, layer);
      parts.add(
          Absent.is(count)
              ? "not counted in " + layer.name()
              : String.format(Locale.ROOT, "%.0f of %d in %s", count, layer.units(), layer.name()));
    }
    return String.join(", ", parts);
  }

  /** Returns the latest value of a metric of a layer, absent if the run does not have it. */
  public static double ofLayer(Run run, String metric, TrackedLayer layer) {
    RunHeader header = run.header();
    return header
        .columnName(Column.Kind.METRIC, metric, header.layerNumber(layer.name()))
        .map(run::latest)
        .orElse(Absent.VALUE);
  }

  /** Returns how many flips of a kind all layers had. */
  public static long total(Run run, FlipKind kind) {
    long total = 0;
    for (TrackedLayer layer : run.header().layers()) {
      total += run.flips(layer.name(), kind);
    }
    return total;
  }

  /** Returns the step of the last flip, -1 if there was none. */
  public static long lastFlip(Run run) {
    long[] steps = {-1, -1};
    run.visit(
        new RecordVisitor() {
          @Override
          public void record(Record record) {
            steps[0] = record.step();
          }

          @Override
          public void flip(int layer, FlipKind kind, int unit, int sample) {
            steps[1] = steps[0];
          }
        });
    return steps[1];
  }
}
