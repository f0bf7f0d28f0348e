package io.github.implicitbias.ui;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.util.List;

/** Answers the questions of the page; may block. */
final class DataEndpoint {

  private static final int MIN_POINTS = 4;
  private static final int MAX_POINTS = 8192;
  private static final int MAX_COLUMNS = 64;
  private static final int MAX_BINS = 1024;

  /** Bytes of the bits of a history; they are sent twice, as base64. */
  private static final int MAX_HISTORY = 300_000;

  /** A question that cannot be answered, with the HTTP status that says so. */
  static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
    final int status;

    Refusal(int status, String message) {
      super(message);
      this.status = status;
    }
  }

  private final StoredRuns runs;
  private final LogSeries logSeries = new LogSeries();

  DataEndpoint(StoredRuns runs) {
    this.runs = runs;
  }

  /**
   * Answers one question.
   *
   * @param name what is asked: runs, run, progress, series, step, verdicts, samples, sampleSeries,
   *     units, unitSeries or history
   * @param query the parameters, decoded
   */
  ObjectNode answer(String name, MultiMap query) throws Refusal, IOException {
    switch (name) {
      case "runs":
        return RunJson.list(runs.list());
      case "run":
        return RunJson.header(find(query).run().header());
      case "progress":
        return RunJson.progress(
            find(query), (int) number(query, "events", 0L, 0, Integer.MAX_VALUE));
      case "series":
        return series(find(query).run(), query);
      case "step":
        return step(find(query).run(), query);
      case "verdicts":
        return VerdictJson.verdicts(find(query).run().verdicts());
      case "samples":
        return samples(find(query), query);
      case "sampleSeries":
        return sampleSeries(find(query), query);
      case "units":
        return units(find(query), query);
      case "unitSeries":
        return unitSeries(find(query), query);
      case "history":
        return history(find(query).run(), query);
      default:
        throw new Refusal(404, "There is nothing called " + name + " here.");
    }
  }

  StoredRun find(MultiMap query) throws Refusal, IOException {
    StoredRun found = runs.find(text(query, "session"), text(query, "worker"));
    if (found == null) {
      throw new Refusal(404, "No attached storage has records of this session and worker.");
    }
    return found;
  }

  private ObjectNode series(Run run, MultiMap query) throws Refusal {
    List<String> columns = query.getAll("column");
    if (columns.isEmpty() || columns.size() > MAX_COLUMNS) {
      throw new Refusal(400, "Ask for 1 to " + MAX_COLUMNS + " columns.");
    }
    for (String column : columns) {
      if (!run.header().columns().contains(column)) {
        throw new Refusal(404, "The run has no column " + column + ".");
      }
    }
    int points = (int) number(query, "points", 1000L, MIN_POINTS, MAX_POINTS);
    long from = number(query, "from", Long.MIN_VALUE, Long.MIN_VALUE, Long.MAX_VALUE);
    long to = number(query, "to", Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE);
    String spacing = query.get("spacing");
    if (spacing == null || spacing.equals("even")) {
      return RunJson.series(run, columns, points, from, to);
    }
    if (spacing.equals("log")) {
      return logSeries.answer(run, columns, points, from, to);
    }
    throw new Refusal(400, "The spacing is even or log.");
  }

  private static ObjectNode samples(StoredRun stored, MultiMap query) throws Refusal, IOException {
    long step = number(query, "step", null, Long.MIN_VALUE + 1, Long.MAX_VALUE);
    return SampleJson.at(stored, stored.run().header(), step);
  }

  private static ObjectNode sampleSeries(StoredRun stored, MultiMap query) throws Refusal {
    RunHeader header = stored.run().header();
    String column = text(query, "column");
    if (!header.sampleColumns().contains(column)) {
      throw new Refusal(404, "The run has no values per sample called " + column + ".");
    }
    int points =
        (int) number(query, "points", (long) SampleRecords.MAX_POINTS, 2, SampleRecords.MAX_POINTS);
    int wanted = (int) number(query, "sample", -1L, -1, header.samples() - 1L);
    return SampleJson.history(stored, column, points, wanted);
  }

  private static ObjectNode units(StoredRun stored, MultiMap query) throws Refusal, IOException {
    RunHeader header = stored.run().header();
    long step = number(query, "step", null, Long.MIN_VALUE + 1, Long.MAX_VALUE);
    return UnitJson.at(stored, header, layer(header, query).name(), step);
  }

  private static ObjectNode unitSeries(StoredRun stored, MultiMap query) throws Refusal {
    RunHeader header = stored.run().header();
    long most = UnitRecords.MAX_STEPS;
    int points = (int) number(query, "points", most, 2, most);
    return UnitJson.paths(stored, header, layer(header, query).name(), points);
  }

  private static TrackedLayer layer(RunHeader header, MultiMap query) throws Refusal {
    String name = text(query, "layer");
    return header.layers().stream()
        .filter(l -> l.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new Refusal(404, "The run has no layer " + name + "."));
  }

  private static ObjectNode history(Run run, MultiMap query) throws Refusal {
    RunHeader header = run.header();
    TrackedLayer layer = layer(header, query);
    int unit = (int) number(query, "unit", -1L, -1, layer.units() - 1L);
    int sample = (int) number(query, "sample", -1L, -1, header.samples() - 1L);
    if (unit >= 0 == sample >= 0) {
      throw new Refusal(400, "Ask for a unit or for a sample.");
    }
    if (run.size() == 0) {
      throw new Refusal(404, "The run has no records yet.");
    }
    int bytes = ((unit >= 0 ? header.samples() : layer.units()) + 7) / 8;
    if (bytes > MAX_HISTORY / MIN_POINTS) {
      throw new Refusal(400, "This history is too large to be sent.");
    }
    int points = (int) number(query, "points", (long) MAX_BINS, 2, MAX_BINS);
    return RunJson.history(
        new BitHistory(run, layer.name(), unit, sample, Math.min(points, MAX_HISTORY / bytes)));
  }

  private static ObjectNode step(Run run, MultiMap query) throws Refusal {
    long step = number(query, "step", null, Long.MIN_VALUE + 1, Long.MAX_VALUE);
    String layer = query.get("layer");
    RunHeader header = run.header();
    if (layer != null && header.layers().stream().noneMatch(l -> l.name().equals(layer))) {
      throw new Refusal(404, "The run has no layer " + layer + ".");
    }
    if (run.size() == 0) {
      throw new Refusal(404, "The run has no records yet.");
    }
    return RunJson.step(run, step, layer);
  }

  private static String text(MultiMap query, String name) throws Refusal {
    String value = query.get(name);
    if (value == null) {
      throw new Refusal(400, "The parameter " + name + " is missing.");
    }
    return value;
  }

  private static long number(MultiMap query, String name, Long fallback, long min, long max)
      throws Refusal {
    String value = query.get(name);
    if (value == null && fallback != null) {
      return fallback;
    }
    try {
      long number = Long.parseLong(text(query, name));
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // answered below
    }
    throw new Refusal(400, "The parameter " + name + " is not a whole number in its range.");
  }
}
