package io.github.implicitbias.lab.sweep;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.lab.figure.Figure;
import io.github.implicitbias.lab.report.Json;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** What a sweep has found: per run, per scale, and where rich training ends. */
final class SweepResults {

  /** Numbers that stand for a margin or a gap, the most telling first; by the column. */
  private static final List<String> MARGIN_OR_GAP =
      List.of(
          "normalizedMargin",
          "relativeGapToMinNorm",
          "excessPathNorm",
          "minMargin",
          "pathNorm",
          "parameterNorm");

  private final Sweep sweep;
  private final List<EndValues> ends;

  /**
   * Joins a sweep and what it has found.
   *
   * @param ends of all runs, by scale, then by seed
   */
  SweepResults(Sweep sweep, List<EndValues> ends) {
    this.sweep = sweep;
    this.ends = List.copyOf(ends);
  }

  /** Draws the regimes over the scales: a diagram of phases. */
  Figure diagram() {
    return new PhaseDiagram(this).figure();
  }

  /** Returns the sweep. */
  Sweep sweep() {
    return sweep;
  }

  /** Returns the scales. */
  double[] scales() {
    return sweep.scales();
  }

  /** Returns the runs of a scale. */
  List<EndValues> at(double scale) {
    return ends.stream().filter(end -> end.scale() == scale).collect(Collectors.toList());
  }

  /** Returns the numbers of a scale that are there and finite, in rising order. */
  double[] values(double scale, String column) {
    return at(scale).stream()
        .mapToDouble(end -> end.value(column))
        .filter(Double::isFinite)
        .sorted()
        .toArray();
  }

  /** Returns the median over the seeds, absent if no run has the number. */
  double median(double scale, String column) {
    double[] values = values(scale, column);
    int n = values.length;
    return n == 0 ? Absent.VALUE : (values[(n - 1) / 2] + values[n / 2]) / 2;
  }

  private boolean has(String column) {
    return ends.stream().anyMatch(end -> Double.isFinite(end.value(column)));
  }

  /** Returns the column that says how good the solution is: of a margin, a gap, or a norm. */
  String marginOrGap() {
    return MARGIN_OR_GAP.stream().filter(this::has).findFirst().orElse("parameterNorm");
  }

  /** Returns the predictions that apply to some run, in the order of the first. */
  List<String> predictions() {
    Set<String> ids = new LinkedHashSet<>();
    for (EndValues end : ends) {
      for (RunVerdict verdict : end.verdicts()) {
        if (end.state(verdict.id()) != Verdict.State.NOT_APPLICABLE) {
          ids.add(verdict.id());
        }
      }
    }
    List<String> ordered =
        ends.isEmpty()
            ? List.of()
            : ends.get(0).verdicts().stream().map(RunVerdict::id).collect(Collectors.toList());
    List<String> found = new ArrayList<>(ids);
    found.sort((a, b) -> Integer.compare(ordered.indexOf(a), ordered.indexOf(b)));
    return found;
  }

  /** Counts the runs of a scale in which a prediction has a verdict. */
  int count(double scale, String id, Verdict.State state) {
    return (int) at(scale).stream().filter(end -> end.state(id) == state).count();
  }

  /**
   * Returns the scale at which the median of the relative distance from the start falls through 1,
   * between scales on the logarithms; absent if it does not.
   */
  double boundary() {
    double[] scales = scales();
    for (int k = 0; k + 1 < scales.length; k++) {
      double here = Math.log(median(scales[k], "relativeDistanceFromInit"));
      double next = Math.log(median(scales[k + 1], "relativeDistanceFromInit"));
      if (here >= 0 && next < 0) {
        double share = here / (here - next);
        return scales[k] * Math.pow(scales[k + 1] / scales[k], share);
      }
    }
    return Absent.VALUE;
  }

  /** Says where training is rich: where the parameters move by more than their own length. */
  String regimes() {
    double boundary = boundary();
    if (!Absent.is(boundary)) {
      return String.format(
          Locale.ROOT, "Rich below a scale of about %s, lazy above", twoDigits(boundary));
    }
    double[] scales = scales();
    double first = median(scales[0], "relativeDistanceFromInit");
    double last = median(scales[scales.length - 1], "relativeDistanceFromInit");
    return first >= 1 && last >= 1
        ? "Rich from every start: the parameters move by more than their length"
        : first < 1 && last < 1
            ? "Lazy from every start: the parameters move by less than their length"
            : "No single scale parts rich from lazy";
  }

  private static String twoDigits(double value) {
    return Scales.name(Double.parseDouble(String.format(Locale.ROOT, "%.1e", value)));
  }

