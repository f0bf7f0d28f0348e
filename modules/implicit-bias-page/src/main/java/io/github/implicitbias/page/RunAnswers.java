package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Answers the questions about one run, from what is indexed of it: a run that goes on, for a
 * server, or a whole one, for a file. May block.
 */
final class RunAnswers {

  /** What can be asked about a run. */
  static final Set<String> NAMES =
      Set.of(
          "run",
          "progress",
          "series",
          "step",
          "verdicts",
          "samples",
          "sampleSeries",
          "units",
          "unitSeries",
          "history",
          "visits",
          "summary",
          "dataMap",
          "suspects",
          "sample",
          "network",
          "flips",
          "means",
          "shares");

  private static final int MIN_POINTS = 4;
  private static final int MAX_POINTS = 8192;
  private static final int MAX_COLUMNS = 64;
  private static final int MAX_BINS = 1024;

  /** Bytes of the bits of a history; they are sent twice, as base64. */
  private static final int MAX_HISTORY = 300_000;

  private final FollowedRun run;

  RunAnswers(FollowedRun run) {
    this.run = run;
  }

  /**
   * Answers one question of {@link #NAMES}.
   *
   * @throws Refusal if it cannot be answered
   */
  ObjectNode answer(Question question) throws Refusal {
    FollowedRun.View view = run.view();
    switch (question.name()) {
      case "run":
        return HeaderJson.of(view.run.header());
      case "progress":
        return RunJson.progress(run, (int) question.number("events", 0, 0, Integer.MAX_VALUE));
      case "series":
        return series(view, question);
      case "step":
        return step(view.run, question);
      case "verdicts":
        return VerdictJson.verdicts(view.run.verdicts());
      case "samples":
        return SampleJson.at(view, step(question));
      case "sampleSeries":
        return sampleSeries(view, question);
      case "units":
        return units(view, question);
      case "unitSeries":
        return unitSeries(view, question);
      case "visits":
        return VisitJson.of(view);
      case "summary":
        return SummaryJson.of(view.run);
      case "dataMap":
        return dataMap(digest(view), question);
      case "suspects":
        return VisitedSampleJson.suspects(
            view.run.visits(),
            digest(view),
            (int) question.number("from", 0, 0, Integer.MAX_VALUE));
      case "sample":
        return VisitedSampleJson.one(
            view.run.visits(), digest(view), (int) question.number("number", 0, Integer.MAX_VALUE));
      case "network":
        return NetworkJson.of(view);
      case "flips":
        return view.rates.flips(layer(view.run.header(), question));
      case "means":
        return view.rates.means();
      case "shares":
        return question.has("epoch")
            ? SharesJson.ofEpoch(view.run, (int) question.number("epoch", 0, Integer.MAX_VALUE))
            : SharesJson.ofProbe(view.run, step(question));
      case "history":
        return history(view.run, question);
      default:
        throw new IllegalArgumentException(question.name() + " is no question about a run");
    }
  }

  private static VisitDigest digest(FollowedRun.View view) throws Refusal {
    VisitDigest digest = view.digest();
    if (digest == null) {
      throw new Refusal(404, "The run keeps no training sample by itself.");
    }
    return digest;
  }

  private static ObjectNode dataMap(VisitDigest digest, Question question) throws Refusal {
    String measure = question.text("measure");
    if (!DataMapJson.MEASURES.contains(measure)) {
      throw new Refusal(400, "The measure is one of " + DataMapJson.MEASURES + ".");
    }
    int ofClass = (int) question.number("class", -1, -1, VisitDigest.MAX_CLASSES - 1L);
    return DataMapJson.of(digest, measure, ofClass);
  }

  private static long step(Question question) throws Refusal {
    return question.number("step", Long.MIN_VALUE + 1, Long.MAX_VALUE);
  }

  /** Looks a name up; header and run say in a sentence which there are, which is too long here. */
  private static int find(String what, String name, ToIntFunction<String> places) throws Refusal {
    try {
      return places.applyAsInt(name);
    } catch (IllegalArgumentException e) {
      throw new Refusal(404, "The run has no " + what + " of this name.");
    }
  }

  private static ObjectNode series(FollowedRun.View view, Question question) throws Refusal {
    List<String> columns = question.all("column");
    if (columns.isEmpty() || columns.size() > MAX_COLUMNS) {
      throw new Refusal(400, "Ask for 1 to " + MAX_COLUMNS + " columns.");
    }
    for (String column : columns) {
      find("column", column, view.run.header()::columnNumber);
    }
    int points = (int) question.number("points", 1000, MIN_POINTS, MAX_POINTS);
    long from = question.number("from", Long.MIN_VALUE, Long.MIN_VALUE, Long.MAX_VALUE);
    long to = question.number("to", Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE);
    String given = question.get("spacing");
    String spacing = given == null ? "even" : given;
    if (!spacing.equals("even") && !spacing.equals("log")) {
      throw new Refusal(400, "The spacing is even or log.");
    }
    return RunJson.series(view, spacing.equals("log"), columns, points, from, to);
  }

  private static ObjectNode sampleSeries(FollowedRun.View view, Question question) throws Refusal {
    RunHeader header = view.run.header();
    int row = find("column of samples", question.text("column"), header::sampleColumnNumber);
    int most = RowHistory.MAX_POINTS;
    int points = (int) question.number("points", most, 2, most);
    int wanted = (int) question.number("sample", -1, -1, header.samples() - 1L);
    return SampleJson.history(view, row, points, wanted);
  }

  private static ObjectNode units(FollowedRun.View view, Question question) throws Refusal {
    long step = step(question);
    return UnitJson.at(view, layer(view.run.header(), question), step);
  }

  private static ObjectNode unitSeries(FollowedRun.View view, Question question) throws Refusal {
    int most = RowHistory.MAX_POINTS;
    int points = (int) question.number("points", most, 2, most);
    return UnitJson.paths(view, layer(view.run.header(), question), points);
  }

  /** Layers are asked for by their place among the layers of the run. */
  private static int layer(RunHeader header, Question question) throws Refusal {
    int layer = (int) question.number("layer", 0, Integer.MAX_VALUE);
    if (layer >= header.layers().size()) {
      throw new Refusal(404, "The run has no layer " + layer + ".");
    }
    return layer;
  }

  private static ObjectNode history(Run run, Question question) throws Refusal {
    RunHeader header = run.header();
    int number = layer(header, question);
    TrackedLayer layer = header.layers().get(number);
    int unit = (int) question.number("unit", -1, -1, layer.units() - 1L);
    int sample = (int) question.number("sample", -1, -1, header.samples() - 1L);
    if (unit >= 0 == sample >= 0) {
      throw new Refusal(400, "Ask for a unit or for a sample.");
    }
    if (run.size() == 0) {
      throw new Refusal(404, "The run has no records yet.");
    }
    int bytes = (int) Math.max(1, ((unit >= 0 ? header.samples() : layer.units()) + 7L) / 8);
    if (bytes > MAX_HISTORY / MIN_POINTS) {
      throw new Refusal(400, "This history is too large to be sent.");
    }
    int points = (int) question.number("points", MAX_BINS, 2, MAX_BINS);
    return RunJson.history(
        new BitHistory(run, number, unit, sample, Math.min(points, MAX_HISTORY / bytes)));
  }

  private static ObjectNode step(Run run, Question question) throws Refusal {
    long step = step(question);
    int layer = question.has("layer") ? layer(run.header(), question) : -1;
    if (run.size() == 0) {
      throw new Refusal(404, "The run has no records yet.");
    }
    return RunJson.step(run, step, layer);
  }
}
