package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunSummary;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Series;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.TrackedLayer;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import io.github.implicitbias.run.format.VisitTable;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The tiles of a summary: one number each, its course, its state, and a line about it. */
final class SummaryTiles {

  private static final int POINTS = 120;
  private static final int MAX_EPOCHS = 120;
  private static final int MAX_TEXT = 400;

  private final Run run;
  private final RunSummary summary;
  private final List<VisitEpoch> epochs;

  SummaryTiles(Run run, RunSummary summary) {
    this.run = run;
    this.summary = summary;
    this.epochs = run.visits().isEmpty() ? List.of() : run.visits().epochs();
  }

  /** Adds six tiles. */
  void addTo(ArrayNode tiles) {
    fit(tiles);
    generalisation(tiles);
    units(tiles);
    VisitTable table = epochs.isEmpty() ? null : run.visits().samples();
    if (table != null && finding(Finding.Subject.LABELS) != null) {
      labels(tiles, table);
    } else {
      theory(tiles);
    }
    if (epochs.isEmpty() || Absent.is(last(EpochNumber.FORGOTTEN))) {
      update(tiles);
    } else {
      forgetting(tiles);
    }
    pattern(tiles);
  }

  private @Nullable Finding finding(Finding.Subject subject) {
    return summary.findings().stream()
        .filter(one -> one.subject() == subject)
        .findFirst()
        .orElse(null);
  }

  private ObjectNode tile(ArrayNode tiles, String id, Finding.Subject subject, String value) {
    Finding finding = finding(subject);
    ObjectNode tile = tiles.addObject();
    Finding.Level unknown = value.isEmpty() ? Finding.Level.WAITING : Finding.Level.INFORMATION;
    tile.put("id", id);
    tile.put("level", (finding == null ? unknown : finding.level()).id());
    tile.put("value", value.isEmpty() ? "\u2013" : value);
    tile.put("line", finding == null ? "" : Values.cut(finding.text(), MAX_TEXT));
    tile.put("href", SummaryJson.part(subject));
    return tile;
  }

  private static void course(ObjectNode tile, @Nullable Series series) {
    Values.series(
        tile, series == null ? Series.of(new long[0], new double[0]) : series.thinned(POINTS));
  }

  private void ofEpochs(ObjectNode tile, ToDoubleFunction<VisitEpoch> number) {
    ArrayNode steps = tile.putArray("steps");
    ArrayNode values = tile.putArray("values");
    int count = Math.min(epochs.size(), MAX_EPOCHS);
    for (int k = 0; k < count; k++) {
      int at = count == 1 ? 0 : (int) ((long) k * (epochs.size() - 1) / (count - 1));
      steps.add(epochs.get(at).lastStep());
      Values.add(values, number.applyAsDouble(epochs.get(at)));
    }
  }

  private double last(EpochNumber number) {
    return epochs.isEmpty() ? Absent.VALUE : epochs.get(epochs.size() - 1).number(number);
  }

  private void fit(ArrayNode tiles) {
    Series loss = null;
    String unit = "lossOfBatches";
    for (String id : List.of("batchLoss", "loss", "score")) {
      if (loss == null) {
        loss = SummaryJson.series(run, id, 2 * POINTS);
        unit =
            id.equals("batchLoss") ? "lossOfBatches" : id.equals("loss") ? "lossOfProbe" : "score";
      }
    }
    String value = loss == null ? "" : number(loss.value(loss.size() - 1));
    ObjectNode tile = tile(tiles, "fit", Finding.Subject.FIT, value);
    tile.put("unit", unit);
    course(tile, loss);
  }

  private void generalisation(ArrayNode tiles) {
    Series right = SummaryJson.series(run, "testAccuracy", 2 * POINTS);
    Series loss = SummaryJson.series(run, "testLoss", 2 * POINTS);
    String value =
        right != null
            ? percent(right.value(right.size() - 1))
            : loss == null ? "" : number(loss.value(loss.size() - 1));
    ObjectNode tile = tile(tiles, "generalisation", Finding.Subject.GENERALISATION, value);
    tile.put("unit", right != null ? "testRight" : "testLoss");
    course(tile, loss);
  }

  private void units(ArrayNode tiles) {
    if (!epochs.isEmpty() && dead(epochs.get(epochs.size() - 1)) >= 0) {
      VisitEpoch epoch = epochs.get(epochs.size() - 1);
      long all = 0;
      for (VisitLayer layer : epoch.layers()) {
        all += layer.deadUnits() < 0 ? 0 : layer.shares().length;
      }
      ObjectNode tile = tile(tiles, "units", Finding.Subject.UNITS, count((long) dead(epoch)));
      tile.put("unit", "deadOfEpoch").put("of", all);
      ofEpochs(tile, SummaryTiles::dead);
      return;
    }
    long all = 0;
    double dead = 0;
    Series worst = null;
    for (int k = 0; k < run.header().layers().size(); k++) {
      TrackedLayer layer = run.header().layers().get(k);
      int at = run.header().find(Column.Kind.METRIC, "deadUnits", k);
      if (at >= 0 && !Absent.is(run.latest(run.header().columns().get(at).name()))) {
        String column = run.header().columns().get(at).name();
        dead += run.latest(column);
        all += layer.units();
        Series series = run.series(column, 2 * POINTS);
        worst =
            worst == null || series.value(series.size() - 1) > worst.value(worst.size() - 1)
                ? series
                : worst;
      }
    }
    ObjectNode tile =
        tile(tiles, "units", Finding.Subject.UNITS, all == 0 ? "" : count((long) dead));
    tile.put("unit", all == 0 ? "" : "offOnProbe").put("of", all);
    course(tile, worst);
  }

