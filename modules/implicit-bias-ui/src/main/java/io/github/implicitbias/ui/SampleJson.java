package io.github.implicitbias.ui;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
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

  /**
   * Per sample column the last record at or before a step that has it: {@code {step, values}}, or
   * {@code {step, samples, values}} if not all samples are sent; null if there is none.
   */
  static ObjectNode at(StoredRun stored, RunHeader header, long step) throws IOException {
    ObjectNode answer = JSON.objectNode();
    answer.put("step", step);
    ObjectNode columns = answer.putObject("columns");
    List<String> names = header.sampleColumns();
    int most = Math.min(SampleRecords.MAX_COLUMNS, names.size());
    for (String name : names.subList(0, most)) {
      StoredRun.SampleRow row = stored.sampleRow(name, step);
      if (row == null) {
        columns.putNull(name);
        continue;
      }
      ObjectNode node = columns.putObject(name);
      node.put("step", row.step);
      if (row.values.length * most <= MAX_VALUES) {
        ArrayNode values = node.putArray("values");
        for (double value : row.values) {
          RunJson.add(values, value);
        }
        continue;
      }
      ArrayNode samples = node.putArray("samples");
      ArrayNode values = node.putArray("values");
      for (int sample : largest(row.values, MAX_VALUES / most)) {
        samples.add(sample);
        RunJson.add(values, row.values[sample]);
      }
    }
    return answer;
  }

  /**
   * The history of a sample column: of each of {@code samples} the {@code values} at its {@code
   * steps}, with the extremes among them. The samples are those of the largest magnitude at any
   * record, and one that is asked for.
   *
   * @param points greatest number of steps of a sample
   * @param wanted a sample to send in any case, -1 for none
   */
  static ObjectNode history(StoredRun stored, String column, int points, int wanted) {
    ObjectNode answer = JSON.objectNode();
    answer.put("column", column);
    ArrayNode samples = answer.putArray("samples");
    ArrayNode steps = answer.putArray("steps");
    ArrayNode lines = answer.putArray("values");
    SampleRecords records = stored.samples();
    int number = stored.run().header().sampleColumnNumber(column);
    double[] largest = records.largest(number);
    if (largest == null) {
      return answer;
    }
    List<Integer> chosen = largest(largest, MAX_LINES);
    if (wanted >= 0 && !chosen.contains(wanted)) {
      chosen.add(wanted);
    }
    for (int sample : chosen) {
      samples.add(sample);
      SampleEnvelope.Line line = records.line(number, sample, Math.max(4, points));
      ArrayNode at = steps.addArray();
      ArrayNode values = lines.addArray();
      for (int k = 0; k < line.steps.length; k++) {
        at.add(line.steps[k]);
        RunJson.add(values, line.values[k]);
      }
    }
    return answer;
  }

  /** Samples in the order of decreasing magnitude, what is not a number last, ties by number. */
  private static List<Integer> largest(double[] values, int count) {
    Comparator<Integer> bySize =
        Comparator.comparingDouble(i -> Double.isNaN(values[i]) ? 1 : -Math.abs(values[i]));
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(bySize.thenComparing(i -> i))
        .limit(count)
        .collect(Collectors.toList());
  }
}
