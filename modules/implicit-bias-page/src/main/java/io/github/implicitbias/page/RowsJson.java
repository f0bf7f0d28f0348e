package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Absent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rows of many runs as JSON of bounded size. Whoever asks says up to which stamp rows are known and
 * gets those that are newer; of more than fit into an answer the first, and {@code more}.
 *
 * <p>A line of the loss is a text of two characters per point: a number from 0 to 4095 in two
 * digits of base 64, which stands for a place between the least and the greatest value on a
 * logarithmic scale; "--" for none, "!!" for what is not finite or not positive.
 */
final class RowsJson {

  /** Numbers of which the last values can be asked for at once. */
  static final int MAX_ENDS = 24;

  private static final int ROWS_BYTES = 880_000;
  private static final int COLUMNS_BYTES = 100_000;
  private static final int MAX_LABEL = 400;
  private static final int MAX_HEADLINE = 240;
  private static final int LEVELS = 4095;

  /** Bytes of a row without its texts, and of a number. */
  private static final int ROW = 430;

  private static final int NUMBER = 22;
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";

  /** What is told where nothing else is asked for, as far as there is any. */
  private static final List<String> USUAL =
      List.of("loss", "testLoss", "testAccuracy", "deadUnits", "parameterNorm", "stableRank");

  private static final int MAX_USUAL = 6;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private RowsJson() {}

  /**
   * Returns rows.
   *
   * @param generation that of the rows known
   * @param since the stamp up to which rows are known, 0 for none
   * @param wanted columns whose last values are asked for; empty for the usual ones
   */
  static ObjectNode of(RunRows.View view, long generation, long since, List<String> wanted) {
    return of(view, generation, since, wanted, ROWS_BYTES);
  }

  /** Returns all rows, however many bytes these are: for a file. */
  static ObjectNode whole(RunRows.View view, List<String> ends) {
    return of(view, 0, 0, ends, Long.MAX_VALUE);
  }

  private static ObjectNode of(
      RunRows.View view, long generation, long since, List<String> wanted, long bytes) {
    long from = generation == view.generation ? since : 0;
    ObjectNode answer = JSON.objectNode();
    answer.put("generation", view.generation);
    answer.put("now", System.currentTimeMillis());
    answer.put("count", view.rows.size());
    answer.put("unread", view.unread);
    Map<String, RunRow.End> columns = columns(view);
    List<String> ends = wanted.isEmpty() ? usual(columns) : wanted;
    ends.forEach(answer.putArray("ends")::add);
    List<String> settings = settings(view);
    settings.forEach(answer.putArray("settings")::add);
    columns(columns, answer.putArray("columns"));
    ArrayNode rows = answer.putArray("rows");
    TextBudget room = new TextBudget(bytes);
    long next = from;
    boolean more = false;
    for (RunRows.Kept kept : view.rows) {
      if (kept.stamp > from) {
        if (!room.take(text(kept.row), ROW + 5 * settings.size() + NUMBER * ends.size())) {
          more = true;
          break;
        }
        rows.add(row(kept.row, settings, ends));
        next = kept.stamp;
      }
    }
    answer.put("next", next);
    answer.put("more", more);
    return answer;
  }

  /** All columns that some run has, in the order in which they come. */
  private static Map<String, RunRow.End> columns(RunRows.View view) {
    Map<String, RunRow.End> all = new LinkedHashMap<>();
    Set<List<RunRow.End>> seen =
        java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
    for (RunRows.Kept kept : view.rows) {
      if (kept.row.outcome != null && seen.add(kept.row.outcome.columns)) {
        kept.row.outcome.columns.forEach(column -> all.putIfAbsent(column.name, column));
      }
    }
    return all;
  }

  private static List<String> usual(Map<String, RunRow.End> columns) {
    List<String> usual = new ArrayList<>();
    for (String id : USUAL) {
      for (RunRow.End column : columns.values()) {
        if (column.id.equals(id) && usual.size() < MAX_USUAL) {
          usual.add(column.name);
          break;
        }
      }
    }
    return usual;
  }

  private static void columns(Map<String, RunRow.End> columns, ArrayNode into) {
    TextBudget room = new TextBudget(COLUMNS_BYTES);
    for (RunRow.End column : columns.values()) {
      String title = Values.cut(column.title, MAX_LABEL);
      if (!room.take(column.name + column.id + title + column.layer, 60)) {
        return;
      }
      into.addObject()
          .put("name", column.name)
          .put("id", column.id)
          .put("title", title)
          .put("layer", column.layer);
    }
  }

  private static List<String> settings(RunRows.View view) {
    Set<String> all = new LinkedHashSet<>();
    for (RunRows.Kept kept : view.rows) {
      for (String setting : kept.row.settings.keySet()) {
        if (all.size() < 4 * RunSettings.MAX_SETTINGS) {
          all.add(setting);
        }
      }
    }
    return new ArrayList<>(all);
  }

  /** All texts of a row. */
  private static String text(RunRow row) {
    RunCatalog.Entry entry = row.entry;
    return Values.cut(entry.session(), MAX_LABEL)
        + Values.cut(entry.worker(), MAX_LABEL)
        + Values.cut(entry.name(), MAX_LABEL)
        + String.join("", row.settings.values())
        + (row.outcome == null ? "" : Values.cut(row.outcome.headline, MAX_HEADLINE));
  }

  private static ObjectNode row(RunRow row, List<String> settings, List<String> ends) {
    ObjectNode node = JSON.objectNode();
    RunCatalog.Entry entry = row.entry;
    node.put("id", entry.id().toString());
    node.put("session", Values.cut(entry.session(), MAX_LABEL));
    node.put("worker", Values.cut(entry.worker(), MAX_LABEL));
    node.put("name", Values.cut(entry.name(), MAX_LABEL));
    node.put("startedAt", entry.startedAt());
    ArrayNode values = node.putArray("settings");
    for (String setting : settings) {
      values.add(row.settings.get(setting)); // null where the run has no such setting
    }
    RunRow.Outcome outcome = row.outcome;
    if (outcome == null) {
      return node;
    }
    node.put("changedAt", outcome.changedAt);
    node.put("records", outcome.records);
    node.put("firstStep", outcome.firstStep);
    node.put("lastStep", outcome.lastStep);
    node.put("level", outcome.level);
    node.put("headline", Values.cut(outcome.headline, MAX_HEADLINE));
    ArrayNode verdicts = node.putArray("verdicts");
    for (int count : outcome.verdicts) {
      verdicts.add(count);
    }
    line(outcome.loss, node);
    ArrayNode last = node.putArray("ends");
    for (String end : ends) {
      Values.add(last, outcome.end(end));
    }
    return node;
  }

  private static void line(double[] loss, ObjectNode node) {
    double least = Double.POSITIVE_INFINITY;
    double greatest = 0;
    for (double value : loss) {
      if (value > 0 && value < Double.POSITIVE_INFINITY) {
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
      }
    }
    StringBuilder text = new StringBuilder(2 * loss.length);
    double span = Math.log(greatest / least);
    for (double value : loss) {
      if (value > 0 && value < Double.POSITIVE_INFINITY) {
        int level = span > 0 ? (int) Math.round(LEVELS * Math.log(value / least) / span) : 0;
        text.append(DIGITS.charAt(level >> 6)).append(DIGITS.charAt(level & 63));
      } else {
        text.append(Absent.is(value) ? "--" : "!!");
      }
    }
    node.put("loss", text.toString());
    ArrayNode range = node.putArray("lossRange");
    range.add(greatest > 0 ? least : 1).add(greatest > 0 ? greatest : 1);
  }
}
