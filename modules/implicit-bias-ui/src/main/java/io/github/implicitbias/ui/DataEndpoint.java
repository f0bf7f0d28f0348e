package io.github.implicitbias.ui;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.run.Run;
import io.github.implicitbias.core.run.RunHeader;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.util.List;

/** Answers the questions of the page; may block. */
final class DataEndpoint {

  private static final int MIN_POINTS = 4;
  private static final int MAX_POINTS = 8192;
  private static final int MAX_COLUMNS = 64;

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

  DataEndpoint(StoredRuns runs) {
    this.runs = runs;
  }

  /**
   * Answers one question.
   *
   * @param name what is asked: runs, run, progress, series or step
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
      default:
        throw new Refusal(404, "There is nothing called " + name + " here.");
    }
  }

  private StoredRun find(MultiMap query) throws Refusal, IOException {
    StoredRun found = runs.find(text(query, "session"), text(query, "worker"));
    if (found == null) {
      throw new Refusal(404, "No attached storage has records of this session and worker.");
    }
    return found;
  }

  private static ObjectNode series(Run run, MultiMap query) throws Refusal {
    List<String> columns = query.getAll("column");
    if (columns.isEmpty() || columns.size() > MAX_COLUMNS) {
      throw new Refusal(400, "Ask for 1 to " + MAX_COLUMNS + " columns.");
    }
    for (String column : columns) {
      if (!run.header().columns().contains(column)) {
        throw new Refusal(404, "The run has no column " + column + ".");
      }
    }
    return RunJson.series(
        run,
        columns,
        (int) number(query, "points", 1000L, MIN_POINTS, MAX_POINTS),
        number(query, "from", Long.MIN_VALUE, Long.MIN_VALUE, Long.MAX_VALUE),
        number(query, "to", Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE));
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
