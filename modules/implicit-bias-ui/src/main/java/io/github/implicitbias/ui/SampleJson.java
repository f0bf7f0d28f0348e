package io.github.implicitbias.ui;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.run.RunHeader;
import java.io.IOException;
import java.util.ArrayList;
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
   * The history of a sample column: at {@code steps} the {@code values} of each of {@code samples},
   * those of the largest magnitude at any record, and one that is asked for.
   *
   * @param points greatest number of steps
   * @param wanted a sample to send in any case, -1 for none
   */
  static ObjectNode history(StoredRun stored, String column, int points, int wanted) {
    ObjectNode answer = JSON.objectNode();
    answer.put("column", column);
    ArrayNode steps = answer.putArray("steps");
    ArrayNode samples = answer.putArray("samples");
    ArrayNode lines = answer.putArray("values");
    SampleRecords.Track track = stored.sampleTrack(column);
    if (track == null || track.steps.length == 0) {
      return answer;
    }
    int n = track.steps.length;
    int every = Math.max(1, (n + points - 1) / points);
    List<Integer> rows = new ArrayList<>();
    for (int k = 0; k < n; k += every) {
      rows.add(k);
    }
    if (rows.get(rows.size() - 1) != n - 1) {
      rows.add(n - 1);
    }
    rows.forEach(k -> steps.add(track.steps[k]));
    List<Integer> chosen = largest(track.largest, MAX_LINES);
    if (wanted >= 0 && !chosen.contains(wanted)) {
      chosen.add(wanted);
    }
    for (int sample : chosen) {
      samples.add(sample);
      ArrayNode line = lines.addArray();
      rows.forEach(k -> RunJson.add(line, track.rows[k][sample]));
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
