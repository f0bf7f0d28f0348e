package io.github.implicitbias.ui;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a run records with one number per unit, as JSON of bounded size. */
final class UnitJson {

  /** Values of one column in an answer; of more units the first are sent. */
  static final int MAX_UNITS = 4096;

  /** Values of all columns of an answer. */
  private static final int MAX_VALUES = 40_000;

  /** Numbers of all paths of an answer. */
  static final int MAX_PATH_NUMBERS = 60_000;

  /** Units whose paths are sent; of more those of the largest norm at the end. */
  static final int MAX_PATHS = 256;

  /** Digits of a path, which is a drawing. */
  private static final MathContext DIGITS = new MathContext(7);

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private UnitJson() {}

  /**
   * Per unit column of a layer the last record at or before a step that has it: {@code {step,
   * values}}, null if there is none.
   */
  static ObjectNode at(StoredRun stored, RunHeader header, String layer, long step)
      throws IOException {
    ObjectNode answer = JSON.objectNode();
    answer.put("step", step);
    answer.put("layer", layer);
    ObjectNode columns = answer.putObject("columns");
    int number = header.layerNumber(layer);
    StoredRun.SampleRow[] rows = stored.unitRows(number, step);
    int there = 0;
    for (int k = 0; k < rows.length; k++) {
      there += isOf(header, k, number) ? 1 : 0;
    }
    for (int k = 0; k < rows.length; k++) {
      if (!isOf(header, k, number)) {
        continue;
      }
      String name = header.unitColumns().get(k).name();
      if (rows[k] == null) {
        columns.putNull(name);
        continue;
      }
      ObjectNode node = columns.putObject(name);
      node.put("step", rows[k].step);
      ArrayNode values = node.putArray("values");
      int most = Math.min(MAX_UNITS, MAX_VALUES / there);
      for (int unit = 0; unit < Math.min(most, rows[k].values.length); unit++) {
        RunJson.add(values, rows[k].values[unit]);
      }
    }
    return answer;
  }

  private static boolean isOf(RunHeader header, int column, int layer) {
    return header.unitColumns().get(column).layer() == layer && UnitRecords.follows(header, column);
  }

  /**
   * The paths of the units of a layer: at {@code steps}, per column, the values of {@code units};
   * null where the column is not there. Seven digits.
   *
   * @param points greatest number of steps, at least 2
   */
  static ObjectNode paths(StoredRun stored, RunHeader header, String layer, int points) {
    ObjectNode answer = JSON.objectNode();
    answer.put("layer", layer);
    ArrayNode steps = answer.putArray("steps");
    ObjectNode columns = answer.putObject("columns");
    ArrayNode units = answer.putArray("units");
    UnitRecords.Path path = stored.unitPath(header.layerNumber(layer));
    if (path == null) {
      return answer;
    }
    int n = path.steps.length;
    List<Integer> chosen =
        chosen(
            path.rows[n - 1][UnitRecords.PATHS.indexOf("weightNorm")],
            header.layers().get(header.layerNumber(layer)).units());
    chosen.forEach(units::add);
    int perStep = Math.max(1, chosen.size()) * UnitRecords.PATHS.size();
    int most = Math.min(Math.min(points, n), Math.max(2, MAX_PATH_NUMBERS / perStep));
    int[] at =
        IntStream.range(0, most)
            .map(k -> most < 2 ? n - 1 : (int) Math.round((double) k * (n - 1) / (most - 1)))
            .toArray();
    for (int k : at) {
      steps.add(path.steps[k]);
    }
    for (int column = 0; column < UnitRecords.PATHS.size(); column++) {
      if (path.rows[0][column] == null && path.rows[n - 1][column] == null) {
        continue;
      }
      ArrayNode rows = columns.putArray(UnitRecords.PATHS.get(column));
      for (int k : at) {
        double[] row = path.rows[k][column];
        if (row == null) {
          rows.addNull();
          continue;
        }
        ArrayNode values = rows.addArray();
        chosen.forEach(unit -> RunJson.add(values, rounded(row[unit])));
      }
    }
    return answer;
  }

  private static List<Integer> chosen(double[] norms, int units) {
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