  /** Returns how many units were dead in an epoch, -1 if that is known of no layer. */
  private static double dead(VisitEpoch epoch) {
    long dead = 0;
    boolean known = false;
    for (VisitLayer layer : epoch.layers()) {
      known |= layer.deadUnits() >= 0;
      dead += Math.max(0, layer.deadUnits());
    }
    return known ? dead : -1;
  }

  private void labels(ArrayNode tiles, VisitTable table) {
    boolean known = table.suspects().reason().isEmpty();
    String value = known ? count(table.suspects().size()) : "";
    ObjectNode tile = tile(tiles, "labels", Finding.Subject.LABELS, value);
    tile.put("unit", "lookWrong").put("of", table.size());
    course(tile, null); // how many there were before is not kept
  }

  private void theory(ArrayNode tiles) {
    int holding = 0;
    int applying = 0;
    int violated = 0;
    for (RunVerdict verdict : run.verdicts()) {
      boolean applies = verdict.state() != null && verdict.state() != Verdict.State.NOT_APPLICABLE;
      applying += applies ? 1 : 0;
      violated += verdict.state() == Verdict.State.VIOLATED ? 1 : 0;
      holding += applies && verdict.state() != Verdict.State.VIOLATED ? 1 : 0;
    }
    ObjectNode tile = tiles.addObject();
    Finding.Level level = applying == 0 ? Finding.Level.WAITING : Finding.Level.INFORMATION;
    tile.put("id", "theory").put("level", level.id());
    tile.put("value", applying == 0 ? "\u2013" : count(holding));
    tile.put("unit", applying == 0 ? "" : "statementsHold");
    tile.put("of", applying).put("violated", violated);
    tile.put("line", "").put("href", "theory");
    course(tile, null);
  }

  private void update(ArrayNode tiles) {
    Series update = SummaryJson.series(run, "updateNorm", 2 * POINTS);
    Series norm = SummaryJson.series(run, "parameterNorm", 2);
    String value =
        update == null || norm == null
            ? ""
            : percent(update.value(update.size() - 1) / norm.value(norm.size() - 1));
    ObjectNode tile = tile(tiles, "update", Finding.Subject.UPDATE, value);
    tile.put("unit", "ofParameters");
    course(tile, update);
  }

  private void forgetting(ArrayNode tiles) {
    double samples = last(EpochNumber.SAMPLES);
    double forgotten = last(EpochNumber.FORGOTTEN);
    ObjectNode tile =
        tile(tiles, "forgetting", Finding.Subject.FORGETTING, percent(forgotten / samples));
    tile.put("unit", "ofSamplesLastEpoch");
    ofEpochs(tile, epoch -> epoch.number(EpochNumber.FORGOTTEN));
  }

  private void pattern(ArrayNode tiles) {
    if (!epochs.isEmpty() && !Absent.is(flipped(epochs.get(epochs.size() - 1)))) {
      double share = flipped(epochs.get(epochs.size() - 1));
      ObjectNode tile = tile(tiles, "pattern", Finding.Subject.PATTERN, percent(share));
      tile.put("unit", "flippedSinceLastVisit");
      ofEpochs(tile, SummaryTiles::flipped);
      return;
    }
    Series moved = SummaryJson.series(run, "relativeDistanceFromInit", 2 * POINTS);
    String value = moved == null ? "" : percent(moved.value(moved.size() - 1));
    ObjectNode tile = tile(tiles, "pattern", Finding.Subject.PATTERN, value);
    tile.put("unit", "movedFromStart");
    course(tile, moved);
  }

  /** Returns which part of the entries has flipped between two visits of a sample. */
  private static double flipped(VisitEpoch epoch) {
    double entries = 0;
    double flips = 0;
    double visits = epoch.number(EpochNumber.VISITS) - epoch.number(EpochNumber.NEW_SAMPLES);
    for (VisitLayer layer : epoch.layers()) {
      if (layer.flips() >= 0) {
        entries += visits * layer.shares().length;
        flips += layer.flips();
      }
    }
    return entries > 0 ? flips / entries : Absent.VALUE;
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String percent(double share) {
    double percent = 100 * share;
    if (!Double.isFinite(percent)) {
      return "";
    }
    if (percent >= 1000) {
      return number(share) + " \u00d7";
    }
    return percent > 0 && percent < 0.1
        ? Finding.powerOfTen(percent) + " %"
        : String.format(Locale.ROOT, "%.1f %%", percent);
  }

  private static String number(double value) {
    double size = Math.abs(value);
    if (!Double.isFinite(value)) {
      return "";
    }
    if (size != 0 && (size < 1e-3 || size >= 1e7)) {
      return Finding.powerOfTen(value);
    }
    if (size >= 1000) {
      return count(Math.round(value));
    }
    int digits = size == 0 ? 0 : Math.max(0, 2 - (int) Math.floor(Math.log10(size)));
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
