package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.format.RunHeader;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a run records with one number per unit, as JSON of bounded size. */
final class UnitJson {

  /** The length of the weights of a unit, by which units are chosen. */
  private static final String NORM = "weightNorm";

  /** Ids of the unit columns whose paths are drawn. */
  static final List<String> PATHS = List.of("weightX", "weightY", NORM, "outgoingWeight");

  /** Values of one column in an answer; of more units the first are sent. */
  static final int MAX_UNITS = 4096;

  /** Values of all columns of an answer. */
  private static final int MAX_VALUES = 36_000;

  /** Numbers of all paths of an answer. */
  static final int MAX_PATH_NUMBERS = 60_000;

  /** Units whose paths are sent; of more those of the largest norm at the end. */
  static final int MAX_PATHS = 256;

  /** Digits of a path, which is a drawing. */
  private static final MathContext DIGITS = new MathContext(7);

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private UnitJson() {}

  /** Returns the rows of the unit columns of a layer that are told of. */
  static List<Integer> rows(RunHeader header, RowHistory history, int layer) {
    List<Integer> rows = new ArrayList<>();
    for (int row = header.sampleColumns().size(); row < header.rows(); row++) {
      if (history.follows(row) && header.row(row).layer() == layer) {
        rows.add(row);
      }
    }
    return rows;
  }

  /**
   * Per unit column of a layer the last record at or before a step that has it; null if there is
   * none.
   */
  static ObjectNode at(FollowedRun.View view, int layer, long step) {
    RunHeader header = view.run.header();
    ObjectNode answer = JSON.objectNode();
    answer.put("step", step);
    answer.put("layer", layer);
    ObjectNode columns = answer.putObject("columns");
    List<Integer> rows = rows(header, view.rows, layer);
    for (int row : rows) {
      Row last = view.rows.last(view.run, row, step);
      String name = header.row(row).name();
      if (last == null) {
        columns.putNull(name);
      } else {
        columns.set(name, row(last, rows.size()));
      }
    }
    return answer;
  }

  /**
   * Returns a row as {@code {step, values}}, of the first units if there are many.
   *
   * @param columns how many rows the answer has
   */
  static ObjectNode row(Row row, int columns) {
    ObjectNode node = JSON.objectNode();
    node.put("step", row.step());
    ArrayNode values = node.putArray("values");
    int most = Math.min(MAX_UNITS, MAX_VALUES / columns);
    for (int unit = 0; unit < Math.min(most, row.size()); unit++) {
      Values.add(values, row.value(unit));
    }
    return node;
  }

  /**
   * The paths of the units of a layer: at {@code steps}, per column by its name, the values of
   * {@code units}; null where the column is not there. Seven digits.
   *
   * @param points greatest number of steps, at least 2
   */
  static ObjectNode paths(FollowedRun.View view, int layer, int points) {
    RunHeader header = view.run.header();
    ObjectNode answer = JSON.objectNode();
    answer.put("layer", layer);
    ArrayNode steps = answer.putArray("steps");
    ObjectNode columns = answer.putObject("columns");
    ArrayNode units = answer.putArray("units");
    Paths paths = view.rows.paths(layer);
    if (paths == null) {
      return answer;
    }
    int n = paths.size();
    List<Integer> chosen = chosen(paths.row(n - 1, NORM), header.layers().get(layer).units());
    chosen.forEach(units::add);
    int perStep = Math.max(1, chosen.size()) * PATHS.size();
    int most = Math.min(Math.min(points, n), Math.max(2, MAX_PATH_NUMBERS / perStep));
    int[] at =
        IntStream.range(0, most)
            .map(k -> most < 2 ? n - 1 : (int) Math.round((double) k * (n - 1) / (most - 1)))
            .toArray();
    for (int k : at) {
      steps.add(paths.step(k));
    }
    for (int row : rows(header, view.rows, layer)) {
      Column column = header.row(row);
      String id = column.id();
      if (paths.row(0, id) == null && paths.row(n - 1, id) == null) {
        continue;
      }
      ArrayNode rows = columns.putArray(column.name());
      for (int k : at) {
        add(paths.row(k, id), chosen, rows);
      }
    }
    return answer;
  }

  private static void add(double @Nullable [] row, List<Integer> chosen, ArrayNode rows) {
    if (row == null) {
      rows.addNull();
      return;
    }
    ArrayNode values = rows.addArray();
    chosen.forEach(unit -> Values.add(values, rounded(row[unit])));
  }

  private static List<Integer> chosen(double @Nullable [] norms, int units) {
    IntStream all = IntStream.range(0, units);
    if (units <= MAX_PATHS || norms == null) {
      return all.limit(MAX_PATHS).boxed().collect(Collectors.toList());
    }
    Comparator<Integer> byNorm =
        Comparator.comparingDouble(unit -> Double.isNaN(norms[unit]) ? 1 : -norms[unit]);
    return all.boxed()
        .sorted(byNorm.thenComparing(unit -> unit))
        .limit(MAX_PATHS)
        .sorted()
        .collect(Collectors.toList());
  }

  private static double rounded(double value) {
    return Absent.is(value) || Double.isNaN(value) || Double.isInfinite(value)
        ? value
        : new BigDecimal(value).round(DIGITS).doubleValue();
  }
}
