package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.format.RunHeader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a run records with one number per sample, as JSON of bounded size. */
final class SampleJson {

  /** Values of one answer; of more samples those of the largest magnitude are sent. */
  static final int MAX_VALUES = 30_000;

  /** Lines of a history. */
  static final int MAX_LINES = 24;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SampleJson() {}

  /** Returns the rows of the sample columns that are told of. */
  static List<Integer> rows(RunHeader header, RowHistory history) {
    List<Integer> rows = new ArrayList<>();
    for (int row = 0; row < header.sampleColumns().size(); row++) {
      if (history.follows(row)) {
        rows.add(row);
      }
    }
    return rows;
  }

  /** Per sample column the last record at or before a step that has it; null if there is none. */
  static ObjectNode at(FollowedRun.View view, long step) {
    RunHeader header = view.run.header();
    ObjectNode answer = JSON.objectNode();
    answer.put("step", step);
    ObjectNode columns = answer.putObject("columns");
    List<Integer> rows = rows(header, view.rows);
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
   * Returns a row as {@code {step, values}}, or {@code {step, samples, values}} if not all samples
   * are sent.
   *
   * @param columns how many rows the answer has
   */
  static ObjectNode row(Row row, int columns) {
    ObjectNode node = JSON.objectNode();
    node.put("step", row.step());
    if ((long) row.size() * columns <= MAX_VALUES) {
      ArrayNode values = node.putArray("values");
      for (int i = 0; i < row.size(); i++) {
        Values.add(values, row.value(i));
      }
      return node;
    }
    ArrayNode samples = node.putArray("samples");
    ArrayNode values = node.putArray("values");
    for (int sample : largest(row.size(), row::value, MAX_VALUES / columns)) {
      samples.add(sample);
      Values.add(values, row.value(sample));
    }
    return node;
  }

  /**
   * The history of a sample column: of each of {@code samples} the {@code values} at its {@code
   * steps}, with the extremes among them. The samples are those of the largest magnitude at any
   * record, and one that is asked for.
   *
   * @param points greatest number of steps of a sample
   * @param wanted a sample to send in any case, -1 for none
   */
  static ObjectNode history(FollowedRun.View view, int row, int points, int wanted) {
    ObjectNode answer = JSON.objectNode();
    answer.put("column", view.run.header().row(row).name());
    ArrayNode samples = answer.putArray("samples");
    ArrayNode steps = answer.putArray("steps");
    ArrayNode lines = answer.putArray("values");
    double[] largest = view.rows.largest(row);
    if (largest == null) {
      return answer;
    }
    List<Integer> chosen = largest(largest.length, i -> largest[i], MAX_LINES);
    if (wanted >= 0 && !chosen.contains(wanted)) {
      chosen.add(wanted);
    }
    for (int sample : chosen) {
      samples.add(sample);
      ObjectNode line = JSON.objectNode();
      Values.series(line, view.rows.series(row, sample, Math.max(4, points)));
      steps.add(line.get("steps"));
      lines.add(line.get("values"));
    }
    return answer;
  }

  /** Samples in the order of decreasing magnitude, what is not a number last, ties by number. */
  private static List<Integer> largest(int size, IntToDoubleFunction value, int count) {
    Comparator<Integer> bySize =
        Comparator.comparingDouble(
            i -> Double.isNaN(value.applyAsDouble(i)) ? 1 : -Math.abs(value.applyAsDouble(i)));
    return IntStream.range(0, size)
        .boxed()
        .sorted(bySize.thenComparing(i -> i))
        .limit(count)
        .collect(Collectors.toList());
  }
}