  /** Writes {@code sweep.csv}: a row per run; empty where a number does not apply. */
  void writeCsv(Path folder) throws IOException {
    List<String> head = new ArrayList<>(List.of("scale", "seed"));
    head.addAll(ends.get(0).values().keySet());
    List<String> predictions = predictions();
    for (String id : predictions) {
      head.add(id);
      head.add(id + ".step");
    }
    try (Writer writer = Files.newBufferedWriter(folder.resolve("sweep.csv"));
        CSVPrinter csv = new CSVPrinter(writer, CSVFormat.RFC4180)) {
      csv.printRecord(head);
      for (EndValues end : ends) {
        List<Object> row = new ArrayList<>();
        row.add(end.scale());
        row.add(end.seed());
        end.values().values().forEach(value -> row.add(Absent.is(value) ? "" : value));
        for (String id : predictions) {
          row.add(end.state(id).words());
          long step = step(end, id);
          row.add(step < 0 ? "" : step);
        }
        csv.printRecord(row);
      }
    }
  }

  private static long step(EndValues end, String id) {
    return end.verdicts().stream()
        .filter(verdict -> verdict.id().equals(id))
        .mapToLong(RunVerdict::step)
        .findFirst()
        .orElse(-1);
  }

  /** Puts everything into {@code summary.json}. */
  void put(ObjectNode summary) {
    summary.put("trained", sweep.swept().description());
    summary.put("scaleOf", sweep.swept().scaleName());
    summary.put("steps", sweep.swept().steps());
    Json.put(summary, "richBelow", boundary());
    Json.provenance(summary.putObject("provenance"), sweep.header());
    ObjectNode statements = summary.putObject("predictions");
    Set<String> applied = new LinkedHashSet<>(predictions());
    for (RunVerdict verdict : ends.get(0).verdicts()) {
      if (applied.contains(verdict.id())) {
        statements
            .putObject(verdict.id())
            .put("statement", verdict.statement())
            .put("source", verdict.source());
      }
    }
    ArrayNode runs = summary.putArray("runs");
    for (EndValues end : ends) {
      ObjectNode run = runs.addObject();
      run.put("scale", end.scale()).put("seed", end.seed());
      ObjectNode last = run.putObject("final");
      end.values().forEach((column, value) -> Json.put(last, column, value));
      ObjectNode verdicts = run.putObject("verdicts");
      for (RunVerdict verdict : end.verdicts()) {
        if (applied.contains(verdict.id())) {
          ObjectNode node = verdicts.putObject(verdict.id());
          node.put("state", end.state(verdict.id()).words());
          if (verdict.step() < 0) {
            node.putNull("step");
          } else {
            node.put("step", verdict.step());
          }
          Json.put(node, "measured", verdict.measured());
          Json.put(node, "bound", verdict.bound());
        }
      }
    }
  }

  /** Returns the table of the console: medians over the seeds, and verdicts of all of them. */
  List<List<String>> table() {
    List<List<String>> rows = new ArrayList<>();
    String last = marginOrGap();
    rows.add(List.of("scale", "loss", "stable rank", words(last), "moved", "verdicts"));
    for (double scale : scales()) {
      rows.add(
          List.of(
              Scales.name(scale),
              number(median(scale, "loss")),
              number(median(scale, "stableRank")),
              number(median(scale, last)),
              number(median(scale, "relativeDistanceFromInit")),
              verdicts(scale)));
    }
    return rows;
  }

  private String verdicts(double scale) {
    List<String> parts = new ArrayList<>();
    Verdict.State[] states = {Verdict.State.REACHED, Verdict.State.HOLDS, Verdict.State.VIOLATED};
    String[] names = {"reached", "hold", "violated"};
    for (int k = 0; k < states.length; k++) {
      Verdict.State state = states[k];
      int count = predictions().stream().mapToInt(id -> count(scale, id, state)).sum();
      if (count > 0) {
        parts.add(count + " " + names[k]);
      }
    }
    return parts.isEmpty() ? "none applies" : String.join(", ", parts);
  }

  /** Names a column for people. */
  static String words(String column) {
    switch (column) {
      case "normalizedMargin":
        return "normalized margin";
      case "relativeGapToMinNorm":
        return "gap to min. norm";
      case "excessPathNorm":
        return "excess path norm";
      case "minMargin":
        return "smallest margin";
      case "pathNorm":
        return "path norm";
      default:
        return "norm";
    }
  }

  /** Writes a number for the table of the console; empty if it is absent. */
  static String number(double value) {
    if (Absent.is(value)) {
      return "";
    }
    double size = Math.abs(value);
    return size == 0 || size >= 0.01 && size < 10_000
        ? String.format(Locale.ROOT, "%.4g", value)
        : String.format(Locale.ROOT, "%.2e", value);
  }

  /** Returns whether some run has lost its numbers. */
  boolean diverged() {
    return ends.stream().anyMatch(end -> !Double.isFinite(end.value("loss")));
  }

  /** Returns the seeds as words. */
  String seeds() {
    long[] seeds = sweep.seeds();
    return seeds.length == 1
        ? "seed " + seeds[0]
        : "seeds " + seeds[0] + " to " + seeds[seeds.length - 1];
  }
}
